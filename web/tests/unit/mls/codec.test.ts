/** Numbers, lengths and vectors have one form each, and no other is read. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { concat } from "../../../src/crypto/bytes.ts";
import { DecodeError } from "../../../src/errors.ts";
import {
  decodeAll,
  encodeLength,
  MAX_VECTOR_LENGTH,
  opaque,
  optional,
  Reader,
  readOpaque,
  uint8,
  uint16,
  uint16Vector,
  uint32,
  uint32Vector,
  uint64,
} from "../../../src/mls/codec.ts";

const bytes = fc.uint8Array({ maxLength: 300 });

test("integers are read as they were written", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 8 - 1 }),
      fc.integer({ min: 0, max: 2 ** 16 - 1 }),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      (one, two, four, eight) => {
        const reader = new Reader(concat(uint8(one), uint16(two), uint32(four), uint64(eight)));
        expect(reader.uint8()).toBe(one);
        expect(reader.uint16()).toBe(two);
        expect(reader.uint32()).toBe(four);
        expect(reader.uint64()).toBe(eight);
        reader.finish();
      },
    ),
  );
});

test("integers are big-endian, also beyond what a signed number holds", () => {
  expect(uint32(0xfffefdfc)).toEqual(Uint8Array.of(0xff, 0xfe, 0xfd, 0xfc));
  expect(uint64(2n ** 64n - 2n)).toEqual(Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 254));
});

test.each([
  ["uint8", () => uint8(256)],
  ["uint16", () => uint16(65536)],
  ["uint32", () => uint32(2 ** 32)],
  ["uint32", () => uint32(-1)],
  ["uint64", () => uint64(2n ** 64n)],
  ["uint64", () => uint64(-1n)],
])("a number that is no %s is not cut to fit", (_, write) => {
  expect(write).toThrow(RangeError);
});

test("a length takes the fewest bytes, and is read from no more", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_VECTOR_LENGTH }), (length) => {
      const header = encodeLength(length);
      expect(header).toHaveLength(length < 64 ? 1 : length < 16384 ? 2 : 4);
      expect(decodeAll((reader) => reader.length(), header)).toBe(length);
    }),
  );
});

test.each([
  ["two bytes for a small length", [0x40, 0x3f]],
  ["four bytes for a middling length", [0x80, 0x00, 0x3f, 0xff]],
  ["the prefix that is not used", [0xc0, 0, 0, 0, 0, 0, 0, 0]],
  ["a header cut short", [0x80, 0x01]],
  ["nothing", []],
])("%s is refused as a length", (_, header) => {
  expect(() => new Reader(Uint8Array.from(header)).length()).toThrow(DecodeError);
});

test("a vector too long for its header is not written", () => {
  expect(() => encodeLength(MAX_VECTOR_LENGTH + 1)).toThrow(DecodeError);
});

test("vectors are read as they were written", () => {
  fc.assert(
    fc.property(
      fc.array(bytes, { maxLength: 20 }),
      fc.array(fc.integer({ min: 0, max: 65535 })),
      fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 })),
      fc.option(bytes, { nil: undefined }),
      (items, small, large, maybe) => {
        const written = concat(
          opaque(concat(...items.map(opaque))),
          uint16Vector(small),
          uint32Vector(large),
          optional(maybe === undefined ? undefined : opaque(maybe)),
        );
        const reader = new Reader(written);
        expect(reader.vector(readOpaque)).toEqual(items);
        expect(reader.vector((numbers) => numbers.uint16())).toEqual(small);
        expect(reader.vector((numbers) => numbers.uint32())).toEqual(large);
        expect(reader.optional(readOpaque)).toEqual(maybe);
        reader.finish();
      },
    ),
  );
});

test("an item does not reach beyond its vector", () => {
  const data = concat(uint8(2), uint8(1), uint8(7), uint8(0));
  const longItem = concat(uint8(1), uint8(5), new Uint8Array(5));
  expect(new Reader(data).vector(readOpaque)).toEqual([Uint8Array.of(7)]);
  expect(() => new Reader(longItem).vector(readOpaque)).toThrow(DecodeError);
});

test("an optional is there or not, and nothing else", () => {
  expect(() => new Reader(Uint8Array.of(2, 0)).optional(readOpaque)).toThrow(DecodeError);
});

test("what is left over is refused", () => {
  expect(() => decodeAll(readOpaque, Uint8Array.of(1, 7, 0))).toThrow(DecodeError);
});

test("what is read does not change with the data it was read from", () => {
  const data = Uint8Array.of(3, 1, 2, 3);
  const read = decodeAll(readOpaque, data);
  data.fill(9);
  expect(read).toEqual(Uint8Array.of(1, 2, 3));
});
