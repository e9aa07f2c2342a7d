/** The cipher suites of MLS (RFC 9420, 17.1) and Roomkey's hybrid one, and how to look one up. */

import { UnsupportedSuite } from "../errors.ts";
import { AES_128_GCM, AES_256_GCM, type Aead, CHACHA20_POLY1305 } from "./aead.ts";
import { DHKEM_P256, DHKEM_P384, DHKEM_P521, DHKEM_X448, DHKEM_X25519 } from "./dh_kem.ts";
import { HKDF_SHA256, HKDF_SHA384, HKDF_SHA512, type Kdf } from "./hkdf.ts";
import { Hpke } from "./hpke.ts";
import type { Kem } from "./kem.ts";
import {
  ECDSA_P256,
  ECDSA_P384,
  ECDSA_P521,
  ED448,
  ED25519,
  type SignatureScheme,
} from "./signature.ts";
import { XWING } from "./xwing.ts";

const KDF_IDS = new Map([
  [HKDF_SHA256, 1],
  [HKDF_SHA384, 2],
  [HKDF_SHA512, 3],
]);

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
    this.hpke = new Hpke(kem, kdf, KDF_IDS.get(kdf) ?? 0, aead);
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

const SUITES = new Map<number, CipherSuite>(
  [
    new CipherSuite(
      0x0001,
      "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
      DHKEM_X25519,
      HKDF_SHA256,
      AES_128_GCM,
      ED25519,
    ),
    new CipherSuite(
      0x0002,
      "MLS_128_DHKEMP256_AES128GCM_SHA256_P256",
      DHKEM_P256,
      HKDF_SHA256,
      AES_128_GCM,
      ECDSA_P256,
    ),
    new CipherSuite(
      X25519_SUITE,
      "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
      DHKEM_X25519,
      HKDF_SHA256,
      CHACHA20_POLY1305,
      ED25519,
    ),
    new CipherSuite(
      0x0004,
      "MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448",
      DHKEM_X448,
      HKDF_SHA512,
      AES_256_GCM,
      ED448,
    ),
    new CipherSuite(
      0x0005,
      "MLS_256_DHKEMP521_AES256GCM_SHA512_P521",
      DHKEM_P521,
      HKDF_SHA512,
      AES_256_GCM,
      ECDSA_P521,
    ),
    new CipherSuite(
      0x0006,
      "MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448",
      DHKEM_X448,
      HKDF_SHA512,
      CHACHA20_POLY1305,
      ED448,
    ),
    new CipherSuite(
      0x0007,
      "MLS_256_DHKEMP384_AES256GCM_SHA384_P384",
      DHKEM_P384,
      HKDF_SHA384,
      AES_256_GCM,
      ECDSA_P384,
    ),
    // As deployed by another implementation, kept so that the two can be tested together.
    new CipherSuite(
      83,
      "MLS_256_XWING_AES256GCM_SHA512_Ed25519",
      XWING,
      HKDF_SHA512,
      AES_256_GCM,
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
  ].map((suite) => [suite.id, suite]),
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
