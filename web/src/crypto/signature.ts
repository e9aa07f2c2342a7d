/** Digital signatures: Ed25519, Ed448 (RFC 8032) and ECDSA (FIPS 186-5) as MLS encodes them. */

import { ed448 } from "@noble/curves/ed448.js";
import { BadSignature, InvalidKey } from "../errors.ts";
import { Ed25519 } from "./ed25519.ts";
import type { KeyPair } from "./kem.ts";
import { type NistCurve, P256, P384, P521 } from "./nist.ts";
import type { Random } from "./randomness.ts";

/** A signature scheme over byte strings. */
export interface SignatureScheme {
  /** Return a new (private, public) key pair. */
  generate(random: Random): KeyPair;
  /** Return the public half of `privateKey`, or throw `InvalidKey`. */
  publicKey(privateKey: Uint8Array): Uint8Array;
  /** Return a signature of `message`, or throw `InvalidKey`. */
  sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array;
  /** Throw `BadSignature` unless `signature` is one of `message` under `publicKey`. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): void;
}

/** Ed448: a seed of 57 bytes as private key, signatures of 114. */
class Ed448 implements SignatureScheme {
  readonly name = "Ed448";
  readonly keyLength = 57;
  readonly signatureLength = 114;

  /** Return a new (private seed, public key) pair, 57 bytes each. */
  generate(random: Random): KeyPair {
    const seed = random(this.keyLength);
    return [seed, this.publicKey(seed)];
  }

  /** Return the public half of `privateKey`, or throw `InvalidKey`. */
  publicKey(privateKey: Uint8Array): Uint8Array {
    this.#checkPrivateKey(privateKey);
    return ed448.getPublicKey(privateKey);
  }

  /** Return the signature of `message`, 114 bytes, or throw `InvalidKey`. */
  sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array {
    this.#checkPrivateKey(privateKey);
    return ed448.sign(message, privateKey);
  }

  /** Throw `BadSignature` unless `signature` is one of `message` under `publicKey`. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): void {
    if (publicKey.length !== this.keyLength) throw new BadSignature("length of public key");
    if (signature.length !== this.signatureLength) throw new BadSignature();
    if (!ed448.verify(signature, message, publicKey, { zip215: false })) throw new BadSignature();
  }

  #checkPrivateKey(privateKey: Uint8Array): void {
    if (privateKey.length !== this.keyLength) throw new InvalidKey("length of private key");
  }
}

/** ECDSA over a NIST curve: scalar and uncompressed point as keys, DER as signature. */
class EcdsaSignature implements SignatureScheme {
  readonly name: string;
  readonly curve: NistCurve;

  constructor(name: string, curve: NistCurve) {
    this.name = name;
    this.curve = curve;
  }

  /** Return a new (scalar, uncompressed point) pair. */
  generate(random: Random): KeyPair {
    const privateKey = this.curve.generateScalar(random);
    return [privateKey, this.curve.publicKey(privateKey)];
  }

  /** Return the uncompressed point of `privateKey`, or throw `InvalidKey`. */
  publicKey(privateKey: Uint8Array): Uint8Array {
    return this.curve.publicKey(privateKey);
  }

  /**
   * Return a DER signature of `message`, or throw `InvalidKey`.
   *
   * The per-signature number follows from key and message (RFC 6979).
   */
  sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array {
    this.curve.checkPrivateKey(privateKey);
    return this.curve.curve.sign(message, privateKey, { format: "der", lowS: false });
  }

  /** Throw `BadSignature` unless `signature` is one of `message` under `publicKey`. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): void {
    let valid: boolean;
    try {
      this.curve.checkPublicKey(publicKey);
      valid = this.curve.curve.verify(signature, message, publicKey, {
        format: "der",
        lowS: false,
      });
    } catch {
      throw new BadSignature();
    }
    if (!valid) throw new BadSignature();
  }
}

export const ED25519 = /* @__PURE__ */ new Ed25519();
export const ED448 = /* @__PURE__ */ new Ed448();
export const ECDSA_P256 = /* @__PURE__ */ new EcdsaSignature("ECDSA P-256", P256);
export const ECDSA_P384 = /* @__PURE__ */ new EcdsaSignature("ECDSA P-384", P384);
export const ECDSA_P521 = /* @__PURE__ */ new EcdsaSignature("ECDSA P-521", P521);
