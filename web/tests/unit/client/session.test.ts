/** A room's life against a relay in memory whose connections break wherever a test likes. */

import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Change } from "../../../src/client/changes.ts";
import { Disposition } from "../../../src/client/content.ts";
import { toHex } from "../../../src/crypto/bytes.ts";
import { ED25519 } from "../../../src/crypto/signature.ts";
import { RelayUnreachable, RoomKeyNeeded, TooLarge } from "../../../src/errors.ts";
import { deriveSecrets } from "../../../src/keys/root.ts";
import { MAX_FORWARD, RESERVED } from "../../../src/mls/secret_tree.ts";
import { leaveTranscript } from "../../../src/wire/transcripts.ts";
import { Device, type FakeRelay, type Fault, NEVER, ROOM, twoPeople } from "./fake_relay.ts";

let relay: FakeRelay;
let ann: Device;
let bob: Device;

const NO_LEAF = new Uint8Array(32);
const NO_REQUEST = new Uint8Array(16);
const NO_COMMIT = new TextEncoder().encode("no commit at all");

beforeEach(async () => {
  ({ relay, ann, bob } = await twoPeople());
});
afterEach(async () => {
  relay.fault = () => undefined;
  await ann.stop();
  await bob.stop();
});

function faultyNow(chance: () => number): Fault {
  return () => {
    const drawn = chance();
    return drawn < 1 / 9 ? "before" : drawn < 3 / 9 ? "after" : undefined;
  };
}

test.each([1, 2, 3])(
  "every message goes out once however often the connection breaks (%i)",
  async (seed) => {
    const draws = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { seed, numRuns: 5000 });
    relay.fault = faultyNow(() => draws.pop() ?? 1);
    const often = { ...NEVER, updateMessages: 4 };
    ann.start(often);
    bob.start(often);
    const sent: Promise<unknown>[] = [];
    for (let number = 0; number < 12; number++) {
      sent.push((await ann.send(`a${number}`)).stored, (await bob.send(`b${number}`)).stored);
    }
    await Promise.all(sent);
    relay.fault = () => undefined;
    await ann.say("last of Ann");
    await bob.say("last of Bob");
    for (const device of [ann, bob]) {
      await device.hear("last of Ann");
      await device.hear("last of Bob");
    }
    const texts = await ann.texts();
    expect(await bob.texts()).toEqual(texts);
    expect(texts).toHaveLength(26);
    expect(new Set(texts).size).toBe(26);
    const own = texts.filter((text) => text.startsWith("a"));
    expect(own).toEqual(Array.from({ length: 12 }, (_, number) => `a${number}`));
    expect([await ann.told(), await bob.told()].map((told) => told.length)).toEqual([26, 26]);
    const troubles = [...ann.events, ...bob.events].filter(({ kind }) => kind === "room trouble");
    expect(troubles).toEqual([]);
  },
);

test("a commit whose answer was lost takes effect once after a restart", async () => {
  relay.fault = (event) => (event === "room.commit" ? "after" : undefined);
  const session = ann.start();
  await ann.say("first");
  session.committer.timetable.updateNow();
  session.wake();
  await ann.until(() => relay.epoch === 2);
  await ann.restart();
  relay.fault = () => undefined;
  bob.start();
  await ann.say("second");
  await bob.hear("second");
  expect([relay.epoch, ann.state.joined.epoch, bob.state.joined.epoch]).toEqual([2, 2n, 2n]);
  expect(ann.state.joined.epochAuthenticator).toEqual(bob.state.joined.epochAuthenticator);
});

test.each(["Ann", "Bob"])(
  "who starts often in one epoch is read and followed, while %s writes",
  async (writer) => {
    ann.start();
    let session = bob.start();
    for (let start = 0; start < MAX_FORWARD / RESERVED + 2; start++) {
      await (writer === "Bob" ? bob : ann).say(`${start}`);
      await bob.hear(`${start}`);
      session = await bob.restart();
    }
    await bob.say("here again");
    session.committer.timetable.updateNow();
    session.wake();
    await ann.until(() => ann.state.joined.epoch === 2n);
    expect((await ann.texts()).at(-1)).toBe("here again");
    const wrong = ann.events.filter(({ kind }) => /unreadable|trouble/.test(kind));
    expect(wrong).toEqual([]);
    expect(ann.state.joined.epochAuthenticator).toEqual(bob.state.joined.epochAuthenticator);
  },
);

test("a commit that nobody can follow does not wedge the room", async () => {
  ann.start();
  bob.start();
  await ann.say("before");
  await bob.hear("before");
  // an insider's commit that the relay, which sees ciphertext only, could not refuse
  relay.append("commit", NO_LEAF, NO_REQUEST, NO_COMMIT);
  for (const device of [ann, bob]) await device.until(() => device.has("room trouble"));
  await bob.say("after");
  await ann.say("after too");
  await ann.hear("after");
  await bob.hear("after too");
});

test("who was away too long comes in again, and reads what it missed", async () => {
  ann.start();
  for (const number of [0, 1, 2]) await ann.say(`missed ${number}`);
  relay.floor = relay.log.length;
  bob.start();
  await bob.say("here again");
  await ann.hear("here again");
  await bob.hear("here again");
  const all = ["missed 0", "missed 1", "missed 2", "here again"];
  expect(await bob.told()).toEqual(all);
  expect(await bob.texts()).toEqual(all);
  expect(ann.state.joined.members()).toHaveLength(2);
});

test("what the relay replays or reorders is not shown", async () => {
  ann.start();
  await ann.say("one");
  await ann.say("two");
  await ann.stop();
  const [one, two] = relay.log.slice(-2);
  if (one === undefined || two === undefined) throw new Error();
  [one.body, two.body] = [two.body, one.body];
  relay.append("message", ann.state.leafKey, NO_REQUEST, one.body);
  bob.start();
  await bob.until(() => bob.events.filter((event) => event.kind === "noticed").length >= 2);
  expect(await bob.texts()).toEqual(["two"]);
  const unreadable = bob.events.filter((event) => event.kind === "message unreadable");
  expect(unreadable.map(({ seq }) => seq)).toEqual([two.seq, two.seq + 1]);
});

/** Have Ann begin an epoch, and show a leave of nobody in the place of her commit. */
async function commitUnseen(): Promise<void> {
  const session = ann.start();
  session.committer.timetable.updateNow();
  session.wake();
  await ann.until(() => ann.state.joined.epoch === 2n);
  const last = relay.log.at(-1);
  expect(last?.kind).toBe("commit");
  Object.assign(last ?? {}, { kind: "leave", leaf: NO_LEAF, body: new Uint8Array(64) });
}

test("who was not shown a commit reads on", async () => {
  await commitUnseen();
  await ann.say("after it");
  bob.start();
  await bob.hear("after it");
  expect(bob.has("room trouble")).toBe(true);
  await bob.say("and he answers");
  await ann.hear("and he answers");
  expect(ann.state.joined.members()).toHaveLength(2);
});

test("who was not shown a commit is heard", async () => {
  await commitUnseen();
  bob.start();
  await bob.say("into the present");
  expect(bob.has("room trouble")).toBe(true);
  await ann.hear("into the present");
});

test.each([
  ["leaves out an envelope", (envelopes: unknown[]) => envelopes.slice(1)],
  ["ends the log before its head", () => []],
])("a relay that %s is not believed, and is heard when it no longer does", async (_, lie) => {
  ann.start();
  await ann.say("one");
  await ann.say("two");
  const answer = relay.answer.bind(relay);
  let isLying = true;
  relay.answer = (event, leaf, fields) => {
    const told = answer(event, leaf, fields);
    if (event !== "room.sync" || !isLying) return told;
    return { ...told, envelopes: lie(told.envelopes as unknown[]) };
  };
  bob.start();
  await bob.until(() => bob.has("room trouble"));
  const codes = bob.events.flatMap((event) => (event.kind === "room trouble" ? event.code : []));
  expect(new Set(codes)).toEqual(new Set(["relay_inconsistent"]));
  expect(await bob.texts()).toEqual([]);
  isLying = false;
  await bob.hear("two");
  expect(await bob.texts()).toEqual(["one", "two"]);
});

test("a message under another name is not shown", async () => {
  const cid = await Device.make(relay, "Cid");
  await cid.join();
  ann.start();
  await ann.say("mine");
  await ann.stop();
  const last = relay.log.at(-1);
  if (last === undefined) throw new Error();
  last.leaf = cid.state.leafKey;
  bob.start();
  await bob.until(() => bob.has("message unreadable"));
  expect(await bob.texts()).toEqual([]);
});

test("a leave statement is committed before anything is sent, and a false one is not", async () => {
  const { privateKey, publicKey } = bob.state.identity;
  const signature = ED25519.sign(privateKey, leaveTranscript(ROOM, publicKey));
  relay.append("leave", publicKey, NO_REQUEST, new Uint8Array(64));
  relay.append("leave", publicKey, NO_REQUEST, signature);
  ann.start({ ...NEVER, tidySeconds: 1e9 });
  await ann.say("not for Bob");
  expect(ann.has("room trouble")).toBe(true);
  const left = ann.events.filter((event) => event.kind === "member left");
  expect(left.map(({ member, wasRemoved }) => [member.name, wasRemoved])).toEqual([["Bob", false]]);
  expect(relay.log.slice(-2).map(({ kind }) => kind)).toEqual(["commit", "message"]);
  expect(ann.state.joined.members()).toHaveLength(1);
  expect(ann.state.store.statements().size).toBe(0);
});

test("missing history is mended by a new epoch", async () => {
  delete relay.log.at(-1)?.history;
  ann.start();
  await ann.until(() => ann.state.joined.epoch === 2n);
  expect(relay.log.at(-1)?.history).toBeInstanceOf(Uint8Array);
});

test("a join whose answer was lost goes on with the same leaf", async () => {
  const cid = await Device.make(relay, "Cid");
  relay.fault = (event) => (event === "room.commit" ? "after" : undefined);
  await expect(cid.join()).rejects.toThrow(RelayUnreachable);
  relay.fault = () => undefined;
  await cid.restart();
  await cid.say("here");
  ann.start();
  await ann.hear("here");
  expect(ann.state.joined.members()).toHaveLength(3);
  await cid.stop();
});

test("what the relay refuses holds up nothing; it goes out when it is tried again, or is dropped", async () => {
  const answer = relay.answer.bind(relay);
  let refused = 3;
  relay.answer = (event, leaf, fields) => {
    if (event !== "room.send" || refused === 0) return answer(event, leaf, fields);
    refused -= 1;
    throw new TooLarge();
  };
  const { outbox } = ann.start();
  const again = await ann.send("tried again");
  await expect(again.stored).rejects.toThrow(TooLarge);
  const dropped = await ann.send("dropped");
  await expect(dropped.stored).rejects.toThrow(TooLarge);
  // only messages are kept to be tried again
  const reaction = await ann.send("👍", {
    disposition: Disposition.REACTION,
    inReplyTo: again.id,
  });
  await expect(reaction.stored).rejects.toThrow(TooLarge);
  const failures = ann.state.store.queued().map(({ failure }) => failure);
  expect(failures).toEqual([TooLarge.code, TooLarge.code]);
  await ann.say("meanwhile");
  await outbox.discard(dropped.id);
  await outbox.retry(again.id);
  ann.session?.wake();
  bob.start();
  await bob.hear("tried again");
  expect(await bob.texts()).toEqual(["meanwhile", "tried again"]);
  await ann.until(() => ann.state.store.queued().length === 0);
  // nothing of these ids waits any more
  await Promise.all([outbox.retry(again.id), outbox.discard(dropped.id)]);
  await ann.say("last");
  await bob.hear("last");
  expect(await bob.texts()).toEqual(["meanwhile", "tried again", "last"]);
});

test("an own message that a resync passed over is not sent again", async () => {
  relay.fault = (event) => (event === "room.send" ? "after" : undefined);
  ann.start();
  await ann.send("once");
  await ann.until(() => relay.log.length === 2);
  await ann.stop();
  relay.append("commit", NO_LEAF, NO_REQUEST, NO_COMMIT);
  relay.fault = () => undefined;
  relay.floor = 4;
  await ann.restart();
  await ann.say("twice");
  await ann.hear("twice");
  expect(await ann.texts()).toEqual(["once", "twice"]);
  expect(ann.state.store.countQueued()).toBe(0);
});

test("requests that the log has passed are forgotten", async () => {
  ann.start({ ...NEVER, updateMessages: 2 });
  for (const number of [1, 2, 3, 4, 5]) await ann.say(`${number}`);
  await ann.hear("5");
  for (const { request } of relay.log) {
    expect(ann.state.store.knows(request as Uint8Array)).toBe(false);
  }
});

// the room key

const NEW_ROOT = new Uint8Array(32).fill(7);

async function rekey(removed: readonly Uint8Array[] = []): Promise<void> {
  const change = new Change({ newRoot: NEW_ROOT, removed });
  ann.session?.committer.add(change);
  ann.session?.wake();
  await change.done.promise;
}

test("a change of the room key whose answer was lost takes effect once", async () => {
  ann.start();
  bob.start();
  relay.fault = (event) => (event === "room.commit" ? "after" : undefined);
  const changed = rekey();
  await ann.until(() => relay.keyId === 1);
  relay.fault = () => undefined;
  await changed;
  await ann.say("under the new key");
  await bob.hear("under the new key");
  expect([relay.keyId, ann.state.secrets.keyId, bob.state.secrets.keyId]).toEqual([1, 1, 1]);
  expect(bob.state.needsRoomKey).toBe(false);
});

test("who is not given the new room key needs it, reads on, and takes it from a person", async () => {
  ann.start();
  const bobs = bob.start();
  relay.givesRoot = false;
  await rekey();
  await bob.until(() => bob.has("rules changed"));
  expect(bob.state.needsRoomKey).toBe(true);
  const troubles = bob.events.filter((event) => event.kind === "room trouble");
  expect(troubles.map(({ code }) => code)).toEqual([RoomKeyNeeded.code]);
  await ann.say("still readable");
  await bob.hear("still readable");
  await bob.say("still heard");
  await ann.hear("still heard");
  const wrong = bobs.keyWait.give(deriveSecrets(new Uint8Array(32).fill(9)));
  await expect(wrong).rejects.toMatchObject({ code: "wrong_room_key" });
  await bobs.keyWait.give(deriveSecrets(NEW_ROOT));
  expect(bob.state.needsRoomKey).toBe(false);
  const cid = await Device.make(relay, "Cid");
  cid.state.policy.ring = ann.state.ring;
  await cid.join();
  cid.start();
  await cid.say("in by the new key");
  await bob.hear("in by the new key");
  await cid.stop();
});

test("who cannot follow a join under a key it was not given waits for a person", async () => {
  ann.start();
  const bobs = bob.start();
  relay.givesRoot = false;
  await rekey();
  await bob.until(() => bob.state.needsRoomKey);
  const cid = await Device.make(relay, "Cid");
  cid.state.policy.ring = ann.state.ring;
  await cid.join();
  await bob.until(() => bobs.keyWait.isOn);
  cid.start();
  await cid.say("while Bob waits");
  await bobs.keyWait.give(deriveSecrets(NEW_ROOT));
  await bob.hear("while Bob waits");
  expect(bob.state.joined.epochAuthenticator).toEqual(ann.state.joined.epochAuthenticator);
  await cid.stop();
});

test("who is removed with a new room key learns neither", async () => {
  ann.start();
  const bobs = bob.start();
  await rekey([bob.state.leafKey]);
  await bob.until(() => bobs.connection.state === "removed");
  expect(bob.state.group).toBeUndefined();
  expect(bob.state.secrets.admission).toEqual(new Uint8Array());
  const again = await bob.restart();
  expect(again.connection.state).toBe("removed");
  expect(bob.state.wasClosed).toBe(false);
  expect(relay.members).toEqual(new Set([toHex(ann.state.leafKey)]));
});

test("names are sealed again with the next update, and old ones still open", async () => {
  ann.start();
  const bobs = bob.start();
  await rekey();
  await bob.until(() => bob.state.secrets.keyId === 1);
  bobs.committer.timetable.updateNow();
  bobs.wake();
  await ann.until(() => ann.state.joined.epoch === 3n);
  const names = ann.state.joined.members().map(([, leaf]) => ann.state.policy.nameOf(leaf));
  expect(names).toEqual(["Ann", "Bob"]);
});
