/** TreeKEM: how a committer gives fresh keys to those who stay (RFC 9420 §7.4-§7.6). */

import { equal } from "../crypto/bytes.ts";
import type { Random } from "../crypto/randomness.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { MlsError } from "../errors.ts";
import { NO_BYTES } from "./codec.ts";
import type { GroupContext } from "./group_context.ts";
import { decryptWithLabel, deriveSecret, encryptWithLabel } from "./labels.ts";
import { parentHash } from "./parent_hash.ts";
import { ParentNode } from "./parent_node.ts";
import type { FilteredNode, RatchetTree } from "./ratchet_tree.ts";
import { enforcing, type RuleId, require } from "./rules.ts";
import { commonAncestor } from "./tree_math.ts";
import { HpkeCiphertext, type UpdatePath, UpdatePathNode } from "./update_path.ts";

/** What `RatchetTree.filteredDirectPath` gives. */
export type FilteredPath = readonly FilteredNode[];

const PATH_NODE = "UpdatePathNode";

/** The secrets of a chain of nodes, by position, and the commit secret above them. */
export interface DerivedPath {
  readonly pathSecrets: ReadonlyMap<number, Uint8Array>;
  readonly privateKeys: ReadonlyMap<number, Uint8Array>;
  readonly publicKeys: ReadonlyMap<number, Uint8Array>;
  readonly commitSecret: Uint8Array;
}

/** Derive the key pairs from the first path secret upwards (§7.4). */
export function derivePath(
  suite: CipherSuite,
  positions: readonly number[],
  first: Uint8Array,
): DerivedPath {
  const pathSecrets = new Map<number, Uint8Array>();
  const privateKeys = new Map<number, Uint8Array>();
  const publicKeys = new Map<number, Uint8Array>();
  let secret = first;
  for (const position of positions) {
    pathSecrets.set(position, secret);
    const nodeSecret = deriveSecret(suite, secret, "node");
    const [privateKey, publicKey] = suite.kem.deriveKeyPair(nodeSecret);
    nodeSecret.fill(0);
    privateKeys.set(position, privateKey);
    publicKeys.set(position, publicKey);
    secret = deriveSecret(suite, secret, "path");
  }
  // with nobody else in the group there is no path, but the random secret counts all the same
  const commitSecret = positions.length > 0 ? secret : deriveSecret(suite, secret, "path");
  return { pathSecrets, privateKeys, publicKeys, commitSecret };
}

/** Put a path's public keys in place; gives the parent hash that its leaf must have (§7.5). */
export function mergePath(
  tree: RatchetTree,
  leaf: number,
  filtered: FilteredPath,
  publicKeys: readonly Uint8Array[],
): Uint8Array {
  require(publicKeys.length === filtered.length, "commit-03");
  tree.blankPath(leaf);
  let above: Uint8Array = NO_BYTES;
  for (let step = filtered.length - 1; step >= 0; step--) {
    const [position, otherChild] = known(filtered[step]);
    const node = new ParentNode(known(publicKeys[step]), above);
    tree.nodes[position] = node;
    above = parentHash(tree, node, otherChild);
  }
  return above;
}

/**
 * Encrypt each path secret to the copath, except to new members' nodes (§7.5).
 *
 * The context is the provisional one: next epoch, new tree hash, old transcript.
 */
export function encryptPath(
  tree: RatchetTree,
  filtered: FilteredPath,
  path: DerivedPath,
  added: ReadonlySet<number>,
  context: GroupContext,
  random: Random,
): UpdatePathNode[] {
  const encodedContext = context.encode();
  return filtered.map(([position, , resolution]) => {
    const secret = known(path.pathSecrets.get(position));
    const sealed = receiversOf(resolution, added).map((below) => {
      const { encryptionKey } = known(tree.nodes[below]);
      return new HpkeCiphertext(
        ...encryptWithLabel(tree.suite, encryptionKey, PATH_NODE, encodedContext, secret, random),
      );
    });
    return new UpdatePathNode(known(path.publicKeys.get(position)), sealed);
  });
}

/** Check that a received path has the nodes and ciphertexts its place calls for. */
export function checkPathShape(
  path: UpdatePath,
  filtered: FilteredPath,
  added: ReadonlySet<number>,
): void {
  require(path.nodes.length === filtered.length, "commit-03");
  for (const [step, [, , resolution]] of filtered.entries()) {
    const receivers = receiversOf(resolution, added);
    const sealed = path.nodes[step]?.encryptedPathSecrets;
    require(sealed?.length === receivers.length, "commit-05");
  }
}

/**
 * Open the path secret meant for this member and derive the keys above it (§7.5).
 *
 * The private keys are those from before the path; the path is merged into the tree already.
 */
export function decryptPath(
  tree: RatchetTree,
  ownLeaf: number,
  committer: number,
  path: UpdatePath,
  filtered: FilteredPath,
  added: ReadonlySet<number>,
  context: GroupContext,
  privateKeys: ReadonlyMap<number, Uint8Array>,
): DerivedPath {
  const meeting = commonAncestor(2 * ownLeaf, 2 * committer);
  const positions = filtered.map(([position]) => position);
  // always there: the own leaf is below the meeting node's copath child, which is thus not empty
  const step = positions.indexOf(meeting);
  const [, , resolution] = known(filtered[step]);
  const receivers = receiversOf(resolution, added);
  const at = receivers.findIndex((position) => privateKeys.has(position));
  const privateKey = privateKeys.get(receivers[at] ?? -1);
  require(privateKey !== undefined, "commit-09", "no private key to open it with");
  const sealed = known(path.nodes[step]?.encryptedPathSecrets[at]);
  const secret = enforcing("commit-09", () =>
    decryptWithLabel(
      tree.suite,
      privateKey,
      PATH_NODE,
      context.encode(),
      sealed.kemOutput,
      sealed.ciphertext,
    ),
  );
  const derived = derivePath(tree.suite, positions.slice(step), secret);
  checkPublicKeys(tree, derived, "commit-08");
  return derived;
}

/** Check that the tree has the public keys that path secrets lead to. */
export function checkPublicKeys(tree: RatchetTree, derived: DerivedPath, rule: RuleId): void {
  for (const [position, publicKey] of derived.publicKeys) {
    const node = tree.nodes[position];
    require(node !== undefined && equal(node.encryptionKey, publicKey), rule, `node ${position}`);
  }
}

function receiversOf(resolution: readonly number[], added: ReadonlySet<number>): number[] {
  return resolution.filter((position) => !added.has(position));
}

function known<T>(part: T | undefined): T {
  if (part === undefined) throw new MlsError("a path does not fit its tree");
  return part;
}
