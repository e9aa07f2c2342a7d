/** Keeps one room alive: connects, catches up, commits, sends, and comes back when it breaks. */

import { equal } from "../crypto/bytes.ts";
import {
  NotAdmitted,
  NotAMember,
  RelayFault,
  RelayInconsistent,
  RelayUnreachable,
  RoomClosed,
  RoomKeyNeeded,
  RoomkeyError,
  StaleEpoch,
  StateError,
  WrongRoomKey,
} from "../errors.ts";
import { resume } from "./admission.ts";
import { Committer } from "./committer.ts";
import { Backoff, Connection, type ConnectionState } from "./connection.ts";
import { isBeingMade, makeRoom, RoomWasNotMade } from "./creating.ts";
import { type Event, troubleOf } from "./events.ts";
import { Follower } from "./follower.ts";
import { GroupInfoCheck } from "./group_info_check.ts";
import type { Envelope } from "./inbox.ts";
import { Outbox } from "./outbox.ts";
import { RoomWasClosed, WasRemoved } from "./receiver.ts";
import { RoomKeyWait } from "./room_key_wait.ts";
import type { RoomState } from "./room_state.ts";
import { SCHEDULE, type Schedule } from "./schedule.ts";
import { Signaller, type SignalWish } from "./signaller.ts";
import { Bell } from "./timing.ts";
import { type Fields, ignoreLoss, ignorePush, type Transport } from "./transport.ts";

const PROBE_SECONDS = 5;

/** What a session does otherwise than by itself. */
export interface SessionOptions {
  readonly schedule?: Schedule | undefined;
  readonly backoff?: Backoff | undefined;
  readonly signals?: SignalWish | undefined;
}

/** One room's life in one task; everything that touches its group happens there, in turn. */
export class Session {
  readonly state: RoomState;
  readonly outbox: Outbox;
  readonly committer: Committer;
  readonly connection: Connection;
  readonly signaller: Signaller;
  readonly keyWait: RoomKeyWait;
  readonly #follower: Follower;
  readonly #infoCheck: GroupInfoCheck;
  readonly #connect: () => Transport;
  readonly #tell: (event: Event) => void;
  readonly #backoff: Backoff;
  readonly #stopping = new AbortController();
  /** Rung when there may be something to do on this connection. */
  readonly #wake = new Bell();
  /** Rung when there may be a reason not to wait for the next connection. */
  readonly #hurry = new Bell();
  #transport: Transport | undefined;
  #isIn = false;
  #isLost = false;
  #isDoubted = false;
  #isAhead = false;
  #retryAt: number | undefined;
  #life: Promise<void> | undefined;

  constructor(
    state: RoomState,
    connect: () => Transport,
    tell: (event: Event) => void,
    options: SessionOptions = {},
  ) {
    this.state = state;
    this.#connect = connect;
    this.#tell = tell;
    this.#backoff = options.backoff ?? new Backoff();
    this.outbox = new Outbox(state, () => tell({ kind: "outbox changed" }));
    this.committer = new Committer(state, options.schedule ?? SCHEDULE);
    this.#infoCheck = new GroupInfoCheck(state, options.schedule ?? SCHEDULE);
    this.signaller = new Signaller(
      state,
      () => tell({ kind: "presence changed" }),
      options.signals,
    );
    this.keyWait = new RoomKeyWait(state);
    this.connection = new Connection((to) => this.#stateChanged(to));
    const took = (envelope: Envelope) => this.#took(envelope);
    this.#follower = new Follower(state, tell, took, this.#stopping.signal);
  }

  // from outside

  /**
   * Begin, on a connection that is in the room already if one is given.
   *
   * A room that this member was removed from is only there to be read.
   */
  start(transport?: Transport): void {
    if (this.state.isOver) this.connection.take("removed");
    else this.#life = this.#live(transport);
  }

  /** End the connection; what waits stays stored. */
  async stop(): Promise<void> {
    await this.#endLife();
    this.committer.failAll(new RelayUnreachable());
    this.connection.take("close");
  }

  async #endLife(): Promise<void> {
    this.#stopping.abort();
    this.#wake.ring();
    this.#hurry.ring();
    this.keyWait.stop(new RelayUnreachable());
    await this.#drop();
    await this.#life;
    this.#life = undefined;
  }

  /** Wait until the room's life has ended: it was closed, or this member removed. */
  async ended(): Promise<void> {
    await this.#life;
  }

  /** Have a look whether there is something to do. */
  wake(): void {
    this.#wake.ring();
  }

  /** Doubt the connection, or come back at once: the network or the page is here again. */
  hurry(): void {
    this.#isDoubted = true;
    this.#backoff.reset();
    this.#hurry.ring();
    this.#wake.ring();
  }

  /** Get the connection; throws RelayUnreachable when there is none. */
  online(): Transport {
    if (this.#transport === undefined || this.connection.state !== "online") {
      throw new RelayUnreachable();
    }
    return this.#transport;
  }

  /** When the next try begins, milliseconds since 1970, if the room is offline and waits for it. */
  get retryAt(): number | undefined {
    return this.#retryAt;
  }

  /** Whether the connection is there, and what was missed is being read. */
  get isCatchingUp(): boolean {
    return this.#isIn && this.connection.state === "connecting";
  }

  /** End a room that this member has closed. */
  async endClosed(): Promise<void> {
    await this.#endLife();
    await this.#end(new RoomClosed());
  }

  // the life

  async #live(first: Transport | undefined): Promise<void> {
    let transport = first;
    while (!this.#isStopping) {
      try {
        this.connection.take("try");
        await this.#reload();
        await this.#serve(await this.#comeIn(transport));
      } catch (error) {
        if (this.#isStopping) break;
        const end = endOf(error);
        if (end !== undefined) {
          await this.#end(end);
          return;
        }
        await this.#failed(error);
      } finally {
        transport = undefined;
        await this.#drop();
      }
      this.connection.take("lost");
      await this.#waitForNextTry();
    }
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #failed(error: unknown): Promise<void> {
    if (error instanceof RoomKeyNeeded) this.keyWait.begin();
    else this.keyWait.answer(new RelayUnreachable());
    if (error instanceof StateError) {
      this.#isAhead = true;
      await this.#reload().catch(ignoreState);
    }
    if (error instanceof RelayUnreachable) return;
    if (error instanceof RoomClosed) {
      // no host has said so
      this.#tell(troubleOf(new RelayInconsistent()));
      return;
    }
    // a mistake of ours must not end a room: it is said, and the next connection is tried
    this.#tell(troubleOf(error instanceof RoomkeyError ? error : new RoomkeyError()));
  }

  /** Take the room from the disk, if memory is ahead of it by what could not be written. */
  async #reload(): Promise<void> {
    if (!this.#isAhead) return;
    await this.state.reload();
    this.#isAhead = false;
  }

  async #waitForNextTry(): Promise<void> {
    if (this.#isStopping) return;
    if (this.keyWait.isOn) return this.keyWait.end();
    const seconds = this.#backoff.next();
    this.#retryAt = Date.now() + seconds * 1000;
    this.#stateChanged(this.connection.state);
    await this.#hurry.wait(seconds);
    this.#retryAt = undefined;
  }

  async #end(error: RoomkeyError): Promise<void> {
    const { state } = this;
    await state.store
      .transaction(() => state.forgetKeys(error instanceof RoomClosed))
      .catch(ignoreState);
    this.outbox.failAll(error);
    this.committer.failAll(error);
    this.keyWait.answer(error);
    this.#tell(troubleOf(error));
    this.connection.take("removed");
  }

  async #drop(): Promise<void> {
    const transport = this.#transport;
    this.#transport = undefined;
    this.signaller.stop();
    if (transport === undefined) return;
    transport.onPush = ignorePush;
    transport.onLost = ignoreLoss;
    await transport.close();
  }

  async #comeIn(given: Transport | undefined): Promise<Transport> {
    const transport = given ?? this.#connect();
    this.#transport = transport;
    this.#isIn = false;
    this.#isLost = false;
    this.#isDoubted = false;
    transport.onPush = (event, fields) => this.#pushed(event, fields);
    transport.onLost = () => {
      this.#isLost = true;
      this.wake();
    };
    if (given === undefined) {
      this.#follower.forget();
      await transport.connect();
      await this.#takePlace(transport);
    } else {
      this.#follower.start();
    }
    this.#isIn = true;
    this.#stateChanged(this.connection.state);
    return transport;
  }

  async #takePlace(transport: Transport): Promise<void> {
    const { state } = this;
    if (isBeingMade(state)) {
      await makeRoom(transport, state);
      this.#follower.start();
      return;
    }
    if (state.group !== undefined && this.keyWait.offered === undefined) {
      const head = await this.#resume(transport);
      if (head !== undefined) {
        this.#follower.start(head);
        return;
      }
    }
    await this.#follower.rejoin(transport, { offered: this.keyWait.offered });
    this.keyWait.answer();
  }

  /** Come back as a member; undefined if the relay knows of none. */
  async #resume(transport: Transport): Promise<number | undefined> {
    const { state } = this;
    try {
      const { head, time } = await resume(transport, state.code, state.roomId, state.identity);
      if (head < state.cursor) {
        throw new RelayInconsistent("the log is shorter than what was read of it");
      }
      state.relayClock.heard(time);
      return head;
    } catch (error) {
      if (error instanceof NotAdmitted || error instanceof WrongRoomKey) return undefined;
      throw error;
    }
  }

  async #serve(transport: Transport): Promise<void> {
    while (!this.#isStopping) {
      await this.#follower.drain(transport);
      this.connection.take("caught up");
      this.signaller.start(transport);
      if (this.#isLost) throw new RelayUnreachable();
      const messagesWait = this.outbox.waiting > 0;
      if (this.#follower.mustMendHistory()) this.committer.timetable.updateNow();
      if (this.#infoCheck.secondsToWait() === 0) await this.#checkGroupInfo(transport);
      if (this.#isDoubted) await this.#probe(transport);
      else if (this.committer.isDue(messagesWait)) await this.#commit(transport);
      else if (messagesWait) await this.#send(transport);
      else await this.#wake.wait(Math.max(0.01, this.#secondsToRest()));
      // only now: what the relay refuses at once must not be tried again at once
      this.#backoff.reset();
    }
  }

  #secondsToRest(): number {
    return Math.min(this.committer.timetable.secondsToWait(), this.#infoCheck.secondsToWait());
  }

  async #checkGroupInfo(transport: Transport): Promise<void> {
    if (await this.#infoCheck.findsFault(transport)) this.committer.timetable.updateNow();
  }

  async #probe(transport: Transport): Promise<void> {
    this.#isDoubted = false;
    await this.#follower.probe(transport, PROBE_SECONDS);
  }

  async #commit(transport: Transport): Promise<void> {
    const { epoch } = this.state.joined;
    const pending = await this.committer.prepare();
    if (pending === undefined) return;
    const envelope = await this.committer.send(transport, pending);
    if (envelope === undefined) await this.#follower.catchUp(transport, epoch);
    else await this.#follower.sent(envelope);
  }

  async #send(transport: Transport): Promise<void> {
    const { epoch } = this.state.joined;
    let envelope: Envelope | undefined;
    try {
      envelope = await this.outbox.sendFirst(transport);
    } catch (error) {
      if (!(error instanceof StaleEpoch)) throw error;
      await this.#follower.catchUp(transport, epoch);
      return;
    }
    if (envelope === undefined) return;
    this.committer.timetable.countMessage();
    await this.#follower.sent(envelope);
  }

  // what happens

  #pushed(event: string, fields: Fields): void {
    const { room } = fields;
    if (!(room instanceof Uint8Array) || !equal(room, this.state.roomId)) return;
    if (event === "room.envelope") {
      this.#follower.pushed(fields);
      this.wake();
    } else if (event === "room.signal") {
      this.signaller.heard(fields);
    }
  }

  #took(envelope: Envelope): void {
    if (equal(envelope.leaf, this.state.leafKey) && envelope.kind === "message") {
      this.outbox.stored(envelope.request, envelope);
    }
    if (envelope.kind === "message") this.signaller.gotMessage(envelope.leaf);
    if (envelope.kind === "commit") {
      this.committer.took(envelope);
      this.#infoCheck.took(envelope);
      this.signaller.groupChanged();
    }
  }

  #stateChanged(state: ConnectionState): void {
    this.#tell({ kind: "connection changed", state, waiting: this.outbox.waiting });
  }
}

/** Say as what a room's life ends by an error; undefined if it goes on. */
function endOf(error: unknown): RoomkeyError | undefined {
  if (error instanceof WasRemoved || error instanceof NotAMember) return new NotAMember();
  if (error instanceof RoomWasClosed) return new RoomClosed();
  if (error instanceof RoomWasNotMade) {
    return new RelayFault("the code was drawn too long ago");
  }
  return undefined;
}

function ignoreState(error: unknown): void {
  if (!(error instanceof StateError)) throw error;
}
