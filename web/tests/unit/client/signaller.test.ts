/** Who is here and who is typing, as two members tell each other: when it is said, and what is not believed. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Signaller } from "../../../src/client/signaller.ts";
import { SignalKind, type SignalWord, sealSignal, signalKey } from "../../../src/client/signals.ts";
import {
  type Fields,
  ignoreLoss,
  ignorePush,
  type Transport,
} from "../../../src/client/transport.ts";
import { RelayUnreachable, StateCorrupt } from "../../../src/errors.ts";
import { Device, FakeRelay, ROOM } from "./fake_relay.ts";

const MINUTE = 60_000;
const LONGEST_GREETING = 5;

/** A member with its signaller, whose signals go straight to the others. */
class Speaker {
  readonly signaller: Signaller;
  readonly wish = { isOn: true };
  readonly said: Fields[] = [];
  changes = 0;
  isConnected = false;
  others: Speaker[] = [];
  answer: () => Promise<Fields> = async () => ({});

  constructor(
    readonly device: Device,
    greeting = LONGEST_GREETING,
  ) {
    const changed = () => {
      this.changes += 1;
    };
    this.signaller = new Signaller(device.state, changed, this.wish, () => greeting);
  }

  get leaf(): Uint8Array {
    return this.device.state.leafKey;
  }

  start(): void {
    this.isConnected = true;
    const transport: Transport = {
      onPush: ignorePush,
      onLost: ignoreLoss,
      connect: async () => undefined,
      close: async () => undefined,
      request: (event, fields) => {
        expect([event, fields.room]).toEqual(["room.signal", ROOM]);
        this.said.push({ leaf: this.leaf, body: fields.body });
        for (const other of this.others) {
          if (other.isConnected) other.signaller.heard(this.said.at(-1) ?? {});
        }
        return this.answer();
      },
    };
    this.signaller.start(transport);
  }

  /** What is known here of the other. */
  knows(other: Speaker): [string, boolean] {
    const { presence, typingUntil } = this.signaller.presence.of(other.leaf);
    return [presence, typingUntil > 0];
  }
}

let ann: Speaker;
let bob: Speaker;

beforeEach(async () => {
  const relay = new FakeRelay();
  const [first, second] = [await Device.make(relay, "Ann"), await Device.make(relay, "Bob")];
  await first.create();
  await second.join();
  const state = first.state;
  first.start();
  await first.until(() => state.joined.members().length === 2);
  await first.stop();
  ann = new Speaker(first);
  bob = new Speaker(second);
  ann.others = [bob];
  bob.others = [ann];
  vi.useFakeTimers();
});
afterEach(() => {
  ann.signaller.stop();
  bob.signaller.stop();
  vi.useRealTimers();
});

/** Sign and seal what a member says, as it would itself. */
function forge(speaker: Speaker, kind: SignalWord, time = Date.now()): Fields {
  const { joined, identity, leafKey } = speaker.device.state;
  const key = signalKey(joined, leafKey);
  const body = sealSignal(key, identity.privateKey, ROOM, joined.epoch, { kind, time });
  return { leaf: leafKey, body };
}

test("who comes in says so, and sees within seconds who is here", async () => {
  bob.start();
  await vi.advanceTimersByTimeAsync(MINUTE / 2);
  ann.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(bob.knows(ann)).toEqual(["here", false]);
  expect(ann.knows(bob)[0]).toBe("unknown");
  await vi.advanceTimersByTimeAsync(LONGEST_GREETING * 1000 + 100);
  expect(ann.knows(bob)[0]).toBe("here");
});

test("in a large room nobody is greeted: each says it with its own next minute", async () => {
  const members = Array(33).fill(bob.device.state.joined.members()[0]);
  bob.start();
  await vi.advanceTimersByTimeAsync(MINUTE / 2);
  vi.spyOn(bob.device.state.joined, "members").mockReturnValue(members);
  ann.start();
  await vi.advanceTimersByTimeAsync(MINUTE / 4);
  expect(bob.knows(ann)[0]).toBe("here");
  expect(ann.knows(bob)[0]).toBe("unknown");
  await vi.advanceTimersByTimeAsync(MINUTE / 2);
  expect(ann.knows(bob)[0]).toBe("here");
});

test("who is here says so again each minute, once, however often it is started", async () => {
  ann.start();
  await vi.advanceTimersByTimeAsync(100);
  const before = ann.said.length;
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(ann.said.length - before).toBeGreaterThanOrEqual(9);
  expect(ann.said.length - before).toBeLessThanOrEqual(11);
});

test("after a new connection it is said again, by one voice", async () => {
  ann.start();
  await vi.advanceTimersByTimeAsync(100);
  ann.start();
  await vi.advanceTimersByTimeAsync(100);
  expect(ann.said).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(ann.said).toHaveLength(3);
});

test("who looks away says so, once, and is believed to be away", async () => {
  bob.start();
  ann.start();
  await vi.advanceTimersByTimeAsync(100);
  ann.signaller.setAway(true);
  ann.signaller.setAway(true);
  expect(bob.knows(ann)[0]).toBe("away");
  expect(ann.said).toHaveLength(2);
  ann.signaller.setAway(false);
  expect(bob.knows(ann)[0]).toBe("here");
});

test("typing is said for as long as it lasts, and taken back", async () => {
  ann.start();
  bob.start();
  ann.signaller.setTyping(true);
  for (let second = 0; second < 30; second++) {
    await vi.advanceTimersByTimeAsync(1000);
    expect(bob.knows(ann)[1]).toBe(true);
  }
  ann.signaller.setTyping(false);
  expect(bob.knows(ann)[1]).toBe(false);
  const said = ann.said.length;
  ann.signaller.setTyping(false);
  await vi.advanceTimersByTimeAsync(MINUTE / 4);
  expect(ann.said).toHaveLength(said);
});

test("typing that is not said again is believed for a while only, and that it ended is told", async () => {
  bob.start();
  bob.signaller.heard(forge(ann, SignalKind.TYPING));
  expect(bob.knows(ann)[1]).toBe(true);
  const told = bob.changes;
  await vi.advanceTimersByTimeAsync(MINUTE / 2);
  expect(bob.knows(ann)[1]).toBe(false);
  expect(bob.changes).toBe(told + 1);
});

test("a message ends the typing at both ends without a word", async () => {
  ann.start();
  ann.signaller.setTyping(true);
  const said = ann.said.length;
  ann.signaller.sentMessage();
  await vi.advanceTimersByTimeAsync(MINUTE / 4);
  expect(ann.said.length - said).toBeLessThanOrEqual(1);
  bob.signaller.heard(forge(ann, SignalKind.TYPING));
  const told = bob.changes;
  bob.signaller.gotMessage(ann.leaf);
  expect(bob.knows(ann)[1]).toBe(false);
  bob.signaller.gotMessage(ann.leaf);
  expect(bob.changes).toBe(told + 1);
});

test("who does not wish to be seen says nothing, and sees the others", async () => {
  ann.wish.isOn = false;
  ann.start();
  bob.start();
  ann.signaller.setTyping(true);
  ann.signaller.setAway(true);
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect(ann.said).toEqual([]);
  expect(bob.knows(ann)).toEqual(["unknown", false]);
  expect(ann.knows(bob)[0]).toBe("here");
});

test("without a connection nothing is said, and nothing is known of anybody", async () => {
  bob.start();
  ann.start();
  await vi.advanceTimersByTimeAsync(100);
  expect(bob.knows(ann)[0]).toBe("here");
  const told = bob.changes;
  bob.signaller.stop();
  expect(bob.knows(ann)[0]).toBe("unknown");
  bob.signaller.stop();
  expect(bob.changes).toBe(told + 1);
  const said = bob.said.length;
  bob.signaller.setAway(true);
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect(bob.said).toHaveLength(said);
});

test("a change that is heard is told once, and what is no change is not", () => {
  bob.signaller.heard(forge(ann, SignalKind.HERE, Date.now()));
  bob.signaller.heard(forge(ann, SignalKind.HERE, Date.now() + 1));
  bob.signaller.heard(forge(ann, SignalKind.TYPING, Date.now() + 2));
  bob.signaller.heard(forge(ann, SignalKind.TYPING, Date.now() + 3));
  expect(bob.changes).toBe(2);
});

test("who is in the group no more is forgotten, the others are not", () => {
  bob.signaller.heard(forge(ann, SignalKind.HERE));
  bob.signaller.groupChanged();
  expect(bob.knows(ann)[0]).toBe("here");
  bob.device.state.group = undefined;
  bob.signaller.groupChanged();
  expect(bob.knows(ann)[0]).toBe("unknown");
});

test("what is not a signal of another member, new and whole, is dropped without a word", () => {
  const signal = forge(ann, SignalKind.HERE);
  const bent = new Uint8Array(signal.body as Uint8Array);
  bent[40] = (bent[40] ?? 0) ^ 1;
  const wrong: Fields[] = [
    {},
    { ...signal, leaf: "ann" },
    { ...signal, body: "here" },
    { ...signal, body: bent },
    { ...signal, body: new Uint8Array() },
    { ...signal, leaf: new Uint8Array(32) },
    { ...signal, leaf: bob.leaf },
    forge(bob, SignalKind.HERE),
    forge(ann, 9 as SignalWord),
    forge(ann, SignalKind.HERE, Date.now() - 10 * MINUTE),
  ];
  for (const fields of wrong) bob.signaller.heard(fields);
  expect(bob.signaller.presence.leaves()).toEqual([]);
  bob.signaller.heard(signal);
  expect(bob.knows(ann)[0]).toBe("here");
  bob.signaller.heard(forge(ann, SignalKind.AWAY, Date.now() + 1));
  bob.signaller.heard(signal);
  expect(bob.knows(ann)[0]).toBe("away");
});

test("who has said that it leaves is not believed to be here", () => {
  const leaving = new Map([[Buffer.from(ann.leaf).toString("hex"), new Uint8Array(64)]]);
  vi.spyOn(bob.device.state.store, "statements").mockReturnValue(leaving as never);
  bob.signaller.heard(forge(ann, SignalKind.HERE));
  expect(bob.knows(ann)[0]).toBe("unknown");
});

test("a fault of one's own is no signal that is dropped", () => {
  vi.spyOn(bob.device.state.store, "statements").mockImplementation(() => {
    throw new StateCorrupt();
  });
  expect(() => bob.signaller.heard(forge(ann, SignalKind.HERE))).toThrow(StateCorrupt);
});

test("a signal that was lost is made good by the next", async () => {
  ann.answer = () => Promise.reject(new RelayUnreachable());
  ann.start();
  await vi.advanceTimersByTimeAsync(MINUTE + 100);
  expect(ann.said).toHaveLength(2);
});
