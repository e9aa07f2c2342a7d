/** Bytes as tests write them down, change them and draw them. */

import { shake256 } from "@noble/hashes/sha3.js";
import type { Random } from "../src/crypto/randomness.ts";

/** Read hexadecimal. */
export function unhex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

/** Write hexadecimal. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** Return a copy with one bit changed, in the last byte unless another is named. */
export function flip(bytes: Uint8Array, position = -1, bit = 0): Uint8Array {
  const changed = bytes.slice();
  const at = position < 0 ? bytes.length + position : position;
  changed[at] = (changed[at] ?? 0) ^ (1 << bit);
  return changed;
}

/** Return a source that gives `value` whatever it is asked for. */
export function fixed(value: Uint8Array): Random {
  return () => value.slice();
}

/** Return a source of bytes that follows from `seed`. */
export function stream(seed: string): Random {
  let position = 0;
  return (length) => {
    position += length;
    return shake256(new TextEncoder().encode(seed), { dkLen: position }).slice(-length);
  };
}

/** Return a number as `length` bytes, little-endian. */
export function littleEndian(number: bigint, length: number): Uint8Array {
  return unhex(number.toString(16).padStart(2 * length, "0")).reverse();
}
