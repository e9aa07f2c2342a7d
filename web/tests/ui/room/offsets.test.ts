import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, Offsets } from "../../../src/ui/room/offsets.ts";

const heights = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 60 });

describe("rows one below the other", () => {
  it("begin where the ones above end", () => {
    const offsets = new Offsets([10, 20, 30]);
    expect([0, 1, 2, 3].map((place) => offsets.top(place))).toEqual([0, 10, 30, 60]);
    expect([offsets.total, offsets.count, offsets.height(1)]).toEqual([60, 3, 20]);
  });

  it("are found at every height, the first and the last one beyond the ends", () => {
    fc.assert(
      fc.property(heights, fc.integer({ min: -50, max: 30_000 }), (parts, y) => {
        const offsets = new Offsets(parts);
        const place = offsets.at(y);
        if (y >= 0) expect(offsets.top(place)).toBeLessThanOrEqual(y);
        else expect(place).toBe(0);
        if (y < offsets.total) expect(offsets.top(place + 1)).toBeGreaterThan(y);
        else expect(place).toBe(parts.length - 1);
      }),
    );
  });

  it("between two heights are all those that show there, and no others but one at each end", () => {
    fc.assert(
      fc.property(heights, fc.nat(20_000), fc.nat(900), (parts, top, height) => {
        const offsets = new Offsets(parts);
        const range = offsets.between(top, top + height);
        parts.forEach((_, place) => {
          const isIn = offsets.top(place) < top + height && offsets.top(place + 1) > top;
          if (isIn) expect(contains(range, { first: place, end: place + 1 })).toBe(true);
        });
        const shown = offsets.top(range.end) - offsets.top(range.first);
        expect(shown).toBeLessThanOrEqual(height + 2 * Math.max(...parts));
      }),
    );
  });

  it("may be none", () => {
    const none = new Offsets([]);
    expect([none.total, none.at(10), none.between(0, 100)]).toEqual([0, 0, { first: 0, end: 0 }]);
  });
});
