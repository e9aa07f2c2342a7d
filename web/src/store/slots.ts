/** Numbers for a room's state records: in the clear a record has no other name. */

import { utf8 } from "../crypto/bytes.ts";
import { StateCorrupt } from "../errors.ts";
import { decode, encode } from "../wire/cbor.ts";

/** Which number each key of the state has. */
export class Slots {
  readonly #byKey = new Map<string, number>();
  #next = 0;

  /** Take up a record that was found under a number; throws StateCorrupt if its key has one. */
  add(key: string, slot: number): void {
    if (this.#byKey.has(key)) throw new StateCorrupt("a record is there twice");
    this.#byKey.set(key, slot);
    this.#next = Math.max(this.#next, slot + 1);
  }

  /** Get a key's number, a new one if it has none. */
  of(key: string): number {
    const slot = this.#byKey.get(key) ?? this.#next++;
    this.#byKey.set(key, slot);
    return slot;
  }

  /** Forget a key whose record is deleted. */
  drop(key: string): void {
    this.#byKey.delete(key);
  }
}

/** Name a record by its number, so that it cannot be moved. */
export function slotName(slot: number): Uint8Array {
  return utf8(String(slot));
}

/** Write a record down with its key. */
export function encodeEntry(key: string, data: Uint8Array): Uint8Array {
  return encode([key, data]);
}

/** Read what `encodeEntry` wrote; throws StateCorrupt. */
export function decodeEntry(entry: Uint8Array): readonly [string, Uint8Array] {
  const read = decode(entry);
  const [key, data] = Array.isArray(read) ? read : [];
  if (typeof key === "string" && data instanceof Uint8Array) return [key, data];
  throw new StateCorrupt("a record of another form");
}
