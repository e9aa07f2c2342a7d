import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MessageItem, NoticeItem, TimelineItem } from "../../../src/client/service.ts";
import { beginning, countUnread, GROUP_MS, layOut } from "../../../src/ui/room/rows.ts";
import { Timeline } from "../../../src/ui/room/timeline.ts";

const NOON = new Date(2026, 4, 17, 12).getTime();
const DAY = 24 * 60 * 60_000;

function message(id: string, parts: Partial<MessageItem> = {}): MessageItem {
  return {
    kind: "message",
    id,
    time: NOON,
    sender: { pseudonym: "aa", name: "Ada" },
    isOwn: false,
    text: id,
    state: "sent",
    isEdited: false,
    isDeleted: false,
    reactions: [],
    isHistory: false,
    senderClockDiffers: false,
    ...parts,
  };
}

const notice = (id: string, seq: number): NoticeItem => ({
  kind: "notice",
  id,
  seq,
  time: NOON,
  what: "joined",
});

const kinds = (items: readonly TimelineItem[], readUpTo?: number) =>
  layOut(items, readUpTo).map((row) => row.kind);

describe("a timeline", () => {
  it("stands in the log's order with what waits below, however it came in", () => {
    const items = [
      message("waiting 2", { time: 20, state: "waiting" }),
      message("c", { seq: 3, time: 5 }),
      message("waiting 1", { time: 10, state: "waiting" }),
      message("a", { seq: 1, time: 9 }),
      notice("b", 2),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(items, { minLength: items.length }), (shuffled) => {
        let timeline = Timeline.EMPTY;
        for (const item of shuffled) timeline = timeline.changed([item]);
        const ids = timeline.items.map((item) => item.id);
        expect(ids).toEqual(["a", "b", "c", "waiting 1", "waiting 2"]);
        expect([timeline.oldest, timeline.newest]).toEqual([1, 3]);
      }),
    );
  });

  it("replaces an item by its id, and drops what is gone", () => {
    const before = Timeline.EMPTY.changed([message("a", { seq: 1 }), message("b", { seq: 2 })]);
    const after = before.changed([message("a", { seq: 1, isDeleted: true })], ["b"]);
    expect(after.items).toEqual([message("a", { seq: 1, isDeleted: true })]);
    expect(before.items).toHaveLength(2);
  });

  it("keeps what it holds when a page of history brings an older copy of it", () => {
    const edited = message("a", { seq: 5, text: "new", isEdited: true });
    const page = { items: [message("z", { seq: 4 }), message("a", { seq: 5 })], isComplete: true };
    const timeline = Timeline.EMPTY.changed([edited]).withOlder(page);
    expect(timeline.message("a")).toEqual(edited);
    expect(timeline.oldest).toBe(4);
    expect(timeline.isComplete).toBe(true);
  });

  it("offers the last own message that the relay has for editing", () => {
    const own = { isOwn: true };
    const timeline = Timeline.EMPTY.changed([
      message("a", { seq: 1, ...own }),
      message("b", { seq: 2, ...own, isDeleted: true }),
      message("c", { seq: 3 }),
      message("d", { ...own, state: "waiting" }),
    ]);
    expect(timeline.lastOwn?.id).toBe("a");
  });
});

describe("rows", () => {
  it("begin each day with its date", () => {
    const items = [message("a"), message("b", { time: NOON + DAY })];
    expect(kinds(items)).toEqual(["day", "message", "day", "message"]);
  });

  it.each([
    ["another sender", { sender: { pseudonym: "bb", name: "Ada" } }],
    ["a new name", { sender: { pseudonym: "aa", name: "Ida" } }],
    ["a pause", { time: NOON + GROUP_MS }],
    ["an answer", { inReplyTo: "x" }],
  ])("begin a group at %s", (_, parts) => {
    const rows = layOut([message("a"), message("b", parts)], undefined);
    expect(rows.at(-1)).toMatchObject({ key: "b", startsGroup: true });
  });

  it("put messages of one sender within five minutes under one name, unless something stands between", () => {
    const close = message("b", { time: NOON + GROUP_MS - 1 });
    expect(layOut([message("a"), close], undefined).at(-1)).toMatchObject({ startsGroup: false });
    const rows = layOut([message("a"), notice("n", 1), close], undefined);
    expect(rows.at(-1)).toMatchObject({ startsGroup: true });
  });

  it("show once where unread messages begin; own messages and notices are not unread", () => {
    const items = [
      message("a", { seq: 1 }),
      notice("n", 2),
      message("own", { seq: 3, isOwn: true }),
      message("b", { seq: 4 }),
      message("c", { seq: 5 }),
    ];
    const unread = ["day", "message", "notice", "message", "unread", "message", "message"];
    expect(kinds(items, 1)).toEqual(unread);
    expect(kinds(items, 5)).not.toContain("unread");
    expect(kinds(items)).not.toContain("unread");
    expect(countUnread(items, 1)).toBe(2);
  });

  it("show once where what was said before one's joining ends", () => {
    const among = [message("a", { isHistory: true }), notice("n", 1)];
    const told = [...among, message("b", { isHistory: true }), message("c")];
    expect(kinds(told)).toEqual(["day", "message", "notice", "message", "joined-here", "message"]);

    const items = [message("a", { isHistory: true }), notice("n", 1), message("b")];
    expect(kinds(items)).toEqual(["day", "message", "joined-here", "notice", "message"]);
  });

  it("hold each item exactly once, in its order, under keys of its own", () => {
    const item = fc.record({
      time: fc.integer({ min: NOON, max: NOON + 3 * DAY }),
      isOwn: fc.boolean(),
      isHistory: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(item), fc.nat(), (parts, readUpTo) => {
        const items = parts.map((part, place) => message(`${place}`, { ...part, seq: place + 1 }));
        const rows = layOut(items, readUpTo);
        const shown = rows.flatMap((row) => ("item" in row ? [row.item.id] : []));
        expect(shown).toEqual(items.map(({ id }) => id));
        expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
      }),
    );
  });
});

describe("what stands above the oldest item", () => {
  const created: NoticeItem = { ...notice("created", 0), what: "created" };

  it("says that the room began there, if it did", () => {
    for (const history of ["shared", "strict"] as const) {
      expect(beginning([], history)).toBe("created");
      expect(beginning([created, message("a", { seq: 1 })], history)).toBe("created");
    }
  });

  it("otherwise says why what was there is not shown: one came later, or its time was over", () => {
    for (const items of [[message("a", { seq: 1 })], [notice("joined", 1), created]]) {
      expect(beginning(items, "strict")).toBe("strict");
      expect(beginning(items, "shared")).toBe("retention");
    }
  });
});
