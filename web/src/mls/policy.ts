/** What the application decides: who may be in a group and do what, and where secrets come from. */

import { type Random, systemRandom } from "../crypto/randomness.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { Capabilities } from "./capabilities.ts";
import { PROTOCOL_VERSION } from "./codec.ts";
import { CredentialType } from "./credential.ts";
import type { Sender } from "./framing.ts";
import type { Group } from "./group.ts";
import type { GroupContext } from "./group_context.ts";
import type { LeafNode } from "./leaf_node.ts";
import type { PreSharedKeyId } from "./pre_shared_key.ts";
import type { Proposal } from "./proposal.ts";
import { require } from "./rules.ts";

/** A proposal and who made it; the committer made those it sent by value. */
export class SentProposal {
  constructor(
    readonly proposal: Proposal,
    readonly origin: Sender,
  ) {}

  /** The leaf index of the member who proposed; undefined if it was not a member. */
  get sender(): number | undefined {
    return this.origin.leafIndex;
  }
}

/** Accepts what RFC 9420 accepts; subclasses override hooks and throw to refuse. */
export class Policy {
  /** How many seconds a key package may be valid for, from its first to its last (§7.2). */
  readonly maximumLifetime: number = 400 * 86400;

  readonly supportedExtensions: readonly number[] = [];
  readonly supportedProposals: readonly number[] = [];
  readonly supportedCredentials: readonly number[] = [CredentialType.BASIC];

  /** Say what own leaves declare to support. */
  leafCapabilities(suite: CipherSuite): Capabilities {
    return new Capabilities(
      [PROTOCOL_VERSION],
      [suite.id],
      this.supportedExtensions,
      this.supportedProposals,
      this.supportedCredentials,
    );
  }

  /**
   * Judge a leaf that enters a group, or is in one that is joined.
   *
   * The index is undefined where it is not known yet; the context is undefined outside of a group.
   */
  checkLeaf(
    _leaf: LeafNode,
    _index: number | undefined,
    _context: GroupContext | undefined,
  ): void {}

  /** Judge whether a new leaf may replace an old one; the same credential by default. */
  checkSuccessor(old: LeafNode, successor: LeafNode): void {
    require(old.credential.equals(successor.credential), "update-03");
  }

  /** Judge a join from outside by the keys it brings and the leaf it replaces. */
  checkExternalCommit(
    _pskIds: readonly PreSharedKeyId[],
    _removed: LeafNode | undefined,
    _joiner: LeafNode,
    _context: GroupContext,
  ): void {}

  /** Judge a proposal by somebody who is no member; refused by default. */
  checkExternalProposal(_proposal: Proposal, _sender: Sender, _context: GroupContext): void {
    require(false, "extprop-02");
  }

  /**
   * Judge whether a new group continues the old one that its key names; refused by default.
   *
   * To be compared with the old group: its ReInit, or its suite, and its members (§12.4.3.1).
   */
  checkFollowingGroup(
    _pskId: PreSharedKeyId,
    _context: GroupContext,
    _members: readonly LeafNode[],
  ): void {
    require(false, "welcome-07");
  }

  /** Judge an own or received commit to this group; the sender is undefined if external. */
  checkCommit(
    _group: Group,
    _sender: number | undefined,
    _proposals: readonly SentProposal[],
    _authenticatedData: Uint8Array,
    _removed: ReadonlyMap<number, LeafNode>,
  ): void {}
}

/** Finds the pre-shared key of a name; undefined if it is not known. */
export type FindPsk = (pskId: PreSharedKeyId) => Uint8Array | undefined;

/** Know no pre-shared key. */
export function noPsks(_pskId: PreSharedKeyId): Uint8Array | undefined {
  return undefined;
}

/** What a group needs from outside; the clock tells whole seconds since 1970. */
export class Environment {
  constructor(
    readonly clock: () => number,
    readonly random: Random = systemRandom,
    readonly psks: FindPsk = noPsks,
    readonly policy: Policy = new Policy(),
  ) {}
}
