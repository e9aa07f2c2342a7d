/** Positions in a tree, against what it means to be above and below. */

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  commonAncestor,
  directPath,
  isBelow,
  left,
  level,
  parent,
  right,
  root,
  sibling,
} from "../../../src/mls/tree_math.ts";

const leaves = fc.nat({ max: 16 }).map((exponent) => 2 ** exponent);
const places = leaves.chain((count) =>
  fc.tuple(fc.constant(count), fc.nat({ max: 2 * count - 2 }), fc.nat({ max: count - 1 })),
);

test("a parent is above both of its children, which are each other's siblings", () => {
  fc.assert(
    fc.property(places, ([count, node]) => {
      fc.pre(node !== root(count));
      const above = parent(node);
      expect(level(above)).toBe(level(node) + 1);
      expect([left(above), right(above)]).toContain(node);
      expect(sibling(sibling(node))).toBe(node);
    }),
  );
});

test("a direct path leads to the root, by nodes that have all before them below", () => {
  fc.assert(
    fc.property(places, ([count, node]) => {
      const path = directPath(node, count);
      expect([node, ...path].at(-1)).toBe(root(count));
      for (const above of path) expect(isBelow(node, above)).toBe(true);
    }),
  );
});

test("two leaves meet at the first node that both of their paths have", () => {
  fc.assert(
    fc.property(places, fc.nat(), ([count, , one], choice) => {
      const other = choice % count;
      fc.pre(one !== other);
      const path = directPath(2 * other, count);
      const meeting = directPath(2 * one, count).find((node) => path.includes(node));
      expect(commonAncestor(2 * one, 2 * other)).toBe(meeting);
    }),
  );
});

test("a position beyond any tree is below none", () => {
  expect(isBelow(2 * (2 ** 32 - 1), 7)).toBe(false);
});
