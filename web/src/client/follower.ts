/** Follows a room's log: takes what is pushed, pulls what is missing, comes in again if it must. */

import {
  RelayFault,
  RelayInconsistent,
  RoomKeyNeeded,
  type RoomkeyError,
  StateCorrupt,
  WrongRoomKey,
} from "../errors.ts";
import type { RoomSecrets } from "../keys/root.ts";
import { MAX_SYNC_ENVELOPES } from "../wire/limits.ts";
import { listField, numberField } from "./admission.ts";
import { uniform } from "./connection.ts";
import { type Event, troubleOf } from "./events.ts";
import { fetchHistory } from "./history.ts";
import { Envelope, Inbox } from "./inbox.ts";
import { enter } from "./joining.ts";
import { isBroken, MustRejoin, Receiver } from "./receiver.ts";
import type { RoomState } from "./room_state.ts";
import { pause } from "./timing.ts";
import type { Fields, Transport } from "./transport.ts";

const MAX_RECOVERED = 1000;
const MAX_REJOINS = 3;
const REJOIN_SECONDS = 1;

/** What one member has of its room's log; `took` is told of each envelope that was stored. */
export class Follower {
  readonly #state: RoomState;
  readonly #tell: (event: Event) => void;
  readonly #took: (envelope: Envelope) => void;
  readonly #receiver: Receiver;
  readonly #inbox: Inbox;
  readonly #stopping: AbortSignal;
  #rejoins = 0;
  #hiddenAfter: bigint | undefined;

  constructor(
    state: RoomState,
    tell: (event: Event) => void,
    took: (envelope: Envelope) => void,
    stopping: AbortSignal,
  ) {
    this.#state = state;
    this.#stopping = stopping;
    this.#tell = tell;
    this.#took = took;
    this.#receiver = new Receiver(state);
    this.#inbox = new Inbox(state.cursor);
  }

  /** Go on from what is stored; `head` is where the log ends, on a new connection. */
  start(head?: number): void {
    this.#inbox.move(this.#state.cursor);
    // what was pushed before the answer was read is beyond it
    if (head !== undefined) this.#inbox.reach(head);
  }

  /** Drop what was pushed on a connection that is no more. */
  forget(): void {
    this.#inbox.forget();
  }

  /** Take a pushed envelope as a hint. */
  pushed(fields: Fields): void {
    try {
      this.#inbox.push(Envelope.read(fields));
    } catch (error) {
      if (!(error instanceof RelayFault)) throw error;
    }
  }

  /** Take an own message or commit that the relay has accepted. */
  async sent(envelope: Envelope): Promise<void> {
    if (envelope.seq > this.#inbox.cursor) {
      this.#inbox.push(envelope);
      return;
    }
    // it was stored before a resync that passed over its place
    const events = await this.#receiver.receiveSkipped(envelope);
    this.#took(envelope);
    for (const event of events) this.#tell(event);
  }

  /** Say, once, whether an epoch's history secret is missing for those who join later. */
  mustMendHistory(): boolean {
    const isBrokenNow = this.#receiver.historyIsBroken;
    this.#receiver.historyIsBroken = false;
    return isBrokenNow;
  }

  /** Take all there is. */
  async drain(transport: Transport): Promise<void> {
    for (;;) {
      const envelope = this.#inbox.next();
      if (envelope !== undefined) await this.#take(transport, envelope);
      else if (this.#inbox.hasGap) await this.#pull(transport);
      else return;
    }
  }

  /**
   * Read on past an epoch that the relay says is over.
   *
   * Throws RelayInconsistent if the log does not show that, and comes in again the second time.
   */
  async catchUp(transport: Transport, epoch: bigint): Promise<void> {
    await this.#pull(transport);
    await this.drain(transport);
    if (this.#state.joined.epoch !== epoch) return;
    const cause = new RelayInconsistent("an epoch that the log does not show");
    if (this.#hiddenAfter === epoch) {
      await this.rejoin(transport, { cause });
      return;
    }
    // what is only held back is read on a new connection, and then nothing is passed over
    this.#hiddenAfter = epoch;
    throw cause;
  }

  /** Ask the relay whether it is there, and what there is; it has `seconds` to answer. */
  probe(transport: Transport, seconds: number): Promise<void> {
    return this.#pull(transport, seconds);
  }

  async #pull(transport: Transport, seconds?: number): Promise<void> {
    const { cursor } = this.#inbox;
    const fields = { room: this.#state.roomId, after: cursor, limit: MAX_SYNC_ENVELOPES };
    const answer = await transport.request("room.sync", fields, seconds);
    const envelopes = listField(answer, "envelopes").map((item) => Envelope.read(item));
    const last = envelopes.at(-1);
    if (numberField(answer, "floor") > cursor + 1) {
      if (last !== undefined) this.#receiver.checkClosed(last);
      await this.rejoin(transport);
      return;
    }
    for (const [at, envelope] of envelopes.entries()) {
      if (envelope.seq !== cursor + 1 + at) throw new RelayInconsistent("the log has a gap");
      this.#inbox.push(envelope);
    }
    if (last === undefined && this.#inbox.hasGap) {
      throw new RelayInconsistent("the log ends before its head");
    }
    this.#inbox.reach(numberField(answer, "head"));
  }

  async #take(transport: Transport, envelope: Envelope): Promise<void> {
    let events: readonly Event[];
    try {
      events = await this.#receiver.receive(envelope);
    } catch (error) {
      if (!(error instanceof MustRejoin)) throw error;
      // it may be a join under the new room key, which can be followed once that is known
      if (this.#state.needsRoomKey) throw new RoomKeyNeeded();
      const refused = isBroken(error.reason) ? envelope.leaf : undefined;
      await this.rejoin(transport, { cause: error.reason, refused });
      return;
    }
    this.#inbox.take(envelope);
    this.#took(envelope);
    for (const event of events) this.#tell(event);
  }

  /**
   * Come in again from outside, which heals whatever this member could not follow.
   *
   * `offered` are the keys of a room key that a person gave, `refused` the leaf key of whoever
   * sent a commit that cannot be followed. Throws RoomKeyNeeded if the relay does not take the
   * room key.
   */
  async rejoin(
    transport: Transport,
    options: {
      readonly cause?: RoomkeyError | undefined;
      readonly offered?: RoomSecrets | undefined;
      readonly refused?: Uint8Array | undefined;
    } = {},
  ): Promise<void> {
    if (options.cause !== undefined) this.#tell(troubleOf(options.cause));
    this.#rejoins += 1;
    if (this.#rejoins > MAX_REJOINS) {
      // all members meet the same bad commit at once: let them not race for ever
      await pause(uniform(0, REJOIN_SECONDS * Math.min(this.#rejoins, 60)), this.#stopping);
    }
    const state = this.#state;
    const before = state.cursor;
    const { keyId } = state.secrets;
    let told: readonly Event[];
    try {
      told = await enter(transport, state, options);
    } catch (error) {
      if (error instanceof WrongRoomKey) throw new RoomKeyNeeded();
      throw error;
    }
    this.#inbox.move(state.cursor);
    for (const event of told) this.#tell(event);
    if (state.secrets.keyId !== keyId) {
      this.#tell({ kind: "room key changed", keyId: state.secrets.keyId });
    }
    this.#tell({ kind: "safety code changed", epoch: state.joined.epoch });
    await this.#recover(transport, before);
  }

  /** Read what a resync passed over, where the room's history is shared. */
  async #recover(transport: Transport, before: number): Promise<void> {
    const state = this.#state;
    if (state.rules === undefined) throw new StateCorrupt("a room without rules");
    const missed = Math.min(state.cursor - before - 1, MAX_RECOVERED);
    if (!state.rules.isShared || missed < 1) return;
    const least = before + 1;
    const { events } = await fetchHistory(transport, state, state.cursor, missed, least);
    // the archive is read backwards, and people read forwards
    const received = events.filter((event) => event.kind === "message received");
    received.sort((one, other) => one.seq - other.seq);
    for (const event of received) if (event.seq >= least) this.#tell(event);
    for (const event of events) if (event.kind !== "message received") this.#tell(event);
  }
}
