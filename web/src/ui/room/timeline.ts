/** The part of a room's timeline that the page holds, in its order. */

import type { HistoryPage, MessageItem, TimelineItem } from "../../client/service.ts";

export class Timeline {
  readonly #byId: ReadonlyMap<string, TimelineItem>;
  readonly items: readonly TimelineItem[];
  /** The last own message that can be edited; undefined if there is none. */
  readonly lastOwn: MessageItem | undefined;

  private constructor(
    items: Iterable<TimelineItem>,
    /** Whether nothing older is to be had. */
    readonly isComplete: boolean,
  ) {
    this.items = [...items].sort(byPlace);
    this.#byId = new Map(this.items.map((item) => [item.id, item]));
    this.lastOwn = this.items.findLast(
      (item): item is MessageItem => item.kind === "message" && canBeEdited(item),
    );
  }

  static readonly EMPTY = new Timeline([], false);

  /** The timeline with items that are new or have changed, and without those that are gone. */
  changed(items: readonly TimelineItem[], gone: readonly string[] = []): Timeline {
    const all = new Map(this.#byId);
    for (const item of items) all.set(item.id, item);
    for (const id of gone) all.delete(id);
    return new Timeline(all.values(), this.isComplete);
  }

  /** The timeline with older items. What it holds already is newer than a page's copy of it. */
  withOlder(page: HistoryPage): Timeline {
    const all = new Map(page.items.map((item) => [item.id, item]));
    for (const [id, item] of this.#byId) all.set(id, item);
    return new Timeline(all.values(), page.isComplete);
  }

  get(id: string): TimelineItem | undefined {
    return this.#byId.get(id);
  }

  message(id: string): MessageItem | undefined {
    const item = this.#byId.get(id);
    return item?.kind === "message" ? item : undefined;
  }

  /** The place in the log of the oldest item; undefined if none has one. */
  get oldest(): number | undefined {
    return this.items.find((item) => item.seq !== undefined)?.seq;
  }

  /** The place in the log of the newest item; undefined if none has one. */
  get newest(): number | undefined {
    return this.items.findLast((item) => item.seq !== undefined)?.seq;
  }
}

/** Whether a message is one's own, stored by the relay, and still there. */
export function canBeEdited(item: MessageItem): boolean {
  return item.isOwn && item.seq !== undefined && !item.isDeleted;
}

/** What has a place in the log stands in the log's order; what waits for one stands below. */
function byPlace(a: TimelineItem, b: TimelineItem): number {
  if (a.seq !== undefined && b.seq !== undefined) return a.seq - b.seq;
  if (a.seq === undefined && b.seq === undefined) return a.time - b.time;
  return a.seq === undefined ? 1 : -1;
}
