/** DHKEM (RFC 9180, 4.1) over X25519, X448 and the NIST curves. */

import type { MontgomeryECDH } from "@noble/curves/abstract/montgomery.js";
import { x448 } from "@noble/curves/ed448.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { DecryptionFailed, InvalidKey } from "../errors.ts";
import { bigEndian, concat, utf8 } from "./bytes.ts";
import { HKDF_SHA256, HKDF_SHA384, HKDF_SHA512, type Kdf } from "./hkdf.ts";
import type { Encapsulation, Kem, KeyPair } from "./kem.ts";
import { type NistCurve, P256, P384, P521 } from "./nist.ts";
import type { Random } from "./randomness.ts";

type Expand = (label: string, context: Uint8Array, length: number) => Uint8Array;

/** A Diffie-Hellman group; keys are serialised as RFC 9180, 7.1 says. */
interface DhGroup {
  readonly privateKeyLength: number;
  publicKey(privateKey: Uint8Array): Uint8Array;
  checkPublicKey(publicKey: Uint8Array): void;
  sharedPoint(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array;
  privateKeyFrom(expand: Expand): Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** X25519 or X448 (RFC 7748). */
class Montgomery implements DhGroup {
  readonly privateKeyLength: number;
  readonly #curve: MontgomeryECDH;

  constructor(privateKeyLength: number, curve: MontgomeryECDH) {
    this.privateKeyLength = privateKeyLength;
    this.#curve = curve;
  }

  /** Return the public key of `privateKey`, or throw `InvalidKey`. */
  publicKey(privateKey: Uint8Array): Uint8Array {
    this.#checkPrivateKey(privateKey);
    return this.#curve.getPublicKey(privateKey);
  }

  /** Throw `InvalidKey` for a wrong length; points of small order are refused on use. */
  checkPublicKey(publicKey: Uint8Array): void {
    if (publicKey.length !== this.privateKeyLength) throw new InvalidKey("length of public key");
  }

  /** Return the shared point, or throw `InvalidKey`, also if it is all zero (RFC 7748, 6). */
  sharedPoint(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
    this.#checkPrivateKey(privateKey);
    this.checkPublicKey(publicKey);
    let shared: Uint8Array;
    try {
      shared = this.#curve.getSharedSecret(privateKey, publicKey);
    } catch {
      throw new InvalidKey("public key of small order");
    }
    // The library refuses this itself; a library that stopped to would be a silent break.
    if (shared.every((byte) => byte === 0)) throw new InvalidKey("public key of small order");
    return shared;
  }

  privateKeyFrom(expand: Expand): Uint8Array {
    return expand("sk", NOTHING, this.privateKeyLength);
  }

  #checkPrivateKey(privateKey: Uint8Array): void {
    if (privateKey.length !== this.privateKeyLength) throw new InvalidKey("length of private key");
  }
}

/** ECDH on P-256, P-384 or P-521, points uncompressed. */
class NistDh implements DhGroup {
  readonly curve: NistCurve;

  constructor(curve: NistCurve) {
    this.curve = curve;
  }

  get privateKeyLength(): number {
    return this.curve.scalarLength;
  }

  /** Return the public key of `privateKey`, or throw `InvalidKey`. */
  publicKey(privateKey: Uint8Array): Uint8Array {
    return this.curve.publicKey(privateKey);
  }

  /** Throw `InvalidKey` unless `publicKey` is an uncompressed point on the curve. */
  checkPublicKey(publicKey: Uint8Array): void {
    this.curve.checkPublicKey(publicKey);
  }

  /** Return the x coordinate of the shared point, or throw `InvalidKey`. */
  sharedPoint(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
    return this.curve.sharedX(privateKey, publicKey);
  }

  privateKeyFrom(expand: Expand): Uint8Array {
    for (let counter = 0; counter < 256; counter++) {
      const candidate = expand("candidate", Uint8Array.of(counter), this.privateKeyLength);
      const masked = this.curve.mask(candidate);
      if (this.curve.isScalar(masked)) return masked;
    }
    throw new InvalidKey("no key pair follows from this secret");
  }
}

/** A KEM from a Diffie-Hellman group and a KDF. */
class DhKem implements Kem {
  readonly id: number;
  readonly group: DhGroup;
  readonly kdf: Kdf;
  readonly #suiteId: Uint8Array;

  constructor(id: number, group: DhGroup, kdf: Kdf) {
    this.id = id;
    this.group = group;
    this.kdf = kdf;
    this.#suiteId = concat(utf8("KEM"), bigEndian(id, 2));
  }

  /** Return a new (private, public) key pair (RFC 9180, 4). */
  generate(random: Random): KeyPair {
    return this.deriveKeyPair(random(this.group.privateKeyLength));
  }

  /** Return the (private, public) pair that follows from `ikm` (RFC 9180, 7.1.3). */
  deriveKeyPair(ikm: Uint8Array): KeyPair {
    const prk = this.kdf.labeledExtract(this.#suiteId, NOTHING, "dkp_prk", ikm);
    const privateKey = this.group.privateKeyFrom((label, context, length) =>
      this.kdf.labeledExpand(this.#suiteId, prk, label, context, length),
    );
    return [privateKey, this.group.publicKey(privateKey)];
  }

  /** Return the public half of `privateKey`, or throw `InvalidKey`. */
  publicKey(privateKey: Uint8Array): Uint8Array {
    return this.group.publicKey(privateKey);
  }

  /** Throw `InvalidKey` unless `publicKey` can be encapsulated to. */
  checkPublicKey(publicKey: Uint8Array): void {
    this.group.checkPublicKey(publicKey);
  }

  /** Return (shared secret, KEM output) for `publicKey`, or throw `InvalidKey`. */
  encapsulate(publicKey: Uint8Array, random: Random): Encapsulation {
    const [ephemeral, kemOutput] = this.generate(random);
    const point = this.group.sharedPoint(ephemeral, publicKey);
    return [this.#sharedSecret(point, concat(kemOutput, publicKey)), kemOutput];
  }

  /** Return the shared secret in `kemOutput`, or throw `InvalidKey` / `DecryptionFailed`. */
  decapsulate(privateKey: Uint8Array, kemOutput: Uint8Array): Uint8Array {
    const publicKey = this.group.publicKey(privateKey);
    let point: Uint8Array;
    try {
      point = this.group.sharedPoint(privateKey, kemOutput);
    } catch (error) {
      throw error instanceof InvalidKey ? new DecryptionFailed("KEM output") : error;
    }
    return this.#sharedSecret(point, concat(kemOutput, publicKey));
  }

  #sharedSecret(point: Uint8Array, context: Uint8Array): Uint8Array {
    const { kdf } = this;
    const prk = kdf.labeledExtract(this.#suiteId, NOTHING, "eae_prk", point);
    return kdf.labeledExpand(this.#suiteId, prk, "shared_secret", context, kdf.hashLength);
  }
}

export const X25519_GROUP = /* @__PURE__ */ new Montgomery(32, x25519);
const X448_GROUP = /* @__PURE__ */ new Montgomery(56, x448);

export const DHKEM_P256 = /* @__PURE__ */ new DhKem(
  0x0010,
  /* @__PURE__ */ new NistDh(P256),
  HKDF_SHA256,
);
export const DHKEM_P384 = /* @__PURE__ */ new DhKem(
  0x0011,
  /* @__PURE__ */ new NistDh(P384),
  HKDF_SHA384,
);
export const DHKEM_P521 = /* @__PURE__ */ new DhKem(
  0x0012,
  /* @__PURE__ */ new NistDh(P521),
  HKDF_SHA512,
);
export const DHKEM_X25519 = /* @__PURE__ */ new DhKem(0x0020, X25519_GROUP, HKDF_SHA256);
export const DHKEM_X448 = /* @__PURE__ */ new DhKem(0x0021, X448_GROUP, HKDF_SHA512);
