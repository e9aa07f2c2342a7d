/** Key encodings of the NIST curves: scalars big-endian, points uncompressed (SEC 1, 2.3). */

import type { ECDSA } from "@noble/curves/abstract/weierstrass.js";
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { InvalidKey } from "../errors.ts";
import { concat, fromBigEndian } from "./bytes.ts";
import type { Random } from "./randomness.ts";

const UNCOMPRESSED = 0x04;

/** One curve with its signatures, and the mask for a random scalar's first byte. */
export class NistCurve {
  readonly curve: ECDSA;
  readonly topByteMask: number;

  constructor(curve: ECDSA, topByteMask = 0xff) {
    this.curve = curve;
    this.topByteMask = topByteMask;
  }

  get scalarLength(): number {
    return this.curve.Point.Fn.BYTES;
  }

  get pointLength(): number {
    return 1 + 2 * this.scalarLength;
  }

  /** Tell whether `privateKey` encodes a number between 1 and the order minus 1. */
  isScalar(privateKey: Uint8Array): boolean {
    const number = fromBigEndian(privateKey);
    const inRange = 0n < number && number < this.curve.Point.Fn.ORDER;
    return privateKey.length === this.scalarLength && inRange;
  }

  /** Return a scalar candidate without the bits above the curve's size. */
  mask(candidate: Uint8Array): Uint8Array {
    return concat(Uint8Array.of((candidate[0] ?? 0) & this.topByteMask), candidate.subarray(1));
  }

  /** Return a uniform private key, trying again until one is in range. */
  generateScalar(random: Random): Uint8Array {
    for (;;) {
      const masked = this.mask(random(this.scalarLength));
      if (this.isScalar(masked)) return masked;
    }
  }

  /** Throw `InvalidKey` unless `privateKey` is a scalar of `scalarLength` bytes. */
  checkPrivateKey(privateKey: Uint8Array): void {
    if (!this.isScalar(privateKey)) throw new InvalidKey("private key out of range");
  }

  /** Throw `InvalidKey` unless `publicKey` is an uncompressed point on the curve. */
  checkPublicKey(publicKey: Uint8Array): void {
    if (publicKey.length !== this.pointLength || publicKey[0] !== UNCOMPRESSED) {
      throw new InvalidKey("public key is not an uncompressed point");
    }
    try {
      this.curve.Point.fromBytes(publicKey);
    } catch {
      throw new InvalidKey("public key is not on the curve");
    }
  }

  /** Return the uncompressed public point of `privateKey`, or throw `InvalidKey`. */
  publicKey(privateKey: Uint8Array): Uint8Array {
    this.checkPrivateKey(privateKey);
    return this.curve.getPublicKey(privateKey, false);
  }

  /** Return the x coordinate of the point both keys lead to, or throw `InvalidKey`. */
  sharedX(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
    this.checkPublicKey(publicKey);
    this.checkPrivateKey(privateKey);
    return this.curve.getSharedSecret(privateKey, publicKey, false).slice(1, 1 + this.scalarLength);
  }
}

export const P256 = /* @__PURE__ */ new NistCurve(p256);
export const P384 = /* @__PURE__ */ new NistCurve(p384);
export const P521 = /* @__PURE__ */ new NistCurve(p521, 0x01);
