/** A group that a refused commit led to is held to what only hosts may do, and hosts undo it. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { Change } from "../../../src/client/changes.ts";
import { indexOf } from "../../../src/client/members.ts";
import type { RoomState } from "../../../src/client/room_state.ts";
import {
  checkWhole,
  mayUndo,
  removedBefore,
  removedByUndoing,
  undo,
} from "../../../src/client/undoing.ts";
import { toHex } from "../../../src/crypto/bytes.ts";
import { ED25519 } from "../../../src/crypto/signature.ts";
import { PolicyViolation } from "../../../src/errors.ts";
import { KeyRing } from "../../../src/keys/key_ring.ts";
import {
  decodeMessage,
  ExtensionType,
  type Group,
  type GroupInfo,
  Remove,
} from "../../../src/mls/index.ts";
import { RatchetTree } from "../../../src/mls/ratchet_tree.ts";
import { leaveTranscript } from "../../../src/wire/transcripts.ts";
import { Device, FakeRelay, ROOM } from "./fake_relay.ts";
import { lawless, stranger } from "./lawless.ts";

let relay: FakeRelay;
let ann: Device;
let bob: Device;
let cid: Device;

/** Ann, whose room it is, Bob and Cid read the same epoch. */
beforeEach(async () => {
  relay = new FakeRelay();
  ann = await Device.make(relay, "Ann");
  bob = await Device.make(relay, "Bob");
  cid = await Device.make(relay, "Cid");
  await ann.create();
  for (const device of [bob, cid]) await device.join();
  for (const device of [ann, bob, cid]) {
    device.start();
    await device.until(() => Number(device.state.joined.epoch) === relay.epoch);
  }
});
afterEach(async () => {
  for (const device of [ann, bob, cid]) await device.stop();
});

const NOBODY = new Uint8Array(32);

function check(state: RoomState, leftBehind: Group, refused: Uint8Array = NOBODY): void {
  const info = decodeMessage(leftBehind.groupInfo()) as GroupInfo;
  const tree = info.extension(ExtensionType.RATCHET_TREE) as Uint8Array;
  checkWhole(state, info, RatchetTree.decode(leftBehind.suite, tree), refused);
}

function removalOf(device: Device): Remove {
  return new Remove(indexOf(ann.state.joined, device.state.leafKey) as number);
}

test("nobody but a host takes members away who have not left", async () => {
  const gone = removalOf(cid);
  check(ann.state, lawless(bob.state, []));
  check(bob.state, lawless(ann.state, [gone]));
  const taken = lawless(bob.state, [gone]);
  for (const { state } of [ann, cid]) expect(() => check(state, taken)).toThrow(PolicyViolation);
  // but for whoever is said to have sent what cannot be followed, and is no host
  check(ann.state, taken, cid.state.leafKey);
  expect(() => check(ann.state, taken, bob.state.leafKey)).toThrow(PolicyViolation);
  const withoutHost = lawless(bob.state, [removalOf(ann)]);
  expect(() => check(cid.state, withoutHost, ann.state.leafKey)).toThrow(PolicyViolation);
  const { privateKey, publicKey } = cid.state.identity;
  const signature = ED25519.sign(privateKey, leaveTranscript(ROOM, publicKey));
  await ann.state.store.transaction(() => ann.state.store.addStatement(publicKey, signature));
  check(ann.state, taken);
});

test("nobody but a host lets somebody into a locked room", async () => {
  check(ann.state, lawless(bob.state, [stranger(bob.state)]));
  const lock = new Change({ edit: (rules) => rules.with({ locked: true }) });
  ann.session?.committer.add(lock);
  ann.session?.wake();
  await lock.done.promise;
  await bob.until(() => bob.state.rules?.locked === true);
  const entered = lawless(bob.state, [stranger(bob.state)]);
  expect(() => check(ann.state, entered)).toThrow(/new members/);
  check(bob.state, lawless(ann.state, [stranger(ann.state)]));
});

test("who is missing where one comes in again was removed, unless they left", async () => {
  expect(removedBefore(bob.state, lawless(ann.state, []))).toEqual([]);
  const without = lawless(ann.state, [removalOf(cid)]);
  expect(removedBefore(bob.state, without).map(({ name }) => name)).toEqual(["Cid"]);
  const { store } = bob.state;
  await store.transaction(() => store.addStatement(cid.state.leafKey, new Uint8Array(64)));
  expect(removedBefore(bob.state, without)).toEqual([]);
});

test("who sent what nobody follows is removed, unless that is a host", () => {
  expect(removedByUndoing(ann.state, bob.state.leafKey)).toEqual([bob.state.leafKey]);
  expect(removedByUndoing(ann.state, ann.state.leafKey)).toEqual([]);
  expect(removedByUndoing(ann.state, NOBODY)).toEqual([]);
});

test("only a host with the room key undoes, and only what it has not followed", () => {
  const { epoch } = ann.state.joined;
  expect([mayUndo(ann.state, epoch), mayUndo(ann.state, epoch + 9n)]).toEqual([true, true]);
  expect(mayUndo(ann.state, epoch - 1n)).toBe(false);
  expect(mayUndo(bob.state, epoch)).toBe(false);
  ann.state.policy.ring = new KeyRing(ann.state.secrets.withKeyId(7));
  expect(mayUndo(ann.state, epoch)).toBe(false);
});

test.each([0n, 3n])("undoing leads to the epoch after, though %i were passed", async (passed) => {
  const { epoch } = ann.state.joined;
  const made = await undo(ann.state, epoch + passed, [bob.state.leafKey, NOBODY]);
  expect(made.group.epoch).toBe(epoch + passed + 1n);
  const left = made.group.members().map(([, leaf]) => toHex(leaf.signatureKey));
  expect(left).toEqual([ann, cid].map(({ state }) => toHex(state.leafKey)));
  expect(ann.state.joined.epoch).toBe(epoch);
});
