/** What a client holds of one room, in memory and in its store, always the same in both. */

import { equal, toHex, utf8 } from "../crypto/bytes.ts";
import { type Random, systemRandom } from "../crypto/randomness.ts";
import { type CipherSuite, cipherSuite, XWING_SUITE } from "../crypto/suite.ts";
import { SendingExhausted, StateCorrupt } from "../errors.ts";
import { sealEpochSecret } from "../keys/history.ts";
import { KeyRing } from "../keys/key_ring.ts";
import { pskId, RoomSecrets } from "../keys/root.ts";
import { sealName } from "../keys/sealed_name.ts";
import { Reader, uint16, uint64 } from "../mls/codec.ts";
import {
  Credential,
  Environment,
  type Extension,
  Group,
  PendingCommit,
  type PreSharedKeyId,
  PskType,
  SigningIdentity,
} from "../mls/index.ts";
import type { RoomStore } from "../store/room_store.ts";
import { decode, encode, toRecord } from "../wire/cbor.ts";
import { encodeSealedName, MembersPolicy, PSEUDONYM_BYTES, roomPolicyOf } from "./policy.ts";
import {
  damaged,
  decodeSecrets,
  encodeNames,
  encodeSecrets,
  loadRing,
  readMap,
  readNames,
  readNumber,
  storeRing,
  textOf,
} from "./room_facts.ts";
import { RoomPolicy } from "./room_policy.ts";
import { Tally } from "./tally.ts";
import { RelayClock } from "./timing.ts";
import type { Fields } from "./transport.ts";

export const HYBRID_SUITE = XWING_SUITE;
const HISTORY_LABEL = "roomkey v1 history";

const NO_KEY = new Uint8Array();

/** How a room ended for this member. */
const [END_REMOVED, END_CLOSED] = [1, 2];

/**
 * An own commit that the relay has not accepted yet, as far as is known here.
 *
 * `beside` is what travels with it (delivery.md), `secrets` the new room key's if it changes that.
 */
export interface Pending {
  readonly request: Uint8Array;
  readonly epoch: bigint;
  readonly beside: Fields;
  readonly secrets: RoomSecrets | undefined;
  readonly commit: PendingCommit;
}

/** What stays the same about a room, or changes with its room key only. */
interface RoomIdentity {
  readonly relay: string;
  readonly code: string;
  readonly roomId: Uint8Array;
  readonly name: string;
  readonly identity: SigningIdentity;
  readonly ring: KeyRing;
}

/** One member's room; whoever changes the group stores it in the same transaction. */
export class RoomState {
  readonly store: RoomStore;
  readonly relay: string;
  readonly code: string;
  readonly roomId: Uint8Array;
  readonly name: string;
  readonly policy: MembersPolicy;
  readonly environment: Environment;
  identity: SigningIdentity;
  group: Group | undefined;
  pending: Pending | undefined;
  cursor = 0;
  /** The last generation read of each sender in this epoch, by leaf index. */
  generations = new Map<number, number>();
  tally = new Tally();
  rules: RoomPolicy | undefined;
  readonly relayClock = new RelayClock();

  constructor(store: RoomStore, identity: RoomIdentity) {
    this.store = store;
    this.relay = identity.relay;
    this.code = identity.code;
    this.roomId = identity.roomId;
    this.name = identity.name;
    this.identity = identity.identity;
    this.policy = new MembersPolicy(identity.roomId, identity.ring);
    this.environment = new Environment(
      () => Math.floor(Date.now() / 1000),
      systemRandom,
      (name) => this.#findPsk(name),
      this.policy,
    );
  }

  /** The room keys that this member was given. */
  get ring(): KeyRing {
    return this.policy.ring;
  }

  /** The newest room key's keys that this member was given. */
  get secrets(): RoomSecrets {
    return this.policy.ring.current;
  }

  /** Whether the room key was changed to one that this member was not given. */
  get needsRoomKey(): boolean {
    return this.rules !== undefined && this.rules.keyId !== this.secrets.keyId;
  }

  /** Whether this member is in the room no more, or nobody is. */
  get isOver(): boolean {
    return this.store.get("removed") !== undefined;
  }

  /** Whether a host closed the room. */
  get wasClosed(): boolean {
    return this.store.get("removed")?.[0] === END_CLOSED;
  }

  /** This member's signature public key. */
  get leafKey(): Uint8Array {
    return this.identity.publicKey;
  }

  /** This member's credential. */
  get pseudonym(): Uint8Array {
    return this.identity.credential.identity;
  }

  /** The group; throws StateCorrupt before the room was entered. */
  get joined(): Group {
    if (this.group === undefined) throw new StateCorrupt("the room was not entered yet");
    return this.group;
  }

  #findPsk(name: PreSharedKeyId): Uint8Array | undefined {
    const mine = pskId(this.secrets.keyId);
    const isMine = name.type === PskType.EXTERNAL && equal(name.id, mine);
    return isMine ? this.secrets.psk : undefined;
  }

  /** Make the extension that shows the display name to those with the room key. */
  leafExtensions(): readonly Extension[] {
    const sealed = sealName(this.secrets, this.roomId, this.leafKey, this.name);
    return [encodeSealedName(this.secrets.keyId, sealed)];
  }

  /** Derive the secret that archive copies of a group's epoch are sealed under; 32 bytes. */
  historySecret(group: Group): Uint8Array {
    return group.exportSecret(HISTORY_LABEL, new Uint8Array(), 32);
  }

  /**
   * Seal an epoch's history secret for those who join later.
   *
   * Undefined in a strict room, and without the room key it is to be sealed under.
   */
  sealedHistory(group: Group, secrets: RoomSecrets = this.secrets): Uint8Array | undefined {
    const rules = roomPolicyOf(group);
    if (!rules.isShared || rules.keyId !== secrets.keyId) return undefined;
    return sealEpochSecret(secrets, this.roomId, group.epoch, this.historySecret(group));
  }

  // storing: inside of a transaction

  /** Store what stays: names, the identity, the room's keys. */
  saveIdentity(): void {
    const { store, identity } = this;
    store.set("relay", utf8(this.relay));
    store.set("code", utf8(this.code));
    store.set("room", this.roomId);
    store.set("name", utf8(this.name));
    store.set("suite", uint16(identity.suite.id));
    store.set("signing", identity.privateKey);
    store.set("pseudonym", this.pseudonym);
    this.saveRing(this.ring);
  }

  /** Store the room keys, and go on with them. */
  saveRing(ring: KeyRing): void {
    storeRing(this.store, ring);
    this.policy.ring = ring;
  }

  /** Store the room key as people type it, for invitations. */
  saveRoomKey(roomKey: string, keyId: number): void {
    this.store.set("room key", encode([keyId, roomKey]));
  }

  /** The room key as people type it; undefined if it was never typed here. */
  get roomKey(): string | undefined {
    const stored = this.store.get("room key");
    if (stored === undefined || this.needsRoomKey) return undefined;
    const [keyId, roomKey] = decode(stored) as [number, string];
    return keyId === this.secrets.keyId ? roomKey : undefined;
  }

  /** The place in the log where this member first came in. */
  get enteredAt(): number {
    return readNumber(this.store.get("entered"));
  }

  /** The place in the log up to which a person has read. */
  get readUpTo(): number {
    return Math.max(this.enteredAt, readNumber(this.store.get("read")));
  }

  /** Store the place in the log up to which a person has read. */
  saveRead(seq: number): void {
    this.store.set("read", uint64(BigInt(seq)));
  }

  /** Codes of what was wrong with the room, which nobody has read yet. */
  get remarks(): readonly string[] {
    const stored = this.store.get("remarks");
    return stored === undefined ? [] : (decode(stored) as string[]);
  }

  /** Store what is still to be read of what was wrong. */
  saveRemarks(remarks: readonly string[]): void {
    this.store.set("remarks", encode(remarks));
  }

  /** Take the suite of the room for the identity. */
  setSuite(suite: CipherSuite): void {
    const { privateKey, publicKey, credential } = this.identity;
    this.identity = new SigningIdentity(suite, privateKey, publicKey, credential);
  }

  /**
   * Store a group that a commit led to, and go on with it.
   *
   * `secrets` are the new room key's, if the commit changed it. Who came in anew, and `follows` no
   * group, may have passed over messages.
   */
  adopt(
    group: Group,
    cursor: number,
    { secrets, follows = false }: { secrets?: RoomSecrets | undefined; follows?: boolean } = {},
  ): void {
    const leaves = leafKeys(group);
    this.tally = follows ? this.tally.follow(leafKeys(this.joined), leaves) : new Tally();
    this.store.saveGroup(group.encode());
    if (this.group === undefined) this.store.set("entered", uint64(BigInt(cursor)));
    if (secrets !== undefined) this.saveRing(this.ring.turn(secrets));
    this.saveCursor(cursor);
    const rules = roomPolicyOf(group);
    this.store.set("rules", rules.encode());
    this.generations = new Map();
    this.#saveTally();
    this.store.drop("pending");
    this.group = group;
    this.pending = undefined;
    this.rules = rules;
    this.policy.keepNames(this.policy.names, leaves);
    if (this.needsRoomKey) {
      this.store.set("names", encodeNames(this.policy.names));
    } else {
      this.store.drop("names");
    }
  }

  /** Make with the group what uses a generation, which is reserved first where none is. */
  async sealed<Sealed>(make: (group: Group) => Sealed): Promise<Sealed> {
    try {
      return make(this.joined);
    } catch (error) {
      if (!(error instanceof SendingExhausted)) throw error;
      await this.store.transaction(() => this.saveMessages());
      return make(this.joined);
    }
  }

  /** Store what sending or reading a message changed. */
  saveMessages(): void {
    this.store.saveGroup(this.joined.encode());
    this.#saveTally();
  }

  #saveTally(): void {
    this.store.set("generations", encode(this.generations));
    this.store.set("tally", encode(this.tally.counts));
  }

  /** How many messages of this member's own it has seen in the log. */
  get sent(): number {
    return readNumber(this.store.get("sent"));
  }

  /** Count an own message that came to its place in the log. */
  countSent(): void {
    this.store.set("sent", uint64(BigInt(this.sent + 1)));
  }

  /** Store the place in the log that was read up to. */
  saveCursor(cursor: number): void {
    this.store.set("cursor", uint64(BigInt(cursor)));
    this.store.set("seen", uint64(BigInt(Date.now())));
    this.cursor = cursor;
  }

  /** Store an own commit, and the key it used, before it is sent. */
  savePending(pending: Pending): void {
    const { request, epoch, beside, secrets, commit } = pending;
    const keys = secrets === undefined ? null : encodeSecrets(secrets);
    this.store.set("pending", encode([request, epoch, beside, keys, commit.encode()]));
    this.store.remember(request, "commit", commit.message);
    this.saveMessages();
    this.pending = pending;
  }

  /** Forget an own commit that lost. */
  dropPending(): void {
    this.store.drop("pending");
    this.pending = undefined;
  }

  /** Drop every key of a room that is over, or that this member left; the transcript stays. */
  forgetKeys(wasClosed: boolean): void {
    const none = new RoomSecrets(this.secrets.keyId, NO_KEY, NO_KEY, NO_KEY, NO_KEY);
    this.store.set("removed", Uint8Array.of(wasClosed ? END_CLOSED : END_REMOVED));
    this.saveRing(new KeyRing(none));
    this.store.drop("pending", "names", "room key");
    this.store.dropGroup();
    this.group = undefined;
    this.pending = undefined;
  }

  // loading

  /** Take everything from the store again, as after a write that failed. */
  async reload(): Promise<void> {
    const { store } = this;
    await damaged(async () => {
      const rules = store.get("rules");
      this.cursor = readNumber(store.get("cursor"));
      this.rules = rules && RoomPolicy.decode(rules);
      this.generations = readMap(store.get("generations"));
      this.tally = new Tally(readMap(store.get("tally")));
      this.policy.ring = loadRing(store);
      const names = readNames(store.get("names"));
      this.policy.keepNames(names, names.keys());
      this.group = undefined;
      this.pending = undefined;
      const snapshot = store.loadGroup();
      if (snapshot === undefined) return;
      const group = Group.decode(snapshot, this.environment);
      this.group = group;
      const stored = store.get("pending");
      if (stored !== undefined) this.pending = this.#readPending(stored, group);
    });
  }

  #readPending(stored: Uint8Array, base: Group): Pending {
    const [request, epoch, beside, keys, commit] = decode(stored) as [
      Uint8Array,
      number | bigint,
      unknown,
      Uint8Array | null,
      Uint8Array,
    ];
    return {
      request,
      epoch: BigInt(epoch),
      beside: toRecord(beside) as Fields,
      secrets: keys === null ? undefined : decodeSecrets(keys),
      commit: PendingCommit.decode(commit, this.environment, { base }),
    };
  }

  /** Take a room from its store; throws StateCorrupt. */
  static async load(store: RoomStore): Promise<RoomState> {
    const state = await damaged(async () => {
      const suite = cipherSuite(new Reader(store.require("suite")).uint16());
      const privateKey = store.require("signing");
      return new RoomState(store, {
        relay: textOf(store.require("relay")),
        code: textOf(store.require("code")),
        roomId: store.require("room"),
        name: textOf(store.require("name")),
        identity: new SigningIdentity(
          suite,
          privateKey,
          suite.signature.publicKey(privateKey),
          Credential.basic(store.require("pseudonym")),
        ),
        ring: loadRing(store),
      });
    });
    await state.reload();
    return state;
  }
}

/** Make an identity for one room: a fresh key under a fresh pseudonym. */
export function newIdentity(
  suiteId: number = HYBRID_SUITE,
  random: Random = systemRandom,
): SigningIdentity {
  return SigningIdentity.generate(cipherSuite(suiteId), random(PSEUDONYM_BYTES), random);
}

function leafKeys(group: Group): string[] {
  return group.members().map(([, leaf]) => toHex(leaf.signatureKey));
}
