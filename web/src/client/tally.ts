/** How many messages each member has sent, so that one that the relay leaves out is missed. */

import { toHex } from "../crypto/bytes.ts";
import { decodeAll, type Reader, uint32 } from "../mls/codec.ts";

const MAX_SENT = 2 ** 32 - 1;

/** Write a sender's count, the `authenticated_data` of its message; it ends at 2^32 - 1. */
export function encodeSent(sent: number): Uint8Array {
  return uint32(Math.min(sent, MAX_SENT));
}

/** Read a sender's count; throws DecodeError. */
export function decodeSent(data: Uint8Array): number {
  return decodeAll((reader: Reader) => reader.uint32(), data);
}

/**
 * How many messages of each sender this member knows of, by leaf key in hexadecimal.
 *
 * Of who was there before it came in it knows that from the first message on that it reads.
 */
export class Tally {
  readonly counts: Map<string, number>;

  constructor(counts: ReadonlyMap<string, number> = new Map()) {
    this.counts = new Map(counts);
  }

  /** Count a message that its sender sent `sent` before; returns whether some are missing. */
  take(leaf: Uint8Array, sent: number): boolean {
    const key = toHex(leaf);
    const known = this.counts.get(key) ?? sent;
    // a sender that came back with an old copy of its state counts on from there
    this.counts.set(key, Math.max(known, sent) + 1);
    return sent > known;
  }

  /** Go on in a group that this member followed into: who is new has sent nothing. */
  follow(before: readonly string[], after: readonly string[]): Tally {
    const old = new Set(before);
    const counts = new Map<string, number>();
    for (const leaf of after) {
      const count = this.counts.get(leaf) ?? (old.has(leaf) ? undefined : 0);
      if (count !== undefined) counts.set(leaf, count);
    }
    return new Tally(counts);
  }
}
