/** What was said before one came: page by page, and nothing that its sender did not sign. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { Content, pad } from "../../../src/client/content.ts";
import { type Fetched, fetchHistory } from "../../../src/client/history.ts";
import { decodeSealedName } from "../../../src/client/policy.ts";
import { SEALED_NAME_EXTENSION } from "../../../src/client/room_policy.ts";
import type { Fields } from "../../../src/client/transport.ts";
import { RelayFault } from "../../../src/errors.ts";
import { makeArchiveCopy, sealArchive } from "../../../src/keys/archive.ts";
import { Device, FakeRelay } from "./fake_relay.ts";

const NEWEST = Number.MAX_SAFE_INTEGER;

let relay: FakeRelay;
let ann: Device;
let bob: Device;
let cid: Device;

beforeEach(async () => {
  relay = new FakeRelay();
  ann = await Device.make(relay, "Ann");
  bob = await Device.make(relay, "Bob");
  cid = await Device.make(relay, "Cid");
  await ann.create();
  await bob.join();
  ann.start();
  for (const number of [1, 2, 3, 4, 5]) await ann.say(`said ${number}`);
  await cid.join();
});
afterEach(async () => {
  await ann.stop();
});

/** Have the relay answer as `change` says when it is asked for history. */
function archiving(change: (fields: Fields, answer: (fields: Fields) => Fields) => Fields): void {
  const answer = relay.answer.bind(relay);
  relay.answer = (event, leaf, fields) => {
    if (event !== "room.history") return answer(event, leaf, fields);
    return change(fields, (asked) => answer(event, leaf, asked));
  };
}

async function fetch(limit: number, before = NEWEST, device = cid): Promise<Fetched> {
  const transport = device.transport();
  await transport.connect();
  return fetchHistory(transport, device.state, before, limit);
}

test("history is fetched page by page until there is enough, and then on from there", async () => {
  const asked: number[] = [];
  archiving((fields, answer) => {
    asked.push(Number(fields.before));
    return answer({ ...fields, limit: 2 });
  });
  expect((await fetch(3)).isComplete).toBe(false);
  expect(await cid.texts()).toEqual(["said 2", "said 3", "said 4", "said 5"]);
  const [{ seq: lowest } = { seq: 0 }] = cid.state.store.index.from(1);
  expect(asked).toEqual([NEWEST, lowest + 2]);
  expect((await fetch(3, lowest)).isComplete).toBe(true);
  expect(await cid.texts()).toEqual([1, 2, 3, 4, 5].map((number) => `said ${number}`));
  expect((await fetch(3)).events).toEqual([]);
});

test("what changes a message is not counted as one", async () => {
  const { id } = await ann.send("said 6");
  await (await ann.send("said six", { replaces: id })).stored;
  archiving((fields, answer) => answer({ ...fields, limit: 2 }));
  await fetch(4);
  expect(await cid.texts()).toEqual(["said 2", "said 3", "said 4", "said 5", "said six"]);
});

test("history that does not go back ends with a fault of the relay, not never", async () => {
  archiving((fields, answer) => ({ ...answer({ ...fields, before: NEWEST }), more: true }));
  await expect(fetch(100)).rejects.toThrow(RelayFault);
  expect(await cid.texts()).toHaveLength(5);
});

test.each([
  ["under another's leaf", { leaf: () => bob.state.leafKey }],
  ["of another epoch", { epoch: (epoch: number) => epoch - 1 }],
  ["that was changed", { archive: (bytes: Uint8Array) => bytes.with(-1, ~(bytes.at(-1) ?? 0)) }],
])("a message %s is left out of the history, and the others are read", async (_, changes) => {
  archiving((fields, answer) => {
    const { archives, ...rest } = answer(fields);
    const [newest, ...older] = archives as Fields[];
    const changed = { ...newest };
    for (const [name, change] of Object.entries(changes)) {
      changed[name] = (change as (value: unknown) => unknown)(changed[name]);
    }
    return { ...rest, archives: [changed, ...older] };
  });
  await fetch(100);
  expect(await cid.texts()).toEqual(["said 1", "said 2", "said 3", "said 4"]);
});

test("a member puts no words into another's mouth", async () => {
  bob.start();
  await bob.say("in Bob's name");
  await bob.say("in Ann's name");
  const { identity, joined, roomId } = bob.state;
  const sealedName = joined.leaf(joined.ownIndex)?.extension(SEALED_NAME_EXTENSION);
  const { keyId, sealed } = decodeSealedName(sealedName ?? new Uint8Array());
  const archive = (text: string, { state }: Device): Uint8Array => {
    const copy = makeArchiveCopy(
      identity.privateKey,
      roomId,
      joined.epoch,
      state.pseudonym,
      keyId,
      sealed,
      pad(new Content(new Uint8Array(16), text).encode()),
    );
    return sealArchive(bob.state.historySecret(joined), roomId, joined.epoch, copy);
  };
  relay.archives.set(relay.log.length - 1, archive("archived by Bob", bob));
  relay.archives.set(relay.log.length, archive("archived by Ann", ann));
  await bob.stop();
  const dan = await Device.make(relay, "Dan");
  await dan.join();
  await fetch(100, NEWEST, dan);
  expect((await dan.texts()).slice(-2)).toEqual(["said 5", "archived by Bob"]);
});

test("messages of an epoch whose secret does not open are left out of the history", async () => {
  archiving((fields, answer) => {
    const { epochs, ...rest } = answer(fields);
    const sealed = new Uint8Array(100);
    return { ...rest, epochs: (epochs as Fields[]).map((epoch) => ({ ...epoch, sealed })) };
  });
  expect((await fetch(100)).events).toEqual([]);
  expect(await cid.texts()).toEqual([]);
});
