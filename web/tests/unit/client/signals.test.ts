/** Who is here and who is typing: what is believed, and for how long. */

import { expect, test } from "vitest";
import { PRESENCE_MS, Presence, TYPING_MS } from "../../../src/client/presence.ts";
import { CLOCK_TOLERANCE_MS, SignalGate, SignalKind } from "../../../src/client/signals.ts";
import { DecodeError } from "../../../src/errors.ts";

const LEAF = new Uint8Array(32).fill(1);
const OTHER = new Uint8Array(32).fill(2);

test("presence is forgotten after a while, and typing sooner", () => {
  let now = 1000;
  const presence = new Presence(() => now);
  presence.hear(LEAF, SignalKind.AWAY);
  presence.hear(LEAF, SignalKind.TYPING);
  expect(presence.of(LEAF).presence).toBe("away");
  expect(presence.secondsToExpiry()).toBe(TYPING_MS / 1000);
  expect(presence.expire()).toBe(false);
  now += TYPING_MS;
  expect(presence.expire()).toBe(true);
  expect(presence.of(LEAF)).toMatchObject({ presence: "away", typingUntil: 0 });
  now += PRESENCE_MS;
  expect(presence.expire()).toBe(true);
  expect(presence.of(LEAF).presence).toBe("unknown");
  expect(presence.secondsToExpiry()).toBe(Number.POSITIVE_INFINITY);
});

test("typing says nothing about presence, and ends when that is said", () => {
  const presence = new Presence(() => 0);
  presence.hear(LEAF, SignalKind.TYPING);
  expect(presence.of(LEAF).presence).toBe("unknown");
  expect(presence.of(LEAF).typingUntil).toBeGreaterThan(0);
  presence.hear(LEAF, SignalKind.STOPPED_TYPING);
  expect(presence.of(LEAF).typingUntil).toBe(0);
  expect(presence.of(OTHER).presence).toBe("unknown");
});

test("who is in the group no more is forgotten", () => {
  const presence = new Presence(() => 0);
  presence.hear(LEAF, SignalKind.HERE);
  presence.hear(OTHER, SignalKind.HERE);
  expect(presence.leaves()).toEqual([LEAF, OTHER]);
  presence.forget(LEAF);
  expect(presence.of(LEAF).presence).toBe("unknown");
  expect(presence.of(OTHER).presence).toBe("here");
});

test("a signal passes once, in order, and near its time", () => {
  const gate = new SignalGate();
  const now = 10_000_000;
  const signal = (time: number) => ({ kind: SignalKind.HERE, time });
  gate.admit(LEAF, signal(now), now);
  expect(() => gate.admit(LEAF, signal(now), now)).toThrow(DecodeError);
  expect(() => gate.admit(LEAF, signal(now - 1), now)).toThrow(DecodeError);
  gate.admit(OTHER, signal(now - 1), now);
  gate.admit(LEAF, signal(now + 1), now);
  for (const time of [now - CLOCK_TOLERANCE_MS - 1, now + CLOCK_TOLERANCE_MS + 1]) {
    expect(() => gate.admit(OTHER, signal(time), now)).toThrow(DecodeError);
  }
});
