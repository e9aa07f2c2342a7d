/** The labelled primitives of MLS (RFC 9420 §5.1, §5.2, §8): each names what it is used for. */

import { concat, utf8 } from "../crypto/bytes.ts";
import type { SignatureCheck } from "../crypto/ed25519.ts";
import type { Random } from "../crypto/randomness.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { NO_BYTES, opaque, uint16, uint32 } from "./codec.ts";

const PREFIX = "MLS 1.0 ";

function prefixed(label: string): Uint8Array {
  return opaque(utf8(PREFIX + label));
}

/** Derive `length` bytes from a secret for one labelled use (ExpandWithLabel, §8). */
export function expandWithLabel(
  suite: CipherSuite,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  return suite.expand(secret, concat(uint16(length), prefixed(label), opaque(context)), length);
}

/** Derive a secret of the hash's length without a context (DeriveSecret, §8). */
export function deriveSecret(suite: CipherSuite, secret: Uint8Array, label: string): Uint8Array {
  return expandWithLabel(suite, secret, label, NO_BYTES, suite.hashLength);
}

/** Derive a ratchet's key, nonce or next secret (DeriveTreeSecret, §9.1). */
export function deriveTreeSecret(
  suite: CipherSuite,
  secret: Uint8Array,
  label: string,
  generation: number,
  length: number,
): Uint8Array {
  return expandWithLabel(suite, secret, label, uint32(generation), length);
}

/** Sign content for one labelled use (SignWithLabel, §5.1.2). */
export function signWithLabel(
  suite: CipherSuite,
  privateKey: Uint8Array,
  label: string,
  content: Uint8Array,
): Uint8Array {
  return suite.signature.sign(privateKey, concat(prefixed(label), opaque(content)));
}

/** Check a signature made for one labelled use; throws BadSignature (§5.1.2). */
export function verifyWithLabel(
  suite: CipherSuite,
  publicKey: Uint8Array,
  label: string,
  content: Uint8Array,
  signature: Uint8Array,
): void {
  const { message } = checkWithLabel(publicKey, label, content, signature);
  suite.signature.verify(publicKey, message, signature);
}

/** Say what `verifyWithLabel` verifies, for a platform that can do so ahead. */
export function checkWithLabel(
  publicKey: Uint8Array,
  label: string,
  content: Uint8Array,
  signature: Uint8Array,
): SignatureCheck {
  return { publicKey, message: concat(prefixed(label), opaque(content)), signature };
}

/** Encrypt to a public key for one labelled use; gives KEM output and ciphertext (§5.1.3). */
export function encryptWithLabel(
  suite: CipherSuite,
  publicKey: Uint8Array,
  label: string,
  context: Uint8Array,
  plaintext: Uint8Array,
  random: Random,
): readonly [kemOutput: Uint8Array, ciphertext: Uint8Array] {
  const info = concat(prefixed(label), opaque(context));
  return suite.hpke.sealBase(publicKey, info, NO_BYTES, plaintext, random);
}

/** Undo `encryptWithLabel`; throws CryptoError if anything differs (§5.1.3). */
export function decryptWithLabel(
  suite: CipherSuite,
  privateKey: Uint8Array,
  label: string,
  context: Uint8Array,
  kemOutput: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  const info = concat(prefixed(label), opaque(context));
  return suite.hpke.openBase(privateKey, kemOutput, info, NO_BYTES, ciphertext);
}

/** Name a structure by its hash (RefHash, §5.2). */
export function makeReference(suite: CipherSuite, label: string, value: Uint8Array): Uint8Array {
  return suite.hash(concat(opaque(utf8(label)), opaque(value)));
}
