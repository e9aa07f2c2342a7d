/** The OPRF refuses what is no element, and blinding changes nothing but what the relay sees. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { utf8 } from "../../../src/crypto/bytes.ts";
import * as oprf from "../../../src/crypto/oprf.ts";
import { systemRandom } from "../../../src/crypto/randomness.ts";
import { CryptoError, InvalidKey } from "../../../src/errors.ts";
import { hex, littleEndian } from "../../bytes.ts";

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const [KEY] = oprf.deriveKeyPair(new Uint8Array(32), utf8("info"));
const NOT_ELEMENTS = {
  "the identity": new Uint8Array(32),
  "not canonical": new Uint8Array(32).fill(0xff),
  "not an element": littleEndian(1n, 32),
  "too short": new Uint8Array(31),
  empty: new Uint8Array(0),
  "too long": new Uint8Array(33),
};

function outputOf(key: Uint8Array, input: Uint8Array): string {
  const [blinding, blinded] = oprf.blind(input, systemRandom);
  return hex(oprf.finalize(blinding, oprf.evaluate(key, blinded)));
}

test("the output does not depend on the blinding", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (input) => {
      expect(outputOf(KEY, input)).toBe(outputOf(KEY, input));
    }),
    { numRuns: 10 },
  );
});

test("the relay never sees the same element for the same input", () => {
  const blinded = () => hex(oprf.blind(utf8("secret"), systemRandom)[1]);
  expect(blinded()).not.toBe(blinded());
});

test("the output depends on the key and the input", () => {
  const [other] = oprf.deriveKeyPair(new Uint8Array(32), utf8("else"));
  const outputs = [
    outputOf(KEY, utf8("one")),
    outputOf(KEY, utf8("two")),
    outputOf(other, utf8("one")),
  ];
  expect(new Set(outputs).size).toBe(3);
});

test.each(Object.entries(NOT_ELEMENTS))("%s: refused on both sides", (_, wrong) => {
  const [blinding] = oprf.blind(utf8("secret"), systemRandom);
  for (const action of [() => oprf.evaluate(KEY, wrong), () => oprf.finalize(blinding, wrong)]) {
    expect(action).toThrow(CryptoError);
    expect(action).not.toThrow(InvalidKey);
  }
});

test.each([
  ["zero", new Uint8Array(32)],
  ["the order", littleEndian(ORDER, 32)],
  ["more than the order", new Uint8Array(32).fill(0xff)],
  ["too short", new Uint8Array(31).fill(1)],
])("a key or a blind that is %s is refused", (_, wrong) => {
  const [, blinded] = oprf.blind(utf8("secret"), systemRandom);
  expect(() => oprf.evaluate(wrong, blinded)).toThrow(InvalidKey);
  const evaluated = oprf.evaluate(KEY, blinded);
  const blinding = { input: utf8("secret"), scalar: wrong };
  expect(() => oprf.finalize(blinding, evaluated)).toThrow(InvalidKey);
});

test("a blind of zero is drawn again", () => {
  const drawn = [new Uint8Array(64), littleEndian(ORDER, 64), littleEndian(5n, 64)];
  const [blinding] = oprf.blind(utf8("secret"), () => drawn.shift() ?? new Uint8Array(0));
  expect(blinding.scalar).toEqual(littleEndian(5n, 32));
});

test("what is kept does not change with what was handed in", () => {
  const input = utf8("secret");
  const [blinding] = oprf.blind(input, systemRandom);
  input.fill(0);
  expect(blinding.input).toEqual(utf8("secret"));
});

test("lengths out of range are refused", () => {
  expect(() => oprf.blind(new Uint8Array(65536), systemRandom)).toThrow(CryptoError);
  expect(() => oprf.deriveKeyPair(new Uint8Array(31), utf8(""))).toThrow(InvalidKey);
  expect(() => oprf.deriveKeyPair(new Uint8Array(32), new Uint8Array(65536))).toThrow(InvalidKey);
});
