/** Reading bytes from their start to their end, as CBOR and MessagePack are read. */

import { fromUtf8 } from "../crypto/bytes.ts";
import { DecodeError } from "../errors.ts";

/** A place in bytes; every step throws DecodeError where there are too few of them. */
export class Cursor {
  readonly #data: Uint8Array;
  #position = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  /** How many bytes are still to be read. */
  get left(): number {
    return this.#data.length - this.#position;
  }

  /** Read bytes, in a copy. */
  take(length: number | bigint): Uint8Array {
    check(length <= this.left);
    const start = this.#position;
    this.#position += Number(length);
    return new Uint8Array(this.#data.subarray(start, this.#position));
  }

  byte(): number {
    return this.take(1)[0] as number;
  }

  /** Read an unsigned integer of `width` bytes, eight at most, big-endian. */
  uint(width: number): bigint {
    const wide = new Uint8Array(8);
    wide.set(this.take(width), 8 - width);
    return new DataView(wide.buffer).getBigUint64(0);
  }

  text(length: number | bigint): string {
    const bytes = this.take(length);
    try {
      return fromUtf8(bytes);
    } catch {
      throw malformed();
    }
  }

  /** Read how many items follow, each of which takes a byte at least. */
  count(items: bigint): number {
    check(items <= this.left);
    return Number(items);
  }
}

/** Give an integer as a number if a number holds it exactly. */
export function narrow(integer: bigint): number | bigint {
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}

export function check(condition: boolean): asserts condition {
  if (!condition) throw malformed();
}

function malformed(): DecodeError {
  return new DecodeError("not well formed");
}
