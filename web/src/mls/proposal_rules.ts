/** Which proposals may be committed together, and what they do to a group (RFC 9420 §12.1-§12.3). */

import { equal, toHex } from "../crypto/bytes.ts";
import { DecodeError, ValidationError } from "../errors.ts";
import { PROTOCOL_VERSION } from "./codec.ts";
import { type ProposalOrReference, ProposalReference } from "./commit.ts";
import { type Sender, SenderType } from "./framing.ts";
import type { GroupContext } from "./group_context.ts";
import type { GroupState } from "./group_state.ts";
import type { KeyPackage } from "./key_package.ts";
import { type LeafNode, LeafNodeSource } from "./leaf_node.ts";
import {
  checkCredentialTypes,
  checkExtensionsUnique,
  checkLeafSupportsGroup,
  validateKeyPackage,
  validateNewLeaf,
} from "./leaf_validation.ts";
import { SentProposal } from "./policy.ts";
import { type PreSharedKeyId, PskType, ResumptionUsage } from "./pre_shared_key.ts";
import {
  Add,
  ExternalInit,
  GroupContextExtensions,
  PreSharedKey,
  type Proposal,
  ReInit,
  Remove,
  UnknownProposal,
  Update,
} from "./proposal.ts";
import type { RatchetTree } from "./ratchet_tree.ts";
import { require } from "./rules.ts";

type ProposalClass<P extends Proposal> = abstract new (...fields: never[]) => P;

/**
 * A group as a list of proposals leaves it, before a path is added.
 *
 * `context` has the new extensions and is otherwise that of the old epoch.
 */
export class AppliedProposals {
  readonly added: [number, KeyPackage][] = [];
  readonly removed = new Map<number, LeafNode>();
  externalInit: Uint8Array | undefined;
  reinit: ReInit | undefined;

  constructor(
    readonly tree: RatchetTree,
    public context: GroupContext,
    readonly proposals: readonly SentProposal[],
    readonly pskIds: readonly PreSharedKeyId[],
    readonly needsPath: boolean,
  ) {}

  /** The tree positions of the new members' leaves. */
  get addedPositions(): ReadonlySet<number> {
    return new Set(this.added.map(([index]) => 2 * index));
  }
}

/** Check one proposal by itself, in the epoch it is sent in (§12.1). */
export function validateProposal(state: GroupState, proposal: Proposal, sender: Sender): void {
  if (proposal instanceof Add) {
    validateKeyPackage(proposal.keyPackage, state.suite, state.environment, state.context);
  } else if (proposal instanceof Update) {
    validateUpdate(state, proposal, sender);
  } else if (proposal instanceof Remove) {
    const leaf = state.tree.leaf(proposal.removed);
    require(leaf !== undefined, "remove-01", `leaf ${proposal.removed}`);
  } else if (proposal instanceof PreSharedKey) {
    validatePskId(proposal.pskId, state.suite.hashLength);
  } else if (proposal instanceof ReInit) {
    require(proposal.version >= PROTOCOL_VERSION, "reinit-01");
    checkExtensionsUnique(proposal.extensions);
  } else if (proposal instanceof GroupContextExtensions)
    validateGroupContextExtensions(state, proposal);
}

/** Check a proposal by somebody outside, and ask the application (§12.1.8). */
export function validateExternalProposal(
  state: GroupState,
  proposal: Proposal,
  sender: Sender,
): void {
  const allowed: readonly ProposalClass<Proposal>[] =
    sender.type === SenderType.EXTERNAL
      ? [Add, Remove, PreSharedKey, ReInit, GroupContextExtensions]
      : [Add];
  require(isOneOf(proposal, allowed), "extprop-01");
  state.environment.policy.checkExternalProposal(proposal, sender, state.context);
}

/** Check the name of a key that a proposal brings in (§12.1.4). */
function validatePskId(pskId: PreSharedKeyId, hashLength: number): void {
  require(pskId.nonce.length === hashLength, "psk-01");
  if (pskId.type === PskType.RESUMPTION) {
    require(pskId.usage !== ResumptionUsage.REINIT, "psk-02");
    require(pskId.usage !== ResumptionUsage.BRANCH, "psk-03");
  }
}

function validateUpdate(state: GroupState, proposal: Update, sender: Sender): void {
  const old = state.tree.member(sender.index);
  const updated = proposal.leafNode;
  validateNewLeaf(
    updated,
    LeafNodeSource.UPDATE,
    sender.index,
    state.context,
    state.environment,
    state.suite,
  );
  require(!equal(old.encryptionKey, updated.encryptionKey), "update-02");
  state.environment.policy.checkSuccessor(old, updated);
}

function validateGroupContextExtensions(state: GroupState, proposal: GroupContextExtensions): void {
  checkExtensionsUnique(proposal.extensions);
  const context = state.context.with({ extensions: proposal.extensions });
  try {
    void context.requiredCapabilities;
    void context.externalSenders;
  } catch (error) {
    if (error instanceof DecodeError) throw new ValidationError("gce-03", error.detail);
    throw error;
  }
}

/** Look up the proposals of a commit, and check those that come with it. */
export function resolveProposals(
  state: GroupState,
  items: readonly ProposalOrReference[],
  committer: Sender,
): SentProposal[] {
  return items.map((item) => {
    if (item instanceof ProposalReference) {
      require(committer.type === SenderType.MEMBER, "extcommit-04");
      const pending = state.pending.get(toHex(item.value));
      if (pending === undefined) throw new ValidationError("proplist-11");
      return pending.sent;
    }
    if (item instanceof Update) throw new ValidationError("proplist-01");
    validateProposal(state, item, committer);
    return new SentProposal(item, committer);
  });
}

/** Check that the proposals go together, and apply them to a copy of the tree (§12.2, §12.3). */
export function applyProposals(
  state: GroupState,
  proposals: readonly SentProposal[],
  committer: Sender,
): AppliedProposals {
  const pskIds = ofKind(PreSharedKey, proposals).map(([psk]) => psk.pskId);
  const names = new Set(pskIds.map((pskId) => pskId.keyName));
  require(names.size === pskIds.length, "proplist-06");
  const applied = new AppliedProposals(
    state.tree.copy(),
    state.context,
    proposals,
    pskIds,
    needsPath(proposals),
  );
  if (committer.type === SenderType.NEW_MEMBER_COMMIT) {
    applyExternal(applied);
  } else {
    checkList(state, proposals, committer);
    applyRegular(applied);
  }
  return applied;
}

function isOneOf(proposal: Proposal, kinds: readonly ProposalClass<Proposal>[]): boolean {
  return kinds.some((kind) => proposal instanceof kind);
}

function ofKind<P extends Proposal>(
  kind: ProposalClass<P>,
  proposals: readonly SentProposal[],
): [P, Sender][] {
  return proposals.flatMap(({ proposal, origin }): [P, Sender][] =>
    proposal instanceof kind ? [[proposal, origin]] : [],
  );
}

function needsPath(proposals: readonly SentProposal[]): boolean {
  const without = [Add, PreSharedKey, ReInit];
  return proposals.length === 0 || !proposals.every(({ proposal }) => isOneOf(proposal, without));
}

function checkList(state: GroupState, proposals: readonly SentProposal[], committer: Sender): void {
  const updated = ofKind(Update, proposals).map(([, origin]) => origin.index);
  const removed = ofKind(Remove, proposals).map(([remove]) => remove.removed);
  require(!updated.includes(committer.index), "proplist-01");
  require(!removed.includes(committer.index), "proplist-02");
  const changed = [...updated, ...removed];
  require(new Set(changed).size === changed.length, "proplist-03");
  require(ofKind(GroupContextExtensions, proposals).length <= 1, "proplist-07");
  require(ofKind(ReInit, proposals).length === 0 || proposals.length === 1, "proplist-08");
  require(ofKind(ExternalInit, proposals).length === 0, "proplist-09");
  const staying = [...state.tree.leaves()]
    .filter(([index]) => !removed.includes(index))
    .map(([, leaf]) => leaf);
  for (const [{ type }] of ofKind(UnknownProposal, proposals)) {
    const supported = staying.every((leaf) => leaf.capabilities.supportsProposal(type));
    require(supported, "proplist-10", `type ${type}`);
  }
  const clients = new Set<string>();
  for (const [add] of ofKind(Add, proposals)) {
    const client = toHex(add.keyPackage.leafNode.signatureKey);
    require(!clients.has(client), "proplist-04");
    clients.add(client);
  }
  if (clients.size > 0) {
    const twins = staying.some((leaf) => clients.has(toHex(leaf.signatureKey)));
    require(!twins, "proplist-05");
  }
}

function applyRegular(applied: AppliedProposals): void {
  const { tree, proposals } = applied;
  const settings = ofKind(GroupContextExtensions, proposals);
  for (const [setting] of settings) {
    applied.context = applied.context.with({ extensions: setting.extensions });
  }
  const changed: number[] = [];
  for (const [update, origin] of ofKind(Update, proposals)) {
    tree.update(origin.index, update.leafNode);
    changed.push(origin.index);
  }
  for (const [remove] of ofKind(Remove, proposals)) {
    removeLeaf(applied, remove.removed);
  }
  for (const [add] of ofKind(Add, proposals)) {
    const index = tree.add(add.keyPackage.leafNode);
    applied.added.push([index, add.keyPackage]);
    changed.push(index);
  }
  for (const [reinit] of ofKind(ReInit, proposals)) {
    applied.reinit = reinit;
  }
  if (applied.context.extensions.length > 0 && settings.length > 0) checkMembersSupport(applied);
  if (changed.length > 0) {
    checkKeysUnique(tree);
    for (const index of changed) {
      checkNewMember(tree, index, applied.context);
    }
  }
}

function applyExternal(applied: AppliedProposals): void {
  const { proposals } = applied;
  const inits = ofKind(ExternalInit, proposals);
  const removes = ofKind(Remove, proposals);
  require(inits.length === 1, "extcommit-01");
  require(removes.length <= 1, "extcommit-02");
  const allowed = [ExternalInit, Remove, PreSharedKey];
  require(proposals.every(({ proposal }) => isOneOf(proposal, allowed)), "extcommit-03");
  for (const [init] of inits) {
    applied.externalInit = init.kemOutput;
  }
  for (const [remove] of removes) {
    removeLeaf(applied, remove.removed);
  }
}

function removeLeaf(applied: AppliedProposals, index: number): void {
  applied.removed.set(index, applied.tree.member(index));
  applied.tree.remove(index);
}

function checkMembersSupport(applied: AppliedProposals): void {
  const required = applied.context.requiredCapabilities;
  for (const [, { capabilities }] of applied.tree.leaves()) {
    require(required.metBy(capabilities), "gce-01");
    require(applied.context.extensions.every(({ type }) =>
      capabilities.supportsExtension(type),
    ), "gce-02");
  }
}

/** Check that no two members share a key, nor a member one with a parent node. */
export function checkKeysUnique(tree: RatchetTree): void {
  const signatureKeys = [...tree.leaves()].map(([, leaf]) => toHex(leaf.signatureKey));
  require(new Set(signatureKeys).size === signatureKeys.length, "leaf-09");
  const keys = tree.nodes.flatMap((node) =>
    node === undefined ? [] : [toHex(node.encryptionKey)],
  );
  require(new Set(keys).size === keys.length, "leaf-10");
}

/** Check that a leaf that is in the tree now goes together with the group it is in. */
export function checkNewMember(tree: RatchetTree, index: number, context: GroupContext): void {
  const leaf = tree.member(index);
  checkLeafSupportsGroup(leaf, context);
  const others = [...tree.leaves()].filter(([at]) => at !== index).map(([, other]) => other);
  checkCredentialTypes(leaf, others);
}
