/** What a room's members hold each other to, beyond RFC 9420 (docs/protocol/group.md). */

import { concat, equal, toHex } from "../crypto/bytes.ts";
import { ED25519 } from "../crypto/signature.ts";
import {
  BadSignature,
  DecodeError,
  DecryptionFailed,
  GhostMember,
  PolicyViolation,
} from "../errors.ts";
import type { KeyRing } from "../keys/key_ring.ts";
import { pskId } from "../keys/root.ts";
import { openName } from "../keys/sealed_name.ts";
import { decodeAll, opaque, Reader, uint32 } from "../mls/codec.ts";
import {
  Add,
  CredentialType,
  Extension,
  type Group,
  type GroupContext,
  GroupContextExtensions,
  type LeafNode,
  Policy,
  type PreSharedKeyId,
  PskType,
  ReInit,
  Remove,
  type SentProposal,
} from "../mls/index.ts";
import { SIGNATURE_BYTES } from "../wire/limits.ts";
import { leaveTranscript } from "../wire/transcripts.ts";
import { ROOM_POLICY_EXTENSION, RoomPolicy, SEALED_NAME_EXTENSION } from "./room_policy.ts";

export const PSEUDONYM_BYTES = 16;

/** A display name as a leaf carries it, and the id of the room key it is sealed under. */
interface SealedName {
  readonly keyId: number;
  readonly sealed: Uint8Array;
}

/** Wrap a sealed display name, and the key id it is sealed under, for a leaf. */
export function encodeSealedName(keyId: number, sealed: Uint8Array): Extension {
  return new Extension(SEALED_NAME_EXTENSION, concat(uint32(keyId), opaque(sealed)));
}

/** Read the key id and the sealed name of a leaf; throws DecodeError. */
export function decodeSealedName(data: Uint8Array): SealedName {
  return decodeAll((reader) => ({ keyId: reader.uint32(), sealed: reader.opaque() }), data);
}

/** Say which room key a leaf's name is sealed under; throws GhostMember if it has no name. */
export function sealedUnder(leaf: LeafNode): number {
  try {
    return decodeSealedName(leaf.extension(SEALED_NAME_EXTENSION) ?? new Uint8Array()).keyId;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new GhostMember();
  }
}

/** Write leave statements by leaf index, for a commit's authenticated data. */
export function encodeStatements(statements: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const sorted = [...statements].sort(([one], [other]) => one - other);
  return concat(...sorted.flatMap(([index, signature]) => [uint32(index), opaque(signature)]));
}

/** Read leave statements by leaf index; throws DecodeError. */
export function decodeStatements(data: Uint8Array): Map<number, Uint8Array> {
  const reader = new Reader(data);
  const statements = new Map<number, Uint8Array>();
  while (reader.position < data.length) {
    const index = reader.uint32();
    const signature = reader.opaque();
    if (signature.length !== SIGNATURE_BYTES) throw new DecodeError("a leave statement");
    statements.set(index, signature);
  }
  return statements;
}

/** Throw BadSignature unless the leaf's owner signed that it leaves. */
export function verifyLeave(roomId: Uint8Array, leafKey: Uint8Array, signature: Uint8Array): void {
  ED25519.verify(leafKey, leaveTranscript(roomId, leafKey), signature);
}

/** A name that was opened, and the form that it had in the leaf. */
export interface KnownName {
  readonly sealed: Uint8Array;
  readonly name: string;
}

/** Names by signature key, in hexadecimal. */
type KnownNames = ReadonlyMap<string, KnownName>;

/** The checks of one room, with the room keys that names open with. */
export class MembersPolicy extends Policy {
  override readonly supportedExtensions = [ROOM_POLICY_EXTENSION, SEALED_NAME_EXTENSION];
  ring: KeyRing;
  #names = new Map<string, KnownName>();

  constructor(
    readonly roomId: Uint8Array,
    ring: KeyRing,
  ) {
    super();
    this.ring = ring;
  }

  /** The names that were opened. */
  get names(): KnownNames {
    return this.#names;
  }

  /** Know `names` of the members with these signature keys, and forget those of others. */
  keepNames(names: KnownNames, leaves: Iterable<string>): void {
    const kept = new Map<string, KnownName>();
    for (const leaf of leaves) {
      const known = names.get(leaf);
      if (known !== undefined) kept.set(leaf, known);
    }
    this.#names = kept;
  }

  /**
   * Open a leaf's display name as its owner wrote it; throws GhostMember.
   *
   * Under a room key that this member was not given, it is the name that was known before.
   */
  nameOf(leaf: LeafNode): string {
    const data = leaf.extension(SEALED_NAME_EXTENSION);
    if (data === undefined) throw new GhostMember();
    const known = this.#names.get(toHex(leaf.signatureKey));
    if (known !== undefined && equal(known.sealed, data)) return known.name;
    try {
      const { keyId, sealed } = decodeSealedName(data);
      const keys = this.ring.find(keyId);
      if (keys === undefined && known !== undefined) return known.name;
      if (keys === undefined) throw new GhostMember();
      const name = openName(keys.names, keyId, this.roomId, leaf.signatureKey, sealed);
      this.#names.set(toHex(leaf.signatureKey), { sealed: data, name });
      return name;
    } catch (error) {
      if (error instanceof DecodeError || error instanceof DecryptionFailed) {
        throw new GhostMember();
      }
      throw error;
    }
  }

  /** Refuse ghosts, and credentials that are more than a pseudonym. */
  override checkLeaf(
    leaf: LeafNode,
    _index: number | undefined,
    context: GroupContext | undefined,
  ): void {
    const { credential } = leaf;
    const isBasic = credential.type === CredentialType.BASIC;
    if (!isBasic || credential.identity.length !== PSEUDONYM_BYTES) {
      throw new PolicyViolation("a member's credential is not a pseudonym");
    }
    this.nameOf(leaf);
    if (context !== undefined && sealedUnder(leaf) > rulesIn(context).keyId) {
      throw new GhostMember();
    }
  }

  /** Let a member renew its keys, never who it is. */
  override checkSuccessor(old: LeafNode, successor: LeafNode): void {
    super.checkSuccessor(old, successor);
    if (!equal(old.signatureKey, successor.signatureKey)) {
      throw new PolicyViolation("a member changed its signature key");
    }
  }

  /** Let in who brings the current room key's PSK, and takes out nobody but itself. */
  override checkExternalCommit(
    pskIds: readonly PreSharedKeyId[],
    removed: LeafNode | undefined,
    joiner: LeafNode,
    context: GroupContext,
  ): void {
    const rules = rulesIn(context);
    const [psk] = pskIds;
    const isCurrent =
      psk !== undefined && psk.type === PskType.EXTERNAL && equal(psk.id, pskId(rules.keyId));
    if (!isCurrent || pskIds.length !== 1) throw new PolicyViolation("a join without the room key");
    if (sealedUnder(joiner) !== rules.keyId) {
      throw new PolicyViolation("a join under an older room key");
    }
    if (removed === undefined) {
      if (rules.locked) throw new PolicyViolation("a join to a locked room");
    } else if (
      !removed.credential.equals(joiner.credential) ||
      !equal(removed.signatureKey, joiner.signatureKey)
    ) {
      throw new PolicyViolation("a join that removes somebody else");
    }
  }

  /** Check that each change was made by somebody who may make it. */
  override checkCommit(
    group: Group,
    sender: number | undefined,
    proposals: readonly SentProposal[],
    authenticatedData: Uint8Array,
    removed: ReadonlyMap<number, LeafNode>,
  ): void {
    const rules = roomPolicyOf(group);
    for (const { proposal, sender: author } of proposals) {
      if (proposal instanceof ReInit) throw new PolicyViolation("a room is not started anew");
      if (proposal instanceof Add && rules.locked) {
        throw new PolicyViolation("somebody was added to a locked room");
      }
      if (proposal instanceof GroupContextExtensions) {
        this.#checkRules(group, author, rules, proposal);
      }
      if (proposal instanceof Remove && sender !== undefined) {
        const leaf = removed.get(proposal.removed);
        if (leaf !== undefined && !isHost(group, author, rules)) {
          this.#checkLeft(proposal.removed, leaf, authenticatedData);
        }
      }
    }
  }

  #checkRules(
    group: Group,
    author: number | undefined,
    rules: RoomPolicy,
    proposal: GroupContextExtensions,
  ): void {
    if (!isHost(group, author, rules)) {
      throw new PolicyViolation("only a host changes the room's rules");
    }
    const [extension] = proposal.extensions;
    if (extension?.type !== ROOM_POLICY_EXTENSION || proposal.extensions.length !== 1) {
      throw new PolicyViolation("the room's rules are missing");
    }
    RoomPolicy.decode(extension.data).verifyNext(this.roomId, rules);
  }

  #checkLeft(index: number, leaf: LeafNode, authenticatedData: Uint8Array): void {
    try {
      const statement = decodeStatements(authenticatedData).get(index);
      if (statement === undefined) throw new PolicyViolation("only a host removes somebody");
      verifyLeave(this.roomId, leaf.signatureKey, statement);
    } catch (error) {
      if (error instanceof DecodeError || error instanceof BadSignature) {
        throw new PolicyViolation("a leave statement that its leaf did not sign");
      }
      throw error;
    }
  }
}

/** Read the rules a group's context holds; throws PolicyViolation if it has none. */
export function rulesIn(context: GroupContext): RoomPolicy {
  const data = context.extension(ROOM_POLICY_EXTENSION);
  if (data === undefined) throw new PolicyViolation("the room has no rules");
  return RoomPolicy.decode(data);
}

/** Read the rules of a group; throws PolicyViolation if it has none. */
export function roomPolicyOf(group: Group): RoomPolicy {
  return rulesIn(group.context);
}

/** Say whether the member at a leaf index is a host. */
export function isHost(group: Group, index: number | undefined, rules: RoomPolicy): boolean {
  const leaf = index === undefined ? undefined : group.leaf(index);
  return leaf !== undefined && rules.hasHost(leaf.signatureKey);
}
