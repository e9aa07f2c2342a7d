/**
 * OPRF(ristretto255, SHA-512) in mode 0 (RFC 9497): a password evaluated by a key it never meets.
 *
 * The client blinds its input, the relay evaluates with its key, the client unblinds: the relay
 * learns nothing of the input, the client nothing of the key.
 */

import { expand_message_xmd } from "@noble/curves/abstract/hash-to-curve.js";
import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { CryptoError, InvalidKey } from "../errors.ts";
import { bigEndian, concat, fromLittleEndian, utf8 } from "./bytes.ts";
import type { KeyPair } from "./kem.ts";
import type { Random } from "./randomness.ts";

export const SCALAR_LENGTH = 32;
export const OUTPUT_LENGTH = 64;

const CONTEXT = utf8("OPRFV1-\x00-ristretto255-SHA512");
const UNIFORM_LENGTH = 64;
const MAX_LENGTH = 0xffff;

const { Point } = ristretto255;
const { Fn } = Point;
type Element = InstanceType<typeof Point>;

/** What a client keeps between `blind` and `finalize`: its input and the blinding scalar. */
export interface Blinding {
  readonly input: Uint8Array;
  readonly scalar: Uint8Array;
}

/**
 * Return the (scalar, element) key pair of a 32-byte `seed` and `info` (RFC 9497, 3.2.1).
 *
 * Throws `InvalidKey` for the lengths: `info` has at most 65,535 bytes.
 */
export function deriveKeyPair(seed: Uint8Array, info: Uint8Array): KeyPair {
  if (seed.length !== SCALAR_LENGTH || info.length > MAX_LENGTH) {
    throw new InvalidKey("length of OPRF seed or info");
  }
  for (let counter = 0; counter < 256; counter++) {
    const message = concat(seed, lengthPrefixed(info), Uint8Array.of(counter));
    const tag = tagged("DeriveKeyPair");
    const scalar = reduce(expand_message_xmd(message, tag, UNIFORM_LENGTH, sha512));
    if (scalar !== 0n) return [Fn.toBytes(scalar), Point.BASE.multiply(scalar).toBytes()];
  }
  throw new InvalidKey("no key pair follows from this seed");
}

/**
 * Return what to keep and the 32-byte blinded element to send (RFC 9497, 3.3.1).
 *
 * Throws `CryptoError` if `input` has more than 65,535 bytes.
 */
export function blind(
  input: Uint8Array,
  random: Random,
): readonly [blinding: Blinding, blinded: Uint8Array] {
  if (input.length > MAX_LENGTH) throw new CryptoError("length of OPRF input");
  const scalar = randomScalar(random);
  const blinded = hashToGroup(input).multiply(scalar).toBytes();
  return [{ input: input.slice(), scalar: Fn.toBytes(scalar) }, blinded];
}

/**
 * Return the 32-byte evaluation of `blinded` under the relay's scalar (RFC 9497, 3.3.1).
 *
 * Throws `InvalidKey` unless `key` is a scalar other than zero, and `CryptoError` unless `blinded`
 * is the canonical encoding of an element other than the identity.
 */
export function evaluate(key: Uint8Array, blinded: Uint8Array): Uint8Array {
  const scalar = readScalar(key);
  return readElement(blinded).multiply(scalar).toBytes();
}

/**
 * Return the 64-byte output for the blinded input (RFC 9497, 3.3.1).
 *
 * Throws `InvalidKey` unless the blinding has a scalar other than zero, and `CryptoError` unless
 * `evaluated` is the canonical encoding of an element other than the identity.
 */
export function finalize(blinding: Blinding, evaluated: Uint8Array): Uint8Array {
  const element = readElement(evaluated);
  const inverse = Fn.inv(readScalar(blinding.scalar));
  const unblinded = element.multiply(inverse).toBytes();
  return sha512(concat(lengthPrefixed(blinding.input, unblinded), utf8("Finalize")));
}

function randomScalar(random: Random): bigint {
  for (;;) {
    const scalar = reduce(random(UNIFORM_LENGTH));
    if (scalar !== 0n) return scalar;
  }
}

function reduce(uniform: Uint8Array): bigint {
  return fromLittleEndian(uniform) % Fn.ORDER;
}

function readScalar(scalar: Uint8Array): bigint {
  const number = fromLittleEndian(scalar);
  if (scalar.length !== SCALAR_LENGTH || number === 0n || number >= Fn.ORDER) {
    throw new InvalidKey("OPRF key");
  }
  return number;
}

function readElement(encoded: Uint8Array): Element {
  let element: Element;
  try {
    element = Point.fromBytes(encoded);
  } catch {
    throw new CryptoError("OPRF element");
  }
  // The library counts the identity among the valid points.
  if (element.is0()) throw new CryptoError("OPRF element");
  return element;
}

function hashToGroup(input: Uint8Array): Element {
  return ristretto255_hasher.hashToCurve(input, { DST: tagged("HashToGroup-") });
}

function tagged(purpose: string): Uint8Array {
  return concat(utf8(purpose), CONTEXT);
}

function lengthPrefixed(...parts: readonly Uint8Array[]): Uint8Array {
  return concat(...parts.flatMap((part) => [bigEndian(part.length, 2), part]));
}
