/** One member's state of a group in one epoch (RFC 9420 §8, §9.2). */

import { equal } from "../crypto/bytes.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { MlsError, NotAMember } from "../errors.ts";
import type { Sender } from "./framing.ts";
import type { GroupContext } from "./group_context.ts";
import type { EpochSecrets } from "./key_schedule.ts";
import { type Environment, SentProposal } from "./policy.ts";
import { type PreSharedKeyId, PskType, ResumptionUsage } from "./pre_shared_key.ts";
import type { Proposal, ReInit } from "./proposal.ts";
import type { RatchetTree } from "./ratchet_tree.ts";
import type { SecretTree } from "./secret_tree.ts";

/** How many epochs back late application messages are still opened. */
const MAX_PAST_EPOCHS = 3;

/** The leaf index of somebody who is about to join. */
export const NOT_IN_TREE = -1;

/** A proposal received or sent in this epoch; an own Update's private key waits with it. */
export class PendingProposal {
  constructor(
    readonly reference: Uint8Array,
    readonly proposal: Proposal,
    readonly origin: Sender,
    readonly leafPrivateKey?: Uint8Array,
  ) {}

  /** The proposal and who made it. */
  get sent(): SentProposal {
    return new SentProposal(this.proposal, this.origin);
  }
}

/** What is kept of an epoch that has passed, to open messages that come late. */
export class PastEpoch {
  constructor(
    readonly context: GroupContext,
    readonly signatureKeys: readonly (Uint8Array | undefined)[],
    readonly senderDataSecret: Uint8Array,
    readonly resumptionPsk: Uint8Array,
    readonly secretTree: SecretTree,
  ) {}

  /** Get the signature key that a leaf had. */
  signatureKeyOf(leaf: number): Uint8Array | undefined {
    return this.signatureKeys[leaf];
  }
}

/** The parts of a state; pending proposals are by the hexadecimal of their reference. */
interface GroupStateParts {
  readonly environment: Environment;
  readonly suite: CipherSuite;
  readonly context: GroupContext;
  readonly tree: RatchetTree;
  readonly secrets: EpochSecrets;
  readonly secretTree: SecretTree;
  readonly interimHash: Uint8Array;
  readonly confirmationTag: Uint8Array;
  readonly ownIndex: number;
  readonly signingKey: Uint8Array;
  readonly privateKeys: ReadonlyMap<number, Uint8Array>;
  readonly pending?: Map<string, PendingProposal>;
  readonly past?: ReadonlyMap<bigint, PastEpoch>;
  readonly isMember?: boolean;
  readonly reinit?: ReInit | undefined;
}

/** Everything a member holds; only message keys and pending proposals change in an epoch. */
export class GroupState implements GroupStateParts {
  readonly environment: Environment;
  readonly suite: CipherSuite;
  readonly context: GroupContext;
  readonly tree: RatchetTree;
  readonly secrets: EpochSecrets;
  readonly secretTree: SecretTree;
  readonly interimHash: Uint8Array;
  readonly confirmationTag: Uint8Array;
  readonly ownIndex: number;
  readonly signingKey: Uint8Array;
  readonly privateKeys: ReadonlyMap<number, Uint8Array>;
  readonly pending: Map<string, PendingProposal>;
  readonly past: ReadonlyMap<bigint, PastEpoch>;
  readonly isMember: boolean;
  readonly reinit: ReInit | undefined;

  constructor(parts: GroupStateParts) {
    this.environment = parts.environment;
    this.suite = parts.suite;
    this.context = parts.context;
    this.tree = parts.tree;
    this.secrets = parts.secrets;
    this.secretTree = parts.secretTree;
    this.interimHash = parts.interimHash;
    this.confirmationTag = parts.confirmationTag;
    this.ownIndex = parts.ownIndex;
    this.signingKey = parts.signingKey;
    this.privateKeys = parts.privateKeys;
    this.pending = parts.pending ?? new Map();
    this.past = parts.past ?? new Map();
    this.isMember = parts.isMember ?? true;
    this.reinit = parts.reinit;
  }

  /** Give a state that differs in these parts. */
  with(parts: Partial<GroupStateParts>): GroupState {
    return new GroupState({ ...this, ...parts });
  }

  /** Get the signature key of the member at a leaf; undefined if it is blank. */
  signatureKeyOf(leaf: number): Uint8Array | undefined {
    return this.tree.leaf(leaf)?.signatureKey;
  }

  /** Throw NotAMember if this member was removed. */
  requireMember(): void {
    if (!this.isMember) throw new NotAMember();
  }

  /** Throw unless this member may send: it was not removed, and no ReInit ended the group. */
  requireUsable(): void {
    this.requireMember();
    if (this.reinit !== undefined) throw new MlsError("the group goes on in another one");
  }

  /** Find a key: this group's own resumption keys first, then what the application knows. */
  findPsk(pskId: PreSharedKeyId): Uint8Array | undefined {
    const own =
      pskId.type === PskType.RESUMPTION &&
      pskId.usage === ResumptionUsage.APPLICATION &&
      equal(pskId.groupId, this.context.groupId);
    if (own && pskId.epoch === this.context.epoch && this.secrets.resumptionPsk.length > 0) {
      return this.secrets.resumptionPsk;
    }
    const past = own ? this.past.get(pskId.epoch) : undefined;
    return past === undefined ? this.environment.psks(pskId) : past.resumptionPsk;
  }

  /** List the epochs to keep in the next epoch, this one among them. */
  asPast(secretTree: SecretTree): Map<bigint, PastEpoch> {
    const past = new Map(this.past);
    if (this.ownIndex !== NOT_IN_TREE) {
      const keys = new Array<Uint8Array | undefined>(this.tree.leafCount).fill(undefined);
      for (const [index, leaf] of this.tree.leaves()) {
        keys[index] = leaf.signatureKey;
      }
      const epoch = new PastEpoch(
        this.context,
        keys,
        this.secrets.senderDataSecret,
        this.secrets.resumptionPsk,
        secretTree,
      );
      past.set(this.context.epoch, epoch);
    }
    const epochs = [...past].sort(([one], [other]) => (one < other ? -1 : 1));
    return new Map(epochs.slice(-MAX_PAST_EPOCHS));
  }
}
