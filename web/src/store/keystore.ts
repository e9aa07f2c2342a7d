/**
 * Where rooms are kept: their keys, which no script can read, and one database for each.
 *
 * A database is named by a hash of relay and room code under a key of this device, so that the
 * names that a browser shows to anybody at its storage do not say which rooms those are.
 */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { toHex, utf8 } from "../crypto/bytes.ts";
import { StateCorrupt } from "../errors.ts";
import { transcript } from "../wire/transcripts.ts";
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

interface Schema extends DBSchema {
  key: { key: string; value: CryptoKey };
  room: { key: string; value: CryptoKey };
}

/** Rooms in the browser's storage. */
export class IndexedKeystore extends BaseKeystore {
  #opening: Promise<IDBPDatabase<Schema>> | undefined;

  async names(): Promise<readonly string[]> {
    return this.#run((database) => database.getAllKeys("room"));
  }

  async delete(name: string): Promise<void> {
    // the key first: without it the rest is nothing, whatever becomes of it
    await this.#run((database) => database.delete("room", name));
    await IndexedRecords.delete(name);
  }

  async deleteEverything(): Promise<void> {
    const listed = await indexedDB.databases();
    const rooms = listed.flatMap(({ name }) => (name?.startsWith(ROOM_PREFIX) ? [name] : []));
    await this.#run((database) => database.clear("room"));
    await Promise.all(rooms.map((name) => IndexedRecords.delete(name)));
    const opened = this.#opening;
    this.#opening = undefined;
    (await opened)?.close();
    await IndexedRecords.delete(KEYS_DATABASE);
  }

  protected async namesKey(): Promise<CryptoKey> {
    const known = await this.#run((database) => database.get("key", NAMES_KEY));
    if (known !== undefined) return known;
    const drawn = await generateNamesKey();
    // another window may have been first, and its key is the one that counts
    return this.#run(async (database) => {
      const writing = database.transaction("key", "readwrite", { durability: "strict" });
      const first = await writing.store.get(NAMES_KEY);
      if (first === undefined) await writing.store.put(drawn, NAMES_KEY);
      await writing.done;
      return first ?? drawn;
    });
  }

  protected roomKey(name: string): Promise<CryptoKey | undefined> {
    return this.#run((database) => database.get("room", name));
  }

  protected async addRoomKey(name: string, key: CryptoKey): Promise<void> {
    await this.#run(async (database) => {
      const writing = database.transaction("room", "readwrite", { durability: "strict" });
      await Promise.all([writing.store.put(key, name), writing.done]);
    });
  }

  protected records(name: string): Promise<Records> {
    return IndexedRecords.open(name);
  }

  async #run<T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
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

function openKeys(closed: () => void): Promise<IDBPDatabase<Schema>> {
  const opening = openDB<Schema>(KEYS_DATABASE, 1, {
    upgrade(fresh) {
      fresh.createObjectStore("key");
      fresh.createObjectStore("room");
    },
    blocking: (_current, _blocked, event) => {
      (event.target as IDBDatabase).close();
      closed();
    },
    terminated: closed,
  });
  opening.catch(closed);
  return opening;
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
