import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bladeOutline, NOTCHES } from "../../src/ui/parts/key_blade_shape.ts";
import { ALPHABET } from "../../src/wire/room_code.ts";

const codes = fc.string({
  unit: fc.constantFrom(...ALPHABET),
  minLength: NOTCHES,
  maxLength: NOTCHES,
});

describe("a room's key", () => {
  it("is another for every other room", () => {
    fc.assert(
      fc.property(codes, codes, (one, other) => {
        expect(bladeOutline(one) === bladeOutline(other)).toBe(one === other);
      }),
    );
  });

  it("tells every symbol from every other at every place", () => {
    for (let place = 0; place < NOTCHES; place += 1) {
      const outlines = [...ALPHABET].map((symbol) => bladeOutline("0".repeat(place) + symbol));
      expect(new Set(outlines).size).toBe(ALPHABET.length);
    }
  });

  it("stays inside its field", () => {
    fc.assert(
      fc.property(codes, (code) => {
        for (const [, x, y] of bladeOutline(code).matchAll(/L([\d.]+) ([\d.]+)/g)) {
          expect(Number(x)).toBeLessThanOrEqual(112);
          expect(Number(y)).toBeLessThanOrEqual(40);
        }
      }),
    );
  });

  it("is uncut without a code", () => {
    expect(bladeOutline("")).toBe(bladeOutline("0000000000"));
  });
});
