/** What HPKE and MLS ask of a key encapsulation mechanism (RFC 9180, 4). */

import type { Random } from "./randomness.ts";

/** A private key and its public half. */
export type KeyPair = readonly [privateKey: Uint8Array, publicKey: Uint8Array];

/** A shared secret, and what tells it to the holder of the private key. */
export type Encapsulation = readonly [sharedSecret: Uint8Array, kemOutput: Uint8Array];

/**
 * Key pairs, and shared secrets sent to a public key.
 *
 * All methods throw `InvalidKey` for a key of the wrong length or form.
 */
export interface Kem {
  /** The HPKE number of this KEM (RFC 9180, 7.1). */
  readonly id: number;
  /** Return a new (private, public) key pair. */
  generate(random: Random): KeyPair;
  /** Return the (private, public) key pair that follows from the secret `ikm`. */
  deriveKeyPair(ikm: Uint8Array): KeyPair;
  /** Return the public half of `privateKey`. */
  publicKey(privateKey: Uint8Array): Uint8Array;
  /** Throw `InvalidKey` unless `publicKey` can be encapsulated to. */
  checkPublicKey(publicKey: Uint8Array): void;
  /** Return (shared secret, KEM output) for `publicKey`. */
  encapsulate(publicKey: Uint8Array, random: Random): Encapsulation;
  /** Return the shared secret in `kemOutput`, or throw `DecryptionFailed`. */
  decapsulate(privateKey: Uint8Array, kemOutput: Uint8Array): Uint8Array;
}
