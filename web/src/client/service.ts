/**
 * What the page asks of the client, and what the client tells the page.
 *
 * The client runs in a worker; the page holds a proxy of these interfaces. Everything in them can be
 * cloned between threads: ids are hexadecimal, times are milliseconds since 1970-01-01 UTC. Room codes
 * are told in their stored form, without the hyphen, and taken in any form that people type.
 */

/** The steps of coming into a room, in their order; the slow ones are named on the page. */
export type JoinStep = "connecting" | "asking" | "stretching" | "checking" | "entering";

export type HistoryMode = "shared" | "strict";
export type RoomSize = "hybrid" | "large";

export interface NewRoomWish {
  readonly roomKey: string;
  readonly name: string;
  readonly title: string;
  readonly history: HistoryMode;
  /** Seconds. */
  readonly retention: number;
  readonly size: RoomSize;
}

export interface JoinWish {
  readonly code: string;
  readonly roomKey: string;
  readonly name: string;
}

/** A room of this device. */
export interface StoredRoom {
  readonly code: string;
  readonly name: string;
  readonly title: string;
  readonly lastSeen: number;
  readonly isOver: boolean;
}

/** How hard a room key is to guess for somebody who has the relay: `score` 0 (at once) to 4 (out of reach). */
export interface Strength {
  readonly score: 0 | 1 | 2 | 3 | 4;
  readonly bits: number;
}

/** An error as the page sees it; `code` chooses the text, `sentence` and `nextStep` stand in for it. */
export class ServiceError extends Error {
  constructor(
    readonly code: string,
    readonly sentence: string,
    readonly nextStep: string,
  ) {
    super(sentence);
    this.name = "ServiceError";
  }
}

export type ConnectionWord =
  | "connecting"
  | "catching-up"
  | "online"
  | "offline"
  | "removed"
  | "closed";

interface ConnectionView {
  readonly state: ConnectionWord;
  /** When the next try begins, if the room is offline. */
  readonly retryAt?: number;
  /** How many own messages wait to be sent. */
  readonly waiting: number;
}

export interface MemberView {
  readonly pseudonym: string;
  /** Safe to show: one line, no control or bidirectional characters. */
  readonly name: string;
  readonly isSelf: boolean;
  readonly isHost: boolean;
  readonly presence: "here" | "away" | "unknown";
  readonly isTyping: boolean;
  /** Whether the name looks like another member's though it is written otherwise. */
  readonly looksLikeAnother: boolean;
}

export interface SafetyCodeView {
  /** What `safetyWords` gives the words for. */
  readonly wordPlaces: readonly number[];
  readonly digits: string;
  readonly epoch: string;
}

export interface Trouble {
  readonly code: string;
  readonly sentence: string;
  readonly nextStep: string;
}

/** Everything about a room but its timeline; a new one is told whenever something in it changes. */
export interface RoomView {
  readonly code: string;
  readonly title: string;
  readonly ownName: string;
  readonly isHost: boolean;
  readonly connection: ConnectionView;
  /** Whether another tab leads this room; this one then follows it, and can do the same things. */
  readonly isFollowing: boolean;
  readonly members: readonly MemberView[];
  readonly history: HistoryMode;
  /** Seconds. */
  readonly retention: number;
  readonly size: RoomSize;
  readonly maxMembers: number;
  readonly isLocked: boolean;
  readonly keyId: number;
  /** Whether the room key was changed and this client has not learnt the new one. */
  readonly needsRoomKey: boolean;
  readonly safetyCode?: SafetyCodeView;
  /** The place in the log up to which everything was read. */
  readonly readUpTo: number;
  readonly unread: number;
  readonly trouble?: Trouble;
  /** Codes of what was wrong and is over, until somebody has read it. */
  readonly remarks: readonly string[];
}

export interface Sender {
  readonly pseudonym: string;
  readonly name: string;
}

export interface ReactionView {
  readonly sign: string;
  readonly by: readonly (Sender & { readonly id: string; readonly isOwn: boolean })[];
}

/** A message at its place; the text is safe to show, its markdown is not yet read. */
export interface MessageItem {
  readonly kind: "message";
  readonly id: string;
  /** The place in the room's log; undefined while the message waits. */
  readonly seq?: number;
  readonly time: number;
  readonly sender: Sender;
  readonly isOwn: boolean;
  readonly text: string;
  readonly state: "waiting" | "sent" | "failed";
  /** Why it failed: an error's code. */
  readonly failure?: string;
  readonly inReplyTo?: string;
  readonly isEdited: boolean;
  readonly isDeleted: boolean;
  readonly reactions: readonly ReactionView[];
  readonly expiresAt?: number;
  /** Whether it was said before this client joined. */
  readonly isHistory: boolean;
  readonly senderClockDiffers: boolean;
}

export type NoticeWord =
  | "created"
  | "joined"
  | "left"
  | "removed"
  | "key-changed"
  | "locked"
  | "unlocked"
  | "rules-changed"
  | "unreadable"
  | "missing";

/** Something that happened in the room; `reason` is an error's code when a message cannot be read. */
export interface NoticeItem {
  readonly kind: "notice";
  readonly id: string;
  readonly seq: number;
  readonly time: number;
  readonly what: NoticeWord;
  readonly member?: Sender;
  readonly reason?: string;
}

export type TimelineItem = MessageItem | NoticeItem;

export interface RoomListener {
  /** The room changed in something else than its timeline. */
  view(view: RoomView): void;
  /** Items are new or have changed (by `id`), or are gone. `isLive` if they have just happened. */
  items(changed: readonly TimelineItem[], gone: readonly string[], isLive: boolean): void;
}

export interface HistoryPage {
  /** Oldest first. */
  readonly items: readonly TimelineItem[];
  /** Whether nothing older is to be had, here or from the relay. */
  readonly isComplete: boolean;
}

/** A room that is open in this page. Methods reject with `ServiceError`. */
export interface OpenRoom {
  readonly code: string;
  /** Listen; the view and the newest items are told at once. Returns how to stop. */
  listen(listener: RoomListener): () => void;

  /** Store a message and send it as soon as that is possible; answers its id. `expiresAfter` counts seconds. */
  send(text: string, options?: { inReplyTo?: string; expiresAfter?: number }): Promise<string>;
  retry(id: string): Promise<void>;
  discard(id: string): Promise<void>;
  edit(id: string, text: string): Promise<void>;
  delete(id: string): Promise<void>;
  react(id: string, sign: string): Promise<void>;
  unreact(reactionId: string): Promise<void>;

  /** Get up to `limit` items below the place `before` (the newest ones without it). */
  history(limit: number, before?: number): Promise<HistoryPage>;
  /** Search what this device has; newest first. */
  search(text: string, limit: number): Promise<readonly MessageItem[]>;
  exportTranscript(format: "text" | "json"): Promise<string>;

  markRead(seq: number): Promise<void>;
  /** Say that somebody has read what was wrong. */
  dismissRemark(code: string): Promise<void>;
  signalTyping(isTyping: boolean): Promise<void>;
  signalAway(isAway: boolean): Promise<void>;

  /** The room key, for an invitation; undefined if this device does not know it. */
  roomKey(): Promise<string | undefined>;
  /** Give the new room key after a host changed it. */
  giveRoomKey(roomKey: string): Promise<void>;

  /** Hosts: these answer once the room has accepted the change. */
  changeRoomKey(roomKey: string, remove?: readonly string[]): Promise<void>;
  remove(pseudonym: string): Promise<void>;
  setLocked(isLocked: boolean): Promise<void>;
  setTitle(title: string): Promise<void>;
  setRetention(seconds: number): Promise<void>;
  nameHost(pseudonym: string): Promise<void>;
  closeRoom(): Promise<void>;

  /** Try to connect at once; a connection that stands is looked after. */
  wakeUp(): Promise<void>;

  /** Give up the place in the room and delete it from this device. */
  leave(): Promise<void>;
  /** Stop; what waits goes out when the room is opened again. */
  close(): Promise<void>;
}

/** The door: rooms of this device, new ones, and those to join. Methods reject with `ServiceError`. */
export interface Service {
  create(wish: NewRoomWish, progress: (step: JoinStep) => void): Promise<OpenRoom>;
  join(wish: JoinWish, progress: (step: JoinStep) => void): Promise<OpenRoom>;
  /** Open a room of this device; it connects by itself. */
  resume(code: string): Promise<OpenRoom>;
  rooms(): Promise<readonly StoredRoom[]>;
  /** Delete a room's keys and transcript from this device; the relay is not told. */
  forget(code: string): Promise<void>;
  /** Delete everything that Roomkey keeps on this device. */
  forgetEverything(): Promise<void>;
  generateRoomKey(): Promise<string>;
  /** Tell others who is here and who is typing, or nothing at all; holds for rooms opened from then on and before. */
  setSignals(isOn: boolean): Promise<void>;
  /** The words of a safety code. */
  safetyWords(wordPlaces: readonly number[]): Promise<readonly string[]>;
  strength(roomKey: string): Promise<Strength>;
}

/** What a service keeps: `device` in the browser's storage, `private` in memory until the page is closed. */
export type Keeping = "device" | "private";
