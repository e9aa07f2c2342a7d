/** The rows that a timeline is shown in: its items, and the dividers between them. */

import type { HistoryMode, MessageItem, NoticeItem, TimelineItem } from "../../client/service.ts";

/** Messages of one sender within this time of one another stand under one name. */
export const GROUP_MS = 5 * 60_000;

export type Row =
  | { readonly kind: "day"; readonly key: string; readonly time: number }
  /** What was said before one's joining ends here. */
  | { readonly kind: "joined-here"; readonly key: string }
  | { readonly kind: "unread"; readonly key: string }
  | {
      readonly kind: "message";
      readonly key: string;
      readonly item: MessageItem;
      /** Whether the sender's name and the time stand above it. */
      readonly startsGroup: boolean;
    }
  | { readonly kind: "notice"; readonly key: string; readonly item: NoticeItem };

/** Lay out items in their order; `readUpTo` is the last place that was read, undefined if nothing is unread. */
export function layOut(items: readonly TimelineItem[], readUpTo: number | undefined): Row[] {
  const rows: Row[] = [];
  let above: TimelineItem | undefined;
  let isUnreadShown = readUpTo === undefined;
  const lastBefore = items.findLastIndex(isHistory);
  for (const [place, item] of items.entries()) {
    const divided = rows.length;
    if (above === undefined || !isSameDay(above.time, item.time)) {
      rows.push({ kind: "day", key: `day ${item.id}`, time: item.time });
    }
    if (lastBefore >= 0 && place === lastBefore + 1) {
      rows.push({ kind: "joined-here", key: `joined here ${item.id}` });
    }
    if (!isUnreadShown && isUnread(item, readUpTo ?? 0)) {
      rows.push({ kind: "unread", key: "unread" });
      isUnreadShown = true;
    }
    const isDivided = rows.length > divided;
    if (item.kind === "notice") {
      rows.push({ kind: "notice", key: item.id, item });
    } else {
      const startsGroup = isDivided || !continues(above, item);
      rows.push({ kind: "message", key: item.id, item, startsGroup });
    }
    above = item;
  }
  return rows;
}

/** How many items of others stand above the place `readUpTo`. */
export function countUnread(items: readonly TimelineItem[], readUpTo: number): number {
  return items.filter((item) => isUnread(item, readUpTo)).length;
}

function isUnread(item: TimelineItem, readUpTo: number): boolean {
  return item.kind === "message" && !item.isOwn && !item.isHistory && (item.seq ?? 0) > readUpTo;
}

function isHistory(item: TimelineItem): boolean {
  return item.kind === "message" && item.isHistory;
}

function continues(above: TimelineItem | undefined, item: MessageItem): boolean {
  return (
    above?.kind === "message" &&
    above.sender.pseudonym === item.sender.pseudonym &&
    above.sender.name === item.sender.name &&
    item.time - above.time < GROUP_MS &&
    item.inReplyTo === undefined
  );
}

const TWO_DAYS = 2 * 24 * 60 * 60_000;

/** In the person's time zone; two times less than two days apart with one day of the month are one day. */
function isSameDay(a: number, b: number): boolean {
  return Math.abs(a - b) < TWO_DAYS && new Date(a).getDate() === new Date(b).getDate();
}

/** Why nothing stands above the oldest item: the room began, one came later, or its time was over. */
export function beginning(
  items: readonly TimelineItem[],
  history: HistoryMode,
): "created" | "strict" | "retention" {
  const [oldest] = items;
  if (oldest === undefined || (oldest.kind === "notice" && oldest.what === "created")) {
    return "created";
  }
  return history === "strict" ? "strict" : "retention";
}
