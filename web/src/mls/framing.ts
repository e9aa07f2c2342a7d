/** What every message to a group says and signs, however it is sent (RFC 9420 §6, §6.1). */

import { concat } from "../crypto/bytes.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { DecodeError } from "../errors.ts";
import {
  NO_BYTES,
  opaque,
  PROTOCOL_VERSION,
  type Reader,
  uint8,
  uint16,
  uint32,
  uint64,
} from "./codec.ts";
import { Commit } from "./commit.ts";
import type { GroupContext } from "./group_context.ts";
import { makeReference, signWithLabel, verifyWithLabel } from "./labels.ts";
import { decodeProposal, encodeProposal, type Proposal } from "./proposal.ts";

/** The kinds of MLSMessage (§17.2). */
export const WireFormat = {
  PUBLIC_MESSAGE: 1,
  PRIVATE_MESSAGE: 2,
  WELCOME: 3,
  GROUP_INFO: 4,
  KEY_PACKAGE: 5,
} as const;

/** What a message to the group contains. */
export const ContentType = {
  APPLICATION: 1,
  PROPOSAL: 2,
  COMMIT: 3,
} as const;

/** What a sender is to the group. */
export const SenderType = {
  MEMBER: 1,
  EXTERNAL: 2,
  NEW_MEMBER_PROPOSAL: 3,
  NEW_MEMBER_COMMIT: 4,
} as const;

const TBS_LABEL = "FramedContentTBS";

/** A member's leaf index, an external sender's index, or somebody who is about to join. */
export class Sender {
  constructor(
    readonly type: number,
    readonly index: number = 0,
  ) {}

  /** Name the member at a leaf. */
  static member(leafIndex: number): Sender {
    return new Sender(SenderType.MEMBER, leafIndex);
  }

  /** The leaf of a member; undefined for everybody else. */
  get leafIndex(): number | undefined {
    return this.type === SenderType.MEMBER ? this.index : undefined;
  }

  /** Write `struct Sender`. */
  encode(): Uint8Array {
    if (this.type === SenderType.MEMBER || this.type === SenderType.EXTERNAL) {
      return concat(uint8(this.type), uint32(this.index));
    }
    return uint8(this.type);
  }

  /** Read `struct Sender`. */
  static read(reader: Reader): Sender {
    const type = reader.uint8();
    switch (type) {
      case SenderType.MEMBER:
      case SenderType.EXTERNAL:
        return new Sender(type, reader.uint32());
      case SenderType.NEW_MEMBER_PROPOSAL:
      case SenderType.NEW_MEMBER_COMMIT:
        return new Sender(type);
      default:
        throw new DecodeError("a sender is of an unknown type");
    }
  }
}

export type Content = Uint8Array | Proposal | Commit;

/** Say which content type a message's content has. */
function contentTypeOf(content: Content): number {
  if (content instanceof Uint8Array) return ContentType.APPLICATION;
  return content instanceof Commit ? ContentType.COMMIT : ContentType.PROPOSAL;
}

/** Write a message's content without its type. */
export function encodeContent(content: Content): Uint8Array {
  if (content instanceof Uint8Array) return opaque(content);
  return content instanceof Commit ? content.encode() : encodeProposal(content);
}

/** Read a message's content of the given type. */
export function decodeContent(contentType: number, reader: Reader): Content {
  switch (contentType) {
    case ContentType.APPLICATION:
      return reader.opaque();
    case ContentType.PROPOSAL:
      return decodeProposal(reader);
    case ContentType.COMMIT:
      return Commit.read(reader);
    default:
      throw new DecodeError("a message's content is of an unknown type");
  }
}

/** Content with who sent it, to which group and in which epoch. */
export class FramedContent {
  // a commit of a large group is long, and is signed, hashed and authenticated in this form
  #encoded: Uint8Array | undefined;

  constructor(
    readonly groupId: Uint8Array,
    readonly epoch: bigint,
    readonly sender: Sender,
    readonly authenticatedData: Uint8Array,
    readonly content: Content,
  ) {}

  /** Which kind of content this is. */
  get contentType(): number {
    return contentTypeOf(this.content);
  }

  /** Write `struct FramedContent`. */
  encode(): Uint8Array {
    this.#encoded ??= concat(
      opaque(this.groupId),
      uint64(this.epoch),
      this.sender.encode(),
      opaque(this.authenticatedData),
      uint8(this.contentType),
      encodeContent(this.content),
    );
    return this.#encoded;
  }

  /** Read `struct FramedContent`. */
  static read(reader: Reader): FramedContent {
    const start = reader.position;
    const framed = new FramedContent(
      reader.opaque(),
      reader.uint64(),
      Sender.read(reader),
      reader.opaque(),
      decodeContent(reader.uint8(), reader),
    );
    framed.#encoded = reader.data.slice(start, reader.position);
    return framed;
  }
}

interface Authentication {
  readonly signature: Uint8Array;
  readonly confirmationTag: Uint8Array | undefined;
}

/** Framed content, its signature and a commit's confirmation tag; nothing is checked. */
export class AuthenticatedContent implements Authentication {
  constructor(
    readonly wireFormat: number,
    readonly framed: FramedContent,
    readonly signature: Uint8Array = NO_BYTES,
    readonly confirmationTag: Uint8Array | undefined = undefined,
  ) {}

  /** Give content that differs in its signature or its confirmation tag. */
  with(parts: Partial<Authentication>): AuthenticatedContent {
    const { signature, confirmationTag }: Authentication = { ...this, ...parts };
    return new AuthenticatedContent(this.wireFormat, this.framed, signature, confirmationTag);
  }

  /** Write FramedContentTBS; members and external committers sign the group context too. */
  signedContent(context: GroupContext): Uint8Array {
    const content = [uint16(PROTOCOL_VERSION), uint16(this.wireFormat), this.framed.encode()];
    const { type } = this.framed.sender;
    if (type === SenderType.MEMBER || type === SenderType.NEW_MEMBER_COMMIT) {
      content.push(context.encode());
    }
    return concat(...content);
  }

  /** Make this content with its signature. */
  sign(suite: CipherSuite, privateKey: Uint8Array, context: GroupContext): AuthenticatedContent {
    const content = this.signedContent(context);
    return this.with({ signature: signWithLabel(suite, privateKey, TBS_LABEL, content) });
  }

  /** Check the signature; throws CryptoError. */
  verifySignature(suite: CipherSuite, signatureKey: Uint8Array, context: GroupContext): void {
    const content = this.signedContent(context);
    verifyWithLabel(suite, signatureKey, TBS_LABEL, content, this.signature);
  }

  /** Write `struct FramedContentAuthData`. */
  encodeAuth(): Uint8Array {
    if (this.framed.contentType !== ContentType.COMMIT) return opaque(this.signature);
    return concat(opaque(this.signature), opaque(this.confirmationTag ?? NO_BYTES));
  }

  /** Write `struct AuthenticatedContent`. */
  encode(): Uint8Array {
    return concat(uint16(this.wireFormat), this.framed.encode(), this.encodeAuth());
  }

  /** Read `struct AuthenticatedContent`. */
  static read(reader: Reader): AuthenticatedContent {
    return AuthenticatedContent.readAfterFormat(reader.uint16(), reader);
  }

  /** Read framed content and what authenticates it. */
  static readAfterFormat(wireFormat: number, reader: Reader): AuthenticatedContent {
    const framed = FramedContent.read(reader);
    return new AuthenticatedContent(wireFormat, framed, ...decodeAuth(framed.content, reader));
  }

  /** Name a proposal as a commit does (ProposalRef, §5.2). */
  reference(suite: CipherSuite): Uint8Array {
    return makeReference(suite, "MLS 1.0 Proposal Reference", this.encode());
  }
}

/** Read `struct FramedContentAuthData`: the signature, and a commit's confirmation tag. */
export function decodeAuth(
  content: Content,
  reader: Reader,
): readonly [signature: Uint8Array, confirmationTag: Uint8Array | undefined] {
  const signature = reader.opaque();
  return [signature, content instanceof Commit ? reader.opaque() : undefined];
}

/**
 * Content whose signature and membership hold; only verifying a message makes one.
 *
 * `generation` is the ratchet generation of a private message, undefined for a public one.
 */
export class VerifiedContent {
  constructor(
    readonly authenticated: AuthenticatedContent,
    readonly generation: number | undefined = undefined,
  ) {}

  /** The content itself. */
  get framed(): FramedContent {
    return this.authenticated.framed;
  }
}
