/** A room's rules, in the group's context, where all agree on them (docs/protocol/group.md). */

import { concat, equal, utf8 } from "../crypto/bytes.ts";
import { ED25519 } from "../crypto/signature.ts";
import { BadSignature, DecodeError, PolicyViolation } from "../errors.ts";
import { decodeAll, opaque, type Reader, readOpaque, uint8, uint32 } from "../mls/codec.ts";
import { Extension } from "../mls/index.ts";
import { KEY_BYTES, MAX_HOSTS } from "../wire/limits.ts";
import { transcript } from "../wire/transcripts.ts";

export const ROOM_POLICY_EXTENSION = 0xf0a0;
export const SEALED_NAME_EXTENSION = 0xf0a1;

const POLICY_LABEL = utf8("roomkey v1 room policy");
export const VERSION = 1;

export type History = "shared" | "strict";
const HISTORY: readonly History[] = ["strict", "shared"];

const NO_BYTES = new Uint8Array();

/** The rules but for who made them. */
export interface RoomRules {
  /** Starts at 0 and grows by one with each change. */
  readonly revision: number;
  readonly history: History;
  /** Seconds. */
  readonly retention: number;
  readonly maxMembers: number;
  readonly locked: boolean;
  /** Signature public keys. */
  readonly hosts: readonly Uint8Array[];
  readonly keyId: number;
  /** The room key's admission public key. */
  readonly admission: Uint8Array;
  readonly sealedTitle: Uint8Array;
}

/**
 * Who the hosts are, what the room keeps, and which room key it is entered with.
 *
 * Signed by a host, so that nobody who rejoins can be shown rules that no host made.
 */
export class RoomPolicy {
  readonly revision: number;
  readonly history: History;
  readonly retention: number;
  readonly maxMembers: number;
  readonly locked: boolean;
  readonly hosts: readonly Uint8Array[];
  readonly keyId: number;
  readonly admission: Uint8Array;
  readonly sealedTitle: Uint8Array;

  constructor(
    rules: RoomRules,
    readonly signer: Uint8Array = NO_BYTES,
    readonly signature: Uint8Array = NO_BYTES,
  ) {
    this.revision = rules.revision;
    this.history = rules.history;
    this.retention = rules.retention;
    this.maxMembers = rules.maxMembers;
    this.locked = rules.locked;
    this.hosts = rules.hosts;
    this.keyId = rules.keyId;
    this.admission = rules.admission;
    this.sealedTitle = rules.sealedTitle;
  }

  /** Give rules that differ in these parts; who signed them stays as it is. */
  with(parts: Partial<RoomRules>): RoomPolicy {
    return new RoomPolicy({ ...this, ...parts }, this.signer, this.signature);
  }

  /** Whether somebody who joins later may read what was said before. */
  get isShared(): boolean {
    return this.history === "shared";
  }

  /** Say whether a signature key is a host's. */
  hasHost(leafKey: Uint8Array): boolean {
    return this.hosts.some((host) => equal(host, leafKey));
  }

  /** Say whether these are the same rules, by the same host. */
  equals(other: RoomPolicy): boolean {
    return equal(this.encode(), other.encode());
  }

  #unsigned(): Uint8Array {
    return concat(
      uint8(VERSION),
      uint32(this.revision),
      uint8(HISTORY.indexOf(this.history)),
      uint32(this.retention),
      uint32(this.maxMembers),
      uint8(this.locked ? 1 : 0),
      opaque(concat(...this.hosts.map(opaque))),
      uint32(this.keyId),
      opaque(this.admission),
      opaque(this.sealedTitle),
      opaque(this.signer),
    );
  }

  #transcript(roomId: Uint8Array): Uint8Array {
    return transcript(POLICY_LABEL, roomId, this.#unsigned());
  }

  /** Return these rules signed with a host's Ed25519 key. */
  sign(privateKey: Uint8Array, roomId: Uint8Array): RoomPolicy {
    const signer = ED25519.publicKey(privateKey);
    const unsigned = new RoomPolicy(this, signer);
    const signature = ED25519.sign(privateKey, unsigned.#transcript(roomId));
    return new RoomPolicy(this, signer, signature);
  }

  /** Throw PolicyViolation unless a host made these rules, some time after those `before`. */
  verify(roomId: Uint8Array, before?: RoomPolicy): void {
    if (!(before ?? this).hasHost(this.signer)) {
      throw new PolicyViolation("the room's rules were not made by a host");
    }
    if (before !== undefined) this.#checkAfter(before);
    try {
      ED25519.verify(this.signer, this.#transcript(roomId), this.signature);
    } catch (error) {
      if (!(error instanceof BadSignature)) throw error;
      throw new PolicyViolation("the room's rules are not signed by a host");
    }
  }

  /** Throw PolicyViolation unless a host made these rules directly after those `before`. */
  verifyNext(roomId: Uint8Array, before: RoomPolicy): void {
    if (this.revision !== before.revision + 1 || this.keyId > before.keyId + 1) {
      throw new PolicyViolation("the room's rules skip a step");
    }
    this.verify(roomId, before);
  }

  #checkAfter(before: RoomPolicy): void {
    if (this.revision <= before.revision) {
      throw new PolicyViolation("the room's rules are older than those known");
    }
    if (this.history !== before.history || this.maxMembers !== before.maxMembers) {
      throw new PolicyViolation("the room's rules change what stays for good");
    }
    const sameKey = equal(this.admission, before.admission);
    if (this.keyId < before.keyId || (this.keyId === before.keyId) !== sameKey) {
      throw new PolicyViolation("the room's rules show another room key");
    }
  }

  /** Write the rules and their signature. */
  encode(): Uint8Array {
    return concat(this.#unsigned(), opaque(this.signature));
  }

  /** Wrap the rules for the group's context. */
  asExtension(): Extension {
    return new Extension(ROOM_POLICY_EXTENSION, this.encode());
  }

  /** Read what `encode` writes; throws DecodeError. */
  static decode(data: Uint8Array): RoomPolicy {
    return decodeAll(read, data);
  }
}

function read(reader: Reader): RoomPolicy {
  if (reader.uint8() !== VERSION) {
    throw new DecodeError("the room's rules are of another version");
  }
  const revision = reader.uint32();
  const history = HISTORY[reader.uint8()];
  const retention = reader.uint32();
  const maxMembers = reader.uint32();
  const locked = reader.uint8();
  const hosts = reader.vector(readOpaque);
  const keyId = reader.uint32();
  const admission = reader.opaque();
  const sealedTitle = reader.opaque();
  const signer = reader.opaque();
  const signature = reader.opaque();
  if (history === undefined || locked > 1 || admission.length !== KEY_BYTES) {
    throw new DecodeError("the room's rules");
  }
  if (hosts.length < 1 || hosts.length > MAX_HOSTS) throw new DecodeError("the room's hosts");
  const isTwice = hosts.some((host, at) => hosts.slice(0, at).some((other) => equal(host, other)));
  if (isTwice) throw new DecodeError("the room's hosts");
  if (hosts.some((host) => host.length !== KEY_BYTES)) throw new DecodeError("the room's hosts");
  return new RoomPolicy(
    {
      revision,
      history,
      retention,
      maxMembers,
      locked: locked === 1,
      hosts,
      keyId,
      admission,
      sealedTitle,
    },
    signer,
    signature,
  );
}
