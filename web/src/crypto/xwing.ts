/**
 * X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519, safe while either one is.
 *
 * A private key is a 32-byte seed. It is expanded anew on each use: an expansion kept for the next
 * use would also be kept after the group has erased the seed, and with it the messages the erasure
 * was to protect.
 */

import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { DecryptionFailed, InvalidKey } from "../errors.ts";
import { concat, utf8 } from "./bytes.ts";
import { X25519_GROUP } from "./dh_kem.ts";
import type { Encapsulation, Kem, KeyPair } from "./kem.ts";
import type { Random } from "./randomness.ts";

const SEED_LENGTH = 32;
const MLKEM_SEED_LENGTH = 64;
const MLKEM_MESSAGE_LENGTH = 32;
const MLKEM_PUBLIC_LENGTH = 1184;
const MLKEM_POLYNOMIALS_LENGTH = 1152;
const MLKEM_MODULUS = 3329;
const MLKEM_CIPHERTEXT_LENGTH = 1088;
const X25519_LENGTH = 32;
const LABEL = utf8("\\.//^\\");

/** The private keys in a seed, and their public keys. */
interface Expanded {
  readonly mlkemPrivate: Uint8Array;
  readonly mlkemPublic: Uint8Array;
  readonly x25519Private: Uint8Array;
  readonly x25519Public: Uint8Array;
}

function expand(privateKey: Uint8Array): Expanded {
  if (privateKey.length !== SEED_LENGTH) throw new InvalidKey("length of private key");
  const expanded = shake256(privateKey, { dkLen: MLKEM_SEED_LENGTH + X25519_LENGTH });
  const mlkem = ml_kem768.keygen(expanded.subarray(0, MLKEM_SEED_LENGTH));
  const x25519Private = expanded.subarray(MLKEM_SEED_LENGTH);
  return {
    mlkemPrivate: mlkem.secretKey,
    mlkemPublic: mlkem.publicKey,
    x25519Private,
    x25519Public: X25519_GROUP.publicKey(x25519Private),
  };
}

function checkMlkemPublic(publicKey: Uint8Array): void {
  if (publicKey.length !== MLKEM_PUBLIC_LENGTH + X25519_LENGTH) {
    throw new InvalidKey("length of public key");
  }
  for (let index = 0; index < MLKEM_POLYNOMIALS_LENGTH; index += 3) {
    const low = publicKey[index] ?? 0;
    const middle = publicKey[index + 1] ?? 0;
    const high = publicKey[index + 2] ?? 0;
    const first = low | ((middle & 0x0f) << 8);
    const second = (middle >> 4) | (high << 4);
    if (first >= MLKEM_MODULUS || second >= MLKEM_MODULUS) {
      throw new InvalidKey("ML-KEM public key");
    }
  }
}

function combine(
  mlkemSecret: Uint8Array,
  x25519Secret: Uint8Array,
  x25519Ciphertext: Uint8Array,
  x25519Public: Uint8Array,
): Uint8Array {
  return sha3_256(concat(mlkemSecret, x25519Secret, x25519Ciphertext, x25519Public, LABEL));
}

/** The X-Wing KEM. */
class XWing implements Kem {
  readonly id = 0x647a;

  /** Return a new (32-byte seed, 1,216-byte public key) pair. */
  generate(random: Random): KeyPair {
    const privateKey = random(SEED_LENGTH);
    return [privateKey, this.publicKey(privateKey)];
  }

  /** Return the key pair whose seed is SHAKE-256(ikm) (the draft's DeriveKeyPair). */
  deriveKeyPair(ikm: Uint8Array): KeyPair {
    const privateKey = shake256(ikm, { dkLen: SEED_LENGTH });
    return [privateKey, this.publicKey(privateKey)];
  }

  /** Return the 1,216-byte public key of a seed, or throw `InvalidKey`. */
  publicKey(privateKey: Uint8Array): Uint8Array {
    const expanded = expand(privateKey);
    return concat(expanded.mlkemPublic, expanded.x25519Public);
  }

  /** Throw `InvalidKey` for a wrong length or an unreduced ML-KEM key (FIPS 203, 7.2). */
  checkPublicKey(publicKey: Uint8Array): void {
    checkMlkemPublic(publicKey);
  }

  /**
   * Return (32-byte shared secret, 1,120-byte KEM output), or throw `InvalidKey`.
   *
   * The 64 random bytes are drawn in the draft's order: ML-KEM's, then X25519's.
   */
  encapsulate(publicKey: Uint8Array, random: Random): Encapsulation {
    checkMlkemPublic(publicKey);
    const mlkem = ml_kem768.encapsulate(
      publicKey.subarray(0, MLKEM_PUBLIC_LENGTH),
      random(MLKEM_MESSAGE_LENGTH),
    );
    const x25519Public = publicKey.subarray(MLKEM_PUBLIC_LENGTH);
    const ephemeral = random(X25519_LENGTH);
    const x25519Ciphertext = X25519_GROUP.publicKey(ephemeral);
    const x25519Secret = X25519_GROUP.sharedPoint(ephemeral, x25519Public);
    const secret = combine(mlkem.sharedSecret, x25519Secret, x25519Ciphertext, x25519Public);
    return [secret, concat(mlkem.cipherText, x25519Ciphertext)];
  }

  /**
   * Return the 32-byte shared secret, or throw `InvalidKey` / `DecryptionFailed`.
   *
   * A well-formed output made for another key gives another secret, not an error (FIPS 203).
   */
  decapsulate(privateKey: Uint8Array, kemOutput: Uint8Array): Uint8Array {
    const expanded = expand(privateKey);
    if (kemOutput.length !== MLKEM_CIPHERTEXT_LENGTH + X25519_LENGTH) {
      throw new DecryptionFailed("length of KEM output");
    }
    const x25519Ciphertext = kemOutput.subarray(MLKEM_CIPHERTEXT_LENGTH);
    const mlkemSecret = ml_kem768.decapsulate(
      kemOutput.subarray(0, MLKEM_CIPHERTEXT_LENGTH),
      expanded.mlkemPrivate,
    );
    let x25519Secret: Uint8Array;
    try {
      x25519Secret = X25519_GROUP.sharedPoint(expanded.x25519Private, x25519Ciphertext);
    } catch (error) {
      throw error instanceof InvalidKey ? new DecryptionFailed("KEM output") : error;
    }
    return combine(mlkemSecret, x25519Secret, x25519Ciphertext, expanded.x25519Public);
  }
}

export const XWING = /* @__PURE__ */ new XWing();
