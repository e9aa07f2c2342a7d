/** What the platform verifies ahead saves work, and decides nothing. */

import { expect, test } from "vitest";
import { utf8 } from "../../../src/crypto/bytes.ts";
import { cipherSuite } from "../../../src/crypto/suite.ts";
import { ValidationError } from "../../../src/errors.ts";
import { ExtensionType } from "../../../src/mls/extension.ts";
import {
  decodeMessage,
  Environment,
  Extension,
  Group,
  GroupInfo,
  type LeafNode,
  SigningIdentity,
} from "../../../src/mls/index.ts";
import { preverifyLeaves } from "../../../src/mls/preverification.ts";
import { treeHash } from "../../../src/mls/tree_hash.ts";

const SUITE = cipherSuite(0x0003);
const ENVIRONMENT = new Environment(() => 1_800_000_000);

function newIdentity(): SigningIdentity {
  return SigningIdentity.generate(SUITE, utf8("somebody"));
}

function infoOf(group: Group): GroupInfo {
  const info = decodeMessage(group.groupInfo());
  if (!(info instanceof GroupInfo)) throw new Error("not a group info");
  return info;
}

/** Sign a group info whose tree has one leaf changed. */
function withLeaf(group: Group, edit: (leaf: LeafNode) => LeafNode): GroupInfo {
  const { signingKey } = group.unsafeState;
  const tree = group.unsafeState.tree.copy();
  const leaf = tree.leaf(0);
  if (leaf === undefined) throw new Error("nobody is there");
  tree.set(0, edit(leaf));
  const { context, confirmationTag, signer } = infoOf(group);
  const extensions = [
    ...infoOf(group).extensions.filter(({ type }) => type !== ExtensionType.RATCHET_TREE),
    new Extension(ExtensionType.RATCHET_TREE, tree.encode()),
  ];
  const changed = context.with({ treeHash: treeHash(tree) });
  return new GroupInfo(changed, extensions, confirmationTag, signer).sign(SUITE, signingKey);
}

test("a group whose leaves were verified ahead is joined", async () => {
  const group = Group.create(newIdentity(), utf8("group"), ENVIRONMENT);
  const info = infoOf(group);
  await preverifyLeaves(info);
  const joined = Group.joinExternal(newIdentity(), info, ENVIRONMENT);
  expect(joined.group.members()).toHaveLength(2);
});

test("the tree may come beside the group info", async () => {
  const group = Group.create(newIdentity(), utf8("group"), ENVIRONMENT);
  const { context, extensions, confirmationTag, signer } = infoOf(group);
  const others = extensions.filter(({ type }) => type !== ExtensionType.RATCHET_TREE);
  const unsigned = new GroupInfo(context, others, confirmationTag, signer);
  const info = unsigned.sign(SUITE, group.unsafeState.signingKey);
  const tree = group.exportTree();
  await preverifyLeaves(info);
  await preverifyLeaves(info, tree);
  const joined = Group.joinExternal(newIdentity(), info, ENVIRONMENT, { tree });
  expect(joined.group.members()).toHaveLength(2);
});

test("a leaf with a bad signature is refused all the same", async () => {
  const group = Group.create(newIdentity(), utf8("group"), ENVIRONMENT);
  const info = withLeaf(group, (leaf) => leaf.with({ signature: new Uint8Array(64) }));
  await preverifyLeaves(info);
  expect(() => Group.joinExternal(newIdentity(), info, ENVIRONMENT)).toThrow(ValidationError);
});
