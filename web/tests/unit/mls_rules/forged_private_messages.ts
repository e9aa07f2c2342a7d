/** Private messages of a member who cheats, encrypted whatever they say. */

import { concat } from "../../../src/crypto/bytes.ts";
import { opaque, uint8, uint64 } from "../../../src/mls/codec.ts";
import {
  AuthenticatedContent,
  type Content,
  encodeContent,
  FramedContent,
  WireFormat,
} from "../../../src/mls/framing.ts";
import { encodeMessage, type Group, PrivateMessage, Sender } from "../../../src/mls/index.ts";
import { SenderData, senderDataKey } from "../../../src/mls/private_message.ts";
import { RESERVED } from "../../../src/mls/secret_tree.ts";

export interface PrivateForgery {
  readonly senderLeaf?: number;
  readonly generation?: number;
  /** What follows the content and its signature. */
  readonly tail?: Uint8Array;
  readonly signingKey?: Uint8Array;
}

/** Make a private message in that generation of the sender's ratchet, with that padding. */
export function forgePrivate(group: Group, content: Content, how: PrivateForgery = {}): Uint8Array {
  const state = group.unsafeState;
  const { suite, context } = state;
  const { senderLeaf = state.ownIndex, generation = 0, tail = new Uint8Array() } = how;
  const noBytes = new Uint8Array();
  const framed = new FramedContent(
    context.groupId,
    context.epoch,
    Sender.member(senderLeaf),
    noBytes,
    content,
  );
  const unsigned = new AuthenticatedContent(WireFormat.PRIVATE_MESSAGE, framed);
  const signed = unsigned.sign(suite, how.signingKey ?? state.signingKey, context);
  const ratchets = state.secretTree.copy();
  for (let used = 0; used < generation; used++) {
    if (used % RESERVED === 0) ratchets.encode();
    ratchets.send(framed.contentType);
  }
  ratchets.encode();
  const [, [key, nonce]] = ratchets.send(framed.contentType);
  const head = concat(opaque(context.groupId), uint64(context.epoch), uint8(framed.contentType));
  const plaintext = concat(encodeContent(content), signed.encodeAuth(), tail);
  const ciphertext = suite.seal(key, nonce, concat(head, opaque(noBytes)), plaintext);
  const senderKeys = senderDataKey(suite, state.secrets.senderDataSecret, ciphertext);
  const senderData = new SenderData(senderLeaf, generation, new Uint8Array(4)).encode();
  return encodeMessage(
    new PrivateMessage(
      context.groupId,
      context.epoch,
      framed.contentType,
      noBytes,
      suite.seal(...senderKeys, head, senderData),
      ciphertext,
    ),
  );
}
