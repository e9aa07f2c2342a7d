/** Tree hashes: all that a subtree holds, in one hash (RFC 9420 §7.8). */

import { concat } from "../crypto/bytes.ts";
import { opaque, optional, uint8, uint32 } from "./codec.ts";
import { ParentNode } from "./parent_node.ts";
import type { RatchetTree } from "./ratchet_tree.ts";
import { isBelow, left, right, root } from "./tree_math.ts";

/** Hash the subtree at a position; the whole tree if none is given. */
export function treeHash(tree: RatchetTree, position = root(tree.leafCount)): Uint8Array {
  const known = tree.hashes[position];
  if (known !== undefined) return known;
  const encoded = tree.nodes[position]?.encode();
  const content =
    position % 2 === 0
      ? leafContent(position, encoded)
      : parentContent(encoded, treeHash(tree, left(position)), treeHash(tree, right(position)));
  const hash = tree.suite.hash(content);
  tree.hashes[position] = hash;
  return hash;
}

/** Hash the subtree as it was before the given leaves were added (§7.9). */
export function originalTreeHash(
  tree: RatchetTree,
  position: number,
  without: ReadonlySet<number>,
): Uint8Array {
  if (!anyBelow(without, position)) return treeHash(tree, position);
  if (position % 2 === 0) return tree.suite.hash(leafContent(position, undefined));
  const node = tree.nodes[position];
  const before =
    node instanceof ParentNode
      ? node.with({ unmergedLeaves: node.unmergedLeaves.filter((leaf) => !without.has(leaf)) })
      : node;
  return tree.suite.hash(
    parentContent(
      before?.encode(),
      originalTreeHash(tree, left(position), without),
      originalTreeHash(tree, right(position), without),
    ),
  );
}

function anyBelow(leaves: ReadonlySet<number>, position: number): boolean {
  for (const leaf of leaves) if (isBelow(2 * leaf, position)) return true;
  return false;
}

function leafContent(position: number, encoded: Uint8Array | undefined): Uint8Array {
  return concat(uint8(1), uint32(position / 2), optional(encoded));
}

function parentContent(
  encoded: Uint8Array | undefined,
  leftHash: Uint8Array,
  rightHash: Uint8Array,
): Uint8Array {
  return concat(uint8(2), optional(encoded), opaque(leftHash), opaque(rightHash));
}
