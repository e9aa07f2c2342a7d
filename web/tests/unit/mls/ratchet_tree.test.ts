/** A tree keeps its form, and the hashes it remembers are those it would compute anew. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { utf8 } from "../../../src/crypto/bytes.ts";
import { cipherSuite } from "../../../src/crypto/suite.ts";
import { Capabilities } from "../../../src/mls/capabilities.ts";
import { Credential } from "../../../src/mls/credential.ts";
import { LeafNode, LeafNodeSource } from "../../../src/mls/leaf_node.ts";
import { RatchetTree } from "../../../src/mls/ratchet_tree.ts";
import { treeHash } from "../../../src/mls/tree_hash.ts";
import { root } from "../../../src/mls/tree_math.ts";
import { mergePath } from "../../../src/mls/treekem.ts";

const SUITE = cipherSuite(0x0003);

/** A leaf that is like no other. */
function leafOf(number: number): LeafNode {
  const key = new Uint8Array(32);
  new DataView(key.buffer).setUint32(0, number);
  const credential = Credential.basic(utf8(`member ${number}`));
  const capabilities = new Capabilities([1], [SUITE.id], [], [], [1]);
  return new LeafNode(key, key, credential, capabilities, LeafNodeSource.UPDATE);
}

const step = fc.record({
  action: fc.constantFrom("add", "add", "add", "remove", "update", "path"),
  choice: fc.nat(),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Change a tree at random; `number` makes what is new unlike what was there. */
function change(tree: RatchetTree, { action, choice }: Step, number: number): void {
  const members = [...tree.leaves()];
  const [index] = members[choice % members.length] ?? [];
  if (action === "add" || index === undefined || members.length === 1) {
    tree.add(leafOf(number));
  } else if (action === "remove") {
    tree.remove(index);
  } else if (action === "update") {
    tree.update(index, leafOf(number));
  } else {
    const filtered = tree.filteredDirectPath(index);
    const keys = filtered.map((_, at) => leafOf(1000 * number + at).encryptionKey);
    const parentHash = mergePath(tree, index, filtered, keys);
    const leaf = leafOf(number).with({ source: LeafNodeSource.COMMIT, parentHash });
    tree.set(2 * index, leaf);
  }
}

function hashedAnew(tree: RatchetTree): Uint8Array {
  return treeHash(new RatchetTree(SUITE, tree.nodes.slice()));
}

test("remembered hashes are right after any change, and the tree is no wider than it need be", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const tree = new RatchetTree(SUITE);
      for (const [at, one] of steps.entries()) {
        change(tree, one, at + 1);
        expect(treeHash(tree)).toEqual(hashedAnew(tree));
        const { leafCount, nodes } = tree;
        expect(nodes).toHaveLength(2 * leafCount - 1);
        expect(tree.hashes).toHaveLength(nodes.length);
        const last = [...tree.leaves()].at(-1)?.[0] ?? -1;
        expect(leafCount === 1 || 2 * last > root(leafCount)).toBe(true);
      }
    }),
  );
});

test("a tree is read as it was written", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const tree = new RatchetTree(SUITE);
      for (const [at, one] of steps.entries()) change(tree, one, at + 1);
      const read = RatchetTree.decode(SUITE, tree.encode());
      expect(read.encode()).toEqual(tree.encode());
      expect(treeHash(read)).toEqual(treeHash(tree));
    }),
  );
});

test("a copy changes apart from the tree it was made of", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 20 }), step, (steps, last) => {
      const tree = new RatchetTree(SUITE);
      for (const [at, one] of steps.entries()) change(tree, one, at + 1);
      const [before, hash] = [tree.encode(), treeHash(tree)];
      const copy = tree.copy();
      change(copy, last, 999);
      expect(treeHash(copy)).toEqual(hashedAnew(copy));
      expect(tree.encode()).toEqual(before);
      expect(treeHash(tree)).toEqual(hash);
      expect(hashedAnew(tree)).toEqual(hash);
    }),
  );
});

test("a resolution covers every member below exactly once", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const tree = new RatchetTree(SUITE);
      for (const [at, one] of steps.entries()) change(tree, one, at + 1);
      const below = (position: number): number[] => {
        const node = tree.nodes[position];
        if (node instanceof LeafNode) return [position];
        const level = Math.log2((position + 1) & -(position + 1) || 1);
        const reach = 2 ** level - 1;
        const unmerged = new Set(tree.parent(position)?.unmergedLeaves.map((leaf) => 2 * leaf));
        return [...tree.leaves()]
          .map(([index]) => 2 * index)
          .filter((leaf) => Math.abs(leaf - position) <= reach && !unmerged.has(leaf));
      };
      const top = root(tree.leafCount);
      const covered = tree.resolution(top).flatMap(below);
      const members = [...tree.leaves()].map(([index]) => 2 * index);
      expect(covered.sort((one, other) => one - other)).toEqual(members);
    }),
  );
});
