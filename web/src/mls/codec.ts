/** The TLS presentation language as MLS uses it (RFC 9420 §2.1). */

import { bigEndian, concat, join } from "../crypto/bytes.ts";
import { DecodeError } from "../errors.ts";

/** mls10, the only version of the protocol there is (RFC 9420 §17). */
export const PROTOCOL_VERSION = 1;

export const MAX_VECTOR_LENGTH = 2 ** 30 - 1;

export const NO_BYTES: Uint8Array = new Uint8Array();

/** A structure that knows its own wire form. */
export interface Encodable {
  encode(): Uint8Array;
}

/** Write the variable-size length header of a vector, in its shortest form (§2.1.2). */
export function encodeLength(length: number): Uint8Array {
  if (length < 2 ** 6) return uint8(length);
  if (length < 2 ** 14) return uint16(length | 0x4000);
  if (length <= MAX_VECTOR_LENGTH) return uint32((length | 0x8000_0000) >>> 0);
  throw new DecodeError("a vector is too long to encode");
}

/** Write `opaque data<V>`. */
export function opaque(data: Uint8Array): Uint8Array {
  return concat(encodeLength(data.length), data);
}

/** Write a one-byte integer. */
export function uint8(value: number): Uint8Array {
  checkRange(value, 2 ** 8);
  return Uint8Array.of(value);
}

/** Write a two-byte integer. */
export function uint16(value: number): Uint8Array {
  checkRange(value, 2 ** 16);
  return Uint8Array.of(value >>> 8, value);
}

/** Write a four-byte integer. */
export function uint32(value: number): Uint8Array {
  checkRange(value, 2 ** 32);
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** Write an eight-byte integer. */
export function uint64(value: bigint): Uint8Array {
  return bigEndian(value, 8);
}

function checkRange(value: number, end: number): void {
  if (!(value >= 0 && value < end)) throw new RangeError("integer to encode");
}

/** Write `T items<V>`; the header counts bytes, not items. */
export function vector(items: readonly Encodable[]): Uint8Array {
  return opaque(join(items.map((item) => item.encode())));
}

/** Write `uint16 values<V>`. */
export function uint16Vector(values: readonly number[]): Uint8Array {
  return opaque(join(values.map(uint16)));
}

/** Write `uint32 values<V>`. */
export function uint32Vector(values: readonly number[]): Uint8Array {
  return opaque(join(values.map(uint32)));
}

/** Write `optional<T>`, given the encoding of the value or undefined (§2.1.1). */
export function optional(encoded: Uint8Array | undefined): Uint8Array {
  return encoded === undefined ? uint8(0) : concat(uint8(1), encoded);
}

/** Takes structures off the front of `data`; throws DecodeError where it is malformed. */
export class Reader {
  readonly data: Uint8Array;
  readonly end: number;
  position: number;

  constructor(data: Uint8Array, position = 0, end = data.length) {
    this.data = data;
    this.position = position;
    this.end = end;
  }

  /** Read `length` bytes as they are. */
  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.data.slice(start, this.position);
  }

  /** Read a one-byte integer. */
  uint8(): number {
    return this.#byte(this.#advance(1));
  }

  /** Read a two-byte integer. */
  uint16(): number {
    const start = this.#advance(2);
    return (this.#byte(start) << 8) | this.#byte(start + 1);
  }

  /** Read a four-byte integer. */
  uint32(): number {
    const start = this.#advance(4);
    const high = (this.#byte(start) << 8) | this.#byte(start + 1);
    return high * 2 ** 16 + ((this.#byte(start + 2) << 8) | this.#byte(start + 3));
  }

  /** Read an eight-byte integer. */
  uint64(): bigint {
    return (BigInt(this.uint32()) << 32n) | BigInt(this.uint32());
  }

  /** Read a vector's length header; one that is longer than need be is refused (§2.1.2). */
  length(): number {
    const first = this.uint8();
    const prefix = first >> 6;
    if (prefix === 3) throw new DecodeError("a length header has a prefix that is not used");
    let value = first & 0x3f;
    for (let more = (1 << prefix) - 1; more > 0; more--) value = (value << 8) | this.uint8();
    if ((prefix === 1 && value < 2 ** 6) || (prefix === 2 && value < 2 ** 14)) {
      throw new DecodeError("a length header is longer than it need be");
    }
    return value;
  }

  /** Read `opaque data<V>`. */
  opaque(): Uint8Array {
    return this.take(this.length());
  }

  /** Read `T items<V>`, each item by `read`. */
  vector<T>(read: (reader: Reader) => T): T[] {
    const length = this.length();
    const start = this.#advance(length);
    const inner = new Reader(this.data, start, this.position);
    const items: T[] = [];
    while (inner.position < inner.end) items.push(read(inner));
    return items;
  }

  /** Read `optional<T>`. */
  optional<T>(read: (reader: Reader) => T): T | undefined {
    const present = this.uint8();
    if (present === 0) return undefined;
    if (present !== 1) throw new DecodeError("an optional is neither present nor absent");
    return read(this);
  }

  /** See that nothing is left. */
  finish(): void {
    if (this.position !== this.end) throw new DecodeError("there is data after the end");
  }

  #advance(length: number): number {
    const start = this.position;
    if (start + length > this.end) throw new DecodeError("the data ends too early");
    this.position = start + length;
    return start;
  }

  #byte(position: number): number {
    return this.data[position] ?? 0;
  }
}

/** Read `opaque data<V>`, as a function to hand on. */
export function readOpaque(reader: Reader): Uint8Array {
  return reader.opaque();
}

/** Read one structure that must fill `data` exactly. */
export function decodeAll<T>(read: (reader: Reader) => T, data: Uint8Array): T {
  const reader = new Reader(data);
  const value = read(reader);
  reader.finish();
  return value;
}
