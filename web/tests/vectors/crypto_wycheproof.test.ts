/**
 * Project Wycheproof's vectors, put through Roomkey's own functions.
 *
 * `ROOMKEY_VECTORS` names a folder whose folder `wycheproof` holds their JSON files.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { describe, expect, test } from "vitest";
import { AES_128_GCM, AES_256_GCM, type Aead, CHACHA20_POLY1305 } from "../../src/crypto/aead.ts";
import { concat } from "../../src/crypto/bytes.ts";
import { X25519_GROUP } from "../../src/crypto/dh_kem.ts";
import { HKDF_SHA256, HKDF_SHA512 } from "../../src/crypto/hkdf.ts";
import { ED25519 } from "../../src/crypto/signature.ts";
import { XWING } from "../../src/crypto/xwing.ts";
import { CryptoError } from "../../src/errors.ts";
import { unhex } from "../bytes.ts";

const FOLDER = process.env.ROOMKEY_VECTORS;

type Case = Readonly<Record<string, unknown>>;

/** Give every test of a file, with its group's fields merged in. */
function casesOf(name: string): Case[] {
  const text = readFileSync(join(FOLDER ?? "", "wycheproof", name), "utf8");
  const { testGroups } = JSON.parse(text) as { testGroups: (Case & { tests: Case[] })[] };
  return testGroups.flatMap((group) => group.tests.map((item) => ({ ...group, ...item })));
}

function data(item: Case, field: string): Uint8Array {
  return unhex(String(item[field]));
}

function refuses(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (error instanceof CryptoError) return true;
    throw error;
  }
}

function name(item: Case): string {
  return `case ${item.tcId}`;
}

function checkAead(item: Case, aead: Aead): void {
  const [key, nonce, associated] = [data(item, "key"), data(item, "iv"), data(item, "aad")];
  const sealed = concat(data(item, "ct"), data(item, "tag"));
  if (item.result === "valid") {
    const text = data(item, "msg");
    expect(aead.seal(key, nonce, associated, text), name(item)).toEqual(sealed);
    expect(aead.open(key, nonce, associated, sealed), name(item)).toEqual(text);
  } else {
    expect(
      refuses(() => aead.open(key, nonce, associated, sealed)),
      name(item),
    ).toBe(true);
  }
}

describe.skipIf(FOLDER === undefined)("Wycheproof (ROOMKEY_VECTORS)", () => {
  test.each([
    [128, AES_128_GCM, 40],
    [256, AES_256_GCM, 40],
  ] as const)("AES-%d-GCM opens what is valid and refuses the rest", (size, aead, least) => {
    // Other nonce lengths are valid GCM, and not what any suite uses.
    const cases = casesOf("aes_gcm_test.json").filter(
      (item) => item.keySize === size && item.ivSize === 96,
    );
    for (const item of cases) checkAead(item, aead);
    expect(cases.length).toBeGreaterThan(least);
  });

  test("ChaCha20-Poly1305 opens what is valid and refuses the rest", () => {
    const cases = casesOf("chacha20_poly1305_test.json");
    for (const item of cases) checkAead(item, CHACHA20_POLY1305);
    expect(cases.length).toBeGreaterThan(300);
  });

  test("Ed25519 accepts valid signatures and no other", () => {
    const cases = casesOf("ed25519_test.json");
    for (const item of cases) {
      const publicKey = unhex((item.publicKey as { pk: string }).pk);
      const refused = refuses(() =>
        ED25519.verify(publicKey, data(item, "msg"), data(item, "sig")),
      );
      expect(refused, name(item)).toBe(item.result === "invalid");
    }
    expect(cases.length).toBeGreaterThan(100);
  });

  test("Ed25519 signs as published", () => {
    const cases = casesOf("ed25519_test.json").filter((item) => item.result === "valid");
    for (const item of cases) {
      const seed = unhex((item.privateKey as { sk: string } | undefined)?.sk ?? "");
      if (seed.length === 0) continue;
      expect(ED25519.sign(seed, data(item, "msg")), name(item)).toEqual(data(item, "sig"));
    }
    expect(cases.length).toBeGreaterThan(50);
  });

  test("X25519 agrees and refuses an all-zero secret", () => {
    const cases = casesOf("x25519_test.json");
    let zero = 0;
    for (const item of cases) {
      const [privateKey, publicKey] = [data(item, "private"), data(item, "public")];
      const shared = data(item, "shared");
      if (shared.some((byte) => byte !== 0)) {
        expect(X25519_GROUP.sharedPoint(privateKey, publicKey), name(item)).toEqual(shared);
      } else {
        zero++;
        expect(refuses(() => X25519_GROUP.sharedPoint(privateKey, publicKey))).toBe(true);
      }
    }
    expect(cases.length).toBeGreaterThan(500);
    expect(zero).toBeGreaterThan(0);
  });

  test.each([
    ["hkdf_sha256_test.json", HKDF_SHA256],
    ["hkdf_sha512_test.json", HKDF_SHA512],
  ] as const)("HKDF derives the published keys: %s", (file, kdf) => {
    const cases = casesOf(file);
    for (const item of cases) {
      const prk = kdf.extract(data(item, "salt"), data(item, "ikm"));
      const expand = () => kdf.expand(prk, data(item, "info"), Number(item.size));
      if (item.result === "valid") expect(expand(), name(item)).toEqual(data(item, "okm"));
      else expect(refuses(expand), name(item)).toBe(true);
    }
    expect(cases.length).toBeGreaterThan(80);
  });

  test.each([
    ["hmac_sha256_test.json", HKDF_SHA256],
    ["hmac_sha512_test.json", HKDF_SHA512],
  ] as const)("HMAC verifies whole tags and refuses changed ones: %s", (file, kdf) => {
    // Shortened tags are no part of any protocol here.
    const cases = casesOf(file).filter((item) => item.tagSize === 8 * kdf.hashLength);
    for (const item of cases) {
      const refused = refuses(() =>
        kdf.verifyMac(data(item, "key"), data(item, "msg"), data(item, "tag")),
      );
      expect(refused, name(item)).toBe(item.result === "invalid");
    }
    expect(cases.length).toBeGreaterThan(80);
  });

  test("ML-KEM-768 derives keys and secrets as published", () => {
    const cases = casesOf("mlkem_768_test.json").filter((item) => item.result === "valid");
    for (const item of cases) {
      const key = ml_kem768.keygen(data(item, "seed"));
      expect(key.publicKey, name(item)).toEqual(data(item, "ek"));
      const secret = ml_kem768.decapsulate(data(item, "c"), key.secretKey);
      expect(secret, name(item)).toEqual(data(item, "K"));
    }
    expect(cases.length).toBeGreaterThan(50);
  });

  test("ML-KEM-768 keys follow from their seeds", () => {
    const cases = casesOf("mlkem_768_keygen_seed_test.json");
    for (const item of cases) {
      expect(ml_kem768.keygen(data(item, "seed")).publicKey, name(item)).toEqual(data(item, "ek"));
    }
    expect(cases.length).toBeGreaterThan(50);
  });

  test("X-Wing refuses every invalid ML-KEM public key", () => {
    const point = X25519_GROUP.publicKey(new Uint8Array(32).fill(9));
    const cases = casesOf("mlkem_768_encaps_test.json");
    for (const item of cases) {
      const publicKey = concat(data(item, "ek"), point);
      const refused = refuses(() => XWING.checkPublicKey(publicKey));
      expect(refused, name(item)).toBe(item.result === "invalid");
    }
    expect(cases.length).toBeGreaterThan(200);
  });
});
