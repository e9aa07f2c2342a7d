/** Processing a commit of somebody else (RFC 9420 §12.4.2). */

import { equal, toHex } from "../crypto/bytes.ts";
import { OwnMessage } from "../errors.ts";
import { NO_BYTES } from "./codec.ts";
import { type Commit, ProposalReference } from "./commit.ts";
import { type Sender, SenderType, type VerifiedContent } from "./framing.ts";
import type { GroupContext } from "./group_context.ts";
import { GroupState } from "./group_state.ts";
import { EpochSecrets, EXTERNAL_INIT_LABEL } from "./key_schedule.ts";
import { type LeafNode, LeafNodeSource } from "./leaf_node.ts";
import { validateNewLeaf } from "./leaf_validation.ts";
import { dropReplaced, keepValid, provisionalContext, startEpoch } from "./next_epoch.ts";
import type { SentProposal } from "./policy.ts";
import {
  type AppliedProposals,
  applyProposals,
  checkNewMember,
  resolveProposals,
} from "./proposal_rules.ts";
import { enforcing, require } from "./rules.ts";
import { SecretTree } from "./secret_tree.ts";
import { interimTranscriptHash } from "./transcript.ts";
import { checkPathShape, decryptPath, type FilteredPath, mergePath } from "./treekem.ts";
import type { UpdatePath } from "./update_path.ts";

/** The outcome of a commit that was checked; the state before it is as it was. */
interface StagedCommit {
  readonly state: GroupState;
  readonly committer: number;
  readonly proposals: readonly SentProposal[];
  readonly added: readonly number[];
  readonly removed: ReadonlyMap<number, LeafNode>;
  readonly removedSelf: boolean;
}

/** Check a verified commit entirely and compute the next epoch's state. */
export function stageCommit(
  state: GroupState,
  verified: VerifiedContent,
  commit: Commit,
): StagedCommit {
  const { sender } = verified.framed;
  if (sender.leafIndex === state.ownIndex) throw new OwnMessage();
  const proposals = resolveProposals(state, commit.proposals, sender);
  const applied = applyProposals(state, proposals, sender);
  require(commit.path !== undefined || !applied.needsPath, "commit-01");
  const removedSelf = applied.removed.has(state.ownIndex);
  let privateKeys = keysBeforePath(state, applied, commit);
  let committer = sender.index;
  let commitSecret: Uint8Array = new Uint8Array(state.suite.hashLength);
  const added = applied.added.map(([index]) => index);
  if (commit.path !== undefined) {
    committer = placeCommitter(state, applied, sender, commit.path.leafNode);
    if (sender.type === SenderType.NEW_MEMBER_COMMIT) added.push(committer);
    const path = new StagedPath(state, applied, committer, commit.path);
    const provisional = path.merge();
    if (!removedSelf) [commitSecret, privateKeys] = path.open(provisional, privateKeys);
  }
  const following = removedSelf
    ? afterRemoval(state)
    : nextState(state, applied, verified, commitSecret, privateKeys);
  return {
    state: following,
    committer,
    proposals: applied.proposals,
    added,
    removed: applied.removed,
    removedSelf,
  };
}

/** Give the own private keys that hold after the proposals, an own Update's among them. */
function keysBeforePath(
  state: GroupState,
  applied: AppliedProposals,
  commit: Commit,
): Map<number, Uint8Array> {
  const privateKeys = keepValid(applied.tree, state.privateKeys);
  for (const item of commit.proposals) {
    if (item instanceof ProposalReference) {
      const renewed = state.pending.get(toHex(item.value))?.leafPrivateKey;
      if (renewed !== undefined) privateKeys.set(2 * state.ownIndex, renewed);
    }
  }
  return privateKeys;
}

/** Check the committer's new leaf, and find its place; a joiner's is made. */
function placeCommitter(
  state: GroupState,
  applied: AppliedProposals,
  sender: Sender,
  leaf: LeafNode,
): number {
  const { tree } = applied;
  const { policy } = state.environment;
  const external = sender.type === SenderType.NEW_MEMBER_COMMIT;
  const index = external ? tree.freeLeaf() : sender.index;
  validateNewLeaf(
    leaf,
    LeafNodeSource.COMMIT,
    index,
    state.context,
    state.environment,
    state.suite,
  );
  if (external) {
    const [removed] = applied.removed.values();
    if (removed !== undefined) {
      policy.checkSuccessor(removed, leaf);
      require(equal(removed.signatureKey, leaf.signatureKey), "extcommit-06");
    }
    policy.checkExternalCommit(applied.pskIds, removed, leaf, state.context);
    tree.add(leaf);
    return index;
  }
  const old = tree.member(index);
  policy.checkSuccessor(old, leaf);
  require(!equal(old.encryptionKey, leaf.encryptionKey), "commit-02");
  return index;
}

/** A received path on its way into the tree. */
class StagedPath {
  readonly #state: GroupState;
  readonly #applied: AppliedProposals;
  readonly #committer: number;
  readonly #path: UpdatePath;
  readonly #filtered: FilteredPath;

  constructor(state: GroupState, applied: AppliedProposals, committer: number, path: UpdatePath) {
    this.#state = state;
    this.#applied = applied;
    this.#committer = committer;
    this.#path = path;
    this.#filtered = applied.tree.filteredDirectPath(committer);
  }

  /** Check the path and put it into the tree; gives the context it is encrypted under. */
  merge(): GroupContext {
    const { tree } = this.#applied;
    const leaf = this.#path.leafNode;
    checkPathShape(this.#path, this.#filtered, this.#applied.addedPositions);
    this.#checkKeys();
    const keys = this.#path.nodes.map((node) => node.encryptionKey);
    const expected = mergePath(tree, this.#committer, this.#filtered, keys);
    require(equal(expected, leaf.parentHash), "commit-06");
    tree.set(2 * this.#committer, leaf);
    checkNewMember(tree, this.#committer, this.#applied.context);
    return provisionalContext(this.#applied);
  }

  #checkKeys(): void {
    const { tree } = this.#applied;
    const leaf = this.#path.leafNode;
    const fresh = [leaf, ...this.#path.nodes].map((node) => toHex(node.encryptionKey));
    const own = 2 * this.#committer;
    const taken = new Set(fresh);
    const twice = tree.nodes.some(
      (node, position) =>
        node !== undefined && position !== own && taken.has(toHex(node.encryptionKey)),
    );
    require(taken.size === fresh.length && !twice, "commit-04");
    for (const [index, other] of tree.leaves()) {
      const twin = index !== this.#committer && equal(other.signatureKey, leaf.signatureKey);
      require(!twin, "leaf-09");
    }
    for (const node of this.#path.nodes) {
      enforcing("commit-07", () => tree.suite.kem.checkPublicKey(node.encryptionKey));
    }
  }

  /** Open the path's secret; gives the commit secret and the private keys after the path. */
  open(
    provisional: GroupContext,
    privateKeys: ReadonlyMap<number, Uint8Array>,
  ): [Uint8Array, Map<number, Uint8Array>] {
    const { tree } = this.#applied;
    const derived = decryptPath(
      tree,
      this.#state.ownIndex,
      this.#committer,
      this.#path,
      this.#filtered,
      this.#applied.addedPositions,
      provisional,
      privateKeys,
    );
    const kept = dropReplaced(tree, this.#committer, privateKeys);
    return [derived.commitSecret, new Map([...kept, ...derived.privateKeys])];
  }
}

function nextState(
  state: GroupState,
  applied: AppliedProposals,
  verified: VerifiedContent,
  commitSecret: Uint8Array,
  privateKeys: ReadonlyMap<number, Uint8Array>,
): GroupState {
  const { suite } = state;
  let { initSecret } = state.secrets;
  const { externalInit } = applied;
  if (externalInit !== undefined) {
    const [privateKey] = state.secrets.externalKeyPair(suite);
    initSecret = enforcing("extinit-01", () =>
      suite.hpke.receiveExport(
        privateKey,
        externalInit,
        NO_BYTES,
        EXTERNAL_INIT_LABEL,
        suite.hashLength,
      ),
    );
  }
  const { authenticated } = verified;
  const epoch = startEpoch(state, applied, authenticated, initSecret, commitSecret);
  const tag = authenticated.confirmationTag ?? NO_BYTES;
  const confirmed = epoch.context.confirmedTranscriptHash;
  enforcing("commit-10", () => suite.verifyMac(epoch.secrets.confirmationKey, confirmed, tag));
  return new GroupState({
    environment: state.environment,
    suite,
    context: epoch.context,
    tree: applied.tree,
    secrets: epoch.secrets,
    // a restart may process this commit again, and then must not send with the same keys:
    // nothing is sent before the new state is stored
    secretTree: SecretTree.create(
      suite,
      applied.tree.leafCount,
      epoch.encryptionSecret,
      state.ownIndex,
      { allowance: 0 },
    ),
    interimHash: interimTranscriptHash(suite, confirmed, tag),
    confirmationTag: tag,
    ownIndex: state.ownIndex,
    signingKey: state.signingKey,
    privateKeys,
    past: state.asPast(state.secretTree.withoutHandshake()),
    reinit: applied.reinit,
  });
}

/** Give the state of somebody who was removed: no secrets are left in it. */
function afterRemoval(state: GroupState): GroupState {
  return state.with({
    secrets: EpochSecrets.none(),
    secretTree: new SecretTree(state.suite, state.tree.leafCount, new Map(), state.ownIndex, 0),
    signingKey: NO_BYTES,
    privateKeys: new Map(),
    pending: new Map(),
    past: new Map(),
    isMember: false,
  });
}
