/** A stored room is read as it was written, or is said to be damaged: nothing else comes of it. */

import fc from "fast-check";
import { beforeAll, expect, test, vi } from "vitest";
import { Change } from "../../../src/client/changes.ts";
import { Committer } from "../../../src/client/committer.ts";
import { RoomState } from "../../../src/client/room_state.ts";
import { SCHEDULE } from "../../../src/client/schedule.ts";
import { StateCorrupt, StateFull } from "../../../src/errors.ts";
import type { RoomStore } from "../../../src/store/room_store.ts";
import { encode } from "../../../src/wire/cbor.ts";
import { Device, FakeRelay } from "./fake_relay.ts";

const REQUIRED = ["suite", "signing", "pseudonym", "relay", "code", "room", "name", "secrets"];
const READ = ["suite", "signing", "secrets", "past", "rules", "generations", "tally", "names"];
READ.push("pending");

let store: RoomStore;

/** The room of a host whose second change of the room key is on its way. */
beforeAll(async () => {
  const ann = await Device.make(new FakeRelay(), "Ann");
  await ann.create();
  const session = ann.start();
  const first = new Change({ newRoot: new Uint8Array(32).fill(1) });
  session.committer.add(first);
  session.wake();
  await first.done.promise;
  await ann.stop();
  const committer = new Committer(ann.state, SCHEDULE);
  committer.add(new Change({ newRoot: new Uint8Array(32).fill(2) }));
  expect(await committer.prepare()).toBeDefined();
  store = await ann.keystore.open("room");
});

/** Do something while a fact is another, or none. */
async function during(
  name: string,
  value: Uint8Array | undefined,
  work: () => Promise<void>,
): Promise<void> {
  const before = store.get(name);
  const put = (fact: Uint8Array | undefined) =>
    store.transaction(() => (fact === undefined ? store.drop(name) : store.set(name, fact)));
  await put(value);
  try {
    await work();
  } finally {
    await put(before);
  }
}

test("a room is read as it was written", async () => {
  const state = await RoomState.load(store);
  expect([state.name, state.code, state.joined.epoch]).toEqual(["Ann", "0123456789", 1n]);
  expect(state.ring.past.map(({ keyId }) => keyId)).toEqual([0]);
  expect([state.secrets.keyId, state.pending?.secrets?.keyId]).toEqual([1, 2]);
  expect([state.pending?.epoch, state.pending?.commit.group.epoch]).toEqual([1n, 2n]);
});

test("a room is nothing to work with before it is entered", async () => {
  const { state } = await Device.make(new FakeRelay(), "Bob");
  expect(() => state.joined).toThrow(StateCorrupt);
});

test.each(REQUIRED)("a room without its %s is damaged", async (name) => {
  await during(name, undefined, async () => {
    await expect(RoomState.load(store)).rejects.toThrow(StateCorrupt);
  });
});

test.each(READ)("a room whose %s is not what was written is damaged", async (name) => {
  for (const value of [Uint8Array.of(0xff), new Uint8Array(), encode(2 ** 40)]) {
    await during(name, value, async () => {
      await expect(RoomState.load(store)).rejects.toThrow(StateCorrupt);
    });
  }
});

test("a part of any bytes is read or damaged, and nothing worse", async () => {
  const cut = fc.record({
    name: fc.constantFrom(...READ),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    rest: fc.uint8Array({ maxLength: 4 }),
  });
  const property = fc.asyncProperty(cut, async ({ name, share, rest }) => {
    const value = store.get(name) ?? new Uint8Array();
    const kept = value.subarray(0, Math.floor(share * value.length));
    await during(name, Uint8Array.from([...kept, ...rest]), async () => {
      await RoomState.load(store).catch((error: unknown) => {
        expect(error).toBeInstanceOf(StateCorrupt);
      });
    });
  });
  await fc.assert(property, { numRuns: 60 });
});

test("that the disk fails is not taken for damage", async () => {
  const get = vi.spyOn(store, "get").mockImplementation(() => {
    throw new StateFull();
  });
  await expect(RoomState.load(store)).rejects.toThrow(StateFull);
  get.mockRestore();
});
