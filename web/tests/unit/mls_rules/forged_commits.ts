/** Commits by a member, or by somebody who joins with them, without any check. */

import { systemRandom } from "../../../src/crypto/randomness.ts";
import type { ProposalOrReference } from "../../../src/mls/commit.ts";
import { AuthenticatedContent, FramedContent, WireFormat } from "../../../src/mls/framing.ts";
import type { GroupState } from "../../../src/mls/group_state.ts";
import {
  Add,
  Commit,
  ExternalInit,
  encodeMessage,
  type Group,
  GroupContextExtensions,
  type LeafNode,
  LeafNodeSource,
  PreSharedKey,
  ProposalReference,
  PublicMessage,
  Remove,
  Sender,
  SenderType,
  SentProposal,
  type SigningIdentity,
  Update,
} from "../../../src/mls/index.ts";
import { EXTERNAL_INIT_LABEL } from "../../../src/mls/key_schedule.ts";
import { provisionalContext, startEpoch } from "../../../src/mls/next_epoch.ts";
import { AppliedProposals } from "../../../src/mls/proposal_rules.ts";
import { type DerivedPath, derivePath, encryptPath, mergePath } from "../../../src/mls/treekem.ts";
import { UpdatePath } from "../../../src/mls/update_path.ts";
import { newIdentity } from "./rooms.ts";

/** How a forged commit differs from a good one; what is left out is as it should be. */
export interface Forgery {
  readonly sender?: Sender;
  readonly path?: boolean;
  readonly identity?: SigningIdentity;
  readonly editLeaf?: (leaf: LeafNode) => LeafNode;
  readonly editKeys?: (keys: Uint8Array[]) => Uint8Array[];
  readonly editPath?: (path: UpdatePath) => UpdatePath;
  readonly editTag?: (tag: Uint8Array) => Uint8Array;
  readonly kemOutput?: Uint8Array;
}

/** Stands for an ExternalInit with the group's external key in a forged commit. */
export const INIT = new ExternalInit(new Uint8Array());

/** A forgery by somebody who joins from outside. */
export function joiner(how: Forgery = {}): Forgery {
  const sender = new Sender(SenderType.NEW_MEMBER_COMMIT);
  return { sender, identity: newIdentity("outsider"), ...how };
}

/** Do what proposals say, whether they go together or not. */
function apply(
  state: GroupState,
  items: readonly ProposalOrReference[],
  by: Sender,
): AppliedProposals {
  const pending = [...state.pending.values()];
  const sent = items.flatMap((item) => {
    if (!(item instanceof ProposalReference)) return [new SentProposal(item, by)];
    const named = pending.find(({ reference }) => `${reference}` === `${item.value}`);
    return named === undefined ? [] : [named.sent];
  });
  const pskIds = sent.flatMap(({ proposal }) =>
    proposal instanceof PreSharedKey ? [proposal.pskId] : [],
  );
  const applied = new AppliedProposals(state.tree.copy(), state.context, sent, pskIds, true);
  for (const { proposal, origin } of sent) {
    if (proposal instanceof GroupContextExtensions) {
      applied.context = applied.context.with({ extensions: proposal.extensions });
    } else if (proposal instanceof Update) {
      applied.tree.update(origin.index, proposal.leafNode);
    } else if (proposal instanceof Remove && applied.tree.leaf(proposal.removed) !== undefined) {
      applied.tree.remove(proposal.removed);
    } else if (proposal instanceof Add) {
      const index = applied.tree.add(proposal.keyPackage.leafNode);
      applied.added.push([index, proposal.keyPackage]);
    }
  }
  return applied;
}

/** Make a public commit by a member, or by somebody who joins with it, without any check. */
export function forgeCommit(
  group: Group,
  wanted: readonly ProposalOrReference[] = [],
  how: Forgery = {},
): Uint8Array {
  const state = group.unsafeState;
  const { suite, secrets, context } = state;
  const sender = how.sender ?? Sender.member(state.ownIndex);
  const external = sender.type === SenderType.NEW_MEMBER_COMMIT;
  let { initSecret } = secrets;
  let items = wanted;
  if (external) {
    const [, key] = secrets.externalKeyPair(suite);
    const [kemOutput, exported] = suite.hpke.sendExport(
      key,
      new Uint8Array(),
      EXTERNAL_INIT_LABEL,
      suite.hashLength,
      systemRandom,
    );
    initSecret = exported;
    const init = new ExternalInit(how.kemOutput ?? kemOutput);
    items = wanted.map((item) => (item === INIT ? init : item));
  }
  const applied = apply(state, items, sender);
  let path: UpdatePath | undefined;
  let commitSecret: Uint8Array = new Uint8Array(suite.hashLength);
  if (how.path ?? true) [path, commitSecret] = forgePath(state, applied, sender, how);
  const framed = new FramedContent(
    context.groupId,
    context.epoch,
    sender,
    new Uint8Array(),
    new Commit(items, path),
  );
  const signingKey = (external ? how.identity?.privateKey : undefined) ?? state.signingKey;
  const unsigned = new AuthenticatedContent(WireFormat.PUBLIC_MESSAGE, framed);
  const signed = unsigned.sign(suite, signingKey, context);
  const epoch = startEpoch(state, applied, signed, initSecret, commitSecret);
  const tag = epoch.confirmationTag(suite);
  const confirmed = signed.with({ confirmationTag: how.editTag?.(tag) ?? tag });
  return encodeMessage(
    external
      ? new PublicMessage(confirmed)
      : PublicMessage.protect(confirmed, suite, context, secrets.membershipKey),
  );
}

function unsignedLeaf(
  state: GroupState,
  applied: AppliedProposals,
  sender: Sender,
  identity: SigningIdentity | undefined,
): [number, LeafNode] {
  const { suite, environment } = state;
  const [, encryptionKey] = suite.kem.generate(systemRandom);
  if (sender.type === SenderType.NEW_MEMBER_COMMIT) {
    if (identity === undefined) throw new Error("who joins?");
    const capabilities = environment.policy.leafCapabilities(suite);
    const leaf = identity.unsignedLeaf(encryptionKey, LeafNodeSource.COMMIT, capabilities, []);
    return [applied.tree.add(leaf), leaf];
  }
  const current = applied.tree.leaf(sender.index) ?? state.tree.leaf(sender.index);
  if (current === undefined) throw new Error("nobody is there");
  const leaf = current.with({ encryptionKey, source: LeafNodeSource.COMMIT, lifetime: undefined });
  const signatureKey = identity?.publicKey ?? leaf.signatureKey;
  return [sender.index, leaf.with({ signatureKey })];
}

function forgePath(
  state: GroupState,
  applied: AppliedProposals,
  sender: Sender,
  how: Forgery,
): [UpdatePath, Uint8Array] {
  const { suite } = state;
  const { tree } = applied;
  const [ownIndex, unsigned] = unsignedLeaf(state, applied, sender, how.identity);
  const filtered = tree.filteredDirectPath(ownIndex);
  const positions = filtered.map(([position]) => position);
  const good = derivePath(suite, positions, systemRandom(suite.hashLength));
  const goodKeys = [...good.publicKeys.values()];
  const keys = how.editKeys?.(goodKeys) ?? goodKeys;
  const publicKeys = new Map(
    positions.map((position, at) => [position, keys[at] ?? new Uint8Array()]),
  );
  const derived: DerivedPath = { ...good, publicKeys };
  const parentHash = mergePath(tree, ownIndex, filtered, keys);
  const edited = unsigned.with({ parentHash });
  const signingKey = how.identity?.privateKey ?? state.signingKey;
  const { groupId } = state.context;
  const leaf = (how.editLeaf?.(edited) ?? edited).sign(suite, signingKey, groupId, ownIndex);
  tree.set(2 * ownIndex, leaf);
  const context = provisionalContext(applied);
  const { addedPositions } = applied;
  const nodes = encryptPath(tree, filtered, derived, addedPositions, context, systemRandom);
  const path = new UpdatePath(leaf, nodes);
  return [how.editPath?.(path) ?? path, derived.commitSecret];
}
