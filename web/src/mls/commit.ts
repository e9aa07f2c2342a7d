/** Commits: a list of proposals put into effect, which starts a new epoch (RFC 9420 §12.4). */

import { concat, join } from "../crypto/bytes.ts";
import { DecodeError } from "../errors.ts";
import { opaque, optional, type Reader, uint8 } from "./codec.ts";
import { decodeProposal, encodeProposal, type Proposal } from "./proposal.ts";
import { UpdatePath } from "./update_path.ts";

const BY_VALUE = 1;
const BY_REFERENCE = 2;

/** Names a proposal that was sent earlier in the epoch (ProposalRef). */
export class ProposalReference {
  constructor(readonly value: Uint8Array) {}
}

export type ProposalOrReference = Proposal | ProposalReference;

function encodeItem(item: ProposalOrReference): Uint8Array {
  if (item instanceof ProposalReference) return concat(uint8(BY_REFERENCE), opaque(item.value));
  return concat(uint8(BY_VALUE), encodeProposal(item));
}

function readItem(reader: Reader): ProposalOrReference {
  const kind = reader.uint8();
  if (kind === BY_VALUE) return decodeProposal(reader);
  if (kind === BY_REFERENCE) return new ProposalReference(reader.opaque());
  throw new DecodeError("a commit's proposal is neither value nor reference");
}

/** The proposals, in the committer's order, and the path unless it may be left out. */
export class Commit {
  constructor(
    readonly proposals: readonly ProposalOrReference[],
    readonly path: UpdatePath | undefined = undefined,
  ) {}

  /** Write `struct Commit`. */
  encode(): Uint8Array {
    return concat(opaque(join(this.proposals.map(encodeItem))), optional(this.path?.encode()));
  }

  /** Read `struct Commit`. */
  static read(reader: Reader): Commit {
    return new Commit(reader.vector(readItem), reader.optional(UpdatePath.read));
  }
}
