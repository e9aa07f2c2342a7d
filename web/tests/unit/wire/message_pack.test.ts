/** MessagePack: the bytes of another implementation, and nothing malformed is read. */

import * as msgpack from "@msgpack/msgpack";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DecodeError } from "../../../src/errors.ts";
import { decode, encode } from "../../../src/wire/message_pack.ts";

const texts = fc.string({ unit: "grapheme", maxLength: 300 });
// the other implementation refuses the one name that once meant more than a name
const names = texts.filter((name) => name !== "__proto__");
const leaves = fc.oneof(
  fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  fc.nat({ max: 70_000 }),
  texts,
  fc.uint8Array({ maxLength: 70_000 }),
  fc.boolean(),
  fc.constant(null),
);
const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaves,
    fc.array(tie("value"), { maxLength: 20 }),
    fc.dictionary(names, tie("value"), { maxKeys: 20 }),
  ),
})).value;

/** The other implementation has no integers beyond what a number holds. */
function rounded(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(rounded);
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, rounded(item)]));
}

const read = (hex: string) => decode(Buffer.from(hex, "hex"));

describe("what is written", () => {
  test("has the bytes that another implementation writes", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(Buffer.from(encode(value))).toEqual(Buffer.from(msgpack.encode(value)));
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

  test.each([[undefined], [-1], [1.5], [2 ** 53], [1n], [Symbol("x")]])("is not %s", (value) => {
    expect(() => encode(value)).toThrow(TypeError);
  });
});

describe("what is read", () => {
  test("of any bytes is malformed, or what another implementation reads", () => {
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
        expect(rounded(ours)).toEqual(msgpack.decode(data));
      }),
      { numRuns: 500 },
    );
  });

  test("may have longer forms", () => {
    expect(read("cd0001")).toBe(1);
    expect(read("ce00000001")).toBe(1);
    expect(read("dc000101")).toEqual([1]);
    expect(read("cfffffffffffffffff")).toBe(2n ** 64n - 1n);
  });

  test("has no name that means more than a name", () => {
    const record = decode(msgpack.encode(JSON.parse('{"__proto__": {"ok": true}}')));
    expect((record as { ok?: boolean }).ok).toBeUndefined();
  });

  test.each([
    ["nothing", ""],
    ["something behind the value", "0000"],
    ["a cut text", "a261"],
    ["a list longer than memory", "ddffffffff"],
    ["a record longer than memory", "dfffffffff"],
    ["bytes longer than memory", "c6ffffffff"],
    ["text that is not UTF-8", "a1ff"],
    ["a name twice", "82a16101a16102"],
    ["a name that is no text", "810101"],
    ["an extension", "d40000"],
    ["a time", "d6ff00000000"],
    ["a float", "cb3ff8000000000000"],
    ["a negative integer", "ff"],
    ["the byte that is never used", "c1"],
    ["lists in lists", "91".repeat(100_000)],
  ])("is not %s", (_name, hex) => {
    expect(() => read(hex)).toThrow(DecodeError);
  });
});
