/**
 * Ed25519 (RFC 8032) with the verdicts that every member of a group must share.
 *
 * Verification multiplies by no cofactor and compares R as bytes, as OpenSSL, BoringSSL and
 * libsodium do: for signatures made to tell implementations apart, the other reading of the RFC
 * would split a group into those who accept a message and those who do not.
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { BadSignature, InvalidKey } from "../errors.ts";
import { concat, equal, fromLittleEndian, toHex } from "./bytes.ts";
import type { KeyPair } from "./kem.ts";
import type { Random } from "./randomness.ts";
import { RecentMap } from "./recent_map.ts";
import type { SignatureScheme } from "./signature.ts";

const KEY_LENGTH = 32;
const SIGNATURE_LENGTH = 64;
const REMEMBERED_KEYS = 64;

// A table of multiples costs as much as three verifications and makes each later one twice as fast.
const USES_BEFORE_TABLE = 4;
const TABLE_WINDOW = 4;

const { Point } = ed25519;
const { Fn } = Point;
type EdwardsPoint = InstanceType<typeof Point>;

/** The y coordinates, reduced or not, of the points of order 1, 2, 4 and 8. */
const SMALL_ORDER: ReadonlySet<bigint> = smallOrder();

/** A signature to be verified. */
export interface SignatureCheck {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

interface VerificationKey {
  readonly negated: EdwardsPoint;
  uses: number;
}

/** Ed25519 with 32-byte seeds as private keys. */
export class Ed25519 implements SignatureScheme {
  readonly name = "Ed25519";
  readonly keyLength = KEY_LENGTH;
  readonly signatureLength = SIGNATURE_LENGTH;
  /** Public keys by a digest of their seed: half the work of a signature is to find this again. */
  readonly #publicKeys = new RecentMap<string, Uint8Array>(REMEMBERED_KEYS);
  readonly #verificationKeys = new RecentMap<string, VerificationKey>(REMEMBERED_KEYS);
  /** Digests of signatures that the platform found valid and nobody has asked for yet. */
  readonly #preverified = new Set<string>();

  /** Return a new (private seed, public key) pair, 32 bytes each. */
  generate(random: Random): KeyPair {
    return this.fromSeed(random(KEY_LENGTH));
  }

  /** Return the (private, public) pair of `seed`, or throw `InvalidKey` for its length. */
  fromSeed(seed: Uint8Array): KeyPair {
    return [seed, this.publicKey(seed)];
  }

  /** Return the public half of `privateKey`, or throw `InvalidKey`. */
  publicKey(privateKey: Uint8Array): Uint8Array {
    if (privateKey.length !== KEY_LENGTH) throw new InvalidKey("length of private key");
    const digest = toHex(sha256(privateKey));
    const known = this.#publicKeys.get(digest) ?? ed25519.getPublicKey(privateKey);
    this.#publicKeys.set(digest, known);
    return known.slice();
  }

  /** Return the signature of `message`, 64 bytes, or throw `InvalidKey` (RFC 8032, 5.1.6). */
  sign(privateKey: Uint8Array, message: Uint8Array): Uint8Array {
    const publicKey = this.publicKey(privateKey);
    const expanded = sha512(privateKey);
    const scalar = reduce(clamp(expanded.subarray(0, 32)));
    const nonce = reduce(sha512(concat(expanded.subarray(32), message)));
    const commitment = Point.BASE.multiply(nonce).toBytes();
    const challenge = reduce(sha512(concat(commitment, publicKey, message)));
    return concat(commitment, Fn.toBytes(Fn.create(nonce + challenge * scalar)));
  }

  /**
   * Throw `BadSignature` unless `signature` is one of `message` under `publicKey`.
   *
   * A key of small order verifies nothing: anybody could sign for it.
   */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): void {
    if (publicKey.length !== KEY_LENGTH) throw new BadSignature("length of public key");
    if (SMALL_ORDER.has(yCoordinate(publicKey))) {
      throw new BadSignature("public key of small order");
    }
    if (signature.length !== SIGNATURE_LENGTH) throw new BadSignature();
    if (this.#takePreverified({ publicKey, message, signature })) return;
    const commitment = signature.subarray(0, 32);
    const response = fromLittleEndian(signature.subarray(32));
    if (response >= Fn.ORDER) throw new BadSignature();
    const negated = this.#negatedPoint(publicKey);
    const challenge = reduce(sha512(concat(commitment, publicKey, message)));
    const found = Point.BASE.multiplyUnsafe(response).add(negated.multiplyUnsafe(challenge));
    if (!equal(found.toBytes(), commitment)) throw new BadSignature();
  }

  /**
   * Let the platform check signatures that `verify` will soon be asked about, many at once.
   *
   * Each one it finds valid is remembered for one `verify`. Where the platform has no Ed25519, or
   * refuses, `verify` does all of the work itself.
   */
  async preverify(checks: readonly SignatureCheck[]): Promise<void> {
    const subtle = globalThis.crypto?.subtle;
    if (subtle === undefined) return;
    await Promise.all(
      checks.map(async (check) => {
        if (await verifiedByPlatform(subtle, check)) this.#preverified.add(digestOf(check));
      }),
    );
  }

  #takePreverified(check: SignatureCheck): boolean {
    return this.#preverified.size > 0 && this.#preverified.delete(digestOf(check));
  }

  #negatedPoint(publicKey: Uint8Array): EdwardsPoint {
    const name = toHex(publicKey);
    const key = this.#verificationKeys.get(name) ?? { negated: decode(publicKey), uses: 0 };
    key.uses++;
    if (key.uses === USES_BEFORE_TABLE) key.negated.precompute(TABLE_WINDOW);
    this.#verificationKeys.set(name, key);
    return key.negated;
  }
}

async function verifiedByPlatform(subtle: SubtleCrypto, check: SignatureCheck): Promise<boolean> {
  const [publicKey, message, signature] = [check.publicKey, check.message, check.signature].map(
    (bytes) => new Uint8Array(bytes),
  ) as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];
  try {
    const key = await subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return await subtle.verify("Ed25519", key, signature, message);
  } catch {
    return false;
  }
}

function digestOf({ publicKey, message, signature }: SignatureCheck): string {
  return toHex(sha256(concat(publicKey, signature, message)));
}

function decode(publicKey: Uint8Array): EdwardsPoint {
  try {
    // Not the strict decoding: it refuses a few keys, never seen, that the other members accept.
    return Point.fromBytes(publicKey, true).negate();
  } catch {
    throw new BadSignature();
  }
}

function clamp(head: Uint8Array): Uint8Array {
  const clamped = head.slice();
  clamped[0] = (clamped[0] ?? 0) & 0xf8;
  clamped[31] = ((clamped[31] ?? 0) & 0x7f) | 0x40;
  return clamped;
}

function reduce(bytes: Uint8Array): bigint {
  return Fn.create(fromLittleEndian(bytes));
}

function yCoordinate(publicKey: Uint8Array): bigint {
  return BigInt.asUintN(255, fromLittleEndian(publicKey));
}

function smallOrder(): ReadonlySet<bigint> {
  const prime = Point.Fp.ORDER;
  const order8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
  return new Set([0n, 1n, order8, prime - order8, prime - 1n, prime, prime + 1n]);
}
