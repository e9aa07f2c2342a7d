import {
  type HistoryPage,
  type MessageItem,
  type OpenRoom,
  type RoomListener,
  type RoomView,
  ServiceError,
  type TimelineItem,
} from "../../client/service.ts";
import { FakeConversation } from "./fake_conversation.ts";
import { membersOf, person, SELF } from "./fake_people.ts";
import type { FakeRoomPlan } from "./fake_rooms.ts";
import { WORDS } from "./fake_texts.ts";
import { messageItem, timelineOf } from "./fake_timeline.ts";

const FIRST_ITEMS = 60;
const ANSWER_MS = 250;

/** A room in memory that answers as a real one does, a little later, and in which people talk. */
export class FakeRoom implements OpenRoom {
  readonly code: string;
  #view: RoomView;
  #items: TimelineItem[];
  #roomKey: string;
  #made = 0;
  readonly #listeners = new Set<RoomListener>();
  readonly #conversation: FakeConversation | undefined;
  readonly #expiries = new Set<ReturnType<typeof setTimeout>>();

  constructor(
    plan: FakeRoomPlan,
    readonly ownName: string,
    private readonly answerMs = ANSWER_MS,
  ) {
    this.code = plan.code;
    this.#roomKey = plan.roomKey;
    this.#items = timelineOf(plan, Date.now());
    this.#view = viewOf(plan, ownName, this.#lastSeq());
    if (plan.isLively) this.#conversation = new FakeConversation(this);
  }

  get view(): RoomView {
    return this.#view;
  }

  listen(listener: RoomListener): () => void {
    this.#listeners.add(listener);
    listener.view(this.#view);
    listener.items(this.#items.slice(-FIRST_ITEMS), [], false);
    this.#conversation?.begin();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#conversation?.end();
    };
  }

  /** Change the view and tell it. */
  show(changes: Partial<RoomView>): void {
    this.#view = { ...this.#view, ...changes };
    for (const listener of this.#listeners) listener.view(this.#view);
  }

  /** Put an item at its place, or in place of the one with its id, and tell it. */
  put(item: TimelineItem, isLive = true): void {
    const place = this.#items.findIndex((other) => other.id === item.id);
    if (place < 0) this.#items.push(item);
    else this.#items[place] = item;
    for (const listener of this.#listeners) listener.items([item], [], isLive);
  }

  /** Take an item out and tell it. */
  drop(id: string): void {
    this.#items = this.#items.filter((item) => item.id !== id);
    for (const listener of this.#listeners) listener.items([], [id], true);
  }

  nextSeq(): number {
    return this.#lastSeq() + 1;
  }

  async send(
    text: string,
    options: { inReplyTo?: string; expiresAfter?: number } = {},
  ): Promise<string> {
    this.#made += 1;
    const { inReplyTo, expiresAfter } = options;
    const item = messageItem({
      id: `own${this.#made}`,
      time: Date.now(),
      sender: { ...person(SELF), name: this.ownName },
      text,
      state: "waiting",
      ...(inReplyTo !== undefined && { inReplyTo }),
      ...(expiresAfter !== undefined && { expiresAt: Date.now() + expiresAfter * 1000 }),
    });
    this.put(item);
    if (expiresAfter !== undefined) this.#expire(item.id, expiresAfter * 1000);
    if (this.#view.connection.state === "online") this.#deliver(item);
    else this.#countWaiting();
    return item.id;
  }

  async retry(id: string): Promise<void> {
    const { failure: _, ...item } = this.#message(id);
    this.put({ ...item, state: "waiting" });
    if (this.#view.connection.state === "online") this.#deliver({ ...item, state: "waiting" });
    this.#countWaiting();
  }

  async discard(id: string): Promise<void> {
    this.drop(id);
    this.#countWaiting();
  }

  async edit(id: string, text: string): Promise<void> {
    await this.#answer();
    this.put({ ...this.#message(id), text, isEdited: true });
  }

  async delete(id: string): Promise<void> {
    await this.#answer();
    this.put({ ...this.#message(id), text: "", isDeleted: true, reactions: [] });
  }

  async react(id: string, sign: string): Promise<void> {
    await this.#answer();
    const item = this.#message(id);
    this.#made += 1;
    const own = { ...person(SELF), id: `reaction${this.#made}`, isOwn: true };
    const others = item.reactions.filter((reaction) => reaction.sign !== sign);
    const by = item.reactions.find((reaction) => reaction.sign === sign)?.by ?? [];
    this.put({ ...item, reactions: [...others, { sign, by: [...by, own] }] });
  }

  async unreact(reactionId: string): Promise<void> {
    await this.#answer();
    for (const item of this.#items) {
      if (item.kind !== "message") continue;
      if (!item.reactions.some(({ by }) => by.some(({ id }) => id === reactionId))) continue;
      const reactions = item.reactions
        .map(({ sign, by }) => ({ sign, by: by.filter(({ id }) => id !== reactionId) }))
        .filter(({ by }) => by.length > 0);
      this.put({ ...item, reactions });
    }
  }

  async history(limit: number, before = Number.POSITIVE_INFINITY): Promise<HistoryPage> {
    await this.#answer();
    const older = this.#items.filter((item) => item.seq !== undefined && item.seq < before);
    return { items: older.slice(-limit), isComplete: older.length <= limit };
  }

  async search(text: string, limit: number): Promise<readonly MessageItem[]> {
    await this.#answer();
    const wanted = text.toLocaleLowerCase();
    return this.#items
      .filter((item) => item.kind === "message")
      .filter((item) => item.text.toLocaleLowerCase().includes(wanted))
      .reverse()
      .slice(0, limit);
  }

  async exportTranscript(format: "text" | "json"): Promise<string> {
    await this.#answer();
    const said = this.#items.filter((item) => item.kind === "message");
    if (format === "json") return JSON.stringify(said, undefined, 2);
    return said.map((item) => `${item.sender.name}: ${item.text}`).join("\n");
  }

  async markRead(seq: number): Promise<void> {
    const readUpTo = Math.max(seq, this.#view.readUpTo);
    this.show({ readUpTo, unread: Math.max(0, this.#lastSeq() - readUpTo) });
  }

  async dismissRemark(code: string): Promise<void> {
    this.show({ remarks: this.#view.remarks.filter((one) => one !== code) });
  }

  async signalTyping(_isTyping: boolean): Promise<void> {}

  async signalAway(_isAway: boolean): Promise<void> {}

  async wakeUp(): Promise<void> {}

  async roomKey(): Promise<string | undefined> {
    return this.#view.needsRoomKey ? undefined : this.#roomKey;
  }

  async giveRoomKey(roomKey: string): Promise<void> {
    await this.#answer(4);
    if (roomKey !== this.#roomKey) {
      throw new ServiceError("wrong_room_key", "Wrong room key, or no such room.", "Check it.");
    }
    this.show({ needsRoomKey: false });
  }

  async changeRoomKey(roomKey: string, remove: readonly string[] = []): Promise<void> {
    await this.#answer(6);
    this.#roomKey = roomKey;
    for (const pseudonym of remove) this.#takeOut(pseudonym);
    this.show({ keyId: this.#view.keyId + 1 });
    this.#note("key-changed", SELF);
  }

  async remove(pseudonym: string): Promise<void> {
    await this.#answer(2);
    this.#takeOut(pseudonym);
  }

  async setLocked(isLocked: boolean): Promise<void> {
    await this.#answer(2);
    this.show({ isLocked });
    this.#note(isLocked ? "locked" : "unlocked", SELF);
  }

  async setTitle(title: string): Promise<void> {
    await this.#answer(2);
    this.show({ title });
    this.#note("rules-changed", SELF);
  }

  async setRetention(retention: number): Promise<void> {
    await this.#answer(2);
    this.show({ retention });
    this.#note("rules-changed", SELF);
  }

  async nameHost(pseudonym: string): Promise<void> {
    await this.#answer(2);
    const members = this.#view.members.map((member) =>
      member.pseudonym === pseudonym ? { ...member, isHost: true } : member,
    );
    this.show({ members });
    this.#note("rules-changed", SELF);
  }

  async closeRoom(): Promise<void> {
    await this.#answer(2);
    this.show({ connection: { state: "closed", waiting: 0 } });
  }

  async leave(): Promise<void> {
    await this.#answer();
    await this.close();
  }

  async close(): Promise<void> {
    this.#conversation?.end();
    for (const timer of this.#expiries) clearTimeout(timer);
    this.#listeners.clear();
  }

  #deliver(item: MessageItem): void {
    setTimeout(() => this.put({ ...item, state: "sent", seq: this.nextSeq() }), this.answerMs * 2);
  }

  #expire(id: string, after: number): void {
    this.#expiries.add(setTimeout(() => this.drop(id), after));
  }

  #countWaiting(): void {
    const waiting = this.#items.filter(
      (item) => item.kind === "message" && item.state === "waiting",
    );
    this.show({ connection: { ...this.#view.connection, waiting: waiting.length } });
  }

  #takeOut(pseudonym: string): void {
    const gone = this.#view.members.find((member) => member.pseudonym === pseudonym);
    if (!gone) return;
    this.show({ members: this.#view.members.filter((member) => member !== gone) });
    const seq = this.nextSeq();
    const time = Date.now();
    this.put({ kind: "notice", id: `notice${seq}`, seq, time, what: "removed", member: gone });
  }

  #note(what: "key-changed" | "locked" | "unlocked" | "rules-changed", who: number): void {
    const seq = this.nextSeq();
    const member = person(who);
    this.put({ kind: "notice", id: `notice${seq}`, seq, time: Date.now(), what, member });
  }

  #message(id: string): MessageItem {
    const item = this.#items.find((other) => other.id === id);
    if (item?.kind !== "message") throw new ServiceError("error", "No such message.", "Reload.");
    return item;
  }

  #lastSeq(): number {
    return this.#items.reduce((last, item) => Math.max(last, item.seq ?? 0), 0);
  }

  #answer(times = 1): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.answerMs * times));
  }
}

function viewOf(plan: FakeRoomPlan, ownName: string, lastSeq: number): RoomView {
  const members = membersOf(plan.members, plan.isHost ? [SELF] : [1]);
  return {
    code: plan.code,
    title: plan.title,
    ownName,
    isHost: plan.isHost,
    connection: {
      state: plan.connection,
      waiting: plan.pending.filter((state) => state === "waiting").length,
      ...(plan.connection === "offline" && { retryAt: Date.now() + 20_000 }),
    },
    isFollowing: plan.isFollowing,
    members: members.map((member) => (member.isSelf ? { ...member, name: ownName } : member)),
    history: plan.history,
    retention: plan.retention,
    size: plan.size,
    maxMembers: plan.size === "hybrid" ? 100 : 1000,
    isLocked: plan.isLocked,
    keyId: 1,
    needsRoomKey: plan.needsRoomKey,
    safetyCode: {
      wordPlaces: ["harbor", "quartz", "linen", "otter", "tulip", "cobalt"].map((word) =>
        WORDS.indexOf(word),
      ),
      digits: "40713 99120 58264 03371 86650 12947",
      epoch: "17",
    },
    readUpTo: lastSeq - plan.unread,
    unread: plan.unread,
    ...(plan.trouble && { trouble: plan.trouble }),
    remarks: plan.remarks,
  };
}
