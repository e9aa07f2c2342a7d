/** A room that is open in this worker, as the page asks for it (service.ts). */

import { toHex } from "../crypto/bytes.ts";
import {
  ChangeUndone,
  DecodeError,
  GhostMember,
  RelayInconsistent,
  RoomkeyError,
} from "../errors.ts";
import type { Event } from "./events.ts";
import { exportTranscript } from "./export.ts";
import { fromHex } from "./hex.ts";
import { textOf } from "./merging.ts";
import type { Room } from "./room.ts";
import { itemOf, messageItem, namesOf, noticeItem, noticeKey, waitingItem } from "./room_items.ts";
import { viewOf } from "./room_status.ts";
import type {
  HistoryPage,
  MessageItem,
  OpenRoom,
  RoomListener,
  RoomView,
  TimelineItem,
  Trouble,
} from "./service.ts";

const FIRST_ITEMS = 60;
const EVENTS_IN_VIEW: ReadonlySet<Event["kind"]> = new Set([
  "message received",
  "outbox changed",
  "member joined",
  "member left",
  "room key changed",
  "rules changed",
  "connection changed",
  "safety code changed",
  "presence changed",
  "room trouble",
]);

/** What is over with the next connection, and must be read all the same. */
const REMARKABLE: ReadonlySet<string> = new Set([
  RelayInconsistent.code,
  GhostMember.code,
  ChangeUndone.code,
]);

/** Shows a room, and passes on what the page wants of it. */
export class LocalRoom implements OpenRoom {
  readonly code: string;
  readonly #room: Room;
  readonly #closed: () => void;
  readonly #listeners = new Set<RoomListener>();
  readonly #waiting = new Map<string, MessageItem>();
  #trouble: Trouble | undefined;
  #isAway = false;
  #unread = 0;
  #isTellingSoon = false;
  #last: Promise<unknown>;
  #closing: Promise<void> | undefined;

  /** Show a room; `closed` is told when it is being closed, or was left. */
  constructor(room: Room, closed: () => void) {
    this.code = room.storedCode;
    this.#room = room;
    this.#closed = closed;
    this.#noteWaiting();
    this.#last = this.#count();
    room.listen((event) => this.#heard(event));
  }

  /** Look whether the connection still holds, or come back at once. */
  async wakeUp(): Promise<void> {
    this.#room.wakeUp();
  }

  listen(listener: RoomListener): () => void {
    this.#inTurn(async () => {
      const { items } = await this.history(FIRST_ITEMS);
      this.#listeners.add(listener);
      listener.view(this.#view());
      listener.items(items, [], false);
    });
    return () => this.#listeners.delete(listener);
  }

  // telling

  #heard(event: Event): void {
    const isLive = this.#room.state === "online";
    if (event.kind === "room trouble") {
      const { code, sentence, nextStep } = event;
      this.#trouble = { code, sentence, nextStep };
      if (REMARKABLE.has(code)) this.#inTurn(() => this.#room.addRemark(code));
    } else if (event.kind === "connection changed" && event.state === "online") {
      this.#trouble = undefined;
    }
    if (event.kind === "message received") this.#inTurn(() => this.#showMessage(event.id, isLive));
    if (event.kind === "message changed") this.#inTurn(() => this.#showMessage(event.id, false));
    if (event.kind === "noticed") {
      this.#inTurn(async () => {
        this.#tellItems([noticeItem(event.notice, namesOf(this.#room))], [], isLive);
      });
    }
    if (event.kind === "rows gone") {
      const gone = [...event.messages.map(toHex), ...event.notices.map(noticeKey)];
      this.#inTurn(async () => this.#tellItems([], gone, false));
    }
    if (event.kind === "outbox changed") this.#inTurn(async () => this.#showWaiting());
    if (EVENTS_IN_VIEW.has(event.kind)) this.#tellViewSoon();
  }

  /** Do one thing after another, so that the page is told in the order in which it happened. */
  #inTurn(work: () => Promise<void>): void {
    this.#last = this.#last.then(work).catch((error: unknown) => this.#stumbled(error));
  }

  #stumbled(error: unknown): void {
    const { code, sentence, nextStep } = error instanceof RoomkeyError ? error : new RoomkeyError();
    this.#trouble = { code, sentence, nextStep };
    this.#tellViewSoon();
  }

  async #showMessage(id: Uint8Array, isLive: boolean): Promise<void> {
    const merged = await this.#room.message(id);
    if (merged === undefined) return;
    this.#waiting.delete(toHex(id));
    const { stored } = merged;
    if (isLive && !stored.isOwn && stored.seq > this.#room.readUpTo) await this.#count();
    this.#tellItems([messageItem(merged, this.#room, namesOf(this.#room))], [], isLive);
  }

  #showWaiting(): void {
    const before = new Map(this.#waiting);
    this.#noteWaiting();
    const changed = [...this.#waiting.values()].filter((item) => {
      const known = before.get(item.id);
      return known?.state !== item.state;
    });
    const gone = [...before.keys()].filter(
      (id) => !this.#waiting.has(id) && !this.#room.hasMessage(fromHex(id)),
    );
    if (changed.length > 0 || gone.length > 0) this.#tellItems(changed, gone, false);
  }

  #noteWaiting(): void {
    this.#waiting.clear();
    for (const queued of this.#room.queued()) {
      const item = waitingItem(queued, this.#room);
      if (item !== undefined) this.#waiting.set(item.id, item);
    }
  }

  #tellItems(changed: readonly TimelineItem[], gone: readonly string[], isLive: boolean): void {
    for (const listener of this.#listeners) listener.items(changed, gone, isLive);
  }

  #tellViewSoon(): void {
    if (this.#isTellingSoon) return;
    this.#isTellingSoon = true;
    this.#inTurn(async () => {
      this.#isTellingSoon = false;
      const view = this.#view();
      for (const listener of this.#listeners) listener.view(view);
    });
  }

  #view(): RoomView {
    return viewOf(this.#room, {
      unread: this.#unread,
      trouble: this.#trouble,
      isAway: this.#isAway,
    });
  }

  async #count(): Promise<void> {
    this.#unread = await this.#room.countUnread();
  }

  // saying

  async send(
    text: string,
    options: { inReplyTo?: string; expiresAfter?: number } = {},
  ): Promise<string> {
    const { inReplyTo, expiresAfter } = options;
    const { id } = await this.#room.send(text, {
      inReplyTo: inReplyTo === undefined ? undefined : idOf(inReplyTo),
      expiresAfter,
    });
    return toHex(id);
  }

  retry(id: string): Promise<void> {
    return this.#room.retry(idOf(id));
  }

  discard(id: string): Promise<void> {
    return this.#room.discard(idOf(id));
  }

  async edit(id: string, text: string): Promise<void> {
    await this.#room.edit(idOf(id), text);
  }

  async delete(id: string): Promise<void> {
    await this.#room.delete(idOf(id));
  }

  async react(id: string, sign: string): Promise<void> {
    await this.#room.react(idOf(id), sign);
  }

  unreact(reactionId: string): Promise<void> {
    return this.#room.unreact(idOf(reactionId));
  }

  // reading

  async history(limit: number, before?: number): Promise<HistoryPage> {
    const { entries, isComplete } = await this.#room.history(limit, before);
    const findName = namesOf(this.#room);
    const items = entries.map((entry) => itemOf(entry, this.#room, findName));
    const waiting = before === undefined ? this.#waiting.values() : [];
    return { items: [...items, ...waiting], isComplete };
  }

  async search(text: string, limit: number): Promise<readonly MessageItem[]> {
    const wanted = searchable(text);
    const found: MessageItem[] = [];
    if (wanted === "" || limit < 1) return found;
    const findName = namesOf(this.#room);
    for await (const merged of this.#room.messages()) {
      if (!searchable(textOf(merged)).includes(wanted)) continue;
      found.push(messageItem(merged, this.#room, findName));
      if (found.length >= limit) break;
    }
    return found;
  }

  async exportTranscript(format: "text" | "json"): Promise<string> {
    const items: MessageItem[] = [];
    const findName = namesOf(this.#room);
    for await (const merged of this.#room.messages()) {
      items.push(messageItem(merged, this.#room, findName));
    }
    return exportTranscript(this.#room.code, this.#room.title, items.reverse(), format);
  }

  async markRead(seq: number): Promise<void> {
    await this.#room.markRead(seq);
    await this.#count();
    this.#tellViewSoon();
  }

  async dismissRemark(code: string): Promise<void> {
    await this.#room.dismissRemark(code);
    this.#tellViewSoon();
  }

  async signalTyping(isTyping: boolean): Promise<void> {
    this.#room.signalTyping(isTyping);
  }

  async signalAway(isAway: boolean): Promise<void> {
    this.#isAway = isAway;
    this.#room.signalAway(isAway);
    this.#tellViewSoon();
  }

  // the room key, and a host's tools

  async roomKey(): Promise<string | undefined> {
    return this.#room.roomKey;
  }

  async giveRoomKey(roomKey: string): Promise<void> {
    await this.#room.giveRoomKey(roomKey);
    this.#trouble = undefined;
    this.#tellViewSoon();
  }

  changeRoomKey(roomKey: string, remove?: readonly string[]): Promise<void> {
    return this.#room.changeRoomKey(roomKey, remove);
  }

  remove(pseudonym: string): Promise<void> {
    return this.#room.remove(pseudonym);
  }

  setLocked(isLocked: boolean): Promise<void> {
    return this.#room.setLocked(isLocked);
  }

  setTitle(title: string): Promise<void> {
    return this.#room.setTitle(title);
  }

  setRetention(seconds: number): Promise<void> {
    return this.#room.setRetention(seconds);
  }

  nameHost(pseudonym: string): Promise<void> {
    return this.#room.nameHost(pseudonym);
  }

  closeRoom(): Promise<void> {
    return this.#room.closeRoom();
  }

  // ending

  async leave(): Promise<void> {
    await this.#room.leave();
    this.#closed();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // first: nobody is to be given, or to follow, a room that is on its way out
    this.#closed();
    await this.#room.close();
    // whoever listens hears that it is closed
    await this.#last;
    this.#listeners.clear();
  }
}

function idOf(id: string): Uint8Array {
  const bytes = fromHex(id);
  if (bytes === undefined || bytes.length !== 32) throw new DecodeError("a message's id");
  return bytes;
}

/** Bring a text into the form in which texts are compared: without case, and without accents. */
function searchable(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLocaleLowerCase().trim();
}
