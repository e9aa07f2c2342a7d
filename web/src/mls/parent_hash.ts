/** Parent hashes: a leaf vouches for the keys above it (RFC 9420 §7.9). */

import { concat, equal } from "../crypto/bytes.ts";
import { opaque } from "./codec.ts";
import { LeafNode, LeafNodeSource } from "./leaf_node.ts";
import { ParentNode } from "./parent_node.ts";
import type { Node, RatchetTree } from "./ratchet_tree.ts";
import { require } from "./rules.ts";
import { originalTreeHash } from "./tree_hash.ts";
import { isBelow, left, right } from "./tree_math.ts";

/** Hash a parent together with the child that is not on the path (ParentHashInput). */
export function parentHash(tree: RatchetTree, node: ParentNode, otherChild: number): Uint8Array {
  const without = new Set(node.unmergedLeaves);
  return tree.suite.hash(
    concat(
      opaque(node.encryptionKey),
      opaque(node.parentHash),
      opaque(originalTreeHash(tree, otherChild, without)),
    ),
  );
}

function parentHashIn(node: Node | undefined): Uint8Array | undefined {
  if (node instanceof LeafNode && node.source !== LeafNodeSource.COMMIT) return undefined;
  return node?.parentHash;
}

/** Check that a commit from below put each parent where it is (tree-03, §7.9.2). */
export function verifyParentHashes(tree: RatchetTree): void {
  for (let position = 1; position < tree.nodes.length; position += 2) {
    const node = tree.nodes[position];
    if (node instanceof ParentNode) {
      const links =
        countLinks(tree, node, left(position), right(position)) +
        countLinks(tree, node, right(position), left(position));
      require(links === 1, "tree-03", `node ${position}`);
    }
  }
}

/** Count the nodes of the child's resolution that carry the parent's hash as they should. */
function countLinks(tree: RatchetTree, node: ParentNode, child: number, other: number): number {
  const resolution = tree.resolution(child);
  const unmerged = new Set(
    node.unmergedLeaves.map((leaf) => 2 * leaf).filter((leaf) => isBelow(leaf, child)),
  );
  // all other nodes of the resolution have to be leaves added after the parent was set
  const rest = resolution.filter((below) => !unmerged.has(below));
  if (rest.length !== 1 || resolution.length !== unmerged.size + 1) return 0;
  const expected = parentHash(tree, node, other);
  return rest.filter((below) => {
    const stated = parentHashIn(tree.nodes[below]);
    return stated !== undefined && equal(stated, expected);
  }).length;
}
