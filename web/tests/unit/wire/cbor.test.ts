/** CBOR: what is written is what another implementation writes, and nothing else is read. */

import * as cborg from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toHex } from "../../../src/crypto/bytes.ts";
import { DecodeError } from "../../../src/errors.ts";
import { decode, decodeRecord, encode } from "../../../src/wire/cbor.ts";

const uints = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(narrow);
const negatives = fc.bigInt({ min: -(2n ** 64n), max: -1n }).map(narrow);
const texts = fc.string({ unit: "binary", maxLength: 40 });
const keys = fc.oneof(fc.integer(), texts);
const leaves = fc.oneof(
  uints,
  negatives,
  fc.integer({ min: -300, max: 70_000 }),
  texts,
  fc.uint8Array({ maxLength: 300 }),
  fc.boolean(),
  fc.constant(null),
);
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaves,
    fc.array(tie("value"), { maxLength: 30 }),
    fc.array(fc.tuple(keys, tie("value")), { maxLength: 8 }).map((items) => new Map(items)),
  ),
})).value;

function narrow(integer: bigint): number | bigint {
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
}

/** Another implementation, told to leave maps in their order. */
const asWritten = { mapSorter: () => 0 };
const asRead = {
  strict: true,
  useMaps: true,
  allowIndefinite: false,
  rejectDuplicateMapKeys: true,
};

const read = (hex: string) => decode(Buffer.from(hex, "hex"));

describe("what is written", () => {
  test("has the bytes that another implementation writes", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(toHex(encode(value))).toBe(toHex(cborg.encode(value, asWritten)));
      }),
    );
  });

  test("is read as it was", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(decode(encode(value))).toEqual(value);
      }),
    );
  });

  test.each([
    [0, "00"],
    [23, "17"],
    [24, "1818"],
    [255, "18ff"],
    [256, "190100"],
    [65_535, "19ffff"],
    [65_536, "1a00010000"],
    [2 ** 32 - 1, "1affffffff"],
    [2 ** 32, "1b0000000100000000"],
    [2n ** 64n - 1n, "1bffffffffffffffff"],
    [-1, "20"],
    [-24, "37"],
    [-25, "3818"],
    [-(2n ** 64n), "3bffffffffffffffff"],
  ])("the integer %s is %s (RFC 8949, appendix A)", (integer, hex) => {
    expect(toHex(encode(integer))).toBe(hex);
    expect(read(hex)).toBe(integer);
  });

  test("a record is read back with the records in it", () => {
    const record = { a: 1, in: { b: [{ c: new Uint8Array(2) }] } };
    expect(decodeRecord(encode(record))).toEqual(record);
  });

  test.each([[undefined], [1.5], [Number.NaN], [2 ** 53], [Symbol("x")]])(
    "%s is not written",
    (value) => {
      expect(() => encode(value)).toThrow(TypeError);
    },
  );

  test.each([2n ** 64n, -(2n ** 64n) - 1n])("%s is not written", (value) => {
    expect(() => encode(value)).toThrow(RangeError);
  });
});

describe("what is read", () => {
  test("is what another implementation reads, or malformed", () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, change) => {
        const data = encode(value);
        data[at % data.length] = (data[at % data.length] ?? 0) ^ change;
        let ours: unknown;
        try {
          ours = decode(data);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
          return;
        }
        expect(ours).toEqual(cborg.decode(data, asRead));
        expect(encode(ours)).toEqual(data);
      }),
      { numRuns: 500 },
    );
  });

  test("of any bytes is malformed, or those bytes again", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
        try {
          expect(encode(decode(data))).toEqual(data);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("does not change with the bytes it was read from", () => {
    const data = Buffer.from("4161", "hex");
    const value = decode(data) as Uint8Array;
    data.fill(0);
    expect(value).toEqual(Uint8Array.of(0x61));
    expect(value.constructor).toBe(Uint8Array);
  });

  test("keeps a byte order mark", () => {
    expect(read("63efbbbf")).toBe("\ufeff");
  });

  test.each([
    ["nothing", ""],
    ["something behind the value", "0000"],
    ["a cut integer", "19ff"],
    ["a cut text", "6261"],
    ["a cut list", "8200"],
    ["a longer form", "1817"],
    ["a longer form of two bytes", "1900ff"],
    ["a longer form of eight bytes", "1b00000000ffffffff"],
    ["a longer length", "580100"],
    ["an endless list", "9fff"],
    ["an endless text", "7f6161ff"],
    ["a reserved length", "1c"],
    ["a list longer than memory", `9b${"ff".repeat(8)}`],
    ["a map longer than memory", `bb${"ff".repeat(8)}`],
    ["bytes longer than memory", `5b${"ff".repeat(8)}`],
    ["text that is not UTF-8", "61ff"],
    ["half a surrogate pair", "63eda080"],
    ["a key twice", "a200000001"],
    ["a key that is a list", "a18000"],
    ["a key that is a byte string", "a1410000"],
    ["a tag", "c000"],
    ["undefined", "f7"],
    ["a half float", "f93c00"],
    ["a double", "fb3ff199999999999a"],
    ["a break", "ff"],
    ["truth in a longer form", "f815"],
  ])("is not %s", (_name, hex) => {
    expect(() => read(hex)).toThrow(DecodeError);
  });

  test("nests no deeper than it may", () => {
    expect(decode(Buffer.from("818180", "hex"), 3)).toEqual([[[]]]);
    expect(() => decode(Buffer.from("818180", "hex"), 2)).toThrow(DecodeError);
    expect(() => decode(Buffer.from("81".repeat(100_000), "hex"), 4)).toThrow(DecodeError);
  });
});
