/** What crosses the wire: codes become errors, room codes are read as typed, transcripts differ. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../src/crypto/bytes.ts";
import { systemRandom } from "../../../src/crypto/randomness.ts";
import * as errors from "../../../src/errors.ts";
import {
  DecodeError,
  EpochConflict,
  RelayFault,
  RequestError,
  StaleEpoch,
} from "../../../src/errors.ts";
import { ERRORS_BY_CODE, errorFor } from "../../../src/wire/codes.ts";
import { ALPHABET, generate, parse, show } from "../../../src/wire/room_code.ts";
import { transcript } from "../../../src/wire/transcripts.ts";
import { fixed } from "../../bytes.ts";

describe("codes", () => {
  test("each code a relay may answer with has its own error", () => {
    expect(ERRORS_BY_CODE.get("refused")).toBe(RequestError);
    expect(ERRORS_BY_CODE.get("epoch_conflict")).toBe(EpochConflict);
    expect(ERRORS_BY_CODE.get("stale_epoch")).toBe(StaleEpoch);
    for (const [code, cls] of ERRORS_BY_CODE) {
      const error = new cls();
      expect(error).toBeInstanceOf(RequestError);
      expect([error.code, cls.code]).toEqual([code, code]);
    }
  });

  test("no error that a relay answers with is left out", () => {
    const isOne = (cls: unknown) =>
      cls === RequestError || (cls as typeof RequestError).prototype instanceof RequestError;
    expect(new Set(ERRORS_BY_CODE.values())).toEqual(new Set(Object.values(errors).filter(isOne)));
  });

  test("errors that no relay sends have no code here", () => {
    for (const code of ["error", "malformed", "crypto", "ghost_member", "state"]) {
      expect(ERRORS_BY_CODE.has(code)).toBe(false);
    }
  });

  test("a refusal carries what came beside its code", () => {
    const answer = { code: "epoch_conflict", seq: 7 };
    const error = errorFor(answer);
    expect(error).toBeInstanceOf(EpochConflict);
    expect(error.answer).toEqual(answer);
    expect(error.message).toBe("Somebody else changed the group at the same moment.");
  });

  test.each(["brand_new", "x".repeat(100), "", "constructor"])("unknown code %s", (code) => {
    const error = errorFor({ code });
    expect(error).toBeInstanceOf(RelayFault);
    expect(error.detail).toBe(`unknown code '${code.slice(0, 40)}'`);
  });

  test.each([{}, { code: null }, { code: 7 }])("an answer without a proper code: %j", (answer) => {
    expect(errorFor(answer)).toBeInstanceOf(RelayFault);
  });
});

describe("room codes", () => {
  test("what is generated is read back as it was, however it is written", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 7, maxLength: 7 }), (bytes) => {
        const code = generate(fixed(bytes));
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
        expect(parse(code)).toBe(code);
        expect(parse(show(code))).toBe(code);
        expect(parse(` ${show(code).toLowerCase()}\n`)).toBe(code);
        expect(parse(code.replaceAll("0", "o").replaceAll("1", "l"))).toBe(code);
        expect(parse(code.replaceAll("1", "I").split("").join(" "))).toBe(code);
      }),
    );
  });

  test("every bit of randomness but the last six tells", () => {
    const base = new Uint8Array(7);
    const codes = new Set<string>();
    for (let bit = 0; bit < 56; bit++) {
      const bytes = base.slice();
      bytes[bit >> 3] = 0x80 >> (bit & 7);
      codes.add(generate(fixed(bytes)));
    }
    expect(codes.size).toBe(51);
    expect(generate(fixed(base))).toBe("0000000000");
    expect(generate(fixed(new Uint8Array(7).fill(255)))).toBe("ZZZZZZZZZZ");
    expect(generate(fixed(Uint8Array.of(0, 0, 0, 0, 0, 0, 0x40)))).toBe("1000000000");
  });

  test("codes are drawn from the whole alphabet", () => {
    const drawn = Array.from({ length: 100 }, () => generate(systemRandom)).join("");
    expect(new Set(drawn).size).toBe(ALPHABET.length);
  });

  test.each([
    "",
    "7GQ2M-0XK4",
    "7GQ2M-0XK4TT",
    "7GQ2M-0XK4U",
    "7GQ2M_0XK4T",
    "7GQ2M-0XK4\u{1D400}",
  ])("%j is no room code", (text) => {
    expect(() => parse(text)).toThrow(DecodeError);
    expect(() => parse(text)).toThrow(/ten letters and digits/);
  });

  test("people see two groups of five", () => {
    expect(show("7GQ2M0XK4T")).toBe("7GQ2M-0XK4T");
  });
});

test("different labels or fields never share a transcript", () => {
  const fields = fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 4 });
  fc.assert(
    fc.property(fields, fields, (one, other) => {
      const same = JSON.stringify(one) === JSON.stringify(other);
      const [left, right] = [
        transcript(utf8("label"), ...one),
        transcript(utf8("label"), ...other),
      ];
      expect(Buffer.from(left).equals(right)).toBe(same);
      expect(Buffer.from(left).equals(transcript(utf8("other"), ...one))).toBe(false);
    }),
  );
});
