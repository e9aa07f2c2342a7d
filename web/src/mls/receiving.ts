/** From a message as received to content that is verified (RFC 9420 §6.1). */

import { equal, toHex } from "../crypto/bytes.ts";
import { MlsError, OwnMessage, WrongEpoch } from "../errors.ts";
import { ContentType, SenderType, type VerifiedContent } from "./framing.ts";
import { type GroupState, PendingProposal } from "./group_state.ts";
import type { PrivateMessage } from "./private_message.ts";
import type { Proposal } from "./proposal.ts";
import { validateExternalProposal, validateProposal } from "./proposal_rules.ts";
import type { PublicMessage } from "./public_message.ts";
import { ApplicationMessage, ProposalReceived } from "./results.ts";
import { require } from "./rules.ts";

/**
 * Open a message with this epoch's keys, or a late one with those of an epoch that has passed.
 *
 * Gives the content, and what to call to delete the key once the content is taken.
 */
export function openPrivate(
  state: GroupState,
  message: PrivateMessage,
): [VerifiedContent, () => void] {
  require(equal(message.groupId, state.context.groupId), "msg-01");
  if (message.epoch === state.context.epoch) {
    return message.open(
      state.suite,
      state.context,
      state.secrets.senderDataSecret,
      state.secretTree,
      (leaf) => state.signatureKeyOf(leaf),
      state.ownIndex,
    );
  }
  const past = state.past.get(message.epoch);
  if (past === undefined || message.contentType !== ContentType.APPLICATION) throw new WrongEpoch();
  return message.open(
    state.suite,
    past.context,
    past.senderDataSecret,
    past.secretTree,
    (leaf) => past.signatureKeyOf(leaf),
    state.ownIndex,
  );
}

/** Verify a message of this epoch that somebody else sent. */
export function verifyPublic(state: GroupState, message: PublicMessage): VerifiedContent {
  require(equal(message.framed.groupId, state.context.groupId), "msg-01");
  if (message.framed.epoch !== state.context.epoch) throw new WrongEpoch();
  const verified = message.verify(state.suite, state.context, state.secrets.membershipKey, (leaf) =>
    state.signatureKeyOf(leaf),
  );
  if (verified.framed.sender.leafIndex === state.ownIndex) throw new OwnMessage();
  return verified;
}

/** Check a verified proposal and keep it for the commit that names it. */
export function receiveProposal(
  state: GroupState,
  verified: VerifiedContent,
  proposal: Proposal,
): ProposalReceived {
  const { framed } = verified;
  if (framed.sender.type !== SenderType.MEMBER) {
    validateExternalProposal(state, proposal, framed.sender);
  }
  validateProposal(state, proposal, framed.sender);
  const reference = verified.authenticated.reference(state.suite);
  state.pending.set(toHex(reference), new PendingProposal(reference, proposal, framed.sender));
  return new ProposalReceived(
    framed.sender.leafIndex,
    proposal,
    reference,
    framed.authenticatedData,
  );
}

/** Give the application data of a private message, and where in its sender's ratchet it was. */
export function takeApplicationData(
  verified: VerifiedContent,
  data: Uint8Array,
): ApplicationMessage {
  const { framed, generation } = verified;
  if (generation === undefined) throw new MlsError("application data without a generation");
  return new ApplicationMessage(
    framed.sender.index,
    data,
    framed.authenticatedData,
    framed.epoch,
    generation,
  );
}
