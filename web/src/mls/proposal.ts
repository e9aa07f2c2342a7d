/** Proposals: one change to a group, waiting to be committed (RFC 9420 §12.1). */

import { concat } from "../crypto/bytes.ts";
import { opaque, type Reader, uint16, uint32, vector } from "./codec.ts";
import { Extension } from "./extension.ts";
import { KeyPackage } from "./key_package.ts";
import { LeafNode } from "./leaf_node.ts";
import { PreSharedKeyId } from "./pre_shared_key.ts";

/** The proposal types of RFC 9420 §17.4. */
export const ProposalType = {
  ADD: 1,
  UPDATE: 2,
  REMOVE: 3,
  PSK: 4,
  REINIT: 5,
  EXTERNAL_INIT: 6,
  GROUP_CONTEXT_EXTENSIONS: 7,
} as const;

/** Make the owner of a key package a member (§12.1.1). */
export class Add {
  readonly type = ProposalType.ADD;

  constructor(readonly keyPackage: KeyPackage) {}

  /** Write `struct Add`. */
  encodeBody(): Uint8Array {
    return this.keyPackage.encode();
  }
}

/** Replace the sender's own leaf (§12.1.2). */
export class Update {
  readonly type = ProposalType.UPDATE;

  constructor(readonly leafNode: LeafNode) {}

  /** Write `struct Update`. */
  encodeBody(): Uint8Array {
    return this.leafNode.encode();
  }
}

/** Take the member at a leaf index out (§12.1.3). */
export class Remove {
  readonly type = ProposalType.REMOVE;

  constructor(readonly removed: number) {}

  /** Write `struct Remove`. */
  encodeBody(): Uint8Array {
    return uint32(this.removed);
  }
}

/** Mix a pre-shared key into the next epoch (§12.1.4). */
export class PreSharedKey {
  readonly type = ProposalType.PSK;

  constructor(readonly pskId: PreSharedKeyId) {}

  /** Write `struct PreSharedKey`. */
  encodeBody(): Uint8Array {
    return this.pskId.encode();
  }
}

/** End the group; its members go on in a new one with these parameters (§12.1.5). */
export class ReInit {
  readonly type = ProposalType.REINIT;

  constructor(
    readonly groupId: Uint8Array,
    readonly version: number,
    readonly cipherSuite: number,
    readonly extensions: readonly Extension[] = [],
  ) {}

  /** Write `struct ReInit`. */
  encodeBody(): Uint8Array {
    return concat(
      opaque(this.groupId),
      uint16(this.version),
      uint16(this.cipherSuite),
      vector(this.extensions),
    );
  }
}

/** Agree on the init secret with somebody who joins from outside (§12.1.6). */
export class ExternalInit {
  readonly type = ProposalType.EXTERNAL_INIT;

  constructor(readonly kemOutput: Uint8Array) {}

  /** Write `struct ExternalInit`. */
  encodeBody(): Uint8Array {
    return opaque(this.kemOutput);
  }
}

/** Replace all extensions of the group's context (§12.1.7). */
export class GroupContextExtensions {
  readonly type = ProposalType.GROUP_CONTEXT_EXTENSIONS;

  constructor(readonly extensions: readonly Extension[]) {}

  /** Write `struct GroupContextExtensions`. */
  encodeBody(): Uint8Array {
    return vector(this.extensions);
  }
}

/**
 * A proposal of a type this code does not interpret; its content is taken to be one vector.
 *
 * RFC 9420 gives an unknown proposal no length, so only types of this form can be read past.
 */
export class UnknownProposal {
  constructor(
    readonly type: number,
    readonly content: Uint8Array,
  ) {}

  /** Write the content as one vector. */
  encodeBody(): Uint8Array {
    return opaque(this.content);
  }
}

export type Proposal =
  | Add
  | Update
  | Remove
  | PreSharedKey
  | ReInit
  | ExternalInit
  | GroupContextExtensions
  | UnknownProposal;

/** Write `struct Proposal`. */
export function encodeProposal(proposal: Proposal): Uint8Array {
  return concat(uint16(proposal.type), proposal.encodeBody());
}

/** Read `struct Proposal`. */
export function decodeProposal(reader: Reader): Proposal {
  return decodeProposalBody(reader.uint16(), reader);
}

/** Read what follows the type of a proposal. */
export function decodeProposalBody(proposalType: number, reader: Reader): Proposal {
  switch (proposalType) {
    case ProposalType.ADD:
      return new Add(KeyPackage.read(reader));
    case ProposalType.UPDATE:
      return new Update(LeafNode.read(reader));
    case ProposalType.REMOVE:
      return new Remove(reader.uint32());
    case ProposalType.PSK:
      return new PreSharedKey(PreSharedKeyId.read(reader));
    case ProposalType.REINIT:
      return new ReInit(
        reader.opaque(),
        reader.uint16(),
        reader.uint16(),
        reader.vector(Extension.read),
      );
    case ProposalType.EXTERNAL_INIT:
      return new ExternalInit(reader.opaque());
    case ProposalType.GROUP_CONTEXT_EXTENSIONS:
      return new GroupContextExtensions(reader.vector(Extension.read));
    default:
      return new UnknownProposal(proposalType, reader.opaque());
  }
}
