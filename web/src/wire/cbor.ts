/** Deterministic CBOR (RFC 8949, section 4.2): what messages and stored records are made of. */

import { bigEndian, concat, utf8 } from "../crypto/bytes.ts";
import { Cursor, check, narrow } from "./cursor.ts";

const Major = { UINT: 0, NEGATIVE: 1, BYTES: 2, TEXT: 3, LIST: 4, MAP: 5, SIMPLE: 7 } as const;
const FALSE = 20;
const TRUE = 21;
const NULL = 22;

/** How many bytes follow an initial byte whose low bits are 24 and more. */
const WIDTHS = [1, 2, 4, 8];

/**
 * Write integers of 64 bits, truth, null, text, bytes, lists, and maps in their own order.
 *
 * A record, whose names are text, is written as a map. Throws TypeError or RangeError.
 */
export function encode(value: unknown): Uint8Array {
  if (value === null) return head(Major.SIMPLE, NULL);
  if (typeof value === "boolean") return head(Major.SIMPLE, value ? TRUE : FALSE);
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return integer(value as number);
  if (typeof value === "string") {
    const bytes = utf8(value);
    return concat(head(Major.TEXT, bytes.length), bytes);
  }
  if (value instanceof Uint8Array) return concat(head(Major.BYTES, value.length), value);
  if (Array.isArray(value)) {
    return concat(head(Major.LIST, value.length), ...value.map(encode));
  }
  if (typeof value !== "object") throw new TypeError("nothing that CBOR has here");
  const entries = value instanceof Map ? [...value] : Object.entries(value as object);
  return concat(head(Major.MAP, entries.length), ...entries.flat(1).map(encode));
}

function integer(value: number | bigint): Uint8Array {
  const whole = BigInt(value);
  return whole < 0n ? head(Major.NEGATIVE, -1n - whole) : head(Major.UINT, whole);
}

function head(major: number, argument: number | bigint): Uint8Array {
  const first = major << 5;
  if (argument < 24) return Uint8Array.of(first | Number(argument));
  const at = WIDTHS.findIndex((width) => BigInt(argument) >> BigInt(8 * width) === 0n);
  const width = WIDTHS[at];
  if (width === undefined) throw new RangeError("an integer of more than 64 bits");
  return concat(Uint8Array.of(first | (24 + at)), bigEndian(argument, width));
}

/**
 * Read exactly one value, in its shortest form, with at most `containers` lists and maps.
 *
 * Integers that no `number` holds exactly are `bigint`; maps are Map, with keys that are integers
 * or text, in whatever order they come. Throws DecodeError.
 */
export function decode(data: Uint8Array, containers = Number.POSITIVE_INFINITY): unknown {
  const cursor = new Cursor(data);
  const value = new Reader(cursor, containers).value();
  check(cursor.left === 0);
  return value;
}

/** Read a record that was written as one, with the records in it. */
export function decodeRecord(data: Uint8Array): Readonly<Record<string, unknown>> {
  return toRecord(decode(data)) as Readonly<Record<string, unknown>>;
}

/** Turn maps back into the records that they were written from. */
export function toRecord(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toRecord);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([name, item]) => [name, toRecord(item)]));
}

class Reader {
  readonly #cursor: Cursor;
  #containersLeft: number;

  constructor(cursor: Cursor, containers: number) {
    this.#cursor = cursor;
    this.#containersLeft = containers;
  }

  value(): unknown {
    const first = this.#cursor.byte();
    const argument = this.#argument(first & 31);
    switch (first >> 5) {
      case Major.UINT:
        return narrow(argument);
      case Major.NEGATIVE:
        return narrow(-1n - argument);
      case Major.BYTES:
        return this.#cursor.take(argument);
      case Major.TEXT:
        return this.#cursor.text(argument);
      case Major.LIST:
        return Array.from({ length: this.#count(argument) }, () => this.value());
      case Major.MAP:
        return this.#map(this.#count(argument));
      default:
        return simple(first);
    }
  }

  #argument(low: number): bigint {
    if (low < 24) return BigInt(low);
    const width = WIDTHS[low - 24];
    check(width !== undefined);
    const argument = this.#cursor.uint(width);
    // shorter would do
    check(argument >= (width === 1 ? 24n : 1n << BigInt(4 * width)));
    return argument;
  }

  #count(items: bigint): number {
    this.#containersLeft -= 1;
    check(this.#containersLeft >= 0);
    return this.#cursor.count(items);
  }

  #map(size: number): Map<number | string, unknown> {
    const map = new Map<number | string, unknown>();
    for (let left = size; left > 0; left--) {
      const key = this.value();
      check((typeof key === "number" || typeof key === "string") && !map.has(key));
      map.set(key, this.value());
    }
    return map;
  }
}

function simple(first: number): boolean | null {
  const low = first & 31;
  check(first >> 5 === Major.SIMPLE && low >= FALSE && low <= NULL);
  return low === NULL ? null : low === TRUE;
}
