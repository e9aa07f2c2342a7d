/** The client as the page uses it: two windows of one device, and somebody else. */

import "fake-indexeddb/auto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { broadcastChannel } from "../../src/client/leading.ts";
import { RoomService } from "../../src/client/room_service.ts";
import type {
  MessageItem,
  NewRoomWish,
  OpenRoom,
  RoomView,
  TimelineItem,
} from "../../src/client/service.ts";
import { type Fields, SocketTransport } from "../../src/client/transport.ts";
import { IndexedKeystore, MemoryKeystore } from "../../src/store/keystore.ts";
import { MemoryLocks } from "../../src/store/locks.ts";
import { Relay } from "../relay.ts";
import { KEY } from "./toolkit.ts";

let relay: Relay;
const open: OpenRoom[] = [];

beforeAll(async () => {
  relay = await Relay.start();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((room) => room.close()));
  await new IndexedKeystore(new MemoryLocks()).deleteEverything();
});
afterAll(() => relay.stop());

function aWindow(locks = new MemoryLocks()): RoomService {
  const keystore = new IndexedKeystore(locks);
  return new RoomService(relay.url, keystore, { locks, openChannel: broadcastChannel });
}

function aPrivateWindow(): RoomService {
  const locks = new MemoryLocks();
  const openChannel = () => ({
    postMessage: () => undefined,
    onmessage: null,
    close: () => undefined,
  });
  return new RoomService(relay.url, new MemoryKeystore(locks), { locks, openChannel });
}

async function kept(coming: Promise<OpenRoom>): Promise<OpenRoom> {
  const room = await coming;
  open.push(room);
  return room;
}

const WISH: NewRoomWish = {
  roomKey: KEY,
  name: "Ann",
  title: "Plans",
  history: "shared",
  retention: 86400,
  size: "large",
};

/** What a page shows of a room. */
class Page {
  view: RoomView | undefined;
  readonly items = new Map<string, TimelineItem>();
  readonly live: string[] = [];
  #more: (() => void)[] = [];
  readonly stop: () => void;

  constructor(readonly room: OpenRoom) {
    this.stop = room.listen({
      view: (view) => {
        this.view = view;
        this.#wake();
      },
      items: (changed, gone, isLive) => {
        for (const item of changed) this.items.set(item.id, item);
        for (const id of gone) this.items.delete(id);
        if (isLive) this.live.push(...changed.map((item) => item.id));
        this.#wake();
      },
    });
  }

  #wake(): void {
    const waiting = this.#more;
    this.#more = [];
    for (const wake of waiting) wake();
  }

  async until<T>(find: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => this.#more.push(resolve));
    }
  }

  message(text: string, isSo: (item: MessageItem) => boolean = () => true): Promise<MessageItem> {
    return this.until(() => {
      const items = [...this.items.values()].filter((item) => item.kind === "message");
      return items.find((item) => item.text === text && isSo(item));
    });
  }

  state(state: RoomView["connection"]["state"]): Promise<RoomView> {
    return this.until(() => (this.view?.connection.state === state ? this.view : undefined));
  }
}

test("a page is told everything about its room", async () => {
  const steps: string[] = [];
  const service = aWindow();
  const ann = await kept(service.create(WISH, (step) => steps.push(step)));
  expect(steps.at(-1)).toBe("entering");
  const atAnn = new Page(ann);
  const view = await atAnn.state("online");
  expect(view).toMatchObject({
    code: ann.code,
    title: "Plans",
    ownName: "Ann",
    isHost: true,
    isFollowing: false,
    history: "shared",
    retention: 86400,
    size: "large",
    maxMembers: 1000,
    isLocked: false,
    keyId: 0,
    needsRoomKey: false,
    unread: 0,
  });
  const words = await service.safetyWords(view.safetyCode?.wordPlaces ?? []);
  expect(words.join(" ")).toMatch(/^[a-z-]+( [a-z-]+){5}$/);
  expect(view.members).toHaveLength(1);
  await atAnn.until(() => [...atAnn.items.values()].some((item) => item.kind === "notice"));
  const bob = await kept(
    aPrivateWindow().join({ code: ann.code, roomKey: KEY, name: "Bob" }, () => 0),
  );
  const atBob = new Page(bob);
  await atAnn.until(() => atAnn.view?.members.length === 2 || undefined);
  const id = await bob.send("hello **Ann**\u202e");
  const item = await atAnn.message("hello **Ann**");
  expect(item).toMatchObject({ id, isOwn: false, state: "sent", isHistory: false });
  expect(item.sender.name).toBe("Bob");
  expect(atAnn.live).toContain(id);
  await atAnn.until(() => atAnn.view?.unread === 1 || undefined);
  await ann.markRead(item.seq ?? 0);
  await atAnn.until(() => atAnn.view?.unread === 0 || undefined);
  await ann.react(id, "👍");
  const signed = await atBob.message("hello **Ann**", (one) => one.reactions.length > 0);
  expect(signed.reactions[0]).toMatchObject({ sign: "👍", by: [{ name: "Ann", isOwn: false }] });
  const mine = await atAnn.message("hello **Ann**", (one) => one.reactions.length > 0);
  await ann.unreact(mine.reactions[0]?.by[0]?.id ?? "");
  await atBob.message("hello **Ann**", (one) => one.reactions.length === 0);
  await bob.edit(id, "hello again");
  expect((await atAnn.message("hello again")).isEdited).toBe(true);
  await bob.delete(id);
  const gone = await atAnn.until(() => {
    const found = atAnn.items.get(id);
    return found?.kind === "message" && found.isDeleted ? found : undefined;
  });
  expect(gone).toMatchObject({ text: "", reactions: [], isEdited: false });
  await bob.signalTyping(true);
  await atAnn.until(() => atAnn.view?.members.some((member) => member.isTyping) || undefined);
  await bob.signalAway(true);
  await atAnn.until(
    () => atAnn.view?.members.some((member) => member.presence === "away") || undefined,
  );
});

test("a reload resumes the same member with what was read", async () => {
  const locks = new MemoryLocks();
  const first = await aWindow(locks).create(WISH, () => undefined);
  const before = await new Page(first).state("online");
  const id = await first.send("kept");
  await new Page(first).message("kept", (item) => item.state === "sent");
  await first.close();
  const window = aWindow(locks);
  expect(await window.rooms()).toMatchObject([{ code: first.code, name: "Ann", title: "Plans" }]);
  const again = await kept(window.resume(first.code));
  const page = new Page(again);
  const view = await page.state("online");
  expect(view.members).toEqual(before.members);
  expect((await page.message("kept")).id).toBe(id);
  expect(await again.roomKey()).toBe(KEY);
});

test("a second window follows, and takes over when the first is gone", async () => {
  const locks = new MemoryLocks();
  const first = await aWindow(locks).create(WISH, () => undefined);
  const atFirst = new Page(first);
  await atFirst.state("online");
  await first.send("said in the first");
  const second = await kept(aWindow(locks).resume(first.code));
  const atSecond = new Page(second);
  await atSecond.message("said in the first");
  expect(atSecond.view?.isFollowing).toBe(true);
  const older = await second.history(50, 1);
  expect(older).toMatchObject({ items: [{ what: "created" }], isComplete: true });
  expect(await second.history(50, 0)).toEqual({ items: [], isComplete: true });
  await expect(second.edit("nothing", "new")).rejects.toMatchObject({ code: "malformed" });
  await second.send("said in the second");
  await atFirst.message("said in the second", (item) => item.isOwn && item.state === "sent");
  await atSecond.message("said in the second", (item) => item.isOwn && item.state === "sent");
  const members = atSecond.view?.members.length;
  await first.close();
  await atSecond.until(() => (atSecond.view?.isFollowing === false ? true : undefined));
  await atSecond.state("online");
  expect(atSecond.view?.members.length).toBe(members);
  await second.send("said alone");
  await atSecond.message("said alone", (item) => item.state === "sent");
  const { items } = await second.history(10);
  const said = items.flatMap((item) => (item.kind === "message" ? [item.text] : []));
  expect(said).toEqual(["said in the first", "said in the second", "said alone"]);
});

test("a third window follows whichever of the others has taken over", async () => {
  const locks = new MemoryLocks();
  const first = await aWindow(locks).create(WISH, () => undefined);
  await new Page(first).state("online");
  const second = await kept(aWindow(locks).resume(first.code));
  const atSecond = new Page(second);
  await atSecond.state("online");
  const third = await kept(aWindow(locks).resume(first.code));
  const atThird = new Page(third);
  await atThird.state("online");
  await first.close();
  await atSecond.until(() => atSecond.view?.isFollowing === false);
  await third.send("said in the third");
  await atSecond.message("said in the third", (item) => item.isOwn && item.state === "sent");
  await atThird.message("said in the third", (item) => item.state === "sent");
  expect(atThird.view?.isFollowing).toBe(true);
});

test("of two windows that join at once one leads, the other follows, and nobody is in twice", async () => {
  const ann = await kept(aPrivateWindow().create(WISH, () => undefined));
  const locks = new MemoryLocks();
  const wish = { code: ann.code, roomKey: KEY, name: "Bob" };
  const windows = [aWindow(locks), aWindow(locks)];
  const rooms = await Promise.all(windows.map((window) => kept(window.join(wish, () => 0))));
  const pages = rooms.map((room) => new Page(room));
  for (const page of pages) await page.state("online");
  expect(pages.map((page) => page.view?.isFollowing).sort()).toEqual([false, true]);
  const atAnn = new Page(ann);
  await rooms[1]?.send("said by one Bob");
  await atAnn.message("said by one Bob");
  expect(atAnn.view?.members.map((member) => member.name)).toEqual(["Ann", "Bob"]);
});

test("a window that joins after another's wrong room key gets in with its own", async () => {
  const ann = await kept(aPrivateWindow().create(WISH, () => undefined));
  const locks = new MemoryLocks();
  const wish = { code: ann.code, roomKey: KEY, name: "Bob" };
  const wrong = aWindow(locks).join({ ...wish, roomKey: "not this room's key" }, () => 0);
  const right = aWindow(locks).join(wish, () => 0);
  await expect(wrong).rejects.toMatchObject({ code: "wrong_room_key" });
  const page = new Page(await kept(right));
  expect((await page.state("online")).isFollowing).toBe(false);
});

test("what was wrong is told until somebody has read it, also after a reload", async () => {
  let isLying = false;
  class Shortening extends SocketTransport {
    override async request(event: string, fields: Fields): Promise<Fields> {
      const answer = await super.request(event, fields);
      if (event !== "room.resume" || !isLying) return answer;
      isLying = false;
      return { ...answer, head: 0 };
    }
  }
  const locks = new MemoryLocks();
  const transport = (url: string) => new Shortening(url);
  const window = () =>
    new RoomService(relay.url, new IndexedKeystore(locks), {
      locks,
      openChannel: broadcastChannel,
      transport,
    });
  const ann = await window().create(WISH, () => undefined);
  const atAnn = new Page(ann);
  await ann.send("one");
  await atAnn.message("one", (item) => item.state === "sent");
  expect(atAnn.view?.remarks).toEqual([]);
  await ann.close();
  isLying = true;
  const lied = await window().resume(ann.code);
  const atLied = new Page(lied);
  await atLied.until(() => atLied.view?.remarks.length === 1 && !atLied.view.trouble);
  await lied.close();
  const again = await window().resume(ann.code);
  const atAgain = new Page(again);
  expect((await atAgain.state("online")).remarks).toEqual(["relay_inconsistent"]);
  await again.dismissRemark("relay_inconsistent");
  await atAgain.until(() => atAgain.view?.remarks.length === 0);
  await again.close();
  const last = await kept(window().resume(ann.code));
  expect((await new Page(last).state("online")).remarks).toEqual([]);
});

test("a room that is opened again while it is being closed is open again", async () => {
  const window = aWindow();
  const first = await window.create(WISH, () => undefined);
  await new Page(first).state("online");
  const closing = first.close();
  const again = await kept(window.resume(first.code));
  const page = new Page(again);
  await closing;
  await page.state("online");
  await again.send("back at once");
  await page.message("back at once", (item) => item.state === "sent");
});

test("a room that is closed once more leaves the one that was opened since", async () => {
  const window = aWindow();
  const first = await window.create(WISH, () => undefined);
  await first.close();
  const again = await kept(window.resume(first.code));
  await first.close();
  expect(await window.resume(first.code)).toBe(again);
});

test("leaving a room closes it in the window that follows too", async () => {
  const locks = new MemoryLocks();
  const first = await aWindow(locks).create(WISH, () => undefined);
  const follower = aWindow(locks);
  const second = await follower.resume(first.code);
  const atSecond = new Page(second);
  await atSecond.state("online");
  await first.leave();
  await atSecond.state("closed");
  expect(atSecond.view?.trouble).toBeUndefined();
  expect(await follower.rooms()).toEqual([]);
  await expect(follower.resume(first.code)).rejects.toMatchObject({ code: "state_corrupt" });
});

test("closing a window that follows leaves the room open in the other", async () => {
  const locks = new MemoryLocks();
  const first = await kept(aWindow(locks).create(WISH, () => undefined));
  const atFirst = new Page(first);
  await atFirst.state("online");
  const second = await aWindow(locks).resume(first.code);
  const atSecond = new Page(second);
  await atSecond.state("online");
  await second.close();
  await first.send("still here");
  await atFirst.message("still here", (item) => item.state === "sent");
});

test("forgetting a room closes it in all windows and leaves nothing", async () => {
  const locks = new MemoryLocks();
  const [one, other] = [aWindow(locks), aWindow(locks)];
  const first = await one.create(WISH, () => undefined);
  const atFirst = new Page(first);
  await atFirst.state("online");
  await other.forget(first.code);
  await atFirst.state("closed");
  expect(await one.rooms()).toEqual([]);
  await expect(other.resume(first.code)).rejects.toThrow();
  const left = await indexedDB.databases();
  expect(left.map(({ name }) => name)).toEqual(["roomkey"]);
});

test("forgetting everything closes all rooms and leaves no database", async () => {
  const locks = new MemoryLocks();
  const [one, other] = [aWindow(locks), aWindow(locks)];
  const atFirst = new Page(await one.create(WISH, () => undefined));
  await other.create({ ...WISH, title: "Other" }, () => undefined);
  await atFirst.state("online");
  await other.forgetEverything();
  await atFirst.state("closed");
  expect(await indexedDB.databases()).toEqual([]);
});

test("search finds what this device has, newest first, and the transcript can be taken along", async () => {
  const ann = await kept(aPrivateWindow().create(WISH, () => undefined));
  const page = new Page(ann);
  for (const text of ["Café at noon", "nothing", "the cafe is closed"]) await ann.send(text);
  await page.message("the cafe is closed", (item) => item.state === "sent");
  const found = await ann.search("CAFE", 10);
  expect(found.map((item) => item.text)).toEqual(["the cafe is closed", "Café at noon"]);
  expect(await ann.search("café", 1)).toHaveLength(1);
  const text = await ann.exportTranscript("text");
  expect(text).toMatch(/^Plans \(.{11}\)\n\n\d{4}-.{14} Ann: Café at noon\n/);
  const json = JSON.parse(await ann.exportTranscript("json")) as { messages: { text: string }[] };
  expect(json.messages.map((message) => message.text)).toEqual([
    "Café at noon",
    "nothing",
    "the cafe is closed",
  ]);
});

test("a message that expires is gone when its time has come", async () => {
  const ann = await kept(aPrivateWindow().create(WISH, () => undefined));
  const page = new Page(ann);
  const id = await ann.send("for a second", { expiresAfter: 1 });
  const item = await page.message("for a second", (one) => one.state === "sent");
  expect(item.expiresAt).toBeGreaterThan(Date.now());
  await page.until(() => (page.items.has(id) ? undefined : true));
  expect((await ann.history(10)).items.filter((one) => one.kind === "message")).toEqual([]);
});

test("what no room takes is refused before it waits, and so is a change of what another wrote", async () => {
  const ann = await kept(aPrivateWindow().create(WISH, () => undefined));
  const atAnn = new Page(ann);
  const bob = await kept(
    aPrivateWindow().join({ code: ann.code, roomKey: KEY, name: "Bob" }, () => undefined),
  );
  const id = await ann.send("mine");
  const malformed = { code: "malformed" };
  for (const expiresAfter of [0, 0.5, 2 ** 32]) {
    await expect(ann.send("late", { expiresAfter })).rejects.toMatchObject(malformed);
  }
  for (const sign of ["", " ", "👍".repeat(17)]) {
    await expect(ann.react(id, sign)).rejects.toMatchObject(malformed);
  }
  await expect(ann.send("x".repeat(64_001))).rejects.toMatchObject({ code: "too_large" });
  await expect(ann.edit("00".repeat(32), "new")).rejects.toMatchObject(malformed);
  await new Page(bob).message("mine");
  await expect(bob.edit(id, "yours")).rejects.toMatchObject({ code: "policy_violation" });
  await expect(bob.delete(id)).rejects.toMatchObject({ code: "policy_violation" });
  await ann.send("last");
  await atAnn.message("last", (item) => item.state === "sent");
  const { items } = await ann.history(10);
  const said = items.flatMap((item) => (item.kind === "message" ? [item] : []));
  expect(said.map(({ text, reactions }) => [text, reactions])).toEqual([
    ["mine", []],
    ["last", []],
  ]);
});
