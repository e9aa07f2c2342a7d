/** Records in a file that a killed process can be restarted from: what a browser's database does. */

import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { crc32 } from "node:zlib";
import { StateCorrupt, StateFull, StateLocked } from "../../src/errors.ts";
import { MemoryRecords } from "../../src/store/memory_records.ts";
import type { Place, Records, RowChange, StateChange } from "../../src/store/records.ts";
import { decode, encode } from "../../src/wire/cbor.ts";

const HEAD_BYTES = 8;

/** The database of one room: a list of transactions, each written and synced before it counts. */
export class FileRecords implements Records {
  readonly name: string;
  readonly #file: number;
  readonly #memory: MemoryRecords;
  #length = 0;
  #isClosed = false;

  private constructor(name: string, file: number) {
    this.name = name;
    this.#file = file;
    this.#memory = new MemoryRecords(name);
  }

  /** Open a file, or make an empty one; a transaction that was cut off by a kill is left out. */
  static async open(name: string, path: string): Promise<FileRecords> {
    const records = new FileRecords(name, openSync(path, "a+", 0o600));
    await records.#replay();
    return records;
  }

  loadState(): Promise<ReadonlyMap<number, Uint8Array>> {
    return this.#memory.loadState();
  }

  loadPlaces(): Promise<readonly Place[]> {
    return this.#memory.loadPlaces();
  }

  readRows(places: readonly Place[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#memory.readRows(places);
  }

  async write(state: readonly StateChange[], rows: readonly RowChange[]): Promise<void> {
    if (state.length === 0 && rows.length === 0) return;
    // as a browser's database that was closed under us
    if (this.#isClosed) throw new StateLocked();
    const written = encode([
      state.map(({ slot, sealed }) => [slot, sealed ?? null]),
      rows.map(({ place, sealed }) => [place.seq, place.id, place.about ?? null, sealed ?? null]),
    ]);
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32BE(written.length);
    head.writeUInt32BE(checksum(written), 4);
    const transaction = Buffer.concat([head, written]);
    try {
      if (writeSync(this.#file, transaction) < transaction.length) throw new StateFull();
      fsyncSync(this.#file);
    } catch {
      ftruncateSync(this.#file, this.#length);
      throw new StateFull();
    }
    this.#length += transaction.length;
    await this.#memory.write(state, rows);
  }

  close(): void {
    this.#isClosed = true;
    closeSync(this.#file);
  }

  async #replay(): Promise<void> {
    const all = Buffer.alloc(fstatSync(this.#file).size);
    readSync(this.#file, all, 0, all.length, 0);
    while (this.#length + HEAD_BYTES <= all.length) {
      const [begin, head] = [this.#length + HEAD_BYTES, all.subarray(this.#length)];
      const written = all.subarray(begin, begin + head.readUInt32BE());
      if (written.length < head.readUInt32BE() || checksum(written) !== head.readUInt32BE(4)) break;
      const [state, rows] = decode(new Uint8Array(written)) as [StateRow[], TranscriptRow[]];
      await this.#memory.write(
        state.map(([slot, sealed]) => ({ slot, sealed: sealed ?? undefined })),
        rows.map(([seq, id, about, sealed]) => {
          return { place: { seq, id, about: about ?? undefined }, sealed: sealed ?? undefined };
        }),
      );
      this.#length = begin + written.length;
    }
    if (this.#length < all.length) ftruncateSync(this.#file, this.#length);
  }
}

type StateRow = [number, Uint8Array | null];
type TranscriptRow = [number, Uint8Array, Uint8Array | null, Uint8Array | null];

function checksum(bytes: Uint8Array): number {
  if (typeof crc32 !== "function") throw new StateCorrupt("this Node has no crc32");
  return crc32(bytes);
}
