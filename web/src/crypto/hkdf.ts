/** Hashing, HMAC and HKDF (RFC 2104, RFC 5869) over one hash function, and HPKE's use of HKDF. */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import type { CHash } from "@noble/hashes/utils.js";
import { CryptoError } from "../errors.ts";
import { bigEndian, concat, equal, utf8 } from "./bytes.ts";

const HPKE_VERSION = utf8("HPKE-v1");

/**
 * A hash function and what is built from it; `hashLength` is its output in bytes.
 *
 * `id` is its HPKE number (RFC 9180, 7.2).
 */
export class Kdf {
  readonly id: number;
  readonly name: string;
  readonly hashLength: number;
  readonly #hash: CHash;

  constructor(id: number, name: string, hash: CHash) {
    this.id = id;
    this.name = name;
    this.hashLength = hash.outputLen;
    this.#hash = hash;
  }

  /** Return the digest of `data`, `hashLength` bytes. */
  hash(data: Uint8Array): Uint8Array {
    return this.#hash(data);
  }

  /** Return HMAC(key, data), `hashLength` bytes (RFC 2104). */
  mac(key: Uint8Array, data: Uint8Array): Uint8Array {
    return hmac(this.#hash, key, data);
  }

  /** Throw `CryptoError` unless `tag` is HMAC(key, data); takes the same time either way. */
  verifyMac(key: Uint8Array, data: Uint8Array, tag: Uint8Array): void {
    if (!equal(this.mac(key, data), tag)) throw new CryptoError("authentication tag");
  }

  /** Concentrate `ikm` into a key of `hashLength` bytes; no salt is no bytes (RFC 5869, 2.2). */
  extract(salt: Uint8Array, ikm: Uint8Array): Uint8Array {
    return hmac(this.#hash, salt, ikm);
  }

  /** Derive `length` bytes; throws `CryptoError` above 255 hash lengths (RFC 5869, 2.3). */
  expand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
    if (!(length >= 0 && length <= 255 * this.hashLength)) {
      throw new CryptoError("length of derived key");
    }
    const output = new Uint8Array(length);
    let block: Uint8Array = new Uint8Array(0);
    for (let position = 0, counter = 1; position < length; counter++) {
      block = hmac(this.#hash, prk, concat(block, info, Uint8Array.of(counter)));
      output.set(block.subarray(0, length - position), position);
      position += block.length;
    }
    return output;
  }

  /** Extract for one labelled use in HPKE (LabeledExtract; RFC 9180, 4). */
  labeledExtract(
    suiteId: Uint8Array,
    salt: Uint8Array,
    label: string,
    ikm: Uint8Array,
  ): Uint8Array {
    return this.extract(salt, concat(HPKE_VERSION, suiteId, utf8(label), ikm));
  }

  /** Derive `length` bytes for one labelled use in HPKE (LabeledExpand; RFC 9180, 4). */
  labeledExpand(
    suiteId: Uint8Array,
    prk: Uint8Array,
    label: string,
    info: Uint8Array,
    length: number,
  ): Uint8Array {
    const labeled = concat(bigEndian(length, 2), HPKE_VERSION, suiteId, utf8(label), info);
    return this.expand(prk, labeled, length);
  }
}

export const HKDF_SHA256 = /* @__PURE__ */ new Kdf(0x0001, "sha256", sha256);
export const HKDF_SHA384 = /* @__PURE__ */ new Kdf(0x0002, "sha384", sha384);
export const HKDF_SHA512 = /* @__PURE__ */ new Kdf(0x0003, "sha512", sha512);
