import type { MessageItem, NoticeItem, ReactionView, TimelineItem } from "../../client/service.ts";
import { PEOPLE, person, SELF } from "./fake_people.ts";
import type { FakeRoomPlan } from "./fake_rooms.ts";
import { textAt } from "./fake_texts.ts";

const MINUTE = 60_000;

export function messageItem(
  parts: Pick<MessageItem, "id" | "time" | "sender" | "text"> & Partial<MessageItem>,
): MessageItem {
  return {
    kind: "message",
    isOwn: parts.sender.pseudonym === person(SELF).pseudonym,
    state: "sent",
    isEdited: false,
    isDeleted: false,
    reactions: [],
    isHistory: false,
    senderClockDiffers: false,
    ...parts,
  };
}

/** A timeline with every kind of entry, ending a minute before `now`; places in the log from 1. */
export function timelineOf(plan: FakeRoomPlan, now: number): TimelineItem[] {
  const items: TimelineItem[] = [];
  const add = (item: TimelineItem): void => {
    items.push(item);
  };
  const total = plan.messages;
  const timeOf = (place: number): number =>
    now - MINUTE - (total - place) * 2 * MINUTE - Math.floor((total - place) / 9) * 47 * MINUTE;
  add(notice(1, timeOf(-1), "created", 1));
  for (let place = 0; place < total; place += 1) {
    const seq = items.length + 1;
    const time = timeOf(place);
    const happening = HAPPENINGS[place];
    if (happening && plan.members > 2)
      add({ ...notice(seq, time, happening, 2), ...reason(happening) });
    else add(messageAt(place, seq, time, plan, items));
  }
  plan.pending.forEach((state, index) => {
    const time = now - (plan.pending.length - index) * MINUTE;
    add(
      messageItem({
        id: `pending${index}`,
        time,
        sender: person(SELF),
        text: textAt(index + 1),
        state,
        ...(state === "failed" && { failure: "too_large" }),
      }),
    );
  });
  return items;
}

const HAPPENINGS: Readonly<Record<number, NoticeItem["what"]>> = {
  2: "joined",
  7: "rules-changed",
  9: "unreadable",
  11: "missing",
  13: "locked",
  14: "unlocked",
  25: "left",
  31: "removed",
  32: "key-changed",
};

function reason(what: NoticeItem["what"]): { reason?: string } {
  if (what === "unreadable") return { reason: "decryption_failed" };
  return what === "missing" ? { reason: "relay_inconsistent" } : {};
}

function notice(seq: number, time: number, what: NoticeItem["what"], who: number): NoticeItem {
  return { kind: "notice", id: `notice${seq}`, seq, time, what, member: person(who) };
}

function messageAt(
  place: number,
  seq: number,
  time: number,
  plan: FakeRoomPlan,
  before: readonly TimelineItem[],
): MessageItem {
  const among = Math.min(plan.members, PEOPLE.length);
  const sender = person((Math.floor(place / 2) * 7 + 1) % Math.max(2, among));
  const replied = place % 11 === 4 ? before.at(-2) : undefined;
  return messageItem({
    id: `message${seq}`,
    seq,
    time,
    sender,
    text: textAt(place),
    isEdited: place % 17 === 8,
    isDeleted: place % 29 === 20,
    isHistory: place < 5 && plan.history === "shared" && !plan.isHost,
    senderClockDiffers: place % 31 === 18,
    reactions: place % 7 === 3 ? reactionsAt(seq) : [],
    ...(replied?.kind === "message" && { inReplyTo: replied.id }),
    ...(place % 19 === 18 && { expiresAt: Date.now() + (place % 5) * 20 * MINUTE + MINUTE }),
  });
}

function reactionsAt(seq: number): ReactionView[] {
  return [
    {
      sign: "👍",
      by: [
        { ...person(1), id: `r${seq}a`, isOwn: false },
        { ...person(SELF), id: `r${seq}b`, isOwn: true },
      ],
    },
    { sign: "🌱", by: [{ ...person(2), id: `r${seq}c`, isOwn: false }] },
  ];
}
