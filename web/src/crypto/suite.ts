/**
 * What a cipher suite is, the two that rooms use, and how to look one up.
 *
 * The other suites of MLS (RFC 9420, 17.1) are in `standard_suites.ts`, which the page leaves out.
 */

import { UnsupportedSuite } from "../errors.ts";
import { type Aead, CHACHA20_POLY1305 } from "./aead.ts";
import { DHKEM_X25519 } from "./dh_kem.ts";
import { HKDF_SHA256, HKDF_SHA512, type Kdf } from "./hkdf.ts";
import { Hpke } from "./hpke.ts";
import type { Kem } from "./kem.ts";
import { ED25519, type SignatureScheme } from "./signature.ts";
import { XWING } from "./xwing.ts";

/** Everything a group computes with: hash, HKDF, AEAD, signature, KEM and HPKE. */
export class CipherSuite {
  readonly id: number;
  readonly name: string;
  readonly kem: Kem;
  readonly kdf: Kdf;
  readonly aead: Aead;
  readonly signature: SignatureScheme;
  readonly hpke: Hpke;

  constructor(
    id: number,
    name: string,
    kem: Kem,
    kdf: Kdf,
    aead: Aead,
    signature: SignatureScheme,
  ) {
    this.id = id;
    this.name = name;
    this.kem = kem;
    this.kdf = kdf;
    this.aead = aead;
    this.signature = signature;
    this.hpke = new Hpke(kem, kdf, aead);
  }

  /** The bytes in a hash, a MAC, and a secret of the key schedule. */
  get hashLength(): number {
    return this.kdf.hashLength;
  }

  /** The bytes in an AEAD key. */
  get keyLength(): number {
    return this.aead.keyLength;
  }

  /** The bytes in an AEAD nonce. */
  get nonceLength(): number {
    return this.aead.nonceLength;
  }

  /** Return the digest of `data`, `hashLength` bytes. */
  hash(data: Uint8Array): Uint8Array {
    return this.kdf.hash(data);
  }

  /** Return HMAC(key, data), `hashLength` bytes (RFC 9420, 5.1). */
  mac(key: Uint8Array, data: Uint8Array): Uint8Array {
    return this.kdf.mac(key, data);
  }

  /** Throw `CryptoError` unless `tag` is `mac(key, data)`. */
  verifyMac(key: Uint8Array, data: Uint8Array, tag: Uint8Array): void {
    this.kdf.verifyMac(key, data, tag);
  }

  /** Return HKDF-Extract(salt, ikm), `hashLength` bytes (RFC 5869, 2.2). */
  extract(salt: Uint8Array, ikm: Uint8Array): Uint8Array {
    return this.kdf.extract(salt, ikm);
  }

  /** Return HKDF-Expand(prk, info, length) (RFC 5869, 2.3). */
  expand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
    return this.kdf.expand(prk, info, length);
  }

  /** Encrypt with the suite's AEAD; throws `InvalidKey` for lengths. */
  seal(
    key: Uint8Array,
    nonce: Uint8Array,
    associatedData: Uint8Array,
    plaintext: Uint8Array,
  ): Uint8Array {
    return this.aead.seal(key, nonce, associatedData, plaintext);
  }

  /** Decrypt with the suite's AEAD, or throw `DecryptionFailed`. */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    associatedData: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array {
    return this.aead.open(key, nonce, associatedData, ciphertext);
  }
}

/** The suite of large rooms. */
export const X25519_SUITE = 0x0003;

/**
 * The suite of rooms by default; its number is from the range for private use (RFC 9420, 17.1).
 */
export const XWING_SUITE = 0xf00e;

const SUITES = new Map<number, CipherSuite>();

/** Make suites known to `cipherSuite`. */
export function addSuites(...suites: readonly CipherSuite[]): void {
  for (const suite of suites) SUITES.set(suite.id, suite);
}

addSuites(
  new CipherSuite(
    X25519_SUITE,
    "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
    DHKEM_X25519,
    HKDF_SHA256,
    CHACHA20_POLY1305,
    ED25519,
  ),
  new CipherSuite(
    XWING_SUITE,
    "MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519",
    XWING,
    HKDF_SHA512,
    CHACHA20_POLY1305,
    ED25519,
  ),
);

/** Return the suite of that number, or throw `UnsupportedSuite`. */
export function cipherSuite(id: number): CipherSuite {
  const suite = SUITES.get(id);
  if (suite === undefined) {
    throw new UnsupportedSuite(`0x${id.toString(16).padStart(4, "0")}`);
  }
  return suite;
}

/** Return the numbers of all suites this version computes with, in ascending order. */
export function cipherSuiteIds(): readonly number[] {
  return [...SUITES.keys()].sort((left, right) => left - right);
}
