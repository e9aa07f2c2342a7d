/** Byte strings: joining, comparing, and numbers as bytes. Nothing here changes its arguments. */

const ENCODER = new TextEncoder();
// a byte order mark is part of a text, and bytes that are not UTF-8 are not
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Return the UTF-8 bytes of `text`. */
export function utf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}

/** Return the text whose UTF-8 `bytes` are; throws `TypeError` if they are that of none. */
export function fromUtf8(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

/** Return `parts` one behind the other, in new bytes. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return join(parts);
}

/** Join byte strings into a new one; unlike arguments, there may be any number of them. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let position = 0;
  for (const part of parts) {
    joined.set(part, position);
    position += part.length;
  }
  return joined;
}

/** Tell whether two byte strings are equal, in a time that depends on their lengths alone. */
export function equal(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) {
    difference |= (left[index] as number) ^ (right[index] as number);
  }
  return difference === 0;
}

/**
 * Return `number` as `length` bytes, at most eight, big-endian.
 *
 * Throws `RangeError` unless it is whole, not negative and fits.
 */
export function bigEndian(number: number | bigint, length: number): Uint8Array {
  const whole = BigInt(number);
  if (BigInt.asUintN(8 * length, whole) !== whole) {
    throw new RangeError("number does not fit its bytes");
  }
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, whole);
  return bytes.slice(8 - length);
}

/** Return the number that `bytes` are in big-endian order. */
export function fromBigEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x0${toHex(bytes)}`);
}

/** Return the number that `bytes` are in little-endian order. */
export function fromLittleEndian(bytes: Uint8Array): bigint {
  return fromBigEndian(bytes.slice().reverse());
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Return `bytes` in hexadecimal, which can stand for them in a Map or a Set. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}
