/**
 * The one way Roomkey seals things outside MLS: a salted key for each seal, ChaCha20-Poly1305.
 *
 * Many devices seal under the same key without knowing of each other, so no nonce may be chosen by
 * counting, and twelve random bytes are too few to never meet again. A 32-byte salt makes each
 * seal's key and nonce its own.
 */

import { CHACHA20_POLY1305 } from "../crypto/aead.ts";
import { concat } from "../crypto/bytes.ts";
import { HKDF_SHA256 } from "../crypto/hkdf.ts";
import type { Random } from "../crypto/randomness.ts";
import { DecryptionFailed, InvalidKey } from "../errors.ts";
import { transcript } from "../wire/transcripts.ts";
import { SECRET_LENGTH } from "./labels.ts";

const SALT_LENGTH = 32;
export const OVERHEAD = SALT_LENGTH + CHACHA20_POLY1305.tagLength;

/**
 * Seal `plaintext` under a 32-byte `key`; the result is `OVERHEAD` (48) bytes longer.
 *
 * It opens only with the same `label` and `context`. Throws `InvalidKey` for the key's length.
 */
export function seal(
  key: Uint8Array,
  label: Uint8Array,
  context: readonly Uint8Array[],
  plaintext: Uint8Array,
  random: Random,
): Uint8Array {
  const salt = random(SALT_LENGTH);
  const [aeadKey, nonce] = keyAndNonce(key, label, salt);
  const bound = transcript(label, ...context);
  return concat(salt, CHACHA20_POLY1305.seal(aeadKey, nonce, bound, plaintext));
}

/** Return what `seal` sealed, or throw `DecryptionFailed`, or `InvalidKey` for the length. */
export function openSealed(
  key: Uint8Array,
  label: Uint8Array,
  context: readonly Uint8Array[],
  sealed: Uint8Array,
): Uint8Array {
  if (sealed.length < OVERHEAD) throw new DecryptionFailed("too short");
  const salt = sealed.subarray(0, SALT_LENGTH);
  const [aeadKey, nonce] = keyAndNonce(key, label, salt);
  const bound = transcript(label, ...context);
  return CHACHA20_POLY1305.open(aeadKey, nonce, bound, sealed.subarray(SALT_LENGTH));
}

function keyAndNonce(
  key: Uint8Array,
  label: Uint8Array,
  salt: Uint8Array,
): readonly [key: Uint8Array, nonce: Uint8Array] {
  if (key.length !== SECRET_LENGTH) throw new InvalidKey("length of sealing key");
  const { keyLength, nonceLength } = CHACHA20_POLY1305;
  const prk = HKDF_SHA256.extract(salt, key);
  const material = HKDF_SHA256.expand(prk, label, keyLength + nonceLength);
  return [material.subarray(0, keyLength), material.subarray(keyLength)];
}
