/** Whether a leaf node or key package may be used in a group (RFC 9420 §7.3, §10.1). */

import { equal } from "../crypto/bytes.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { NO_BYTES, PROTOCOL_VERSION } from "./codec.ts";
import type { Extension } from "./extension.ts";
import type { GroupContext } from "./group_context.ts";
import type { KeyPackage } from "./key_package.ts";
import { type LeafNode, LeafNodeSource } from "./leaf_node.ts";
import type { Environment } from "./policy.ts";
import { enforcing, require } from "./rules.ts";

/** Check that no extension type is there twice (leaf-13). */
export function checkExtensionsUnique(extensions: readonly Extension[]): void {
  const types = new Set(extensions.map((extension) => extension.type));
  require(types.size === extensions.length, "leaf-13");
}

/** Check what a leaf says of itself, and its signature for its place in the group. */
export function checkLeafItself(
  leaf: LeafNode,
  suite: CipherSuite,
  groupId: Uint8Array,
  index: number,
): void {
  enforcing("leaf-02", () => leaf.verifySignature(suite, groupId, index));
  enforcing("leaf-11", () => suite.kem.checkPublicKey(leaf.encryptionKey));
  require(leaf.capabilities.supportsCredential(leaf.credential.type), "leaf-12");
  checkExtensionsUnique(leaf.extensions);
  const listed = leaf.extensions.every(({ type }) => leaf.capabilities.supportsExtension(type));
  require(listed, "leaf-04");
}

/** Check that a member understands what the group context uses and demands. */
export function checkLeafSupportsGroup(leaf: LeafNode, context: GroupContext): void {
  const { capabilities } = leaf;
  require(context.requiredCapabilities.metBy(capabilities), "leaf-05");
  const supported = context.extensions.every(({ type }) => capabilities.supportsExtension(type));
  require(supported, "leaf-06");
}

/** Check that a new leaf and the other members understand each other's credentials. */
export function checkCredentialTypes(leaf: LeafNode, others: readonly LeafNode[]): void {
  const inUse = new Set(others.map((member) => member.credential.type));
  for (const type of inUse) require(leaf.capabilities.supportsCredential(type), "leaf-08");
  const { type } = leaf.credential;
  // a type that is in use is supported by all: it was checked when the first of it came
  if (!inUse.has(type)) {
    require(others.every((member) => member.capabilities.supportsCredential(type)), "leaf-07");
  }
}

/** Check that a leaf was made for where it is found. */
function checkSource(leaf: LeafNode, source: number): void {
  require(leaf.source === source, "leaf-01");
}

/** Check a leaf that a member, or who becomes one, put into an Update or a path. */
export function validateNewLeaf(
  leaf: LeafNode,
  source: number,
  index: number,
  context: GroupContext,
  environment: Environment,
  suite: CipherSuite,
): void {
  checkSource(leaf, source);
  checkLeafItself(leaf, suite, context.groupId, index);
  environment.policy.checkLeaf(leaf, index, context);
}

/** Check a key package before its owner is added. */
export function validateKeyPackage(
  keyPackage: KeyPackage,
  suite: CipherSuite,
  environment: Environment,
  context: GroupContext | undefined,
): void {
  require(keyPackage.version === PROTOCOL_VERSION, "keypkg-01");
  require(keyPackage.cipherSuite === suite.id, "keypkg-02");
  const leaf = keyPackage.leafNode;
  checkSource(leaf, LeafNodeSource.KEY_PACKAGE);
  require(!equal(keyPackage.initKey, leaf.encryptionKey), "keypkg-03");
  enforcing("keypkg-04", () => keyPackage.verifySignature(suite));
  enforcing("keypkg-05", () => suite.kem.checkPublicKey(keyPackage.initKey));
  checkExtensionsUnique(keyPackage.extensions);
  checkLeafItself(leaf, suite, NO_BYTES, 0);
  const { lifetime } = leaf;
  const now = environment.clock();
  require(lifetime !== undefined &&
    lifetime.notBefore <= now &&
    now <= lifetime.notAfter, "leaf-03");
  const length = lifetime.notAfter - lifetime.notBefore;
  require(length <= environment.policy.maximumLifetime, "leaf-14");
  environment.policy.checkLeaf(leaf, undefined, context);
}
