/** Records that are kept in memory, for a private window and for tests: gone when it closes. */

import { toHex } from "../crypto/bytes.ts";
import type { Place, Records, RowChange, StateChange } from "./records.ts";

interface Row {
  readonly place: Place;
  readonly sealed: Uint8Array;
}

/** The database of one room, in memory. */
export class MemoryRecords implements Records {
  readonly name: string;
  #state: Map<number, Uint8Array>;
  #rows: Map<string, Row>;

  constructor(name: string) {
    this.name = name;
    this.#state = new Map();
    this.#rows = new Map();
  }

  /** Make another database with what is in this one now, as a backup would. */
  copy(): MemoryRecords {
    const copied = new MemoryRecords(this.name);
    copied.#state = new Map(this.#state);
    copied.#rows = new Map(this.#rows);
    return copied;
  }

  async loadState(): Promise<ReadonlyMap<number, Uint8Array>> {
    return new Map(this.#state);
  }

  async loadPlaces(): Promise<readonly Place[]> {
    const places = [...this.#rows.values()].map((row) => row.place);
    return places.sort((left, right) => left.seq - right.seq);
  }

  async readRows(places: readonly Place[]): Promise<readonly (Uint8Array | undefined)[]> {
    return places.map((place) => this.#rows.get(keyOf(place))?.sealed);
  }

  async write(state: readonly StateChange[], rows: readonly RowChange[]): Promise<void> {
    for (const { slot, sealed } of state) {
      if (sealed === undefined) this.#state.delete(slot);
      else this.#state.set(slot, sealed);
    }
    for (const { place, sealed } of rows) {
      if (sealed === undefined) this.#rows.delete(keyOf(place));
      else this.#rows.set(keyOf(place), { place, sealed });
    }
  }

  close(): void {}
}

function keyOf(place: Place): string {
  const about = place.about === undefined ? "" : toHex(place.about);
  return `${place.seq}:${toHex(place.id)}:${about}`;
}
