/** Creating a group, and joining one by Welcome or from outside (RFC 9420 §11, §12.4.3). */

import { equal } from "../crypto/bytes.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { ValidationError } from "../errors.ts";
import type { Capabilities } from "./capabilities.ts";
import { decodeAll, NO_BYTES, opaque, PROTOCOL_VERSION, readOpaque } from "./codec.ts";
import type { ProposalOrReference } from "./commit.ts";
import { type MadeCommit, makeCommit } from "./committing.ts";
import { Extension, ExtensionType } from "./extension.ts";
import { Sender, SenderType } from "./framing.ts";
import { GroupContext } from "./group_context.ts";
import { GroupInfo } from "./group_info.ts";
import { GroupState, NOT_IN_TREE } from "./group_state.ts";
import { KeyPackage, KeyPackageBundle } from "./key_package.ts";
import {
  deriveEpoch,
  deriveEpochFromJoiner,
  deriveWelcomeKey,
  EpochSecrets,
  EXTERNAL_INIT_LABEL,
} from "./key_schedule.ts";
import { decryptWithLabel } from "./labels.ts";
import { type LeafNode, LeafNodeSource, Lifetime } from "./leaf_node.ts";
import { checkExtensionsUnique, checkLeafSupportsGroup } from "./leaf_validation.ts";
import type { Environment } from "./policy.ts";
import {
  collectPsks,
  derivePskSecret,
  PreSharedKeyId,
  PskType,
  ResumptionUsage,
} from "./pre_shared_key.ts";
import { ExternalInit, PreSharedKey, Remove } from "./proposal.ts";
import { RatchetTree } from "./ratchet_tree.ts";
import { enforcing, require } from "./rules.ts";
import { SecretTree } from "./secret_tree.ts";
import type { SigningIdentity } from "./signing_identity.ts";
import { interimTranscriptHash } from "./transcript.ts";
import { treeHash } from "./tree_hash.ts";
import { commonAncestor, directPath } from "./tree_math.ts";
import { validateTree } from "./tree_validation.ts";
import { checkPublicKeys, derivePath } from "./treekem.ts";
import { type EncryptedGroupSecrets, GroupSecrets, type Welcome } from "./welcome.ts";

/** How many seconds before now a new leaf's lifetime starts, for those whose clocks are behind. */
const CLOCK_TOLERANCE = 3600;

/** The last_resort_key_package extension of draft-ietf-mls-extensions. */
export const LAST_RESORT_EXTENSION = 0x000a;

/** The lifetime, in seconds, of the leaf that a group's creator starts with. */
const CREATOR_LIFETIME = 84 * 86400;

function lifetime(environment: Environment, seconds: number): Lifetime {
  const now = environment.clock();
  return new Lifetime(BigInt(Math.max(0, now - CLOCK_TOLERANCE)), BigInt(now + seconds));
}

/**
 * Make a key package for others to add this client with, and its private keys (§10).
 *
 * One of last resort says so by an extension, as its owner may be added with it repeatedly.
 */
export function createKeyPackage(
  identity: SigningIdentity,
  environment: Environment,
  options: {
    readonly lifetimeSeconds: number;
    readonly leafExtensions?: readonly Extension[];
    readonly lastResort?: boolean;
  },
): KeyPackageBundle {
  const { suite } = identity;
  const { random, policy } = environment;
  const extensions = options.lastResort ? [new Extension(LAST_RESORT_EXTENSION, NO_BYTES)] : [];
  const [initPrivateKey, initKey] = suite.kem.generate(random);
  const [leafPrivateKey, encryptionKey] = suite.kem.generate(random);
  const leaf = identity
    .unsignedLeaf(
      encryptionKey,
      LeafNodeSource.KEY_PACKAGE,
      policy.leafCapabilities(suite),
      options.leafExtensions ?? [],
      lifetime(environment, options.lifetimeSeconds),
    )
    .sign(suite, identity.privateKey);
  const keyPackage = new KeyPackage(PROTOCOL_VERSION, suite.id, initKey, leaf, extensions);
  return new KeyPackageBundle(
    keyPackage.sign(suite, identity.privateKey),
    initPrivateKey,
    leafPrivateKey,
  );
}

/** Start a group with one member (§11). */
export function createGroup(
  identity: SigningIdentity,
  groupId: Uint8Array,
  environment: Environment,
  extensions: readonly Extension[],
  leafExtensions: readonly Extension[],
  capabilities: Capabilities | undefined,
): GroupState {
  const { suite } = identity;
  const { random, policy } = environment;
  const [privateKey, encryptionKey] = suite.kem.generate(random);
  const leaf = identity
    .unsignedLeaf(
      encryptionKey,
      LeafNodeSource.KEY_PACKAGE,
      capabilities ?? policy.leafCapabilities(suite),
      leafExtensions,
      lifetime(environment, CREATOR_LIFETIME),
    )
    .sign(suite, identity.privateKey);
  const tree = new RatchetTree(suite);
  tree.add(leaf);
  const context = new GroupContext(suite.id, groupId, 0n, treeHash(tree), NO_BYTES, extensions);
  checkExtensionsUnique(context.extensions);
  checkLeafSupportsGroup(leaf, context);
  policy.checkLeaf(leaf, 0, context);
  const [secrets, encryptionSecret] = deriveEpoch(suite, random(suite.hashLength));
  const tag = suite.mac(secrets.confirmationKey, NO_BYTES);
  return new GroupState({
    environment,
    suite,
    context,
    tree,
    secrets,
    secretTree: SecretTree.create(suite, tree.leafCount, encryptionSecret, 0),
    interimHash: interimTranscriptHash(suite, NO_BYTES, tag),
    confirmationTag: tag,
    ownIndex: 0,
    signingKey: identity.privateKey,
    privateKeys: new Map([[0, privateKey]]),
  });
}

/** Get and check the tree of a group info, and the group info's signature with it. */
export function loadTree(
  suite: CipherSuite,
  groupInfo: GroupInfo,
  tree: Uint8Array | undefined,
  environment: Environment,
): RatchetTree {
  const { context } = groupInfo;
  require(context.cipherSuite === suite.id, "groupinfo-08");
  checkExtensionsUnique(groupInfo.extensions);
  checkExtensionsUnique(context.extensions);
  const encoded = groupInfo.extension(ExtensionType.RATCHET_TREE) ?? tree;
  require(encoded !== undefined, "groupinfo-01");
  const ratchetTree = RatchetTree.decode(suite, encoded);
  require(equal(treeHash(ratchetTree), context.treeHash), "groupinfo-02");
  const signer = ratchetTree.leaf(groupInfo.signer);
  require(signer !== undefined, "groupinfo-03", `leaf ${groupInfo.signer}`);
  enforcing("groupinfo-04", () => groupInfo.verifySignature(suite, signer.signatureKey));
  validateTree(ratchetTree, context, environment.policy);
  return ratchetTree;
}

/** Become a member that a commit has added (§12.4.3.1). */
export function joinByWelcome(
  identity: SigningIdentity,
  welcome: Welcome,
  bundle: KeyPackageBundle,
  environment: Environment,
  tree: Uint8Array | undefined,
): GroupState {
  const { suite } = identity;
  const [secrets, pskSecret, groupInfo] = openWelcome(identity, welcome, bundle, environment);
  const { context } = groupInfo;
  const followed = followingPsks(secrets.pskIds);
  require(followed.length === 0 || context.epoch === 1n, "welcome-04");
  const ratchetTree = loadTree(suite, groupInfo, tree, environment);
  const members = [...ratchetTree.leaves()].map(([, leaf]) => leaf);
  for (const pskId of followed) {
    environment.policy.checkFollowingGroup(pskId, context, members);
  }
  const ownIndex = findLeaf(ratchetTree, bundle.keyPackage.leafNode);
  const privateKeys = new Map([[2 * ownIndex, bundle.leafPrivateKey]]);
  if (secrets.pathSecret !== undefined) {
    const opened = openPath(ratchetTree, ownIndex, groupInfo.signer, secrets.pathSecret);
    for (const [position, privateKey] of opened) {
      privateKeys.set(position, privateKey);
    }
  }
  const [epochSecrets, encryptionSecret] = deriveEpochFromJoiner(
    suite,
    secrets.joinerSecret,
    pskSecret,
    context,
  );
  const confirmed = context.confirmedTranscriptHash;
  const tag = groupInfo.confirmationTag;
  enforcing("groupinfo-07", () => suite.verifyMac(epochSecrets.confirmationKey, confirmed, tag));
  return new GroupState({
    environment,
    suite,
    context,
    tree: ratchetTree,
    secrets: epochSecrets,
    // the same Welcome may be opened again after a restart: see `processing`
    secretTree: SecretTree.create(suite, ratchetTree.leafCount, encryptionSecret, ownIndex, {
      allowance: 0,
    }),
    interimHash: interimTranscriptHash(suite, confirmed, tag),
    confirmationTag: tag,
    ownIndex,
    signingKey: identity.privateKey,
    privateKeys,
  });
}

/** Decrypt a Welcome: its secrets, the PSK secret and the group info, of which none is checked. */
function openWelcome(
  identity: SigningIdentity,
  welcome: Welcome,
  bundle: KeyPackageBundle,
  environment: Environment,
): [secrets: GroupSecrets, pskSecret: Uint8Array, groupInfo: GroupInfo] {
  const { suite } = identity;
  const { keyPackage } = bundle;
  const sameSuite = welcome.cipherSuite === suite.id && keyPackage.cipherSuite === suite.id;
  require(sameSuite, "welcome-02");
  const sealed = secretsFor(welcome, keyPackage.reference(suite));
  const opened = decryptWithLabel(
    suite,
    bundle.initPrivateKey,
    "Welcome",
    welcome.encryptedGroupInfo,
    sealed.ciphertext.kemOutput,
    sealed.ciphertext.ciphertext,
  );
  const secrets = decodeAll(GroupSecrets.read, opened);
  require(followingPsks(secrets.pskIds).length <= 1, "welcome-03");
  const pskSecret = derivePskSecret(suite, collectPsks(secrets.pskIds, environment.psks));
  const [key, nonce] = deriveWelcomeKey(suite, secrets.joinerSecret, pskSecret);
  const groupInfo = decodeAll(
    GroupInfo.read,
    suite.open(key, nonce, NO_BYTES, welcome.encryptedGroupInfo),
  );
  return [secrets, pskSecret, groupInfo];
}

function secretsFor(welcome: Welcome, reference: Uint8Array): EncryptedGroupSecrets {
  const found = welcome.secrets.find((item) => equal(item.newMember, reference));
  require(found !== undefined, "welcome-01");
  return found;
}

function followingPsks(pskIds: readonly PreSharedKeyId[]): PreSharedKeyId[] {
  return pskIds.filter(
    ({ type, usage }) => type === PskType.RESUMPTION && usage !== ResumptionUsage.APPLICATION,
  );
}

function findLeaf(tree: RatchetTree, leaf: LeafNode): number {
  const encoded = leaf.encode();
  for (const [index, other] of tree.leaves()) {
    if (equal(other.encode(), encoded)) return index;
  }
  throw new ValidationError("welcome-05");
}

function openPath(
  tree: RatchetTree,
  ownIndex: number,
  signer: number,
  pathSecret: Uint8Array,
): ReadonlyMap<number, Uint8Array> {
  require(signer !== ownIndex, "welcome-06", "from oneself");
  const meeting = commonAncestor(2 * ownIndex, 2 * signer);
  const positions = [meeting, ...directPath(meeting, tree.leafCount)].filter(
    (position) => tree.nodes[position] !== undefined,
  );
  require(positions[0] === meeting, "welcome-06");
  const derived = derivePath(tree.suite, positions, pathSecret);
  checkPublicKeys(tree, derived, "welcome-06");
  return derived.privateKeys;
}

/** Make an external commit, with keys to bring and an own earlier leaf to go (§12.4.3.2). */
export function joinFromOutside(
  identity: SigningIdentity,
  groupInfo: GroupInfo,
  environment: Environment,
  pskIds: readonly Uint8Array[],
  resync: number | undefined,
  leafExtensions: readonly Extension[],
  authenticatedData: Uint8Array,
  tree: Uint8Array | undefined,
): MadeCommit {
  const { suite } = identity;
  const { random, policy } = environment;
  const { context } = groupInfo;
  const ratchetTree = loadTree(suite, groupInfo, tree, environment);
  const externalPub = groupInfo.extension(ExtensionType.EXTERNAL_PUB);
  require(externalPub !== undefined, "groupinfo-05");
  const externalKey = decodeAll(readOpaque, externalPub);
  const [kemOutput, initSecret] = enforcing("groupinfo-06", () => {
    suite.kem.checkPublicKey(externalKey);
    return suite.hpke.sendExport(
      externalKey,
      NO_BYTES,
      EXTERNAL_INIT_LABEL,
      suite.hashLength,
      random,
    );
  });
  const names = pskIds.map((id) => PreSharedKeyId.external(id, random(suite.hashLength)));
  const items: ProposalOrReference[] = [
    new ExternalInit(kemOutput),
    ...(resync === undefined ? [] : [new Remove(resync)]),
    ...names.map((name) => new PreSharedKey(name)),
  ];
  const leaf = identity.unsignedLeaf(
    NO_BYTES,
    LeafNodeSource.COMMIT,
    policy.leafCapabilities(suite),
    leafExtensions,
  );
  const removed = resync === undefined ? undefined : ratchetTree.leaf(resync);
  if (removed !== undefined) {
    policy.checkSuccessor(removed, leaf);
    require(equal(removed.signatureKey, leaf.signatureKey), "extcommit-06");
  }
  policy.checkExternalCommit(names, removed, leaf, context);
  const made = makeCommit(
    stateFromOutside(identity, groupInfo, ratchetTree, environment),
    items,
    new Sender(SenderType.NEW_MEMBER_COMMIT),
    { identity, leaf, authenticatedData },
    initSecret,
  );
  return { ...made, state: made.state.with({ past: new Map() }) };
}

/** Give the state of somebody who sees the group and is not in it yet: it holds no secrets. */
function stateFromOutside(
  identity: SigningIdentity,
  { context, confirmationTag }: GroupInfo,
  tree: RatchetTree,
  environment: Environment,
): GroupState {
  const { suite } = identity;
  const { confirmedTranscriptHash } = context;
  return new GroupState({
    environment,
    suite,
    context,
    tree,
    secrets: EpochSecrets.none(),
    secretTree: new SecretTree(suite, tree.leafCount, new Map(), NOT_IN_TREE, 0),
    interimHash: interimTranscriptHash(suite, confirmedTranscriptHash, confirmationTag),
    confirmationTag,
    ownIndex: NOT_IN_TREE,
    signingKey: identity.privateKey,
    privateKeys: new Map(),
  });
}

/** Make the external_pub extension of a group info. */
export function encodeExternalPub(publicKey: Uint8Array): Extension {
  return new Extension(ExtensionType.EXTERNAL_PUB, opaque(publicKey));
}
