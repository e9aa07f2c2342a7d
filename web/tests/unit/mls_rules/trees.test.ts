/** Ratchet trees that no group can have are refused, though hash and signature fit them. */

import { expect, test } from "vitest";
import { join as joinBytes } from "../../../src/crypto/bytes.ts";
import { opaque } from "../../../src/mls/codec.ts";
import { Add, ExtensionType, type Group, LeafNode, type RuleId } from "../../../src/mls/index.ts";
import { encodeNode, type Node } from "../../../src/mls/ratchet_tree.ts";
import { decodedGroupInfo, join, signedGroupInfo, withExtension } from "./forged_group_infos.ts";
import { leafOf } from "./forged_leaves.ts";
import { editParent, forgeTree, type TreeEdit } from "./forged_trees.ts";
import { breach, makeRoom, newBundle, newIdentity } from "./rooms.ts";

/** A member of a group of four in whose tree every node has a key. */
function full(): Group {
  return makeRoom(4, { filled: true }).at(0);
}

/** A member of a group of eight, of whom two are unmerged at the nodes above them. */
function grown(): Group {
  const group = makeRoom(6, { filled: true }).at(0);
  const adds = ["late", "later"].map((name) => new Add(newBundle(newIdentity(name)).keyPackage));
  return group.commit(adds, { forcePath: false }).group;
}

function unmerged(position: number, ...unmergedLeaves: number[]): TreeEdit {
  return editParent(position, (node) => node.with({ unmergedLeaves }));
}

function refuse(rule: RuleId, group: Group, edit: TreeEdit): void {
  breach(rule, [group], () => join(forgeTree(group, edit)));
}

function refuseNodes(rule: RuleId, group: Group, nodes: readonly (Node | undefined)[]): void {
  const tree = opaque(joinBytes(nodes.map(encodeNode)));
  const info = withExtension(decodedGroupInfo(group), ExtensionType.RATCHET_TREE, tree);
  breach(rule, [group], () => join(signedGroupInfo(group, info)));
}

test("the trees that these tests change are accepted unchanged", () => {
  const wide = grown();
  for (const group of [full(), wide]) join(forgeTree(group, () => {}));
  expect(wide.unsafeState.tree.parent(7)?.unmergedLeaves).toEqual([6, 7]);
});

test("a tree that ends in a blank is refused", () => {
  const group = full();
  refuseNodes("tree-01", group, [...group.unsafeState.tree.nodes, undefined]);
});

test("a tree without nodes is refused", () => {
  refuseNodes("tree-01", full(), []);
});

test.each([
  ["a leaf where a parent belongs", 1, 2],
  ["a parent where a leaf belongs", 2, 1],
])("%s is refused", (_, place, like) => {
  const group = full();
  const { nodes } = group.unsafeState.tree;
  refuseNodes(
    "tree-02",
    group,
    nodes.map((node, position) => (position === place ? nodes[like] : node)),
  );
});

test("a parent whose hash no node below carries is refused", () => {
  const other = full().unsafeState.tree.parent(3);
  if (other === undefined) throw new Error("every node has a key");
  const { encryptionKey } = other;
  refuse(
    "tree-03",
    full(),
    editParent(3, (node) => node.with({ encryptionKey })),
  );
});

test.each([[[7, 6]], [[6, 6, 7]], [[6, 7, 7]]])("unmerged leaves %j are refused", (leaves) => {
  refuse("tree-04", grown(), unmerged(7, ...leaves));
});

test.each([
  [9, 0],
  [7, 99],
  [1, 7],
  [7, 2 ** 32 - 1],
])("node %i with the unmerged leaf %i, which is elsewhere, is refused", (position, leaf) => {
  refuse("tree-05", grown(), unmerged(position, leaf));
});

test("an unmerged leaf that is blank is refused", () => {
  refuse("tree-05", makeRoom(3, { filled: true }).at(0), unmerged(3, 3));
});

test("an unmerged leaf that a parent between does not list is refused", () => {
  refuse("tree-06", full(), unmerged(3, 1));
});

test("a parent with a leaf's key is refused", () => {
  const group = full();
  const { encryptionKey } = leafOf(group, 0);
  refuse(
    "tree-07",
    group,
    editParent(3, (node) => node.with({ encryptionKey })),
  );
});

test.each([0, 31, 33])("a parent whose key has %i bytes is refused", (length) => {
  const encryptionKey = new Uint8Array(length).fill(5);
  refuse(
    "tree-08",
    full(),
    editParent(3, (node) => node.with({ encryptionKey })),
  );
});

test("a tree with one leaf twice is refused", () => {
  refuse("leaf-09", full(), (nodes) => {
    nodes[2] = nodes[0];
  });
});

test("a tree with two members' leaves of one encryption key is refused", () => {
  const group = full();
  const { encryptionKey } = leafOf(group, 0);
  refuse("leaf-10", group, (nodes) => {
    nodes[2] = leafOf(group, 1).with({ encryptionKey });
  });
});

test("a tree with leaves in each other's places is refused", () => {
  refuse("leaf-02", full(), (nodes) => {
    [nodes[2], nodes[4]] = [nodes[4], nodes[2]];
  });
});

test("a tree with a leaf that is changed is refused", () => {
  refuse("leaf-02", full(), (nodes) => {
    const leaf = nodes[2];
    if (!(leaf instanceof LeafNode)) throw new Error("no leaf");
    nodes[2] = leaf.with({ signature: new Uint8Array(64) });
  });
});
