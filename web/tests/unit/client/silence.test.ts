/** Leaves of which nothing was seen for long are removed, by hosts only, and by no clock alone. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLeaves } from "../../../src/client/silence.ts";
import { toHex } from "../../../src/crypto/bytes.ts";
import { Device, type FakeRelay, twoPeople } from "./fake_relay.ts";

const DAY_MS = 24 * 3600 * 1000;
const NOW = Date.now();

let relay: FakeRelay;
let ann: Device;
let bob: Device;

beforeEach(async () => {
  ({ relay, ann, bob } = await twoPeople());
});
afterEach(async () => {
  await ann.stop();
  await bob.stop();
});

/** Have a device believe that it last saw others so many days ago. */
async function saw(device: Device, daysAgo: number, ...others: readonly Device[]): Promise<void> {
  const { store } = device.state;
  await store.transaction(() => {
    for (const { state } of others) store.saw(state.leafKey, NOW - daysAgo * DAY_MS);
  });
}

function update(device: Device): void {
  device.session?.committer.timetable.updateNow();
  device.session?.wake();
}

function leavesOf(device: Device): string[] {
  return device.state.joined.members().map(([, leaf]) => toHex(leaf.signatureKey));
}

test("a host removes who was silent with its next commit", async () => {
  const cid = await Device.make(relay, "Cid");
  await cid.join();
  ann.start();
  await ann.say("here");
  await saw(ann, 31, bob, cid);
  cid.start();
  await cid.say("I am here too");
  await ann.hear("I am here too");
  update(ann);
  await ann.until(() => ann.has("member left"));
  expect(leavesOf(ann)).toEqual([ann, cid].map(({ state }) => toHex(state.leafKey)));
  await cid.until(() => leavesOf(cid).length === 2);
  await cid.stop();
});

test("who is no host removes nobody for silence", async () => {
  const cid = await Device.make(relay, "Cid");
  await cid.join();
  bob.start();
  await bob.say("here");
  await saw(bob, 99, ann, cid);
  const { epoch } = bob.state.joined;
  update(bob);
  await bob.until(() => bob.state.joined.epoch === epoch + 1n);
  expect(leavesOf(bob)).toHaveLength(3);
});

test.each([
  [31, 0, 0, true],
  [29, 0, 0, false],
  // a clock of one's own that runs ahead, and a relay's that does
  [1, 99, 0, false],
  [1, 0, 99, false],
  [31, -5, 0, false],
])("seen %i days ago, by clocks %i and %i days ahead: silent is %s", async (...days) => {
  const [seenAgo, clockAhead, logAhead, isSilent] = days;
  ann.start();
  await ann.until(() => leavesOf(ann).length === 2);
  await saw(ann, seenAgo, bob);
  await saw(ann, -logAhead, ann);
  const { silent } = silentLeaves(ann.state, NOW + clockAhead * DAY_MS);
  expect(silent).toEqual(isSilent ? [bob.state.leafKey] : []);
});

test("who was never seen counts from when that is noticed", async () => {
  ann.start();
  await ann.until(() => leavesOf(ann).length === 2);
  const { store } = ann.state;
  await store.transaction(() => store.keepActivity(new Set()));
  await saw(ann, 0, ann);
  expect(silentLeaves(ann.state)).toMatchObject({ silent: [], unseen: [bob.state.leafKey] });
  const { epoch } = ann.state.joined;
  update(ann);
  await ann.until(() => ann.state.joined.epoch === epoch + 1n);
  expect(leavesOf(ann)).toHaveLength(2);
  expect(store.activity().get(toHex(bob.state.leafKey))).toBe(NOW);
});
