/** Records in the browser's own database; one IndexedDB database for each room. */

import { RoomkeyError, StateCorrupt, StateFull, StateLocked } from "../errors.ts";
import { committed, deleteDatabase, done, openDatabase, writingTo } from "./indexed_db.ts";
import type { Place, Records, RowChange, StateChange } from "./records.ts";

/** `[seq, id]`, or `[seq, id, about]`: the order of the log, and all that is known without opening. */
type RowKey = [number, BufferSource] | [number, BufferSource, BufferSource];

/** The database of one room, in IndexedDB. */
export class IndexedRecords implements Records {
  readonly name: string;
  readonly #database: IDBDatabase;

  private constructor(name: string, database: IDBDatabase) {
    this.name = name;
    this.#database = database;
  }

  /** Open a database, or make an empty one. */
  static async open(name: string): Promise<IndexedRecords> {
    try {
      return new IndexedRecords(name, await openDatabase(name, ["state", "transcript"]));
    } catch (error) {
      throw stateError(error);
    }
  }

  /** Delete a database with everything in it, whoever has it open. */
  static async delete(name: string): Promise<void> {
    try {
      await deleteDatabase(name);
    } catch (error) {
      throw stateError(error);
    }
  }

  async loadState(): Promise<ReadonlyMap<number, Uint8Array>> {
    return this.#run(async () => {
      const store = this.#reading("state");
      const [keys, values] = await Promise.all([
        done(store.getAllKeys() as IDBRequest<number[]>),
        done(store.getAll()),
      ]);
      return new Map(keys.map((slot, at) => [slot, bytesOf(values[at])]));
    });
  }

  async loadPlaces(): Promise<readonly Place[]> {
    return this.#run(async () => {
      const store = this.#reading("transcript");
      const keys = await done(store.getAllKeys() as IDBRequest<unknown[]> as IDBRequest<RowKey[]>);
      return keys.map(([seq, id, about]) => ({
        seq,
        id: bytesOf(id),
        about: about === undefined ? undefined : bytesOf(about),
      }));
    });
  }

  async readRows(places: readonly Place[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#run(async () => {
      const store = this.#reading("transcript");
      const rows = await Promise.all(places.map((place) => done(store.get(keyOf(place)))));
      return rows.map((row) => (row === undefined ? undefined : bytesOf(row)));
    });
  }

  async write(state: readonly StateChange[], rows: readonly RowChange[]): Promise<void> {
    if (state.length === 0 && rows.length === 0) return;
    await this.#run(async () => {
      const writing = writingTo(this.#database, ["state", "transcript"]);
      const [records, transcript] = [
        writing.objectStore("state"),
        writing.objectStore("transcript"),
      ];
      const requests = [
        ...state.map(({ slot, sealed }) =>
          sealed === undefined ? done(records.delete(slot)) : done(records.put(sealed, slot)),
        ),
        ...rows.map(({ place, sealed }) =>
          sealed === undefined
            ? done(transcript.delete(keyOf(place)))
            : done(transcript.put(sealed, keyOf(place))),
        ),
      ];
      // when one fails all do; the one that says why is not always the first
      const settled = await Promise.allSettled<unknown>([...requests, committed(writing)]);
      const errors = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
      if (errors.length > 0) throw errors.find((error) => nameOf(error) === QUOTA) ?? errors[0];
    }, StateFull);
  }

  close(): void {
    this.#database.close();
  }

  #reading(store: string): IDBObjectStore {
    return this.#database.transaction(store).objectStore(store);
  }

  async #run<T>(work: () => Promise<T>, otherwise: ErrorClass = StateCorrupt): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw stateError(error, otherwise);
    }
  }
}

function keyOf({ seq, id, about }: Place): RowKey {
  return about === undefined ? [seq, id.slice()] : [seq, id.slice(), about.slice()];
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof Uint8Array) return value;
  throw new StateCorrupt("a record of another form");
}

const QUOTA = "QuotaExceededError";

type ErrorClass = new (detail: string) => RoomkeyError;

/** Say in the project's words what the browser's database threw. */
export function stateError(error: unknown, otherwise: ErrorClass = StateCorrupt): RoomkeyError {
  if (error instanceof RoomkeyError) return error;
  const name = nameOf(error);
  if (name === QUOTA) return new StateFull();
  // closed under us: another window deletes it
  if (name === "InvalidStateError") return new StateLocked();
  return new otherwise(name);
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : "";
}
