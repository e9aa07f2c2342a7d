/** HPKE in base mode, one message at a time, and its exporter (RFC 9180, 5 and 6). */

import type { Aead } from "./aead.ts";
import { bigEndian, concat, utf8 } from "./bytes.ts";
import type { Kdf } from "./hkdf.ts";
import type { Kem } from "./kem.ts";
import type { Random } from "./randomness.ts";

const BASE_MODE = Uint8Array.of(0);
const NOTHING = new Uint8Array(0);
const VERSION = utf8("HPKE-v1");

/** One choice of KEM, KDF and AEAD; keys are those of the KEM. */
export class Hpke {
  readonly kem: Kem;
  readonly kdf: Kdf;
  readonly kdfId: number;
  readonly aead: Aead;
  readonly #suiteId: Uint8Array;
  readonly #pskIdHash: Uint8Array;

  constructor(kem: Kem, kdf: Kdf, kdfId: number, aead: Aead) {
    this.kem = kem;
    this.kdf = kdf;
    this.kdfId = kdfId;
    this.aead = aead;
    const ids = [kem.id, kdfId, aead.id].map((number) => bigEndian(number, 2));
    this.#suiteId = concat(utf8("HPKE"), ...ids);
    this.#pskIdHash = this.#labeledExtract(NOTHING, "psk_id_hash", NOTHING);
  }

  /** Encrypt to `publicKey`; returns (KEM output, ciphertext), or throws `InvalidKey` (6.1). */
  sealBase(
    publicKey: Uint8Array,
    info: Uint8Array,
    associatedData: Uint8Array,
    plaintext: Uint8Array,
    random: Random,
  ): readonly [kemOutput: Uint8Array, ciphertext: Uint8Array] {
    const [secret, kemOutput] = this.kem.encapsulate(publicKey, random);
    const [key, nonce] = this.#keyAndNonce(secret, info);
    return [kemOutput, this.aead.seal(key, nonce, associatedData, plaintext)];
  }

  /** Decrypt what `sealBase` made, or throw `DecryptionFailed` / `InvalidKey` (6.1). */
  openBase(
    privateKey: Uint8Array,
    kemOutput: Uint8Array,
    info: Uint8Array,
    associatedData: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array {
    const secret = this.kem.decapsulate(privateKey, kemOutput);
    const [key, nonce] = this.#keyAndNonce(secret, info);
    return this.aead.open(key, nonce, associatedData, ciphertext);
  }

  /** Agree on `length` secret bytes with `publicKey`; returns (KEM output, secret) (6.2). */
  sendExport(
    publicKey: Uint8Array,
    info: Uint8Array,
    exporterContext: Uint8Array,
    length: number,
    random: Random,
  ): readonly [kemOutput: Uint8Array, secret: Uint8Array] {
    const [secret, kemOutput] = this.kem.encapsulate(publicKey, random);
    return [kemOutput, this.#export(secret, info, exporterContext, length)];
  }

  /** Return the secret of `sendExport`, or throw `DecryptionFailed` / `InvalidKey` (6.2). */
  receiveExport(
    privateKey: Uint8Array,
    kemOutput: Uint8Array,
    info: Uint8Array,
    exporterContext: Uint8Array,
    length: number,
  ): Uint8Array {
    const secret = this.kem.decapsulate(privateKey, kemOutput);
    return this.#export(secret, info, exporterContext, length);
  }

  #keyAndNonce(
    sharedSecret: Uint8Array,
    info: Uint8Array,
  ): readonly [key: Uint8Array, nonce: Uint8Array] {
    const context = this.#context(info);
    const secret = this.#labeledExtract(sharedSecret, "secret", NOTHING);
    const key = this.#labeledExpand(secret, "key", context, this.aead.keyLength);
    // The first message of a context has sequence number 0, so its nonce is the base nonce.
    const nonce = this.#labeledExpand(secret, "base_nonce", context, this.aead.nonceLength);
    return [key, nonce];
  }

  #export(
    sharedSecret: Uint8Array,
    info: Uint8Array,
    exporterContext: Uint8Array,
    length: number,
  ): Uint8Array {
    const secret = this.#labeledExtract(sharedSecret, "secret", NOTHING);
    const exporterSecret = this.#labeledExpand(
      secret,
      "exp",
      this.#context(info),
      this.kdf.hashLength,
    );
    return this.#labeledExpand(exporterSecret, "sec", exporterContext, length);
  }

  #context(info: Uint8Array): Uint8Array {
    return concat(BASE_MODE, this.#pskIdHash, this.#labeledExtract(NOTHING, "info_hash", info));
  }

  #labeledExtract(salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
    return this.kdf.extract(salt, concat(VERSION, this.#suiteId, utf8(label), ikm));
  }

  #labeledExpand(prk: Uint8Array, label: string, info: Uint8Array, length: number): Uint8Array {
    const labeled = concat(bigEndian(length, 2), VERSION, this.#suiteId, utf8(label), info);
    return this.kdf.expand(prk, labeled, length);
  }
}
