/** Rooms in a folder, for a process that is killed and started again. */

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { toHex, utf8 } from "../../src/crypto/bytes.ts";
import { systemRandom } from "../../src/crypto/randomness.ts";
import { StateCorrupt, StateFull } from "../../src/errors.ts";
import type { Keystore } from "../../src/store/keystore.ts";
import { MemoryLocks, type RoomLock } from "../../src/store/locks.ts";
import { RecordCipher } from "../../src/store/record_cipher.ts";
import { RoomStore } from "../../src/store/room_store.ts";
import { FileRecords } from "./file_records.ts";

/** A folder with a list of keys, and a file for each room. */
export class FileKeystore implements Keystore {
  readonly #folder: string;
  readonly #locks = new MemoryLocks();
  #keys: Readonly<Record<string, string>> = {};

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    const list = join(folder, "keys");
    if (existsSync(list)) this.#keys = JSON.parse(readFileSync(list, "utf8"));
  }

  async name(relay: string, code: string): Promise<string> {
    const digest = await crypto.subtle.digest("SHA-256", utf8(`${relay} ${code}`).slice());
    return `room-${toHex(new Uint8Array(digest, 0, 16))}`;
  }

  async names(): Promise<readonly string[]> {
    return Object.keys(this.#keys);
  }

  async open(name: string, options: { readonly create?: boolean } = {}): Promise<RoomStore> {
    let key = this.#keys[name];
    if (key === undefined) {
      if (!options.create) throw new StateCorrupt("there is no such room");
      key = toHex(systemRandom(32));
      this.#write({ ...this.#keys, [name]: key });
    }
    const algorithm = { name: "AES-GCM" };
    const raw = Buffer.from(key, "hex");
    const usages: KeyUsage[] = ["encrypt", "decrypt"];
    const imported = await crypto.subtle.importKey("raw", raw, algorithm, false, usages);
    const records = await FileRecords.open(name, join(this.#folder, name));
    try {
      return await RoomStore.open(records, new RecordCipher(imported, name), options);
    } catch (error) {
      records.close();
      throw error;
    }
  }

  async delete(name: string): Promise<void> {
    const { [name]: _gone, ...kept } = this.#keys;
    this.#write(kept);
    rmSync(join(this.#folder, name), { force: true });
  }

  async deleteEverything(): Promise<void> {
    for (const name of Object.keys(this.#keys)) await this.delete(name);
  }

  lock(name: string): Promise<RoomLock> {
    return this.#locks.take(name);
  }

  #write(keys: Readonly<Record<string, string>>): void {
    const draft = join(this.#folder, "keys.draft");
    try {
      const file = openSync(draft, "w", 0o600);
      try {
        writeSync(file, JSON.stringify(keys));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(draft, join(this.#folder, "keys"));
    } catch {
      throw new StateFull();
    }
    this.#keys = keys;
  }
}
