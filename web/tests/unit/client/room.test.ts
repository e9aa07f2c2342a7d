/** What people ask of a room, and what it refuses them, against a relay in memory. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Backoff } from "../../../src/client/connection.ts";
import type { Event } from "../../../src/client/events.ts";
import { type Merged, textOf } from "../../../src/client/merging.ts";
import type { SentMessage } from "../../../src/client/outbox.ts";
import { Room } from "../../../src/client/room.ts";
import type { RoomState } from "../../../src/client/room_state.ts";
import {
  DecodeError,
  NotAdmitted,
  NotAMember,
  PolicyViolation,
  RelayUnreachable,
} from "../../../src/errors.ts";
import { MAX_RETENTION_SECONDS, MIN_RETENTION_SECONDS } from "../../../src/wire/limits.ts";
import { Device, FakeRelay, NEVER } from "./fake_relay.ts";

// that a test reaches it
vi.mock("../../../src/wire/limits.ts", async (original) => ({
  ...(await original<typeof import("../../../src/wire/limits.ts")>()),
  MAX_HOSTS: 2,
}));

const NOTHING = new Uint8Array(32);

/** Somebody with a room that is open, and what is told of it. */
class Person {
  readonly state: RoomState;
  readonly room: Room;
  readonly events: Event[] = [];
  isForgotten = false;
  isReleased = false;
  #wake: () => void = () => undefined;

  constructor(device: Device) {
    this.state = device.state;
    this.room = new Room(device.state, {
      connect: () => device.transport(),
      forget: async () => {
        this.isForgotten = true;
      },
      lock: {
        release: () => {
          this.isReleased = true;
        },
      },
      schedule: NEVER,
      backoff: new Backoff(0.001, 0.002),
    });
    this.room.listen((event) => {
      this.events.push(event);
      this.#wake();
    });
    this.room.start();
  }

  /** Wait until something holds, looking whenever the room tells something. */
  async until<T>(find: () => T | undefined | Promise<T | undefined>): Promise<T> {
    for (;;) {
      const more = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const found = await find();
      if (found !== undefined) return found;
      await more;
    }
  }

  async is(state: Room["state"]): Promise<void> {
    await this.until(() => (this.room.state === state ? true : undefined));
  }

  /** Wait for a message with this text, and so many reactions. */
  message(text: string, reactions = 0): Promise<Merged> {
    return this.until(async () => {
      const found = await this.#messages();
      return found.find((one) => textOf(one) === text && one.reactions.length === reactions);
    });
  }

  async #messages(): Promise<Merged[]> {
    const found: Merged[] = [];
    for await (const message of this.room.messages()) found.push(message);
    return found;
  }
}

let relay: FakeRelay;
let ann: Person;
let bob: Person;

beforeEach(async () => {
  relay = new FakeRelay();
  const [anns, bobs] = [await Device.make(relay, "Ann"), await Device.make(relay, "Bob")];
  await anns.create();
  await bobs.join();
  [ann, bob] = [new Person(anns), new Person(bobs)];
  for (const person of [ann, bob]) await person.is("online");
});
afterEach(async () => {
  relay.fault = () => undefined;
  for (const person of [ann, bob]) await person.room.close();
});

async function stored(sending: Promise<SentMessage>): Promise<Uint8Array> {
  const sent = await sending;
  await sent.stored;
  return sent.id;
}

function pseudonymOf(person: Person, name: string): string {
  return person.room.members().find((member) => member.name === name)?.pseudonym ?? "";
}

test("only who wrote something changes it", async () => {
  const id = await stored(ann.room.send("hers"));
  await bob.message("hers");
  const before = relay.log.length;
  for (const change of [bob.room.edit(id, "his"), bob.room.delete(id)]) {
    await expect(change).rejects.toThrow(PolicyViolation);
  }
  const sign = await stored(bob.room.react(id, "+"));
  for (const absent of [
    bob.room.edit(NOTHING, "x"),
    bob.room.react(NOTHING, "+"),
    // what is no reaction is not taken back as one, and what is one is not edited
    ann.room.unreact(id),
    bob.room.edit(sign, "-"),
  ]) {
    await expect(absent).rejects.toThrow(DecodeError);
  }
  await ann.message("hers", 1);
  await expect(ann.room.unreact(sign)).rejects.toThrow(PolicyViolation);
  await bob.room.unreact(sign);
  await stored(ann.room.edit(id, "hers still"));
  await bob.message("hers still");
  expect(relay.log.length).toBe(before + 3);
});

test("what still waits is changed and taken back too, and goes out in its order", async () => {
  relay.fault = (event) => (event === "room.send" ? "before" : undefined);
  const { id } = await ann.room.send("frist");
  await ann.room.edit(id, "first");
  const { id: sign } = await ann.room.react(id, "+");
  await ann.room.unreact(sign);
  await expect(ann.room.edit(sign, "no message")).rejects.toThrow(DecodeError);
  relay.fault = () => undefined;
  await stored(ann.room.send("last"));
  await bob.message("last");
  await bob.message("first");
  expect(relay.log.slice(-5).map(({ kind }) => kind)).toEqual(Array(5).fill("message"));
});

test.each<[string, (room: Room) => Promise<unknown>]>([
  ["a title of 257 bytes", (room) => room.setTitle("t".repeat(257))],
  ["a title of 129 characters of two bytes", (room) => room.setTitle("ü".repeat(129))],
  ["less than the least retention", (room) => room.setRetention(MIN_RETENTION_SECONDS - 1)],
  ["more than the most retention", (room) => room.setRetention(MAX_RETENTION_SECONDS + 1)],
  ["a retention that is no number", (room) => room.setRetention(Number.NaN)],
  ["an expiry at once", (room) => room.send("x", { expiresAfter: 0 })],
  ["an expiry in part of a second", (room) => room.send("x", { expiresAfter: 1.5 })],
  ["an expiry after too long", (room) => room.send("x", { expiresAfter: 2 ** 32 })],
])("what has no form is not sent: %s", async (_what, ask) => {
  await expect(ask(ann.room)).rejects.toThrow(DecodeError);
  expect([ann.room.waiting, relay.log.length]).toEqual([0, 1]);
});

test.each(["", " \u202e", "s".repeat(65), "ü".repeat(33)])("%j is no sign", async (sign) => {
  const id = await stored(ann.room.send("x"));
  await expect(ann.room.react(id, sign)).rejects.toThrow(DecodeError);
  expect([ann.room.waiting, relay.log.length]).toEqual([0, 2]);
});

test("what is at the edge of its form is taken", async () => {
  await ann.room.setTitle("ü".repeat(128));
  for (const seconds of [MAX_RETENTION_SECONDS, MIN_RETENTION_SECONDS]) {
    await ann.room.setRetention(seconds);
  }
  const id = await stored(ann.room.send("x", { expiresAfter: 2 ** 32 - 1 }));
  await stored(ann.room.react(id, "s".repeat(64)));
  expect(ann.room.title).toMatch(/^ü{32}/);
  expect(ann.room.retention).toBe(MIN_RETENTION_SECONDS);
});

test("a room has so many hosts, and nobody names or removes itself", async () => {
  const [herself, him] = [pseudonymOf(ann, "Ann"), pseudonymOf(ann, "Bob")];
  for (const ask of [ann.room.nameHost(herself), ann.room.remove(herself)]) {
    await expect(ask).rejects.toThrow(/who goes leaves/);
  }
  await ann.room.nameHost(him);
  await ann.room.nameHost(him);
  const cid = await Device.make(relay, "Cid");
  await cid.join();
  const third = await ann.until(() => pseudonymOf(ann, "Cid") || undefined);
  await expect(ann.room.nameHost(third)).rejects.toThrow(/at most/);
  expect(ann.state.rules?.hosts).toHaveLength(2);
});

test("who cannot tell the relay has not left", async () => {
  relay.fault = (event) => (event === "room.leave" ? "before" : undefined);
  await expect(bob.room.leave()).rejects.toThrow(RelayUnreachable);
  expect([bob.isForgotten, bob.isReleased]).toEqual([false, false]);
  await stored(bob.room.send("still here"));
  await ann.message("still here");
});

test("who is removed while it leaves has left", async () => {
  const answer = relay.answer.bind(relay);
  relay.answer = (event, leaf, fields) => {
    if (event === "room.leave") throw new NotAdmitted();
    return answer(event, leaf, fields);
  };
  await bob.room.leave();
  expect([bob.isForgotten, bob.isReleased]).toEqual([true, true]);
  for (const ask of [bob.room.send("late"), bob.room.setLocked(true)]) {
    await expect(ask).rejects.toThrow(NotAMember);
  }
});

test("who is no host changes nothing", async () => {
  const asks = [bob.room.setLocked(true), bob.room.changeRoomKey("orbit lantern mosaic denim")];
  for (const ask of asks) await expect(ask).rejects.toThrow(PolicyViolation);
  expect(relay.log).toHaveLength(1);
});

test("what was read stays read, and a remark is kept once until it is dismissed", async () => {
  await ann.room.markRead(7);
  await ann.room.markRead(3);
  expect(ann.room.readUpTo).toBe(7);
  for (const code of ["one", "other", "one"]) await ann.room.addRemark(code);
  expect(ann.room.remarks).toEqual(["one", "other"]);
  await ann.room.dismissRemark("one");
  expect(ann.room.remarks).toEqual(["other"]);
});
