/**
 * Where rooms are kept: their keys, which no script can read, and one database for each.
 *
 * A database is named by a hash of relay and room code under a key of this device, so that the
 * names that a browser shows to anybody at its storage do not say which rooms those are.
 */

import { toHex, utf8 } from "../crypto/bytes.ts";
import { StateCorrupt } from "../errors.ts";
import { transcript } from "../wire/transcripts.ts";
import { committed, done, openDatabase, writingTo } from "./indexed_db.ts";
import { IndexedRecords, stateError } from "./indexed_records.ts";
import { type Locks, MemoryLocks, type RoomLock } from "./locks.ts";
import { MemoryRecords } from "./memory_records.ts";
import { generateRecordKey, RecordCipher } from "./record_cipher.ts";
import type { Records } from "./records.ts";
import { RoomStore } from "./room_store.ts";

const KEYS_DATABASE = "roomkey";
const ROOM_PREFIX = "roomkey-room-";
const NAMES_KEY = "names";
const NAME_LABEL = utf8("roomkey v1 room database");
const NAME_BYTES = 16;
const HMAC = { name: "HMAC", hash: "SHA-256" } as const;

/** The rooms of this device, or of this private window. */
export interface Keystore {
  /** Name the database of a room. */
  name(relay: string, code: string): Promise<string>;
  /** List the databases of all rooms. */
  names(): Promise<readonly string[]>;
  /** Open a room's store, or throw StateCorrupt; with `create`, make it. */
  open(name: string, options?: { readonly create?: boolean }): Promise<RoomStore>;
  /** Delete a room's key and everything that is sealed under it. */
  delete(name: string): Promise<void>;
  /** Delete all rooms, and the key that they are named under. */
  deleteEverything(): Promise<void>;
  /** Take a room for this worker alone; throws StateLocked. */
  lock(name: string): Promise<RoomLock>;
}

/** Keys of rooms by the names of their databases; what differs is where they lie. */
abstract class BaseKeystore implements Keystore {
  constructor(protected readonly locks: Locks) {}

  abstract names(): Promise<readonly string[]>;
  abstract delete(name: string): Promise<void>;
  abstract deleteEverything(): Promise<void>;
  protected abstract namesKey(): Promise<CryptoKey>;
  protected abstract roomKey(name: string): Promise<CryptoKey | undefined>;
  protected abstract addRoomKey(name: string, key: CryptoKey): Promise<void>;
  protected abstract records(name: string): Promise<Records>;

  async name(relay: string, code: string): Promise<string> {
    const named = transcript(NAME_LABEL, utf8(relay), utf8(code)).slice();
    const digest = await crypto.subtle.sign("HMAC", await this.namesKey(), named);
    return ROOM_PREFIX + toHex(new Uint8Array(digest, 0, NAME_BYTES));
  }

  async open(name: string, options: { readonly create?: boolean } = {}): Promise<RoomStore> {
    let key = await this.roomKey(name);
    if (key === undefined) {
      if (!options.create) throw new StateCorrupt("there is no such room");
      key = await generateRecordKey();
      await this.addRoomKey(name, key);
    }
    const records = await this.records(name);
    try {
      return await RoomStore.open(records, new RecordCipher(key, name), options);
    } catch (error) {
      records.close();
      throw error;
    }
  }

  lock(name: string): Promise<RoomLock> {
    return this.locks.take(name);
  }
}

/** Rooms in the browser's storage. */
export class IndexedKeystore extends BaseKeystore {
  #opening: Promise<IDBDatabase> | undefined;

  async names(): Promise<readonly string[]> {
    return this.#run((database) =>
      done(reading(database, "room").getAllKeys() as IDBRequest<string[]>),
    );
  }

  async delete(name: string): Promise<void> {
    // the key first: without it the rest is nothing, whatever becomes of it
    await this.#write("room", (store) => store.delete(name));
    await IndexedRecords.delete(name);
  }

  async deleteEverything(): Promise<void> {
    const listed = await indexedDB.databases();
    const rooms = listed.flatMap(({ name }) => (name?.startsWith(ROOM_PREFIX) ? [name] : []));
    await this.#write("room", (store) => store.clear());
    await Promise.all(rooms.map((name) => IndexedRecords.delete(name)));
    const opened = this.#opening;
    this.#opening = undefined;
    (await opened)?.close();
    await IndexedRecords.delete(KEYS_DATABASE);
  }

  protected async namesKey(): Promise<CryptoKey> {
    const known = await this.#get("key", NAMES_KEY);
    if (known !== undefined) return known;
    const drawn = await generateNamesKey();
    // another window may have been first, and its key is the one that counts
    return this.#run(async (database) => {
      const writing = writingTo(database, "key");
      const store = writing.objectStore("key");
      const reading = store.get(NAMES_KEY) as IDBRequest<CryptoKey | undefined>;
      reading.onsuccess = () => {
        if (reading.result === undefined) store.put(drawn, NAMES_KEY);
      };
      await committed(writing);
      return reading.result ?? drawn;
    });
  }

  protected roomKey(name: string): Promise<CryptoKey | undefined> {
    return this.#get("room", name);
  }

  protected async addRoomKey(name: string, key: CryptoKey): Promise<void> {
    await this.#write("room", (store) => store.put(key, name));
  }

  protected records(name: string): Promise<Records> {
    return IndexedRecords.open(name);
  }

  #get(store: StoreName, name: string): Promise<CryptoKey | undefined> {
    return this.#run((database) => done(reading(database, store).get(name)));
  }

  async #write(store: StoreName, work: (store: IDBObjectStore) => unknown): Promise<void> {
    await this.#run(async (database) => {
      const writing = writingTo(database, store);
      work(writing.objectStore(store));
      await committed(writing);
    });
  }

  async #run<T>(work: (database: IDBDatabase) => Promise<T>): Promise<T> {
    try {
      this.#opening ??= openKeys(() => {
        this.#opening = undefined;
      });
      return await work(await this.#opening);
    } catch (error) {
      throw stateError(error);
    }
  }
}

function openKeys(closed: () => void): Promise<IDBDatabase> {
  const opening = openDatabase(KEYS_DATABASE, ["key", "room"], closed);
  opening.catch(closed);
  return opening;
}

type StoreName = "key" | "room";

function reading(database: IDBDatabase, store: StoreName): IDBObjectStore {
  return database.transaction(store).objectStore(store);
}

/** Rooms that are gone with this window. */
export class MemoryKeystore extends BaseKeystore {
  #namesKey: Promise<CryptoKey> | undefined;
  readonly #rooms: Map<string, { readonly key: CryptoKey; readonly records: MemoryRecords }>;

  constructor(locks: Locks = new MemoryLocks()) {
    super(locks);
    this.#rooms = new Map();
  }

  /** Make another keystore with what is in this one now, as a backup would. */
  copy(): MemoryKeystore {
    const copied = new MemoryKeystore();
    copied.#namesKey = this.#namesKey;
    for (const [name, { key, records }] of this.#rooms) {
      copied.#rooms.set(name, { key, records: records.copy() });
    }
    return copied;
  }

  async names(): Promise<readonly string[]> {
    return [...this.#rooms.keys()];
  }

  async delete(name: string): Promise<void> {
    this.#rooms.delete(name);
  }

  async deleteEverything(): Promise<void> {
    this.#rooms.clear();
    this.#namesKey = undefined;
  }

  protected namesKey(): Promise<CryptoKey> {
    this.#namesKey ??= generateNamesKey();
    return this.#namesKey;
  }

  protected async roomKey(name: string): Promise<CryptoKey | undefined> {
    return this.#rooms.get(name)?.key;
  }

  protected async addRoomKey(name: string, key: CryptoKey): Promise<void> {
    this.#rooms.set(name, { key, records: new MemoryRecords(name) });
  }

  protected async records(name: string): Promise<Records> {
    const room = this.#rooms.get(name);
    if (room === undefined) throw new StateCorrupt("there is no such room");
    return room.records;
  }
}

function generateNamesKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey(HMAC as HmacKeyGenParams, false, ["sign"]);
}
