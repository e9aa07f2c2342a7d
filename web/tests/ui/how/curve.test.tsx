// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, BASE, ORDER, POINTS, times } from "../../../src/ui/how/small_curve.ts";
import { expectAccessible } from "../page.ts";
import { openHow } from "./how_page.tsx";

const counts = fc.integer({ min: 1, max: ORDER - 1 });
const points = fc.constantFrom(...POINTS);

describe("the small curve", () => {
  it("has 99 points with coordinates, and a base that comes back after 50 additions", () => {
    expect(POINTS).toHaveLength(99);
    expect(times(ORDER)).toBeUndefined();
    for (const divisor of [2, 5, 10, 25]) expect(times(divisor)).toBeDefined();
    expect(times(ORDER + 1)).toEqual(BASE);
  });

  it("adds points to points of its own, in any order", () => {
    fc.assert(
      fc.property(points, points, points, (one, two, three) => {
        expect(add(one, two)).toEqual(add(two, one));
        expect(add(add(one, two), three)).toEqual(add(one, add(two, three)));
        const sum = add(one, two);
        if (sum !== undefined) expect(POINTS).toContainEqual(sum);
      }),
    );
  });

  it("leads two people to the same point, whatever they choose", () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        expect(times(a, times(b))).toEqual(times(b, times(a)));
      }),
    );
  });

  it("is shown with the reader's own numbers, and refuses others in words", async () => {
    await openHow();
    const mine = screen.getByLabelText("Alice's secret: how many times");
    fireEvent.input(mine, { target: { value: "25" } });
    fireEvent.input(screen.getByLabelText("Bob's secret: how many times"), {
      target: { value: "2" },
    });
    expect(screen.getAllByText(/s = the point without coordinates/)).toHaveLength(2);
    await expectAccessible();
    fireEvent.input(mine, { target: { value: "50" } });
    expect(screen.getByText("Type a whole number from 1 to 49.")).toBeDefined();
    expect(document.querySelector(".how-curve")).toBeNull();
  });
});
