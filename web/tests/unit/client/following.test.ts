/** A room that another window leads: taking it over, and what closing it leaves behind. */

import { beforeEach, expect, test } from "vitest";
import { followRoom } from "../../../src/client/following.ts";
import { type Channel, followerLock } from "../../../src/client/leading.ts";
import type { OpenRoom, RoomView } from "../../../src/client/service.ts";
import { StateFull } from "../../../src/errors.ts";
import { MemoryLocks, type RoomLock } from "../../../src/store/locks.ts";

const ROOM = "roomkey-room-0";

/** Locks that remember what was taken of them and not given back. */
class CountedLocks extends MemoryLocks {
  readonly held = new Set<string>();

  override async take(name: string): Promise<RoomLock> {
    return this.#counted(name, await super.take(name));
  }

  override async wait(name: string, signal: AbortSignal): Promise<RoomLock> {
    return this.#counted(name, await super.wait(name, signal));
  }

  #counted(name: string, lock: RoomLock): RoomLock {
    this.held.add(name);
    return {
      release: () => {
        this.held.delete(name);
        lock.release();
      },
    };
  }
}

let locks: CountedLocks;
let leading: RoomLock;
/** What has been taken over, if anything. */
let taken: OpenRoom | undefined;
let closings: number;
let channel: Channel;
/** Who has written to the window that leads. */
let follower: string;

beforeEach(async () => {
  locks = new CountedLocks();
  leading = await locks.take(ROOM);
  taken = undefined;
  closings = 0;
  channel = {
    postMessage: (letter) => {
      follower = (letter as { from: string }).from;
    },
    onmessage: null,
    close: () => undefined,
  };
});

function follow(takeOver: (lock: RoomLock) => Promise<OpenRoom | undefined>): OpenRoom {
  const closed = () => {
    closings += 1;
  };
  return followRoom({ code: "7GQ2M0XK4T", name: ROOM, locks, channel, takeOver, closed });
}

/** A room that gives its lock back when it is closed, and does nothing else. */
function openRoom(lock: RoomLock): OpenRoom {
  taken = { close: async () => lock.release() } as OpenRoom;
  return taken;
}

const VIEW = { title: "Plans", connection: { state: "online", waiting: 2 } } as RoomView;

/** Show what a window that follows tells its page, after it was told once by the one that leads. */
function viewsOf(room: OpenRoom): RoomView[] {
  const views: RoomView[] = [];
  room.listen({ view: (view) => views.push(view), items: () => undefined });
  const message = { type: "told", what: "view", args: [VIEW] };
  const data = { from: "", to: follower, message };
  channel.onmessage?.({ data } as MessageEvent);
  expect(views).toEqual([{ ...VIEW, isFollowing: true }]);
  return views;
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

test("a window that is closed as soon as it follows is gone for the one that leads", async () => {
  const room = follow(async (lock) => openRoom(lock));
  await room.close();
  await settled();
  expect([...locks.held]).toEqual([ROOM]);
  expect(closings).toBe(1);
});

test("a window that has followed for a while is gone too when it is closed", async () => {
  const room = follow(async (lock) => openRoom(lock));
  await settled();
  const [presence = ""] = [...locks.held].filter((name) => name !== ROOM);
  expect(presence).toMatch(new RegExp(`^${followerLock("")}[0-9a-f]{16}$`));
  await room.close();
  expect([...locks.held]).toEqual([ROOM]);
  leading.release();
  await settled();
  expect(taken).toBeUndefined();
});

test("a room that is being taken over when it is closed is open nowhere afterwards", async () => {
  let takeOver: () => void = () => undefined;
  const room = follow(
    (lock) =>
      new Promise((resolve) => {
        takeOver = () => resolve(openRoom(lock));
      }),
  );
  await settled();
  leading.release();
  await settled();
  const closing = room.close();
  await settled();
  takeOver();
  await closing;
  await settled();
  expect(taken).toBeDefined();
  expect([...locks.held]).toEqual([]);
  expect(closings).toBe(1);
});

test("a window whose taking over failed is closed all the same", async () => {
  const room = follow(async (lock) => {
    lock.release();
    throw new Error("it cannot be opened");
  });
  await settled();
  leading.release();
  await settled();
  await room.close();
  expect([...locks.held]).toEqual([]);
  expect(closings).toBe(1);
});

test("a window that cannot take over says why, and refuses for that reason what it is asked", async () => {
  const room = follow(async () => {
    throw new StateFull();
  });
  const views = viewsOf(room);
  await settled();
  leading.release();
  await settled();
  const { code, sentence, nextStep } = StateFull;
  const trouble = { code, sentence, nextStep };
  const connection = { state: "offline", waiting: 2 };
  expect(views.slice(1)).toEqual([{ ...VIEW, isFollowing: false, connection, trouble }]);
  await expect(room.send("hello")).rejects.toMatchObject(trouble);
  expect([...locks.held]).toEqual([]);
  await room.close();
  expect(closings).toBe(1);
});

test("a room that was deleted by the window that led it is closed in the one that followed", async () => {
  const room = follow(async () => undefined);
  const views = viewsOf(room);
  await settled();
  leading.release();
  await settled();
  expect(views.slice(1).map(({ connection }) => connection.state)).toEqual(["closed"]);
  expect([...locks.held]).toEqual([]);
  expect(closings).toBe(1);
});
