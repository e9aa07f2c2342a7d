/** Leaves, signed after they were edited. */

import { systemRandom } from "../../../src/crypto/randomness.ts";
import { type Group, type LeafNode, LeafNodeSource, Update } from "../../../src/mls/index.ts";

/** Give the leaf of a member. */
export function leafOf(group: Group, index: number): LeafNode {
  const leaf = group.leaf(index);
  if (leaf === undefined) throw new Error(`nobody at ${index}`);
  return leaf;
}

/** Make an Update of a member's leaf, signed after it was edited. */
export function forgeUpdate(
  group: Group,
  edit: (leaf: LeafNode) => LeafNode = (leaf) => leaf,
): Update {
  const { context, signingKey, suite, ownIndex } = group.unsafeState;
  const [, encryptionKey] = suite.kem.generate(systemRandom);
  const fresh = leafOf(group, ownIndex).with({
    encryptionKey,
    source: LeafNodeSource.UPDATE,
    lifetime: undefined,
    parentHash: new Uint8Array(),
  });
  return new Update(edit(fresh).sign(suite, signingKey, context.groupId, ownIndex));
}
