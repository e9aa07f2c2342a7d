/** Ratchet trees, edited, in group infos that fit them. */

import { ExtensionType, type Group } from "../../../src/mls/index.ts";
import { ParentNode } from "../../../src/mls/parent_node.ts";
import { type Node, RatchetTree } from "../../../src/mls/ratchet_tree.ts";
import { treeHash } from "../../../src/mls/tree_hash.ts";
import { decodedGroupInfo, edited, signedGroupInfo, withExtension } from "./forged_group_infos.ts";

export type TreeEdit = (nodes: (Node | undefined)[]) => void;

/** Make a group info whose tree is edited, and whose tree hash is that of the edited tree. */
export function forgeTree(group: Group, edit: TreeEdit): Uint8Array {
  const { suite, tree } = group.unsafeState;
  const nodes = tree.nodes.slice();
  edit(nodes);
  const forged = new RatchetTree(suite, nodes);
  const info = withExtension(decodedGroupInfo(group), ExtensionType.RATCHET_TREE, forged.encode());
  const context = info.context.with({ treeHash: treeHash(forged) });
  return signedGroupInfo(group, edited(info, { context }));
}

/** Change the parent at a position. */
export function editParent(position: number, change: (node: ParentNode) => ParentNode): TreeEdit {
  return (nodes) => {
    const node = nodes[position];
    if (!(node instanceof ParentNode)) throw new Error(`no parent at ${position}`);
    nodes[position] = change(node);
  };
}
