// @vitest-environment happy-dom
import { fireEvent, screen } from "@testing-library/preact";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { directPath } from "../../../src/mls/tree_math.ts";
import { join, PLACES, remove, startTree } from "../../../src/ui/how/key_tree.ts";
import { expectAccessible } from "../page.ts";
import { openHow } from "./how_page.tsx";

const TOP = 7;

describe("the group's tree", () => {
  it("begins with a key wherever there are members on both sides", () => {
    expect([...startTree(5).keyed]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("has the newcomer renew all keys on the way to the top", () => {
    const { members, renewed, last } = join(startTree(5));
    expect(members).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...renewed]).toEqual([10, 9, TOP]);
    expect(last).toEqual({ what: "joined", who: 5, by: 5 });
  });

  it("leaves whoever was removed no key that is still used, and everybody else the top one", () => {
    const changes = fc.array(fc.integer({ min: -1, max: PLACES - 1 }), { maxLength: 20 });
    fc.assert(
      fc.property(changes, (wanted) => {
        let tree = startTree(5);
        for (const change of wanted) {
          const before = tree;
          const isRemoval = change >= 0 && before.members.length > 2;
          tree = isRemoval ? remove(before, change) : join(before);
          if (tree === before) continue;
          expect(tree.epoch).toBe(before.epoch + 1);
          expect(Math.max(...tree.renewed)).toBeLessThan(2 * PLACES - 1);
          if (tree.last?.what !== "removed") continue;
          const known = [2 * change, ...directPath(2 * change, PLACES)];
          for (const node of known) {
            if (tree.keyed.has(node)) expect(tree.renewed.has(node)).toBe(true);
          }
        }
      }),
    );
  });

  it("stays as it is when nobody else fits in, or nobody would be left", () => {
    const full = startTree(PLACES);
    expect(join(full)).toBe(full);
    const alone = startTree(1);
    expect(remove(alone, 0)).toBe(alone);
    expect(remove(full, 9)).toBe(full);
  });

  it("says in words what each change did", async () => {
    await openHow();
    fireEvent.click(screen.getByRole("button", { name: "Somebody joins" }));
    expect(screen.getByText(/Finn joined and made 3 keys anew/)).toBeDefined();
    fireEvent.click(screen.getByRole("button", { name: "Remove Alice" }));
    expect(
      screen.getByText(/Alice was removed.*Bob made 3 anew that Alice never gets/),
    ).toBeDefined();
    await expectAccessible();
  });
});
