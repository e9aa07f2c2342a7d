/** Private messages: encrypted for the group, their sender too (RFC 9420 §6.3). */

import { concat, equal } from "../crypto/bytes.ts";
import type { Random } from "../crypto/randomness.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { OwnMessage } from "../errors.ts";
import { decodeAll, opaque, Reader, uint8, uint32, uint64 } from "./codec.ts";
import {
  AuthenticatedContent,
  decodeAuth,
  decodeContent,
  encodeContent,
  FramedContent,
  Sender,
  VerifiedContent,
  WireFormat,
} from "./framing.ts";
import type { GroupContext } from "./group_context.ts";
import { expandWithLabel } from "./labels.ts";
import { enforcing, require } from "./rules.ts";
import type { MessageKey, SecretTree } from "./secret_tree.ts";

const REUSE_GUARD_LENGTH = 4;

/** Which key opens a message: the sender's leaf, the generation, and a guard for the nonce. */
export class SenderData {
  constructor(
    readonly leafIndex: number,
    readonly generation: number,
    readonly reuseGuard: Uint8Array,
  ) {}

  /** Write `struct SenderData`. */
  encode(): Uint8Array {
    return concat(uint32(this.leafIndex), uint32(this.generation), this.reuseGuard);
  }

  /** Read `struct SenderData`. */
  static read(reader: Reader): SenderData {
    return new SenderData(reader.uint32(), reader.uint32(), reader.take(REUSE_GUARD_LENGTH));
  }
}

/** Derive the key and nonce of the sender data from a sample of the ciphertext (§6.3.2). */
export function senderDataKey(
  suite: CipherSuite,
  secret: Uint8Array,
  ciphertext: Uint8Array,
): MessageKey {
  const sample = ciphertext.subarray(0, suite.hashLength);
  return [
    expandWithLabel(suite, secret, "key", sample, suite.keyLength),
    expandWithLabel(suite, secret, "nonce", sample, suite.nonceLength),
  ];
}

function guarded(nonce: Uint8Array, guard: Uint8Array): Uint8Array {
  return nonce.map((byte, index) => byte ^ (guard[index] ?? 0));
}

/** A ciphertext as received. */
export class PrivateMessage {
  constructor(
    readonly groupId: Uint8Array,
    readonly epoch: bigint,
    readonly contentType: number,
    readonly authenticatedData: Uint8Array,
    readonly encryptedSenderData: Uint8Array,
    readonly ciphertext: Uint8Array,
  ) {}

  /** Write `struct PrivateMessage`. */
  encode(): Uint8Array {
    return concat(contentAad(this), opaque(this.encryptedSenderData), opaque(this.ciphertext));
  }

  /** Read `struct PrivateMessage`. */
  static read(reader: Reader): PrivateMessage {
    return new PrivateMessage(
      reader.opaque(),
      reader.uint64(),
      reader.uint8(),
      reader.opaque(),
      reader.opaque(),
      reader.opaque(),
    );
  }

  /** Encrypt own signed content with the next key, followed by `padding` zero bytes. */
  static protect(
    authenticated: AuthenticatedContent,
    suite: CipherSuite,
    senderDataSecret: Uint8Array,
    secretTree: SecretTree,
    random: Random,
    padding = 0,
  ): PrivateMessage {
    const { framed } = authenticated;
    const plaintext = concat(
      encodeContent(framed.content),
      authenticated.encodeAuth(),
      new Uint8Array(padding),
    );
    const guard = random(REUSE_GUARD_LENGTH);
    const [generation, [key, nonce]] = secretTree.send(framed.contentType);
    const ciphertext = suite.seal(key, guarded(nonce, guard), contentAad(framed), plaintext);
    key.fill(0);
    const [senderKey, senderNonce] = senderDataKey(suite, senderDataSecret, ciphertext);
    const sender = new SenderData(framed.sender.index, generation, guard).encode();
    return new PrivateMessage(
      framed.groupId,
      framed.epoch,
      framed.contentType,
      framed.authenticatedData,
      suite.seal(senderKey, senderNonce, senderDataAad(framed), sender),
      ciphertext,
    );
  }

  /**
   * Decrypt and verify; gives the content, and what to call to delete the key that opened it.
   *
   * Throws ValidationError, DecryptionFailed, GenerationConsumed, or OwnMessage.
   */
  open(
    suite: CipherSuite,
    context: GroupContext,
    senderDataSecret: Uint8Array,
    secretTree: SecretTree,
    signatureKeyOf: (leaf: number) => Uint8Array | undefined,
    ownLeaf: number,
  ): [verified: VerifiedContent, consume: () => void] {
    require(equal(this.groupId, context.groupId), "msg-01");
    const [senderKey, senderNonce] = senderDataKey(suite, senderDataSecret, this.ciphertext);
    const sender = decodeAll(
      SenderData.read,
      suite.open(senderKey, senderNonce, senderDataAad(this), this.encryptedSenderData),
    );
    const signatureKey = signatureKeyOf(sender.leafIndex);
    require(signatureKey !== undefined, "msg-02", `leaf ${sender.leafIndex}`);
    if (sender.leafIndex === ownLeaf) throw new OwnMessage();
    const staged = secretTree.receive(sender.leafIndex, this.contentType, sender.generation);
    const nonce = guarded(staged.nonce, sender.reuseGuard);
    const plaintext = suite.open(staged.key, nonce, contentAad(this), this.ciphertext);
    const authenticated = this.#read(plaintext, sender.leafIndex);
    enforcing("msg-03", () => authenticated.verifySignature(suite, signatureKey, context));
    return [new VerifiedContent(authenticated, sender.generation), staged.consume];
  }

  #read(plaintext: Uint8Array, leafIndex: number): AuthenticatedContent {
    const reader = new Reader(plaintext);
    const content = decodeContent(this.contentType, reader);
    const [signature, confirmationTag] = decodeAuth(content, reader);
    const padding = plaintext.subarray(reader.position);
    require(padding.every((byte) => byte === 0), "msg-06");
    const framed = new FramedContent(
      this.groupId,
      this.epoch,
      Sender.member(leafIndex),
      this.authenticatedData,
      content,
    );
    return new AuthenticatedContent(WireFormat.PRIVATE_MESSAGE, framed, signature, confirmationTag);
  }
}

/** What a message says of itself unencrypted. */
interface Head {
  readonly groupId: Uint8Array;
  readonly epoch: bigint;
  readonly contentType: number;
  readonly authenticatedData: Uint8Array;
}

function senderDataAad(head: Head): Uint8Array {
  return concat(opaque(head.groupId), uint64(head.epoch), uint8(head.contentType));
}

function contentAad(head: Head): Uint8Array {
  return concat(senderDataAad(head), opaque(head.authenticatedData));
}
