/** A room's timeline as the page shows it: messages and notices, safe to show. */

import { toHex } from "../crypto/bytes.ts";
import type { Queued, Stored, StoredNotice } from "../store/rows.ts";
import { Content } from "./content.ts";
import { type Merged, signOf, textOf } from "./merging.ts";
import type { Room, TimelineEntry } from "./room.ts";
import type {
  MessageItem,
  NoticeItem,
  NoticeWord,
  ReactionView,
  Sender,
  TimelineItem,
} from "./service.ts";
import { cleanName, cleanText } from "./text.ts";

const CLOCK_TOLERANCE_MS = 5 * 60 * 1000;

/** Finds the name that a pseudonym has now; undefined if it is in the room no more. */
type FindName = (pseudonym: string) => string | undefined;

/** Find the names of a room's members. */
export function namesOf(room: Room): FindName {
  const names = new Map(room.members().map(({ pseudonym, name }) => [pseudonym, name]));
  return (pseudonym) => names.get(pseudonym);
}

/** Show an entry of the timeline. */
export function itemOf(entry: TimelineEntry, room: Room, findName: FindName): TimelineItem {
  return "stored" in entry ? messageItem(entry, room, findName) : noticeItem(entry, findName);
}

/** Show a message at its place. */
export function messageItem(merged: Merged, room: Room, findName: FindName): MessageItem {
  const { stored } = merged;
  const content = merged.isDeleted ? undefined : Content.decode(stored.content);
  const clock = content?.senderClock;
  return {
    kind: "message",
    id: toHex(stored.messageId),
    seq: stored.seq,
    time: stored.time,
    sender: senderOf(stored, findName),
    isOwn: stored.isOwn,
    text: cleanText(textOf(merged)),
    state: "sent",
    ...(content?.inReplyTo && { inReplyTo: toHex(content.inReplyTo) }),
    isEdited: merged.edit !== undefined,
    isDeleted: merged.isDeleted,
    reactions: reactionViews(merged.reactions, findName),
    ...(stored.expiresAt !== undefined && { expiresAt: stored.expiresAt }),
    isHistory: stored.seq < room.enteredAt,
    senderClockDiffers: clock !== undefined && Math.abs(clock - stored.time) > CLOCK_TOLERANCE_MS,
  };
}

/** Show an own message that waits, or has failed; undefined if it only changes another. */
export function waitingItem(queued: Queued, room: Room): MessageItem | undefined {
  const content = Content.decode(queued.content);
  if (content.kind !== "message") return undefined;
  return {
    kind: "message",
    id: toHex(queued.messageId),
    time: queued.time,
    sender: { pseudonym: room.pseudonym, name: room.name },
    isOwn: true,
    text: cleanText(content.text ?? ""),
    state: queued.failure === undefined ? "waiting" : "failed",
    ...(queued.failure !== undefined && { failure: queued.failure }),
    ...(content.inReplyTo && { inReplyTo: toHex(content.inReplyTo) }),
    isEdited: false,
    isDeleted: false,
    reactions: [],
    isHistory: false,
    senderClockDiffers: false,
  };
}

/** Show something that happened in the room. */
export function noticeItem(notice: StoredNotice, findName: FindName): NoticeItem {
  const { pseudonym, name, reason } = notice;
  return {
    kind: "notice",
    id: noticeKey(notice),
    seq: notice.seq,
    time: notice.time,
    what: notice.what as NoticeWord,
    ...(pseudonym && { member: senderOf({ pseudonym, name: name ?? "" }, findName) }),
    ...(reason !== undefined && { reason }),
  };
}

/** Name a notice among the items of the timeline. */
export function noticeKey({ seq, count }: StoredNotice): string {
  return `${seq}-${count}`;
}

function senderOf(
  { pseudonym, name }: { readonly pseudonym: Uint8Array; readonly name: string },
  findName: FindName,
): Sender {
  const key = toHex(pseudonym);
  return { pseudonym: key, name: findName(key) ?? cleanName(name) };
}

function reactionViews(reactions: readonly Stored[], findName: FindName): ReactionView[] {
  const bySign = new Map<string, (Sender & { readonly id: string; readonly isOwn: boolean })[]>();
  for (const reaction of reactions) {
    const sign = cleanText(signOf(reaction)).replaceAll(/\s+/g, " ").trim();
    if (sign === "") continue;
    const by = bySign.get(sign) ?? [];
    const { isOwn } = reaction;
    by.push({ ...senderOf(reaction, findName), id: toHex(reaction.messageId), isOwn });
    bySign.set(sign, by);
  }
  return [...bySign].map(([sign, by]) => ({ sign, by }));
}
