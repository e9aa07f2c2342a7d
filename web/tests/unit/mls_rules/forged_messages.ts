/** Messages of a member who cheats: signed and tagged, whatever they say. */

import {
  AuthenticatedContent,
  type Content,
  FramedContent,
  WireFormat,
} from "../../../src/mls/framing.ts";
import {
  Commit,
  encodeMessage,
  type Group,
  PublicMessage,
  Sender,
} from "../../../src/mls/index.ts";

export interface MessageForgery {
  readonly sender?: Sender;
  readonly groupId?: Uint8Array;
  readonly signingKey?: Uint8Array;
}

/** Make a public message, signed and tagged by a member, whatever it says. */
export function forgeMessage(group: Group, content: Content, how: MessageForgery = {}): Uint8Array {
  const { context, secrets, signingKey, suite, ownIndex } = group.unsafeState;
  const framed = new FramedContent(
    how.groupId ?? context.groupId,
    context.epoch,
    how.sender ?? Sender.member(ownIndex),
    new Uint8Array(),
    content,
  );
  const unsigned = new AuthenticatedContent(WireFormat.PUBLIC_MESSAGE, framed);
  let signed = unsigned.sign(suite, how.signingKey ?? signingKey, context);
  if (content instanceof Commit) {
    signed = signed.with({ confirmationTag: new Uint8Array(suite.hashLength) });
  }
  return encodeMessage(PublicMessage.protect(signed, suite, context, secrets.membershipKey));
}
