/** Whether a ratchet tree that somebody sent is one that a group can have (RFC 9420 §12.4.3.1). */

import { toHex } from "../crypto/bytes.ts";
import type { GroupContext } from "./group_context.ts";
import { LeafNode } from "./leaf_node.ts";
import { checkLeafItself, checkLeafSupportsGroup } from "./leaf_validation.ts";
import { verifyParentHashes } from "./parent_hash.ts";
import type { ParentNode } from "./parent_node.ts";
import type { Policy } from "./policy.ts";
import type { RatchetTree } from "./ratchet_tree.ts";
import { enforcing, require } from "./rules.ts";
import { directPath, isBelow } from "./tree_math.ts";

/** Check a tree before joining its group: form, signatures, members, parent hashes. */
export function validateTree(tree: RatchetTree, context: GroupContext, policy: Policy): void {
  validateStructure(tree);
  const leaves = [...tree.leaves()];
  const credentialTypes = [...new Set(leaves.map(([, leaf]) => leaf.credential.type))];
  for (const [index, leaf] of leaves) {
    checkLeafItself(leaf, tree.suite, context.groupId, index);
    checkLeafSupportsGroup(leaf, context);
    const { capabilities } = leaf;
    require(credentialTypes.every((type) => capabilities.supportsCredential(type)), "leaf-08");
    policy.checkLeaf(leaf, index, context);
  }
  verifyParentHashes(tree);
}

/** Check that no key is there twice, and that unmerged leaves are where they may be. */
export function validateStructure(tree: RatchetTree): void {
  const encryptionKeys = new Set<string>();
  const signatureKeys = new Set<string>();
  for (const [position, node] of tree.nodes.entries()) {
    if (node === undefined) continue;
    const encryptionKey = toHex(node.encryptionKey);
    if (node instanceof LeafNode) {
      const signatureKey = toHex(node.signatureKey);
      require(!signatureKeys.has(signatureKey), "leaf-09");
      require(!encryptionKeys.has(encryptionKey), "leaf-10");
      signatureKeys.add(signatureKey);
    } else {
      validateUnmergedLeaves(tree, position, node);
      enforcing("tree-08", () => tree.suite.kem.checkPublicKey(node.encryptionKey));
      require(!encryptionKeys.has(encryptionKey), "tree-07");
    }
    encryptionKeys.add(encryptionKey);
  }
}

function validateUnmergedLeaves(tree: RatchetTree, position: number, node: ParentNode): void {
  const unmerged = node.unmergedLeaves;
  const ascending = unmerged.every((leaf, at) => leaf > (unmerged[at - 1] ?? -1));
  require(ascending, "tree-04", `node ${position}`);
  for (const leaf of unmerged) {
    const below = isBelow(2 * leaf, position) && tree.leaf(leaf) !== undefined;
    require(below, "tree-05", `node ${position}`);
    const path = directPath(2 * leaf, tree.leafCount);
    for (const between of path.slice(0, path.indexOf(position))) {
      const lists = tree.parent(between)?.unmergedLeaves.includes(leaf) ?? true;
      require(lists, "tree-06", `node ${position}`);
    }
  }
}
