/** HPKE in base mode, one message at a time, and its exporter (RFC 9180, 5 and 6). */

import type { Aead } from "./aead.ts";
import { bigEndian, concat, utf8 } from "./bytes.ts";
import type { Kdf } from "./hkdf.ts";
import type { Kem } from "./kem.ts";
import type { Random } from "./randomness.ts";

const BASE_MODE = Uint8Array.of(0);
const NOTHING = new Uint8Array(0);

/** One choice of KEM, KDF and AEAD; keys are those of the KEM. */
export class Hpke {
  readonly kem: Kem;
  readonly kdf: Kdf;
  readonly aead: Aead;
  readonly #suiteId: Uint8Array;
  readonly #pskIdHash: Uint8Array;

  constructor(kem: Kem, kdf: Kdf, aead: Aead) {
    this.kem = kem;
    this.kdf = kdf;
    this.aead = aead;
    const ids = [kem.id, kdf.id, aead.id].map((number) => bigEndian(number, 2));
    this.#suiteId = concat(utf8("HPKE"), ...ids);
    this.#pskIdHash = kdf.labeledExtract(this.#suiteId, NOTHING, "psk_id_hash", NOTHING);
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
    const { kdf, aead } = this;
    const suiteId = this.#suiteId;
    const context = this.#context(info);
    const secret = kdf.labeledExtract(suiteId, sharedSecret, "secret", NOTHING);
    const key = kdf.labeledExpand(suiteId, secret, "key", context, aead.keyLength);
    // The first message of a context has sequence number 0, so its nonce is the base nonce.
    const nonce = kdf.labeledExpand(suiteId, secret, "base_nonce", context, aead.nonceLength);
    return [key, nonce];
  }

  #export(
    sharedSecret: Uint8Array,
    info: Uint8Array,
    exporterContext: Uint8Array,
    length: number,
  ): Uint8Array {
    const { kdf } = this;
    const suiteId = this.#suiteId;
    const context = this.#context(info);
    const secret = kdf.labeledExtract(suiteId, sharedSecret, "secret", NOTHING);
    const exporterSecret = kdf.labeledExpand(suiteId, secret, "exp", context, kdf.hashLength);
    return kdf.labeledExpand(suiteId, exporterSecret, "sec", exporterContext, length);
  }

  #context(info: Uint8Array): Uint8Array {
    const infoHash = this.kdf.labeledExtract(this.#suiteId, NOTHING, "info_hash", info);
    return concat(BASE_MODE, this.#pskIdHash, infoHash);
  }
}
