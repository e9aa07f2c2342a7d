/**
 * A group of any size as if its members had joined one by one, put together in no time.
 *
 * Each parent was set by the last commit from its right half, as in such a group: the parent
 * hashes, tree hashes and signatures hold, and one member knows its keys.
 */

import { systemRandom } from "../src/crypto/randomness.ts";
import type { CipherSuite } from "../src/crypto/suite.ts";
import { NO_BYTES } from "../src/mls/codec.ts";
import { GroupState } from "../src/mls/group_state.ts";
import {
  Credential,
  type Environment,
  Group,
  GroupContext,
  type LeafNode,
  LeafNodeSource,
  SigningIdentity,
} from "../src/mls/index.ts";
import { deriveEpoch } from "../src/mls/key_schedule.ts";
import { parentHash } from "../src/mls/parent_hash.ts";
import { ParentNode } from "../src/mls/parent_node.ts";
import { RatchetTree } from "../src/mls/ratchet_tree.ts";
import { SecretTree } from "../src/mls/secret_tree.ts";
import { interimTranscriptHash } from "../src/mls/transcript.ts";
import { treeHash } from "../src/mls/tree_hash.ts";
import { directPath, left, right, root } from "../src/mls/tree_math.ts";

const GROUP_ID = Uint8Array.of(1, 2, 3, 4);

/** Make a group of `size` members, as the one at leaf 0 sees it. */
export function grownGroup(suite: CipherSuite, size: number, environment: Environment): Group {
  const growth = new Growth(suite, size, environment);
  const { tree } = growth;
  const hash = treeHash(tree);
  const context = new GroupContext(suite.id, GROUP_ID, BigInt(size - 1), hash, NO_BYTES);
  const [secrets, encryptionSecret] = deriveEpoch(suite, systemRandom(suite.hashLength));
  const tag = suite.mac(secrets.confirmationKey, NO_BYTES);
  const known = [0, ...directPath(0, tree.leafCount)];
  const group = new Group(
    new GroupState({
      environment,
      suite,
      context,
      tree,
      secrets,
      secretTree: SecretTree.create(suite, tree.leafCount, encryptionSecret, 0),
      interimHash: interimTranscriptHash(suite, NO_BYTES, tag),
      confirmationTag: tag,
      ownIndex: 0,
      signingKey: growth.signingKey,
      privateKeys: new Map(
        [...growth.privateKeys].filter(([position]) => known.includes(position)),
      ),
    }),
  );
  group.encode();
  return group;
}

class Growth {
  readonly tree: RatchetTree;
  readonly privateKeys = new Map<number, Uint8Array>();
  signingKey: Uint8Array = NO_BYTES;

  constructor(
    readonly suite: CipherSuite,
    readonly size: number,
    readonly environment: Environment,
  ) {
    let width = 1;
    while (width < size) width *= 2;
    this.tree = new RatchetTree(suite, new Array(2 * width - 1).fill(undefined));
    this.#grow(root(width), NO_BYTES);
  }

  #newKey(position: number): Uint8Array {
    const [privateKey, publicKey] = this.suite.kem.generate(systemRandom);
    this.privateKeys.set(position, privateKey);
    return publicKey;
  }

  /** Fill the subtree at a position; its top carries the hash of the parent above. */
  #grow(position: number, above: Uint8Array): void {
    if (position % 2 === 0) {
      this.#addLeaf(position, above);
    } else if (this.#isEmpty(right(position))) {
      this.#grow(left(position), above);
    } else {
      this.#grow(left(position), NO_BYTES);
      const node = new ParentNode(this.#newKey(position), above);
      this.tree.nodes[position] = node;
      this.#grow(right(position), parentHash(this.tree, node, left(position)));
    }
  }

  /** Say whether nobody is below a position: the leaves are filled from the left. */
  #isEmpty(position: number): boolean {
    let lowest = position;
    while (lowest % 2 === 1) lowest = left(lowest);
    return lowest / 2 >= this.size;
  }

  #addLeaf(position: number, above: Uint8Array): void {
    const { suite, environment } = this;
    const index = position / 2;
    const [privateKey, publicKey] = suite.signature.generate(systemRandom);
    const credential = Credential.basic(systemRandom(16));
    const identity = new SigningIdentity(suite, privateKey, publicKey, credential);
    const capabilities = environment.policy.leafCapabilities(suite);
    const leaf: LeafNode = identity
      .unsignedLeaf(this.#newKey(position), LeafNodeSource.COMMIT, capabilities, [])
      .with({ parentHash: above });
    this.tree.nodes[position] = leaf.sign(suite, privateKey, GROUP_ID, index);
    if (index === 0) this.signingKey = privateKey;
  }
}
