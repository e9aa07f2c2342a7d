/** Making own proposals, and choosing which of those that wait to commit (RFC 9420 §12.1, §12.2). */

import { toHex } from "../crypto/bytes.ts";
import { ValidationError } from "../errors.ts";
import { NO_BYTES } from "./codec.ts";
import { type ProposalOrReference, ProposalReference } from "./commit.ts";
import { frameMemberMessage } from "./committing.ts";
import type { Extension } from "./extension.ts";
import {
  AuthenticatedContent,
  type Content,
  FramedContent,
  Sender,
  WireFormat,
} from "./framing.ts";
import { type GroupState, PendingProposal } from "./group_state.ts";
import { type LeafNode, LeafNodeSource } from "./leaf_node.ts";
import { collectPsks } from "./pre_shared_key.ts";
import { GroupContextExtensions, type Proposal, Remove, Update } from "./proposal.ts";
import { applyProposals, resolveProposals, validateProposal } from "./proposal_rules.ts";
import { listing, type SigningIdentity } from "./signing_identity.ts";

/** Give the own leaf with another identity or other extensions, unsigned. */
export function ownLeaf(
  state: GroupState,
  identity?: SigningIdentity,
  extensions?: readonly Extension[],
): LeafNode {
  let leaf = state.tree.member(state.ownIndex);
  if (identity !== undefined) {
    leaf = leaf.with({ signatureKey: identity.publicKey, credential: identity.credential });
  }
  if (extensions !== undefined) {
    leaf = leaf.with({ extensions, capabilities: listing(leaf.capabilities, extensions) });
  }
  return leaf;
}

/** Make an Update of the own leaf, and the private key that goes with it. */
export function makeUpdate(
  state: GroupState,
  extensions?: readonly Extension[],
): [Update, Uint8Array] {
  const [privateKey, publicKey] = state.suite.kem.generate(state.environment.random);
  const leaf = ownLeaf(state, undefined, extensions).with({
    encryptionKey: publicKey,
    source: LeafNodeSource.UPDATE,
    lifetime: undefined,
    parentHash: NO_BYTES,
  });
  const { groupId } = state.context;
  return [
    new Update(leaf.sign(state.suite, state.signingKey, groupId, state.ownIndex)),
    privateKey,
  ];
}

/** Frame and sign own content in this epoch. */
export function signContent(
  state: GroupState,
  content: Content,
  authenticatedData: Uint8Array,
  options: { readonly public: boolean },
): AuthenticatedContent {
  const framed = new FramedContent(
    state.context.groupId,
    state.context.epoch,
    Sender.member(state.ownIndex),
    authenticatedData,
    content,
  );
  const wireFormat = options.public ? WireFormat.PUBLIC_MESSAGE : WireFormat.PRIVATE_MESSAGE;
  const unsigned = new AuthenticatedContent(wireFormat, framed);
  return unsigned.sign(state.suite, state.signingKey, state.context);
}

/** Check an own proposal, keep it for its commit, and give the message that proposes it. */
export function sendProposal(
  state: GroupState,
  proposal: Proposal,
  leafPrivateKey: Uint8Array | undefined,
  authenticatedData: Uint8Array,
  options: { readonly public: boolean },
): Uint8Array {
  const sender = Sender.member(state.ownIndex);
  validateProposal(state, proposal, sender);
  const signed = signContent(state, proposal, authenticatedData, options);
  const message = frameMemberMessage(state, signed, { private: !options.public });
  const reference = signed.reference(state.suite);
  const pending = new PendingProposal(reference, proposal, sender, leafPrivateKey);
  state.pending.set(toHex(reference), pending);
  return message;
}

/**
 * Choose the pending proposals that can be committed along with those given by value.
 *
 * A Remove goes before an Update of the same leaf, a later Update before an earlier one; the own
 * leaf is renewed by the path. What cannot be committed is left out: it must not keep a member
 * from committing at all.
 */
export function choosePending(
  state: GroupState,
  byValue: readonly Proposal[],
): ProposalOrReference[] {
  const chosen = new Map<string | number, PendingProposal>();
  for (const [name, pending] of state.pending) {
    const { proposal, origin } = pending;
    let slot: string | number = name;
    if (proposal instanceof Update || proposal instanceof Remove) {
      slot = proposal instanceof Remove ? proposal.removed : origin.index;
      if (chosen.get(slot)?.proposal instanceof Remove) continue;
    } else if (proposal instanceof GroupContextExtensions) slot = "group context extensions";
    chosen.set(slot, pending);
  }
  const references = [...chosen.values()].map(({ reference }) => new ProposalReference(reference));
  if (references.length === 0 || goesTogether(state, [...references, ...byValue])) {
    return references;
  }
  const kept: ProposalReference[] = [];
  for (const reference of references) {
    if (goesTogether(state, [...kept, reference, ...byValue])) kept.push(reference);
  }
  return kept;
}

function goesTogether(state: GroupState, items: readonly ProposalOrReference[]): boolean {
  const committer = Sender.member(state.ownIndex);
  try {
    const applied = applyProposals(state, resolveProposals(state, items, committer), committer);
    collectPsks(applied.pskIds, (pskId) => state.findPsk(pskId));
  } catch (error) {
    if (error instanceof ValidationError) return false;
    throw error;
  }
  return true;
}
