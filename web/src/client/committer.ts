/** Changes the group: one commit at a time, applied at its place in the log, never before. */

import { concat, equal, toHex } from "../crypto/bytes.ts";
import { systemRandom } from "../crypto/randomness.ts";
import {
  EpochConflict,
  MalformedRequest,
  PolicyViolation,
  RoomKeyNeeded,
  TooLarge,
} from "../errors.ts";
import { GroupContextExtensions, type PendingCommit, type Proposal, Remove } from "../mls/index.ts";
import { REQUEST_ID_BYTES } from "../wire/limits.ts";
import { numberField } from "./admission.ts";
import { type Change, isNothing, NOTHING, type Plan, plan } from "./changes.ts";
import { Envelope } from "./inbox.ts";
import { indexOf } from "./members.ts";
import { encodeStatements, isHost, roomPolicyOf, sealedUnder } from "./policy.ts";
import { makeRekey } from "./rekeying.ts";
import type { Pending, RoomState } from "./room_state.ts";
import { type Schedule, Timetable } from "./schedule.ts";
import { type Silence, silentLeaves } from "./silence.ts";
import type { Fields, Transport } from "./transport.ts";

/** A change that travels in a commit which the relay has not accepted yet. */
interface Committed {
  readonly request: Uint8Array;
  readonly change: Change;
}

/** Decides when a commit is due, makes it, and sees it through. */
export class Committer {
  readonly timetable: Timetable;
  readonly #state: RoomState;
  readonly #changes: Change[] = [];
  #committed: Committed | undefined;

  constructor(state: RoomState, schedule: Schedule) {
    this.#state = state;
    this.timetable = new Timetable(schedule);
  }

  /** Have a host's change committed as soon as possible. */
  add(change: Change): void {
    this.#changes.push(change);
  }

  /** Say whether to commit now; nobody writes to those who have left. */
  isDue(messagesWait: boolean): boolean {
    if (this.#state.pending !== undefined || this.#changes.length > 0) return true;
    if (this.#statements().size > 0) {
      if (messagesWait) return true;
      this.timetable.tidySoon();
    }
    return this.timetable.isDue();
  }

  /** Give the commit to send now, stored; undefined if nothing is to be changed any more. */
  async prepare(): Promise<Pending | undefined> {
    const state = this.#state;
    if (state.pending !== undefined) return state.pending;
    const [change, planned] = this.#nextPlan();
    const isIdle = this.#statements().size === 0 && !this.timetable.isDue();
    if (change === undefined && isIdle) return undefined;
    const silence = this.#silence();
    const pending = await this.#make(planned, silence);
    await state.store.transaction(() => {
      state.savePending(pending);
      for (const leaf of silence?.unseen ?? []) state.store.saw(leaf, silence?.now ?? 0);
    });
    this.#committed = change && { request: pending.request, change };
    return pending;
  }

  /**
   * Send a commit; returns its envelope once it is accepted.
   *
   * Returns undefined when another commit won: the caller catches up, and sees what is left to do.
   */
  async send(transport: Transport, pending: Pending): Promise<Envelope | undefined> {
    const state = this.#state;
    let answer: Fields;
    try {
      answer = await transport.request("room.commit", {
        request: pending.request,
        room: state.roomId,
        epoch: Number(pending.epoch),
        message: pending.commit.message,
        group_info: pending.commit.group.groupInfo(),
        ...pending.beside,
      });
    } catch (error) {
      // the pending commit stays until the winner is read: it may turn out to be this one
      if (error instanceof EpochConflict) return undefined;
      if (error instanceof MalformedRequest || error instanceof TooLarge) {
        // it would be refused again
        await state.store.transaction(() => state.dropPending());
        this.#failCommitted(error);
      }
      throw error;
    }
    const { history } = pending.beside;
    const rekey = pending.beside.rekey as { readonly root?: Uint8Array } | undefined;
    return new Envelope(
      numberField(answer, "seq"),
      numberField(answer, "time"),
      "commit",
      pending.epoch,
      state.leafKey,
      pending.request,
      pending.commit.message,
      history instanceof Uint8Array ? history : undefined,
      rekey?.root,
    );
  }

  /** See what is left to do after a commit at its place in the log, one's own or not. */
  took(envelope: Envelope): void {
    if (equal(envelope.leaf, this.#state.leafKey)) this.timetable.startAgain();
    if (this.#committed !== undefined && equal(this.#committed.request, envelope.request)) {
      this.#finish(this.#committed.change);
      this.#committed = undefined;
    }
    if (this.#statements().size === 0) this.timetable.isTidy();
  }

  /** Tell all who wait for a change that none is made any more. */
  failAll(error: Error): void {
    for (const change of [...this.#changes]) this.#finish(change, error);
  }

  #nextPlan(): [Change | undefined, Plan] {
    for (const change of [...this.#changes]) {
      try {
        const planned = plan(change, this.#state);
        if (!isNothing(planned)) return [change, planned];
        this.#finish(change);
      } catch (error) {
        if (!(error instanceof PolicyViolation || error instanceof RoomKeyNeeded)) throw error;
        this.#finish(change, error);
      }
    }
    return [undefined, NOTHING];
  }

  #finish(change: Change, error?: Error): void {
    const at = this.#changes.indexOf(change);
    if (at >= 0) this.#changes.splice(at, 1);
    if (error === undefined) change.done.resolve();
    else change.done.reject(error);
  }

  #failCommitted(error: Error): void {
    if (this.#committed !== undefined) this.#finish(this.#committed.change, error);
    this.#committed = undefined;
  }

  #statements(): ReadonlyMap<number, Uint8Array> {
    const { joined, store, leafKey } = this.#state;
    const known = store.statements();
    const found = new Map<number, Uint8Array>();
    if (known.size === 0) return found;
    for (const [index, { signatureKey }] of joined.members()) {
      const signature = known.get(toHex(signatureKey));
      if (signature !== undefined && !equal(signatureKey, leafKey)) found.set(index, signature);
    }
    return found;
  }

  async #make(planned: Plan, silence: Silence | undefined): Promise<Pending> {
    const state = this.#state;
    const group = state.joined;
    const statements = this.#statements();
    const silent = (silence?.silent ?? []).flatMap((leaf) => indexOf(group, leaf) ?? []);
    const removed = [...new Set([...statements.keys(), ...planned.removed, ...silent])];
    const proposals: Proposal[] = removed.map((index) => new Remove(index));
    if (planned.rules !== undefined) {
      const rules = planned.rules.sign(state.identity.privateKey, state.roomId);
      proposals.push(new GroupContextExtensions([rules.asExtension()]));
    }
    const commit = await state.sealed((group) =>
      group.commit(proposals, {
        includePending: false,
        authenticatedData: encodeStatements(statements),
        ...(this.#isNameOld() && { leafExtensions: state.leafExtensions() }),
      }),
    );
    return {
      request: systemRandom(REQUEST_ID_BYTES),
      epoch: group.epoch,
      beside: this.#beside(commit, removed, planned),
      secrets: planned.newKey?.secrets,
      commit,
    };
  }

  /** Collect what the relay stores with a commit (docs/protocol/delivery.md). */
  #beside(made: PendingCommit, gone: readonly number[], planned: Plan): Fields {
    const state = this.#state;
    const group = state.joined;
    const leaves = gone.map((index) => group.leaf(index)?.signatureKey);
    const history = state.sealedHistory(made.group, planned.newKey?.secrets);
    const before = roomPolicyOf(group);
    const after = planned.rules ?? before;
    const sameHosts = equal(concat(...after.hosts), concat(...before.hosts));
    return {
      removed: leaves.filter((leaf) => leaf !== undefined),
      ...(history && { history }),
      ...(planned.newKey && { rekey: makeRekey(planned.newKey, state.secrets, made.group) }),
      ...(after.locked !== before.locked && { locked: after.locked }),
      ...(after.retention !== before.retention && { retention: after.retention }),
      ...(!sameHosts && { hosts: [...after.hosts] }),
    };
  }

  #silence(): Silence | undefined {
    const group = this.#state.joined;
    if (!isHost(group, group.ownIndex, roomPolicyOf(group))) return undefined;
    return silentLeaves(this.#state);
  }

  #isNameOld(): boolean {
    const state = this.#state;
    const group = state.joined;
    const leaf = group.leaf(group.ownIndex);
    if (leaf === undefined || state.needsRoomKey) return false;
    return sealedUnder(leaf) !== roomPolicyOf(group).keyId;
  }
}
