/**
 * Seals what lies in the browser's storage: AES-256-GCM under a key that scripts cannot read.
 *
 * It is WebCrypto's and not the `crypto` package's, because only WebCrypto has such keys.
 */

import { concat, utf8 } from "../crypto/bytes.ts";
import { StateCorrupt } from "../errors.ts";
import { transcript } from "../wire/transcripts.ts";

const NONCE_BYTES = 12;
const LABEL = utf8("roomkey v1 record");

/** Make a key for the records of one room; it never leaves the browser. */
export function generateRecordKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Seals and opens the records of one database. */
export class RecordCipher {
  readonly #key: CryptoKey;
  readonly #database: string;

  constructor(key: CryptoKey, database: string) {
    this.#key = key;
    this.#database = database;
  }

  /** Seal a record; it opens only in this database, in this store, under this key of the store. */
  async seal(store: string, key: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const sealed = await crypto.subtle.encrypt(
      this.#algorithm(nonce, store, key),
      this.#key,
      plaintext.slice(),
    );
    return concat(nonce, new Uint8Array(sealed));
  }

  /** Open a record, or throw StateCorrupt. */
  async open(store: string, key: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
    const nonce = sealed.slice(0, NONCE_BYTES);
    try {
      const plaintext = await crypto.subtle.decrypt(
        this.#algorithm(nonce, store, key),
        this.#key,
        sealed.slice(NONCE_BYTES),
      );
      return new Uint8Array(plaintext);
    } catch {
      throw new StateCorrupt("a record does not open");
    }
  }

  #algorithm(iv: Uint8Array<ArrayBuffer>, store: string, key: Uint8Array): AesGcmParams {
    const place = transcript(LABEL, utf8(this.#database), utf8(store), key);
    return { name: "AES-GCM", iv, additionalData: place.slice() };
  }
}
