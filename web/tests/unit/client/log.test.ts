/** What a relay does to the log shows; it loses no message, and lets nobody decide more. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { Change } from "../../../src/client/changes.ts";
import { Content, Disposition, paddingFor } from "../../../src/client/content.ts";
import { encodeSent } from "../../../src/client/tally.ts";
import type { Fields } from "../../../src/client/transport.ts";
import { systemRandom } from "../../../src/crypto/randomness.ts";
import { ED25519 } from "../../../src/crypto/signature.ts";
import { MalformedRequest, type RoomkeyError, TooLarge } from "../../../src/errors.ts";
import { closeTranscript } from "../../../src/wire/transcripts.ts";
import { type Device, type FakeRelay, ROOM, twoPeople } from "./fake_relay.ts";

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

/** Have the relay answer an event once otherwise than it would. */
function once(event: string, meddle: (honest: () => Fields) => Fields): void {
  const { answer } = relay;
  relay.answer = (asked, leaf, fields) => {
    const honest = () => answer.call(relay, asked, leaf, fields);
    if (asked !== event) return honest();
    relay.answer = answer;
    return meddle(honest);
  };
}

/** Store what an event asks for, and say that it was refused. */
function refuseAndStore(event: string, refusal: RoomkeyError): void {
  once(event, (honest) => {
    honest();
    throw refusal;
  });
}

function troubles(device: Device): string[] {
  return device.events.flatMap((event) => (event.kind === "room trouble" ? [event.code] : []));
}

function unreadable(device: Device): number[] {
  return device.events.flatMap((event) => (event.kind === "message unreadable" ? [event.seq] : []));
}

function request(number: number): Uint8Array {
  return new Uint8Array(16).fill(number);
}

/** Seal a message as a client does, and send it nowhere. */
function written(device: Device, text: string): Promise<Uint8Array> {
  const content = new Content(systemRandom(16), text).encode();
  const padding = paddingFor(content.length);
  return device.state.sealed((group) =>
    group.protect(content, { authenticatedData: encodeSent(0), padding }),
  );
}

async function isAt(device: Device, epoch: bigint): Promise<void> {
  await device.until(() => device.state.joined.epoch === epoch);
}

test("a close that the host did not sign closes no room", async () => {
  const session = bob.start();
  relay.append("close", ann.state.leafKey, request(0), new Uint8Array(64));
  await bob.until(() => bob.state.cursor === relay.log.length);
  await bob.say("still here");
  expect(troubles(bob)).toEqual(["relay_inconsistent"]);
  expect(session.connection.state).toBe("online");
});

test("a close that another than a host signed closes no room", async () => {
  const session = ann.start();
  const { privateKey, publicKey } = bob.state.identity;
  const signature = ED25519.sign(privateKey, closeTranscript(ROOM, publicKey));
  relay.append("close", publicKey, request(0), signature);
  await ann.say("still here");
  expect(troubles(ann)).toEqual(["relay_inconsistent"]);
  expect(session.connection.state).toBe("online");
});

test("a message is shown at a place of its own epoch alone", async () => {
  const session = ann.start();
  await isAt(ann, 1n);
  const before = await written(bob, "of the past");
  session.committer.timetable.updateNow();
  session.wake();
  bob.start();
  await isAt(bob, 2n);
  await bob.stop();
  const { leafKey } = bob.state;
  relay.append("message", leafKey, request(1), before);
  relay.append("message", leafKey, request(2), await written(bob, "of the present"), { epoch: 1 });
  await ann.until(() => unreadable(ann).length === 2);
  expect(unreadable(ann)).toEqual([3, 4]);
  relay.append("message", leafKey, request(3), await written(bob, "in its place"));
  await ann.hear("in its place");
  expect(await ann.texts()).toEqual(["in its place"]);
});

test("a commit at a message's place changes nothing, and is followed at its own", async () => {
  ann.start();
  await isAt(ann, 1n);
  const made = await bob.state.sealed((group) => group.commit());
  const { leafKey } = bob.state;
  relay.append("message", leafKey, request(1), made.message);
  await ann.until(() => unreadable(ann).length > 0);
  expect([unreadable(ann), ann.state.joined.epoch]).toEqual([[2], 1n]);
  const fields = { epoch: 1, message: made.message, group_info: made.group.groupInfo() };
  relay.answer("room.commit", leafKey, { request: request(2), ...fields });
  await isAt(ann, 2n);
  expect(ann.state.joined.epochAuthenticator).toEqual(made.group.epochAuthenticator);
});

test("a message at a commit's place is no commit, and the room goes on", async () => {
  ann.start();
  await isAt(ann, 1n);
  relay.append("commit", bob.state.leafKey, request(1), await written(bob, "no commit"));
  await ann.until(() => troubles(ann).length > 0);
  expect(troubles(ann)).toEqual(["malformed"]);
  await ann.say("and on");
  expect(await ann.texts()).toEqual(["and on"]);
  expect([Number(ann.state.joined.epoch), relay.epoch]).toEqual([2, 2]);
});

test.each(["commit", "message"])("a %s of an epoch to come is not passed over", async (kind) => {
  const session = ann.start();
  await ann.until(() => session.connection.state === "online");
  relay.append(kind, bob.state.leafKey, request(1), new Uint8Array(), { epoch: 7 });
  await ann.until(() => troubles(ann).length > 0);
  expect(troubles(ann)).toEqual(["relay_inconsistent"]);
  await ann.say("and on");
  expect(unreadable(ann)).toEqual([]);
  expect(Number(ann.state.joined.epoch)).toBe(relay.epoch);
});

test("a commit that was refused and stored all the same holds", async () => {
  const session = ann.start();
  const change = new Change({ edit: (rules) => rules.with({ locked: true }) });
  await ann.until(() => session.connection.state === "online");
  refuseAndStore("room.commit", new MalformedRequest());
  session.committer.add(change);
  session.wake();
  await expect(change.done.promise).rejects.toThrow(MalformedRequest);
  await ann.say("and on");
  expect(ann.state.rules?.locked).toBe(true);
  expect(Number(ann.state.joined.epoch)).toBe(relay.epoch);
  expect(troubles(ann)).toEqual(["malformed_request"]);
  bob.start();
  await bob.hear("and on");
});

test("what was refused and stored all the same is there once, and not sent again", async () => {
  const session = ann.start();
  await ann.until(() => session.connection.state === "online");
  refuseAndStore("room.send", new TooLarge());
  const message = await ann.send("stored");
  await expect(message.stored).rejects.toThrow(TooLarge);
  await ann.hear("stored");
  expect(ann.state.store.queued()).toEqual([]);
  refuseAndStore("room.send", new TooLarge());
  const sign = { disposition: Disposition.REACTION, inReplyTo: message.id };
  await expect((await ann.send("+", sign)).stored).rejects.toThrow(TooLarge);
  await ann.until(() => ann.state.cursor === relay.log.length);
  await ann.say("and on");
  expect(relay.log.map(({ kind }) => kind)).toEqual(["commit", "message", "message", "message"]);
  expect(await ann.texts()).toEqual(["stored", "and on"]);
  expect(troubles(ann)).toEqual([]);
  bob.start();
  await bob.hear("and on");
  expect(unreadable(bob)).toEqual([]);
});
