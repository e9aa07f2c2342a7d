/** The small parts under the suites: bytes, randomness, Argon2id, memory that forgets. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { argon2id } from "../../../src/crypto/argon2.ts";
import {
  bigEndian,
  concat,
  equal,
  fromBigEndian,
  fromLittleEndian,
  toHex,
  utf8,
} from "../../../src/crypto/bytes.ts";
import { HKDF_SHA256 } from "../../../src/crypto/hkdf.ts";
import { systemRandom } from "../../../src/crypto/randomness.ts";
import { RecentMap } from "../../../src/crypto/recent_map.ts";
import { CryptoError } from "../../../src/errors.ts";
import { flip, hex, littleEndian } from "../../bytes.ts";

test("byte strings are equal if all of their bytes are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.nat(7), (bytes, place, bit) => {
      expect(equal(bytes, bytes.slice())).toBe(true);
      expect(equal(bytes, flip(bytes, place % bytes.length, bit))).toBe(false);
      expect(equal(bytes, bytes.slice(1))).toBe(false);
      expect(equal(bytes, concat(bytes, Uint8Array.of(0)))).toBe(false);
    }),
  );
});

test("joined parts keep their order and are a copy", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), (parts) => {
      expect([...concat(...parts)]).toEqual(parts.flatMap((part) => [...part]));
    }),
  );
  const part = Uint8Array.of(1);
  concat(part)[0] = 2;
  expect(part).toEqual(Uint8Array.of(1));
});

test("numbers and bytes turn into each other", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (number) => {
      expect(fromBigEndian(bigEndian(number, 6))).toBe(BigInt(number));
      expect(bigEndian(number, 6).reverse()).toEqual(littleEndian(BigInt(number), 6));
      expect(fromLittleEndian(littleEndian(BigInt(number), 6))).toBe(BigInt(number));
    }),
  );
  expect(fromBigEndian(new Uint8Array(0))).toBe(0n);
});

test.each([
  [-1, 4],
  [1.5, 4],
  [2 ** 32, 4],
  [Number.NaN, 4],
  [1, 0],
])("%d does not fit %d bytes", (number, length) => {
  expect(() => bigEndian(number, length)).toThrow(RangeError);
});

test("hexadecimal has two digits for each byte", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(toHex(bytes)).toBe(hex(bytes));
    }),
  );
});

test("the system's randomness is as long as asked for, also past what one call gives", () => {
  for (const length of [0, 1, 32, 65537]) expect(systemRandom(length)).toHaveLength(length);
  expect(systemRandom(32)).not.toEqual(systemRandom(32));
  expect(
    systemRandom(65600)
      .subarray(65568)
      .some((byte) => byte !== 0),
  ).toBe(true);
});

test("HKDF is that of RFC 5869 and gives no more than it can", () => {
  const ikm = new Uint8Array(22).fill(0x0b);
  const salt = Uint8Array.from({ length: 13 }, (_, index) => index);
  const info = Uint8Array.from({ length: 10 }, (_, index) => 0xf0 + index);
  const prk = HKDF_SHA256.extract(salt, ikm);
  expect(hex(HKDF_SHA256.expand(prk, info, 42))).toBe(
    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
  );
  expect(HKDF_SHA256.expand(prk, info, 0)).toHaveLength(0);
  expect(HKDF_SHA256.expand(prk, info, 255 * 32)).toHaveLength(255 * 32);
  for (const length of [-1, 255 * 32 + 1, Number.NaN]) {
    expect(() => HKDF_SHA256.expand(prk, info, length)).toThrow(CryptoError);
  }
});

test("Argon2id gives what the reference implementation gives", async () => {
  const cost = { memoryKib: 64, iterations: 3, lanes: 1, length: 32 };
  expect(hex(await argon2id(utf8("password"), utf8("somesalt"), cost))).toBe(
    "b9e3bfda58fb95f1e1e479af4e01bfade5a0dba34d400a254f770462674169e6",
  );
});

test.each([
  [7, { memoryKib: 64, iterations: 3, lanes: 1, length: 32 }],
  [8, { memoryKib: 7, iterations: 3, lanes: 1, length: 32 }],
  [8, { memoryKib: 15, iterations: 3, lanes: 2, length: 32 }],
  [8, { memoryKib: 64, iterations: 0, lanes: 1, length: 32 }],
  [8, { memoryKib: 64, iterations: 3, lanes: 0, length: 32 }],
  [8, { memoryKib: 64, iterations: 3, lanes: 1, length: 3 }],
])("Argon2id refuses a salt of %d bytes with %j", async (saltLength, cost) => {
  await expect(argon2id(utf8("x"), new Uint8Array(saltLength), cost)).rejects.toThrow(CryptoError);
});

test("a recent map forgets what was used longest ago", () => {
  const map = new RecentMap<string, number>(2);
  map.set("one", 1);
  map.set("two", 2);
  expect(map.get("one")).toBe(1);
  map.set("three", 3);
  expect(map.get("two")).toBeUndefined();
  expect(map.get("one")).toBe(1);
  map.set("one", 4);
  map.set("five", 5);
  expect(map.get("three")).toBeUndefined();
  expect(map.get("one")).toBe(4);
});
