/** No bytes make a decoder of MLS do anything but read them, in full, or refuse them. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat } from "../../../src/crypto/bytes.ts";
import { DecodeError, RoomkeyError } from "../../../src/errors.ts";
import { type Example, examples } from "./mls_decoders.ts";

const LONGEST = 4096;

/** Read bytes or see that they are refused by an error of ours; what is read is written again. */
function readOrRefuse({ decode }: Example, data: Uint8Array): boolean {
  let write: ReturnType<Example["decode"]>;
  try {
    write = decode(data.slice());
  } catch (error) {
    if (error instanceof RoomkeyError) return false;
    throw error;
  }
  if (write !== undefined) expect(write()).toEqual(data);
  return true;
}

const cut = fc.record({
  from: fc.nat(),
  length: fc.nat({ max: 4 }),
  replacement: fc.uint8Array({ maxLength: 6 }),
});

describe.each([...examples()])("%s", (_name, example) => {
  const { decode, data } = example;

  test("an example is read", () => {
    expect(readOrRefuse(example, data)).toBe(true);
  });

  test("anything after or missing at the end is refused", () => {
    const changes = [concat(data, Uint8Array.of(0)), data.slice(0, -1), new Uint8Array()];
    for (const changed of changes) expect(() => decode(changed)).toThrow(RoomkeyError);
  });

  test("arbitrary bytes are read or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: LONGEST }), (bytes) => {
        readOrRefuse(example, bytes);
      }),
    );
  });

  test("a changed example is read or refused", () => {
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 3 }), (cuts) => {
        let changed = data;
        for (const { from, length, replacement } of cuts) {
          const start = from % (changed.length + 1);
          changed = concat(changed.slice(0, start), replacement, changed.slice(start + length));
        }
        readOrRefuse(example, changed);
      }),
    );
  });

  test.each([
    ["16,383", [0x7f, 0xff]],
    ["1,073,741,823", [0xbf, 0xff, 0xff, 0xff]],
  ])("a length of %s in the place of any byte is read or refused", (_length, header) => {
    for (let position = 0; position < Math.min(data.length, 400); position += 3) {
      const [before, after] = [data.slice(0, position), data.slice(position + 1)];
      readOrRefuse(example, concat(before, Uint8Array.from(header), after));
    }
  });
});

test("a length header that is not the shortest is refused", () => {
  const example = examples().get("private message body");
  if (example === undefined) throw new Error("no such example");
  const { data, decode } = example;
  const longer = concat(Uint8Array.of(0x40, data[0] ?? 0), data.slice(1));
  expect(() => decode(longer)).toThrow(DecodeError);
});
