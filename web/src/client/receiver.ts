/** Takes envelopes in the order of the log: process, store, then show. */

import { equal, toHex } from "../crypto/bytes.ts";
import { ED25519 } from "../crypto/signature.ts";
import {
  BadSignature,
  CryptoError,
  DecodeError,
  DecryptionFailed,
  GhostMember,
  MlsError,
  PolicyViolation,
  RelayInconsistent,
  RoomKeyNeeded,
  type RoomkeyError,
} from "../errors.ts";
import { openEpochSecret } from "../keys/history.ts";
import type { RoomSecrets } from "../keys/root.ts";
import { ApplicationMessage, CommitProcessed, type Group } from "../mls/index.ts";
import type { Stored, StoredNotice } from "../store/rows.ts";
import { closeTranscript } from "../wire/transcripts.ts";
import { type Event, troubleOf } from "./events.ts";
import type { Envelope } from "./inbox.ts";
import { indexOf, type Member, memberAt, membersOf } from "./members.ts";
import { type Notice, placed, ruleNotices } from "./notices.ts";
import { roomPolicyOf, verifyLeave } from "./policy.ts";
import { receiveRoot } from "./rekeying.ts";
import type { RoomPolicy } from "./room_policy.ts";
import type { RoomState } from "./room_state.ts";
import { decodeSent } from "./tally.ts";
import { cleanName } from "./text.ts";
import { addRow, rowOf, type Said } from "./transcript.ts";

/** This member cannot follow the group from where it is; `reason` says why, if that is known. */
export class MustRejoin extends Error {
  constructor(readonly reason?: RoomkeyError) {
    super("this member must come in again");
  }
}

/** A host closed the room. */
export class RoomWasClosed extends Error {}

/** This member is no longer in the group. */
export class WasRemoved extends Error {}

/** Say whether an error is what a commit that this member cannot follow throws. */
export function isBroken(error: unknown): error is RoomkeyError {
  return (
    error instanceof MlsError ||
    error instanceof CryptoError ||
    error instanceof DecodeError ||
    error instanceof PolicyViolation ||
    error instanceof GhostMember
  );
}

/** Processes one envelope at a time, each in one transaction with the cursor. */
export class Receiver {
  historyIsBroken = false;
  readonly #state: RoomState;

  constructor(state: RoomState) {
    this.#state = state;
  }

  /**
   * Take the next envelope; returns what to tell, once it is stored.
   *
   * Throws MustRejoin, WasRemoved or RoomWasClosed, and StateError if it cannot be stored.
   */
  async receive(envelope: Envelope): Promise<readonly Event[]> {
    const state = this.#state;
    const isOwn = equal(envelope.leaf, state.leafKey);
    if (isOwn && !state.store.knows(envelope.request)) {
      // written by a later state of this very member: what is here is an old copy, and
      // sending from it would use keys twice
      throw new MustRejoin();
    }
    if (envelope.kind === "message") return this.#message(envelope, isOwn);
    return state.store.transaction(() => {
      const events = this.#event(envelope, isOwn);
      this.#pass(envelope);
      return events;
    });
  }

  #event(envelope: Envelope, isOwn: boolean): readonly Event[] {
    if (envelope.kind === "commit") return this.#commit(envelope, isOwn);
    if (envelope.kind === "leave") return this.#leave(envelope);
    this.checkClosed(envelope);
    return [this.#falseClaim("The relay claimed that the room was closed.")];
  }

  /** Move over an envelope; inside of the transaction of what it brought. */
  #pass(envelope: Envelope): void {
    const state = this.#state;
    state.saveCursor(envelope.seq);
    state.relayClock.heard(envelope.time);
    state.store.settle(envelope.request);
    const isSign = envelope.kind === "commit" || envelope.kind === "message";
    if (isSign && indexOf(state.joined, envelope.leaf) !== undefined) {
      state.store.saw(envelope.leaf, envelope.time);
    }
  }

  // messages

  async #message(envelope: Envelope, isOwn: boolean): Promise<readonly Event[]> {
    if (isOwn && this.#state.store.sent(envelope.request, envelope.body)) {
      return this.#ownMessage(envelope, () => this.#pass(envelope));
    }
    if (envelope.epoch > this.#state.joined.epoch) {
      // what began that epoch was left out: this and all that follows would stay unreadable
      throw new MustRejoin(new RelayInconsistent());
    }
    const { seq, time } = envelope;
    const notices: Notice[] = [];
    const events: Event[] = [];
    let sender: Member | undefined;
    let row: Stored | undefined;
    try {
      sender = this.#sender(envelope);
      const { sent, ...said } = this.#open(envelope, sender);
      if (this.#state.tally.take(envelope.leaf, sent)) {
        notices.push({ what: "missing", member: sender, reason: RelayInconsistent.code });
        events.push({ kind: "messages missing", seq, time, sender });
      }
      row = rowOf(said, this.#state.roomId);
    } catch (error) {
      if (!isBroken(error) && !(error instanceof RelayInconsistent)) throw error;
      const reason = error.code;
      notices.push({ what: "unreadable", member: sender, reason });
      events.push({ kind: "message unreadable", seq, time, sender, reason });
    }
    return [...events, ...(await this.#store(envelope, row, placed(notices, envelope)))];
  }

  /** Store what an envelope brought, and what is to be said of it. */
  async #store(
    envelope: Envelope,
    row: Stored | undefined,
    notices: readonly StoredNotice[],
  ): Promise<readonly Event[]> {
    const { store } = this.#state;
    const along = () => {
      this.#state.saveMessages();
      for (const notice of notices) store.record(notice);
      this.#pass(envelope);
    };
    const noticed = notices.map((notice): Event => ({ kind: "noticed", notice }));
    if (row !== undefined) return [...noticed, ...(await addRow(store, row, along))];
    await store.transaction(along);
    return noticed;
  }

  /** Take an own message whose place a resync passed over; the cursor stays. */
  receiveSkipped(envelope: Envelope): Promise<readonly Event[]> {
    return this.#ownMessage(envelope, () => undefined);
  }

  #sender(envelope: Envelope): Member | undefined {
    const { joined, policy } = this.#state;
    const index = indexOf(joined, envelope.leaf);
    return index === undefined ? undefined : memberAt(joined, policy, index);
  }

  /** Decrypt a message; what that uses up is stored with it, and how many its sender sent before. */
  #open(envelope: Envelope, sender: Member | undefined): Said & { readonly sent: number } {
    const state = this.#state;
    const group = state.joined;
    if (envelope.epoch !== group.epoch) {
      throw new RelayInconsistent("a message at a place of another epoch");
    }
    const message = group.process(envelope.body);
    if (!(message instanceof ApplicationMessage)) throw new DecodeError("not a message");
    const leaf = group.leaf(message.sender);
    if (leaf === undefined || sender === undefined || !equal(leaf.signatureKey, envelope.leaf)) {
      throw new RelayInconsistent("another sender is named");
    }
    if (message.epoch !== group.epoch) throw new DecodeError("a message of another epoch");
    if (message.generation <= (state.generations.get(message.sender) ?? -1)) {
      throw new RelayInconsistent("a message out of order");
    }
    state.generations.set(message.sender, message.generation);
    return {
      seq: envelope.seq,
      time: envelope.time,
      pseudonym: leaf.credential.identity,
      leaf: leaf.signatureKey,
      name: sender.name,
      content: message.data,
      isOwn: false,
      isHistory: false,
      sent: decodeSent(message.authenticatedData),
    };
  }

  async #ownMessage(envelope: Envelope, pass: () => void): Promise<readonly Event[]> {
    const state = this.#state;
    const queued = state.store.findQueued(envelope.request);
    if (queued === undefined) {
      await state.store.transaction(pass);
      return [];
    }
    const row = rowOf(
      {
        seq: envelope.seq,
        time: envelope.time,
        pseudonym: state.pseudonym,
        leaf: state.leafKey,
        name: cleanName(state.name),
        content: queued.content,
        isOwn: true,
        isHistory: false,
      },
      state.roomId,
    );
    return addRow(state.store, row, () => {
      state.store.dequeue(envelope.request);
      state.countSent();
      pass();
    });
  }

  // changes of the group

  #commit(envelope: Envelope, isOwn: boolean): readonly Event[] {
    const state = this.#state;
    if (envelope.epoch !== state.joined.epoch) throw new MustRejoin(new RelayInconsistent());
    if (isOwn && state.store.sent(envelope.request, envelope.body)) {
      const { pending } = state;
      if (pending === undefined || !equal(pending.request, envelope.request)) {
        throw new MustRejoin();
      }
      return this.#follow(pending.commit.group, envelope, pending.secrets);
    }
    const processed = this.#process(envelope);
    if (processed.removedSelf) throw new WasRemoved();
    const { group } = processed;
    const isRekeyed = roomPolicyOf(group).keyId !== roomPolicyOf(state.joined).keyId;
    const secrets = isRekeyed ? receiveRoot(group, envelope.root) : undefined;
    const events = this.#follow(group, envelope, secrets);
    this.#checkHistory(envelope);
    return events;
  }

  #process(envelope: Envelope): CommitProcessed {
    try {
      const processed = this.#state.joined.process(envelope.body);
      if (!(processed instanceof CommitProcessed)) throw new DecodeError("not a commit");
      return processed;
    } catch (error) {
      throw isBroken(error) ? new MustRejoin(error) : error;
    }
  }

  #follow(group: Group, envelope: Envelope, secrets: RoomSecrets | undefined): readonly Event[] {
    const state = this.#state;
    const rules = roomPolicyOf(state.joined);
    const before = membersByPseudonym(state.joined, state);
    const said = this.#statementsByPseudonym();
    state.adopt(group, envelope.seq, { secrets, follows: true });
    const after = membersByPseudonym(group, state);
    for (const [pseudonym, leaf] of said) {
      if (!after.has(pseudonym)) state.store.dropStatement(leaf);
    }
    state.store.keepActivity(new Set(group.members().map(([, leaf]) => toHex(leaf.signatureKey))));
    const joined = [...after.values()].filter((member) => !before.has(member.pseudonym));
    const removed = [...before.values()].filter(
      ({ pseudonym }) => !after.has(pseudonym) && !said.has(pseudonym),
    );
    const notices = placed(
      [
        ...joined.map((member): Notice => ({ what: "joined", member })),
        ...removed.map((member): Notice => ({ what: "removed", member })),
        ...ruleNotices(rules, roomPolicyOf(group)),
      ],
      envelope,
    );
    for (const notice of notices) state.store.record(notice);
    return [
      ...joined.map((member): Event => ({ kind: "member joined", member })),
      ...removed.map((member): Event => ({ kind: "member left", member, wasRemoved: true })),
      ...this.#rulesChanged(rules, roomPolicyOf(group)),
      ...notices.map((notice): Event => ({ kind: "noticed", notice })),
      { kind: "safety code changed", epoch: group.epoch },
    ];
  }

  #rulesChanged(before: RoomPolicy, after: RoomPolicy): readonly Event[] {
    if (after.equals(before)) return [];
    const events: Event[] = [];
    if (after.keyId !== before.keyId) {
      events.push({ kind: "room key changed", keyId: after.keyId });
      if (this.#state.needsRoomKey) events.push(troubleOf(new RoomKeyNeeded()));
    }
    return [...events, { kind: "rules changed", revision: after.revision }];
  }

  #statementsByPseudonym(): Map<string, Uint8Array> {
    const { store, joined } = this.#state;
    const statements = store.statements();
    const leaving = joined.members().filter(([, leaf]) => statements.has(toHex(leaf.signatureKey)));
    return new Map(leaving.map(([, leaf]) => [toHex(leaf.credential.identity), leaf.signatureKey]));
  }

  #checkHistory(envelope: Envelope): void {
    const state = this.#state;
    if (!state.rules?.isShared || state.needsRoomKey) return;
    const { joined, secrets } = state;
    try {
      const opened = openEpochSecret(
        secrets.history,
        secrets.keyId,
        state.roomId,
        joined.epoch,
        envelope.history ?? new Uint8Array(),
      );
      this.historyIsBroken = !equal(opened, state.historySecret(joined));
    } catch (error) {
      if (!(error instanceof DecryptionFailed)) throw error;
      this.historyIsBroken = true;
    }
  }

  #leave(envelope: Envelope): readonly Event[] {
    const state = this.#state;
    const index = indexOf(state.joined, envelope.leaf);
    if (index === undefined || equal(envelope.leaf, state.leafKey)) return [];
    try {
      verifyLeave(state.roomId, envelope.leaf, envelope.body);
    } catch (error) {
      if (!(error instanceof BadSignature)) throw error;
      return [this.#falseClaim("The relay claimed that a member left.")];
    }
    const member = memberAt(state.joined, state.policy, index);
    state.store.addStatement(envelope.leaf, envelope.body);
    if (member === undefined) return [];
    const notices = placed([{ what: "left", member }], envelope);
    for (const notice of notices) state.store.record(notice);
    return [
      { kind: "member left", member, wasRemoved: false },
      ...notices.map((notice): Event => ({ kind: "noticed", notice })),
    ];
  }

  #falseClaim(sentence: string): Event {
    return { ...troubleOf(new RelayInconsistent()), sentence };
  }

  /** Throw RoomWasClosed if a host said that the room is closed. */
  checkClosed(envelope: Envelope): void {
    const { rules, roomId } = this.#state;
    if (envelope.kind !== "close" || !rules?.hasHost(envelope.leaf)) return;
    try {
      ED25519.verify(envelope.leaf, closeTranscript(roomId, envelope.leaf), envelope.body);
    } catch (error) {
      if (error instanceof BadSignature) return;
      throw error;
    }
    throw new RoomWasClosed();
  }
}

function membersByPseudonym(group: Group, state: RoomState): Map<string, Member> {
  return new Map(membersOf(group, state.policy).map((member) => [member.pseudonym, member]));
}
