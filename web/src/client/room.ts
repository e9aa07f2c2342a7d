/** A room as the people in it see it. */

import { toHex } from "../crypto/bytes.ts";
import { systemRandom } from "../crypto/randomness.ts";
import { ED25519 } from "../crypto/signature.ts";
import { NotAdmitted, RelayUnreachable, RoomkeyError } from "../errors.ts";
import type { RoomLock } from "../store/locks.ts";
import type { Place } from "../store/records.ts";
import type { Queued, StoredNotice } from "../store/rows.ts";
import { isContent } from "../store/transcript_index.ts";
import { REQUEST_ID_BYTES } from "../wire/limits.ts";
import { leaveTranscript } from "../wire/transcripts.ts";
import type { ConnectionState } from "./connection.ts";
import type { Event } from "./events.ts";
import { Expiry } from "./expiry.ts";
import { fetchHistory } from "./history.ts";
import { type Merged, merge, readFamilies, readFamily } from "./merging.ts";
import type { SentMessage } from "./outbox.ts";
import type { PresenceWord } from "./presence.ts";
import { RoomHosting } from "./room_hosting.ts";
import type { RoomState } from "./room_state.ts";
import type { SendOptions } from "./room_writing.ts";
import type { SessionOptions } from "./session.ts";
import type { Transport } from "./transport.ts";

/** What a room needs from whoever opened it. */
export interface RoomOptions extends SessionOptions {
  readonly lock: RoomLock;
  readonly connect: () => Transport;
  /** Deletes the room from this device. */
  readonly forget: () => Promise<void>;
}

/** What a member has said of itself. */
interface MemberPresence {
  readonly presence: PresenceWord;
  readonly isTyping: boolean;
}

/** A part of the timeline, as it is stored here. */
export type TimelineEntry = Merged | StoredNotice;

/** A part of the timeline, oldest first. */
interface TimelinePage {
  readonly entries: readonly TimelineEntry[];
  /** Whether nothing older is to be had, here or from the relay. */
  readonly isComplete: boolean;
}

/** Send with `send`, hear with `listen`; ends with `close`. */
export class Room extends RoomHosting {
  readonly #lock: RoomLock;
  readonly #forget: () => Promise<void>;
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #expiry: Expiry;
  #offered: string | undefined;
  #hasLeft = false;

  constructor(state: RoomState, options: RoomOptions) {
    super(state, options.connect, (event) => this.#heard(event), options);
    this.#lock = options.lock;
    this.#forget = options.forget;
    this.#expiry = new Expiry(state, (event) => this.#tell(event));
    this.session.keyWait.onNeeded = () => this.#giveOffered();
  }

  /** Begin to connect; on a connection that is in the room already, if one is given. */
  start(transport?: Transport): void {
    this.#expiry.start();
    this.session.start(transport);
  }

  /** Have a room key tried if it turns out that this device needs one. */
  offerRoomKey(roomKey: string): void {
    this.#offered = roomKey;
  }

  #giveOffered(): void {
    const roomKey = this.#offered;
    this.#offered = undefined;
    if (roomKey === undefined) return;
    this.giveRoomKey(roomKey).catch((error: unknown) => {
      // who gave it learns from the room that it is still needed
      if (!(error instanceof RoomkeyError)) throw error;
    });
  }

  /** Come back, or see whether the connection still holds: the network or the page is here again. */
  wakeUp(): void {
    this.session.hurry();
  }

  /** Hear of all that happens from now on; returns how to stop. */
  listen(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #heard(event: Event): void {
    if (event.kind === "connection changed") this.#connectionChanged(event.state);
    if (event.kind === "message received") this.#expiry.nudge();
    this.#tell(event);
  }

  #tell(event: Event): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #connectionChanged(state: ConnectionState): void {
    if (state !== "online") return;
    if (this.needsRoomKey) this.#giveOffered();
    // not needed: it is not kept any longer
    this.#offered = undefined;
    this.#expiry.nudge();
  }

  override send(text: string, options?: SendOptions): Promise<SentMessage> {
    this.session.signaller.sentMessage();
    return super.send(text, options);
  }

  // reading

  /** Get a message as it is to be shown; undefined if it is not in the transcript. */
  async message(id: Uint8Array): Promise<Merged | undefined> {
    return merge(await readFamily(this.roomState.store, id));
  }

  /**
   * Get up to `limit` entries of the timeline below the place `before`.
   *
   * In a shared room these reach back before the own joining, while the relay answers.
   */
  async history(limit: number, before = Number.MAX_SAFE_INTEGER): Promise<TimelinePage> {
    const stored = this.#placesBelow(before, limit);
    if (stored.length >= limit) return { entries: await this.#entries(stored), isComplete: false };
    const isComplete = await this.#fetch(before, limit);
    const places = this.#placesBelow(before, limit);
    return {
      entries: await this.#entries(places),
      isComplete: isComplete && places.length < limit,
    };
  }

  /** Have the relay give what is archived below a place; says whether it has nothing more. */
  async #fetch(before: number, limit: number): Promise<boolean> {
    const { rules, group } = this.roomState;
    if (group === undefined || rules === undefined || !rules.isShared) return true;
    let transport: Transport;
    try {
      transport = this.session.online();
    } catch (error) {
      if (error instanceof RelayUnreachable) return false;
      throw error;
    }
    const { events, isComplete } = await fetchHistory(transport, this.roomState, before, limit);
    for (const event of events) if (event.kind === "message changed") this.#tell(event);
    return isComplete;
  }

  #placesBelow(before: number, limit: number): Place[] {
    const places: Place[] = [];
    for (const place of this.roomState.store.index.below(before)) {
      if (place.about === undefined) places.push(place);
      if (places.length >= limit) break;
    }
    return places.reverse();
  }

  async #entries(places: readonly Place[]): Promise<TimelineEntry[]> {
    const { store } = this.roomState;
    const messages = places.filter(isContent).map((place) => place.id);
    const merged = (await readFamilies(store, messages)).map(merge);
    const notices = await store.read(places.filter((place) => !isContent(place)));
    const entries = [
      ...merged.filter((message) => message !== undefined),
      ...notices.filter((row) => row.table === "notice"),
    ];
    return entries.sort((one, other) => seqOf(one) - seqOf(other));
  }

  /** List the own messages that wait to be sent, or have failed. */
  queued(): readonly Queued[] {
    return this.roomState.store.queued();
  }

  /** Say whether a message is in the transcript. */
  hasMessage(id: Uint8Array | undefined): boolean {
    return id !== undefined && this.roomState.store.index.find(id) !== undefined;
  }

  /** The place in the log where this member first came in; what is below was said before. */
  get enteredAt(): number {
    return this.roomState.enteredAt;
  }

  /** The place in the log up to which everything was read. */
  get readUpTo(): number {
    return this.roomState.readUpTo;
  }

  /** Note that everything was read up to a place in the log. */
  async markRead(seq: number): Promise<void> {
    const state = this.roomState;
    if (seq > state.readUpTo) await state.store.transaction(() => state.saveRead(seq));
  }

  /** Codes of what was wrong, which nobody has read yet. */
  get remarks(): readonly string[] {
    return this.roomState.remarks;
  }

  /** Keep what was wrong until it is dismissed, for who is not looking. */
  async addRemark(code: string): Promise<void> {
    if (!this.remarks.includes(code)) await this.#keepRemarks([...this.remarks, code]);
  }

  /** Drop what somebody has read. */
  async dismissRemark(code: string): Promise<void> {
    await this.#keepRemarks(this.remarks.filter((one) => one !== code));
  }

  async #keepRemarks(remarks: readonly string[]): Promise<void> {
    const state = this.roomState;
    await state.store.transaction(() => state.saveRemarks(remarks));
  }

  /** Count the messages of others that were not read. */
  async countUnread(): Promise<number> {
    const { store, readUpTo } = this.roomState;
    const places = [...store.index.from(readUpTo + 1)].filter(
      (place) => isContent(place) && place.about === undefined,
    );
    const rows = await store.read(places);
    return rows.filter((row) => row.table === "content" && !row.isOwn && row.gone === "").length;
  }

  /** Go through the messages that this device has, newest first. */
  async *messages(): AsyncGenerator<Merged> {
    let before = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const places = this.#placesBelow(before, 200);
      const [oldest] = places;
      if (oldest === undefined) return;
      for (const entry of (await this.#entries(places)).reverse()) {
        if ("stored" in entry) yield entry;
      }
      before = oldest.seq;
    }
  }

  // signals

  /** What is known of who is where, by pseudonym. */
  presence(): ReadonlyMap<string, MemberPresence> {
    const members = this.roomState.group?.members() ?? [];
    return new Map(
      members.map(([, { credential, signatureKey }]) => {
        const { presence, typingUntil } = this.session.signaller.presence.of(signatureKey);
        return [toHex(credential.identity), { presence, isTyping: typingUntil > 0 }];
      }),
    );
  }

  /** Tell the others whether the person is writing. */
  signalTyping(isTyping: boolean): void {
    this.session.signaller.setTyping(isTyping);
  }

  /** Tell the others whether nobody is looking. */
  signalAway(isAway: boolean): void {
    this.session.signaller.setAway(isAway);
  }

  // ending

  /**
   * Give up the place in the room, and delete its keys and transcript here.
   *
   * Throws RelayUnreachable when the relay cannot be told; then nothing has changed. Throws
   * StateError when the relay was told and nothing could be deleted; then that is done another time.
   */
  async leave(): Promise<void> {
    const state = this.roomState;
    if (this.state !== "removed" && !this.#hasLeft) {
      const transport = this.session.online();
      const signed = leaveTranscript(state.roomId, state.leafKey);
      const signature = ED25519.sign(state.identity.privateKey, signed);
      const request = systemRandom(REQUEST_ID_BYTES);
      await state.store.transaction(() => state.store.remember(request, "leave", signature));
      try {
        await transport.request("room.leave", { request, room: state.roomId, signature });
      } catch (error) {
        // not admitted any more: the relay knows already
        if (!(error instanceof NotAdmitted)) throw error;
      }
      this.#hasLeft = true;
    }
    await this.#end(this.#forget);
  }

  /** Stop; what waits stays stored and goes out when the room is resumed. */
  async close(): Promise<void> {
    await this.#end(async () => undefined);
  }

  /** Stop; `last` is done before anybody else has the room, which may be joined anew at once. */
  async #end(last: () => Promise<void>): Promise<void> {
    if (this.isOpen) {
      this.isOpen = false;
      await this.#expiry.stop();
      await this.session.stop();
      this.roomState.store.close();
    }
    await last();
    this.#lock.release();
  }
}

function seqOf(entry: TimelineEntry): number {
  return "stored" in entry ? entry.stored.seq : entry.seq;
}
