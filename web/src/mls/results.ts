/** What processing a message gives. */

import type { Group } from "./group.ts";
import type { SentProposal } from "./policy.ts";
import type { Proposal } from "./proposal.ts";

/** A message by the member at leaf `sender`, in the epoch and generation it was sent in. */
export class ApplicationMessage {
  readonly kind = "application";

  constructor(
    readonly sender: number,
    readonly data: Uint8Array,
    readonly authenticatedData: Uint8Array,
    readonly epoch: bigint,
    readonly generation: number,
  ) {}
}

/** A proposal that waits for a commit; the sender is undefined if it is not a member. */
export class ProposalReceived {
  readonly kind = "proposal";

  constructor(
    readonly sender: number | undefined,
    readonly proposal: Proposal,
    readonly reference: Uint8Array,
    readonly authenticatedData: Uint8Array,
  ) {}
}

/** A commit by the member at leaf `sender`, who may be new; `group` is what follows. */
export class CommitProcessed {
  readonly kind = "commit";

  constructor(
    readonly group: Group,
    readonly sender: number,
    readonly proposals: readonly SentProposal[],
    readonly authenticatedData: Uint8Array,
    readonly added: readonly number[],
    readonly removed: readonly number[],
    readonly removedSelf: boolean,
  ) {}
}

export type Processed = ApplicationMessage | ProposalReceived | CommitProcessed;
