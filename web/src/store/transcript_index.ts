/** Which messages a room's transcript holds: their places, without what they say. */

import { toHex } from "../crypto/bytes.ts";
import type { Place } from "./records.ts";

/** The places of a transcript in the order of the log, by id, and by what they change. */
export class TranscriptIndex {
  readonly #places: Place[] = [];
  readonly #byId = new Map<string, Place>();
  readonly #byTarget = new Map<string, Place[]>();

  constructor(places: Iterable<Place> = []) {
    for (const place of places) this.add(place);
  }

  /** Take a place in, unless it is here. */
  add(place: Place): void {
    const at = this.#lowest(place.seq + 1);
    const id = keyOf(place);
    if (this.#byId.has(id)) return;
    this.#places.splice(at, 0, place);
    this.#byId.set(id, place);
    if (place.about !== undefined) {
      const target = toHex(place.about);
      this.#byTarget.set(target, [...(this.#byTarget.get(target) ?? []), place]);
    }
  }

  /** Forget a place. */
  delete(place: Place): void {
    const known = this.#byId.get(keyOf(place));
    if (known === undefined) return;
    this.#byId.delete(keyOf(place));
    this.#places.splice(this.#places.indexOf(known, this.#lowest(known.seq)), 1);
    if (known.about === undefined) return;
    const target = toHex(known.about);
    const others = (this.#byTarget.get(target) ?? []).filter((other) => other !== known);
    if (others.length > 0) this.#byTarget.set(target, others);
    else this.#byTarget.delete(target);
  }

  /** Find the place of a message; undefined if it is not in the transcript. */
  find(id: Uint8Array): Place | undefined {
    return this.#byId.get(toHex(id));
  }

  /** List what changes a message or is put under it, in the order of the log. */
  about(id: Uint8Array): readonly Place[] {
    return [...(this.#byTarget.get(toHex(id)) ?? [])].sort((one, other) => one.seq - other.seq);
  }

  /** Find the content at a place in the log; undefined if there is none. */
  at(seq: number): Place | undefined {
    for (const place of this.from(seq)) {
      if (place.seq > seq) return undefined;
      if (isContent(place)) return place;
    }
    return undefined;
  }

  /** Go back through the places below one in the log, newest first. */
  *below(seq: number): Generator<Place> {
    for (let at = this.#lowest(seq) - 1; at >= 0; at--) {
      const place = this.#places[at];
      if (place !== undefined) yield place;
    }
  }

  /** Go on through the places from one in the log on, oldest first. */
  *from(seq: number): Generator<Place> {
    for (let at = this.#lowest(seq); at < this.#places.length; at++) {
      const place = this.#places[at];
      if (place !== undefined) yield place;
    }
  }

  /** Find the first position whose place is not before `seq`. */
  #lowest(seq: number): number {
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#places[middle]?.seq ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const NOTICE_ID_BYTES = 1;

/** Say whether a place is that of content; the ids of notices count what happened at one `seq`. */
export function isContent(place: Place): boolean {
  return place.id.length !== NOTICE_ID_BYTES;
}

/** Make the id of the `count`th notice at a place in the log. */
export function noticeId(count: number): Uint8Array {
  return Uint8Array.of(count);
}

function keyOf(place: Place): string {
  return isContent(place) ? toHex(place.id) : `${place.seq}:${toHex(place.id)}`;
}
