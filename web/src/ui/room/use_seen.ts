import { useEffect, useRef } from "preact/hooks";
import type { RoomView, TimelineItem } from "../../client/service.ts";
import { isAttending } from "./live.ts";
import type { RoomModel } from "./room_model.ts";
import type { ShownRow } from "./row_view.tsx";
import { countUnread } from "./rows.ts";
import type { TimelineScroll } from "./scroll.ts";

/** Marks what was before the person's eyes as read, and keeps the unread divider where they left off. */
export function useSeen(
  model: RoomModel,
  view: RoomView,
  scroll: TimelineScroll<ShownRow>,
  rows: readonly ShownRow[],
): void {
  const { end } = scroll.seen.value;
  const isHere = isAttending.value;
  const isDivided = model.readUpTo.value !== undefined;

  useEffect(() => {
    const newest = isHere ? lastPlace(rows, end) : undefined;
    if (newest !== undefined) model.markRead(newest);
  }, [model, rows, end, isHere]);

  // whoever looks away, or up, finds on their return where they stopped
  const isFollowing = isHere && scroll.isAtEnd.value;
  const wasFollowing = useRef(isFollowing);
  useEffect(() => {
    const before = wasFollowing.current;
    wasFollowing.current = isFollowing;
    const { items } = model.timeline.peek();
    const { readUpTo } = model;
    if (before && !isFollowing && (!isHere || !hasUnread(items, readUpTo.peek()))) {
      model.divide(model.timeline.peek().newest);
    }
    if (!before && isFollowing && isDivided && !hasUnread(items, readUpTo.peek())) {
      model.divide(undefined);
    }
  }, [model, isFollowing, isHere, isDivided, view]);
}

function hasUnread(items: readonly TimelineItem[], readUpTo: number | undefined): boolean {
  return readUpTo !== undefined && countUnread(items, readUpTo) > 0;
}

/** The place in the log of the last row before `end` that has one. */
function lastPlace(rows: readonly ShownRow[], end: number): number | undefined {
  for (let place = end - 1; place >= 0; place -= 1) {
    const row = rows[place];
    if (row && "item" in row && row.item.seq !== undefined) return row.item.seq;
  }
  return undefined;
}
