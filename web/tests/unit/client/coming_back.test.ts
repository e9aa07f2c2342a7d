/** Coming back after something broke at the worst moment, against a relay in memory. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { indexOf } from "../../../src/client/members.ts";
import type { Fields } from "../../../src/client/transport.ts";
import { equal } from "../../../src/crypto/bytes.ts";
import { NotAdmitted, StateFull, WrongRoomKey } from "../../../src/errors.ts";
import { Remove } from "../../../src/mls/index.ts";
import { MemoryRecords } from "../../../src/store/memory_records.ts";
import { type Device, type FakeRelay, SECRETS, twoPeople } from "./fake_relay.ts";

let relay: FakeRelay;
let ann: Device;
let bob: Device;

beforeEach(async () => {
  ({ relay, ann, bob } = await twoPeople());
});
afterEach(async () => {
  vi.restoreAllMocks();
  await ann.stop();
  await bob.stop();
});

function troubles(device: Device): string[] {
  return device.events.flatMap((event) => (event.kind === "room trouble" ? [event.code] : []));
}

test("what could not be written is read again however long the disk is full", async () => {
  const { write } = MemoryRecords.prototype;
  let isFull = false;
  vi.spyOn(MemoryRecords.prototype, "write").mockImplementation(function (
    this: MemoryRecords,
    ...changes
  ) {
    return isFull ? Promise.reject(new StateFull()) : write.apply(this, changes);
  });
  relay.fault = (event) => {
    if (event !== "room.commit") return undefined;
    // the commit is accepted, its answer is lost, and then nothing can be written
    isFull = true;
    return "after";
  };
  const session = ann.start();
  session.committer.timetable.updateNow();
  session.wake();
  await ann.until(() => troubles(ann).length > 2);
  relay.fault = () => undefined;
  isFull = false;
  await ann.say("after");
  expect(new Set(troubles(ann))).toEqual(new Set(["state_full"]));
  expect([Number(ann.state.joined.epoch), relay.epoch]).toEqual([2, 2]);
});

test("who is removed on the way in is out, and is not asked for a room key", async () => {
  const answer = relay.answer.bind(relay);
  let isRemoved = false;
  const removeFirst = (event: string, leaf: Uint8Array, fields: Fields): Fields => {
    if (fields.joined === undefined || isRemoved) return answer(event, leaf, fields);
    isRemoved = true;
    const index = indexOf(ann.state.joined, bob.state.leafKey);
    if (index === undefined) throw new Error("Ann does not know Bob");
    const made = ann.state.joined.commit([new Remove(index)], { includePending: false });
    answer("room.commit", ann.state.leafKey, {
      request: new Uint8Array(16).fill(1),
      epoch: relay.epoch,
      message: made.message,
      group_info: made.group.groupInfo(),
      removed: [bob.state.leafKey],
    });
    // it was a member's when the relay looked
    throw new NotAdmitted();
  };
  const session = ann.start();
  session.committer.timetable.updateNow();
  await ann.until(() => ann.state.joined.epoch === 2n);
  await session.stop();
  // Bob missed that, and the relay has it no more
  relay.floor = relay.log.length + 1;
  relay.answer = removeFirst;
  const coming = bob.start();
  await bob.until(() => coming.connection.state === "removed");
  expect(troubles(bob)).toEqual(["not_a_member"]);
  expect(relay.members.size).toBe(1);
});

test("who was told wrongly that its room key is wrong gives it again", async () => {
  const answer = relay.answer.bind(relay);
  let lies = true;
  relay.answer = (event, leaf, fields) => {
    if (!lies || equal(leaf, ann.state.leafKey)) return answer(event, leaf, fields);
    if (event === "room.resume" || event === "room.admit") throw new WrongRoomKey();
    return answer(event, leaf, fields);
  };
  const session = bob.start();
  await bob.until(() => session.keyWait.isOn);
  await expect(session.keyWait.give(SECRETS)).rejects.toMatchObject({ code: "wrong_room_key" });
  lies = false;
  await bob.until(() => session.keyWait.isOn);
  await session.keyWait.give(SECRETS);
  await bob.say("in again");
});
