/** Public messages: signed, and if by a member tagged, but not encrypted (RFC 9420 §6.2). */

import { concat, equal } from "../crypto/bytes.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { NO_BYTES, opaque, type Reader } from "./codec.ts";
import { Commit } from "./commit.ts";
import {
  AuthenticatedContent,
  ContentType,
  type FramedContent,
  SenderType,
  VerifiedContent,
  WireFormat,
} from "./framing.ts";
import type { GroupContext } from "./group_context.ts";
import { Add } from "./proposal.ts";
import { enforcing, require } from "./rules.ts";

/** Content as received: nothing in it is to be believed before `verify`. */
export class PublicMessage {
  constructor(
    readonly authenticated: AuthenticatedContent,
    readonly membershipTag: Uint8Array | undefined = undefined,
  ) {}

  /** The content, unverified. */
  get framed(): FramedContent {
    return this.authenticated.framed;
  }

  /** Write `struct PublicMessage`. */
  encode(): Uint8Array {
    const encoded = [this.framed.encode(), this.authenticated.encodeAuth()];
    if (this.framed.sender.type === SenderType.MEMBER) {
      encoded.push(opaque(this.membershipTag ?? NO_BYTES));
    }
    return concat(...encoded);
  }

  /** Read `struct PublicMessage`. */
  static read(reader: Reader): PublicMessage {
    const authenticated = AuthenticatedContent.readAfterFormat(WireFormat.PUBLIC_MESSAGE, reader);
    if (authenticated.framed.sender.type === SenderType.MEMBER) {
      return new PublicMessage(authenticated, reader.opaque());
    }
    return new PublicMessage(authenticated);
  }

  /** Make a member's message from content that is signed and, if a commit, confirmed. */
  static protect(
    authenticated: AuthenticatedContent,
    suite: CipherSuite,
    context: GroupContext,
    membershipKey: Uint8Array,
  ): PublicMessage {
    return new PublicMessage(
      authenticated,
      suite.mac(membershipKey, taggedContent(authenticated, context)),
    );
  }

  /** Check sender, membership and signature; throws ValidationError. */
  verify(
    suite: CipherSuite,
    context: GroupContext,
    membershipKey: Uint8Array,
    signatureKeyOf: (leaf: number) => Uint8Array | undefined,
  ): VerifiedContent {
    const { authenticated, framed } = this;
    require(equal(framed.groupId, context.groupId), "msg-01");
    require(framed.contentType !== ContentType.APPLICATION, "msg-05");
    let key: Uint8Array | undefined;
    if (framed.sender.type === SenderType.MEMBER) {
      key = signatureKeyOf(framed.sender.index);
      require(key !== undefined, "msg-02", `leaf ${framed.sender.index}`);
      const tagged = taggedContent(authenticated, context);
      const tag = this.membershipTag ?? NO_BYTES;
      enforcing("msg-04", () => suite.verifyMac(membershipKey, tagged, tag));
    } else {
      key = this.#keyOfOutsider(context);
    }
    const signatureKey = key;
    enforcing("msg-03", () => authenticated.verifySignature(suite, signatureKey, context));
    return new VerifiedContent(authenticated);
  }

  #keyOfOutsider(context: GroupContext): Uint8Array {
    const { sender, content } = this.framed;
    if (sender.type === SenderType.EXTERNAL) {
      require(!(content instanceof Uint8Array || content instanceof Commit), "msg-10");
      const externalSender = context.externalSenders[sender.index];
      require(externalSender !== undefined, "msg-07", `sender ${sender.index}`);
      return externalSender.signatureKey;
    }
    if (sender.type === SenderType.NEW_MEMBER_PROPOSAL) {
      require(content instanceof Add, "msg-08");
      return content.keyPackage.leafNode.signatureKey;
    }
    require(content instanceof Commit, "msg-09");
    require(content.path !== undefined, "extcommit-05");
    return content.path.leafNode.signatureKey;
  }
}

function taggedContent(authenticated: AuthenticatedContent, context: GroupContext): Uint8Array {
  return concat(authenticated.signedContent(context), authenticated.encodeAuth());
}
