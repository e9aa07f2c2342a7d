/** Official vectors of ratchet trees: changing, checking, and giving keys along a path. */

import { expect } from "vitest";
import { systemRandom } from "../../src/crypto/randomness.ts";
import { type CipherSuite, cipherSuite } from "../../src/crypto/suite.ts";
import { decodeAll } from "../../src/mls/codec.ts";
import type { GroupContext } from "../../src/mls/group_context.ts";
import { LeafNodeSource } from "../../src/mls/leaf_node.ts";
import { verifyParentHashes } from "../../src/mls/parent_hash.ts";
import { Add, decodeProposal, Remove, Update } from "../../src/mls/proposal.ts";
import { RatchetTree } from "../../src/mls/ratchet_tree.ts";
import { treeHash } from "../../src/mls/tree_hash.ts";
import { validateStructure } from "../../src/mls/tree_validation.ts";
import {
  type DerivedPath,
  decryptPath,
  derivePath,
  encryptPath,
  mergePath,
} from "../../src/mls/treekem.ts";
import { UpdatePath } from "../../src/mls/update_path.ts";
import { officialVectors, privateKey, unhex } from "./mls_cases.ts";
import { contextOf } from "./mls_contexts.ts";

interface OperationCase {
  readonly cipher_suite: number;
  readonly tree_before: string;
  readonly tree_hash_before: string;
  readonly proposal: string;
  readonly proposal_sender: number;
  readonly tree_after: string;
  readonly tree_hash_after: string;
}

officialVectors("tree-operations", (item: OperationCase) => {
  const tree = RatchetTree.decode(cipherSuite(item.cipher_suite), unhex(item.tree_before));
  expect(treeHash(tree)).toEqual(unhex(item.tree_hash_before));
  const proposal = decodeAll(decodeProposal, unhex(item.proposal));
  if (proposal instanceof Add) tree.add(proposal.keyPackage.leafNode);
  if (proposal instanceof Remove) tree.remove(proposal.removed);
  if (proposal instanceof Update) tree.update(item.proposal_sender, proposal.leafNode);
  expect(tree.encode()).toEqual(unhex(item.tree_after));
  expect(treeHash(tree)).toEqual(unhex(item.tree_hash_after));
});

interface ValidationCase {
  readonly cipher_suite: number;
  readonly tree: string;
  readonly group_id: string;
  readonly resolutions: readonly (readonly number[])[];
  readonly tree_hashes: readonly string[];
}

officialVectors("tree-validation", (item: ValidationCase) => {
  const suite = cipherSuite(item.cipher_suite);
  const tree = RatchetTree.decode(suite, unhex(item.tree));
  expect(tree.encode()).toEqual(unhex(item.tree));
  const positions = tree.nodes.map((_, position) => position);
  expect(positions.map((position) => tree.resolution(position))).toEqual(item.resolutions);
  const hashes = positions.map((position) => treeHash(tree, position));
  expect(hashes).toEqual(item.tree_hashes.map(unhex));
  validateStructure(tree);
  verifyParentHashes(tree);
  for (const [index, leaf] of tree.leaves()) {
    leaf.verifySignature(suite, unhex(item.group_id), index);
  }
});

interface TreeKemCase {
  readonly cipher_suite: number;
  readonly group_id: string;
  readonly epoch: number;
  readonly confirmed_transcript_hash: string;
  readonly ratchet_tree: string;
  readonly leaves_private: readonly {
    readonly index: number;
    readonly encryption_priv: string;
    readonly signature_priv: string;
    readonly path_secrets: readonly { readonly node: number; readonly path_secret: string }[];
  }[];
  readonly update_paths: readonly {
    readonly sender: number;
    readonly update_path: string;
    readonly path_secrets: readonly (string | null)[];
    readonly commit_secret: string;
    readonly tree_hash_after: string;
  }[];
}

const NOBODY: ReadonlySet<number> = new Set();

/** A member's view of the tree of a TreeKEM case. */
class View {
  readonly suite: CipherSuite;
  readonly tree: RatchetTree;
  readonly privateKeys = new Map<number, Uint8Array>();
  readonly signingKey: Uint8Array;

  constructor(
    readonly item: TreeKemCase,
    readonly ownIndex: number,
  ) {
    const suite = cipherSuite(item.cipher_suite);
    this.suite = suite;
    this.tree = RatchetTree.decode(suite, unhex(item.ratchet_tree));
    const member = item.leaves_private.find(({ index }) => index === ownIndex);
    if (member === undefined) expect.fail("the case has no such member");
    this.signingKey = privateKey(suite, member.signature_priv);
    const ownPrivate = privateKey(suite, member.encryption_priv);
    expect(suite.kem.publicKey(ownPrivate)).toEqual(this.tree.leaf(ownIndex)?.encryptionKey);
    this.privateKeys.set(2 * ownIndex, ownPrivate);
    for (const { node, path_secret } of member.path_secrets) {
      const derived = derivePath(suite, [node], unhex(path_secret));
      expect(derived.publicKeys.get(node)).toEqual(this.tree.nodes[node]?.encryptionKey);
      for (const [position, key] of derived.privateKeys) this.privateKeys.set(position, key);
    }
  }

  #context(): GroupContext {
    const { suite, item, tree } = this;
    return contextOf(suite, item, item.epoch, treeHash(tree), item.confirmed_transcript_hash);
  }

  receive(sender: number, path: UpdatePath): DerivedPath {
    const { suite, tree, item } = this;
    const filtered = tree.filteredDirectPath(sender);
    path.leafNode.verifySignature(suite, unhex(item.group_id), sender);
    const keys = path.nodes.map((node) => node.encryptionKey);
    expect(mergePath(tree, sender, filtered, keys)).toEqual(path.leafNode.parentHash);
    tree.set(2 * sender, path.leafNode);
    return decryptPath(
      tree,
      this.ownIndex,
      sender,
      path,
      filtered,
      NOBODY,
      this.#context(),
      this.privateKeys,
    );
  }

  send(): readonly [UpdatePath, commitSecret: Uint8Array] {
    const { suite, tree, ownIndex } = this;
    const filtered = tree.filteredDirectPath(ownIndex);
    const positions = filtered.map(([position]) => position);
    const derived = derivePath(suite, positions, systemRandom(suite.hashLength));
    const parentHash = mergePath(tree, ownIndex, filtered, [...derived.publicKeys.values()]);
    const [, encryptionKey] = suite.kem.generate(systemRandom);
    const leaf = tree
      .leaf(ownIndex)
      ?.with({ encryptionKey, source: LeafNodeSource.COMMIT, lifetime: undefined, parentHash })
      .sign(suite, this.signingKey, unhex(this.item.group_id), ownIndex);
    if (leaf === undefined) expect.fail("the member has a leaf");
    tree.set(2 * ownIndex, leaf);
    const nodes = encryptPath(tree, filtered, derived, NOBODY, this.#context(), systemRandom);
    return [new UpdatePath(leaf, nodes), derived.commitSecret];
  }
}

officialVectors("treekem", (item: TreeKemCase) => {
  for (const update of item.update_paths) {
    const path = decodeAll(UpdatePath.read, unhex(update.update_path));
    const [sent, ownSecret] = new View(item, update.sender).send();
    const ownPath = decodeAll(UpdatePath.read, sent.encode());
    for (const { index } of item.leaves_private) {
      if (index === update.sender) continue;
      const view = new View(item, index);
      const { pathSecrets, commitSecret } = view.receive(update.sender, path);
      expect(treeHash(view.tree)).toEqual(unhex(update.tree_hash_after));
      const [firstSecret] = pathSecrets.values();
      expect(firstSecret).toEqual(unhex(update.path_secrets[index] ?? ""));
      expect(commitSecret).toEqual(unhex(update.commit_secret));
      const received = new View(item, index).receive(update.sender, ownPath);
      expect(received.commitSecret).toEqual(ownSecret);
    }
  }
});
