/** A room is worked on by one at a time: the browser's locks and those in memory keep the same promises. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { StateLocked } from "../../../src/errors.ts";
import { type Locks, MemoryLocks, type RoomLock, WebLocks } from "../../../src/store/locks.ts";

type Work = (lock: object | null) => unknown;

/** The browser's locks as the Web Locks specification has them, for one page. */
class FakeLockManager {
  readonly #queues = new Map<string, (() => void)[]>();

  async request(
    name: string,
    { ifAvailable = false, signal }: LockOptions,
    work: Work,
  ): Promise<unknown> {
    signal?.throwIfAborted();
    const queue = this.#queues.get(name);
    if (queue !== undefined && ifAvailable) return work(null);
    if (queue === undefined) this.#queues.set(name, []);
    else await this.#turn(queue, signal);
    try {
      return await work({ name });
    } finally {
      const next = this.#queues.get(name)?.shift();
      if (next === undefined) this.#queues.delete(name);
      else next();
    }
  }

  #turn(queue: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push(resolve);
      signal?.addEventListener("abort", () => {
        const place = queue.indexOf(resolve);
        if (place >= 0) queue.splice(place, 1);
        reject(signal.reason);
      });
    });
  }
}

const FOREVER = new AbortController().signal;
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

beforeEach(() => vi.stubGlobal("navigator", { locks: new FakeLockManager() }));
afterEach(() => vi.unstubAllGlobals());

describe.each([
  ["the browser's locks", () => new WebLocks()],
  ["locks in memory", () => new MemoryLocks()],
])("%s", (_, make) => {
  let locks: Locks;

  beforeEach(() => {
    locks = make();
  });

  /** Wait for a room, and note who has it. */
  function wait(who: string, had: string[], signal = FOREVER): Promise<RoomLock> {
    return locks.wait("kitchen", signal).then((lock) => {
      had.push(who);
      return lock;
    });
  }

  test("a room that somebody works on is taken by nobody else, another one is", async () => {
    await locks.take("kitchen");
    await expect(locks.take("kitchen")).rejects.toThrow(StateLocked);
    await locks.take("attic");
  });

  test("a room that was released can be taken again", async () => {
    for (let round = 0; round < 3; round++) {
      const lock = await locks.take("kitchen");
      lock.release();
      await settled();
    }
  });

  test("a room is handed to those who wait, in their order, one at a time", async () => {
    const had: string[] = [];
    const first = await wait("first", had);
    const others = [wait("second", had), wait("third", had)];
    await settled();
    expect(had).toEqual(["first"]);
    first.release();
    const second = await others[0];
    await settled();
    expect(had).toEqual(["first", "second"]);
    await expect(locks.take("kitchen")).rejects.toThrow(StateLocked);
    second?.release();
    await others[1];
    expect(had).toEqual(["first", "second", "third"]);
  });

  test("who releases twice takes nothing from who came after", async () => {
    const first = await locks.take("kitchen");
    const second = locks.wait("kitchen", FOREVER);
    first.release();
    await second;
    first.release();
    await settled();
    await expect(locks.take("kitchen")).rejects.toThrow(StateLocked);
  });

  test("who no longer wants to wait is passed over", async () => {
    const had: string[] = [];
    const first = await wait("first", had);
    const leaving = new AbortController();
    const second = wait("second", had, leaving.signal);
    const third = wait("third", had);
    leaving.abort(new Error("no longer"));
    await expect(second).rejects.toThrow("no longer");
    first.release();
    await third;
    expect(had).toEqual(["first", "third"]);
  });

  test("who has it keeps it, though the wish to wait ends", async () => {
    const first = await locks.take("kitchen");
    const wish = new AbortController();
    const second = locks.wait("kitchen", wish.signal);
    first.release();
    await second;
    wish.abort();
    await settled();
    await expect(locks.take("kitchen")).rejects.toThrow(StateLocked);
  });

  test("a wish that has ended already takes nothing", async () => {
    const over = AbortSignal.abort(new Error("no longer"));
    await expect(locks.wait("kitchen", over)).rejects.toThrow("no longer");
    await locks.take("kitchen");
    await expect(locks.wait("kitchen", over)).rejects.toThrow("no longer");
  });
});
