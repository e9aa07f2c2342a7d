/** A message that the relay leaves out is missed, and nothing else is. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSent, encodeSent, Tally } from "../../../src/client/tally.ts";
import { toHex } from "../../../src/crypto/bytes.ts";
import { DecodeError } from "../../../src/errors.ts";

const MAX_SENT = 2 ** 32 - 1;
const ANN = new Uint8Array(32).fill(1);
const BOB = new Uint8Array(32).fill(2);
const [ANNS, BOBS] = [toHex(ANN), toHex(BOB)];

function counted(...counts: (readonly [string, number])[]): Tally {
  return new Tally(new Map(counts));
}

test("a count comes back as it was", () => {
  const count = fc.oneof(fc.nat(), fc.integer({ min: 0, max: MAX_SENT }));
  fc.assert(
    fc.property(count, (sent) => {
      expect(decodeSent(encodeSent(sent))).toBe(sent);
    }),
  );
});

test("a count that is full stays so", () => {
  const full = new Uint8Array(4).fill(0xff);
  expect(encodeSent(MAX_SENT)).toEqual(full);
  expect(encodeSent(MAX_SENT + 1)).toEqual(full);
});

test("what is no count is malformed", () => {
  const other = fc.uint8Array().filter((data) => data.length !== 4);
  fc.assert(
    fc.property(other, (data) => {
      expect(() => decodeSent(data)).toThrow(DecodeError);
    }),
  );
});

test("a message is missed when the next one of its sender comes", () => {
  const shown = fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.nat(100), shown, (first, unordered) => {
      const tally = new Tally();
      expect(tally.take(ANN, first)).toBe(false);
      const places = unordered.toSorted((one, other) => one - other);
      const missed = places.filter((place) => tally.take(ANN, first + place));
      const before = [0, ...places];
      expect(missed).toEqual(places.filter((place, at) => place > (before[at] ?? 0) + 1));
    }),
  );
});

test("a sender whose count falls back is never accused of less", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { minLength: 1 }), (sent) => {
      const tally = counted([ANNS, 30]);
      expect(sent.some((one) => tally.take(ANN, one))).toBe(false);
    }),
  );
});

test("of a newcomer the first message is missed too", () => {
  const tally = new Tally().follow([ANNS], [ANNS, BOBS]);
  expect(tally.take(ANN, 7)).toBe(false);
  expect(tally.take(BOB, 1)).toBe(true);
});

test("counts go on in the next epoch but for those who left", () => {
  const tally = counted([ANNS, 2], [BOBS, 3]).follow([ANNS, BOBS], [ANNS]);
  expect(tally.counts).toEqual(new Map([[ANNS, 2]]));
  expect(tally.take(ANN, 3)).toBe(true);
});

test("senders are counted apart, and a tally changes no other", () => {
  const counts = new Map([
    [ANNS, 0],
    [BOBS, 0],
  ]);
  const tally = new Tally(counts);
  const sent = [0, 1].flatMap((count) => [tally.take(ANN, count), tally.take(BOB, count)]);
  expect(sent).toEqual([false, false, false, false]);
  expect([...counts.values()]).toEqual([0, 0]);
});
