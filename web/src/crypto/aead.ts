/** Authenticated encryption with associated data: AES-GCM and ChaCha20-Poly1305 (RFC 5116, 8439). */

import { gcm } from "@noble/ciphers/aes.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { DecryptionFailed, InvalidKey } from "../errors.ts";

type Cipher = typeof gcm | typeof chacha20poly1305;

/** One AEAD; `id` is its HPKE number (RFC 9180, 7.3), lengths are in bytes. */
export class Aead {
  readonly id: number;
  readonly name: string;
  readonly keyLength: number;
  readonly nonceLength = 12;
  readonly tagLength = 16;
  readonly #cipher: Cipher;

  constructor(id: number, name: string, keyLength: number, cipher: Cipher) {
    this.id = id;
    this.name = name;
    this.keyLength = keyLength;
    this.#cipher = cipher;
  }

  /**
   * Encrypt `plaintext`; the result is `tagLength` bytes longer.
   *
   * `key` and `nonce` have this AEAD's lengths, or `InvalidKey` is thrown. A nonce is for one use
   * under its key.
   */
  seal(
    key: Uint8Array,
    nonce: Uint8Array,
    associatedData: Uint8Array,
    plaintext: Uint8Array,
  ): Uint8Array {
    this.#checkLengths(key, nonce);
    return this.#cipher(key, nonce, associatedData).encrypt(plaintext);
  }

  /** Decrypt what `seal` made, or throw `DecryptionFailed`, or `InvalidKey` for its length. */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    associatedData: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array {
    this.#checkLengths(key, nonce);
    try {
      return this.#cipher(key, nonce, associatedData).decrypt(ciphertext);
    } catch {
      throw new DecryptionFailed();
    }
  }

  #checkLengths(key: Uint8Array, nonce: Uint8Array): void {
    if (key.length !== this.keyLength || nonce.length !== this.nonceLength) {
      throw new InvalidKey("length of AEAD key or nonce");
    }
  }
}

export const AES_128_GCM = /* @__PURE__ */ new Aead(0x0001, "AES-128-GCM", 16, gcm);
export const AES_256_GCM = /* @__PURE__ */ new Aead(0x0002, "AES-256-GCM", 32, gcm);
export const CHACHA20_POLY1305 = /* @__PURE__ */ new Aead(
  0x0003,
  "ChaCha20-Poly1305",
  32,
  chacha20poly1305,
);
