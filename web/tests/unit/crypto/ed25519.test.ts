/** Ed25519: one verdict for all members, however often a key is used and whoever checked ahead. */

import { readFileSync } from "node:fs";
import { ed25519 as library } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { utf8 } from "../../../src/crypto/bytes.ts";
import { Ed25519, type SignatureCheck } from "../../../src/crypto/ed25519.ts";
import { systemRandom } from "../../../src/crypto/randomness.ts";
import { BadSignature } from "../../../src/errors.ts";
import { flip, hex, unhex } from "../../bytes.ts";

interface Verdict {
  readonly why: string;
  readonly public: string;
  readonly message: string;
  readonly signature: string;
  readonly result: "valid" | "invalid";
}

const FILE = new URL("../../../../vectors/crypto/ed25519.json", import.meta.url);
const VERDICTS: Verdict[] = JSON.parse(readFileSync(FILE, "utf8"));
const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });

function check(message = "text", privateKey = systemRandom(32)): SignatureCheck {
  const scheme = new Ed25519();
  const bytes = utf8(message);
  return {
    publicKey: scheme.publicKey(privateKey),
    message: bytes,
    signature: scheme.sign(privateKey, bytes),
  };
}

function verify(scheme: Ed25519, { publicKey, message, signature }: SignatureCheck): void {
  scheme.verify(publicKey, message, signature);
}

function spoiled(valid: SignatureCheck): SignatureCheck[] {
  return [
    { ...valid, message: utf8("else") },
    { ...valid, signature: flip(valid.signature) },
    { ...valid, signature: flip(valid.signature, 0) },
    { ...valid, publicKey: check().publicKey },
  ];
}

test.each(VERDICTS)("$result: $why", (vector) => {
  const [publicKey, message, signature] = [vector.public, vector.message, vector.signature].map(
    unhex,
  ) as [Uint8Array, Uint8Array, Uint8Array];
  const scheme = new Ed25519();
  // Often enough that the key's table of multiples has its say as well.
  for (let turn = 0; turn < 6; turn++) {
    if (vector.result === "valid") scheme.verify(publicKey, message, signature);
    else expect(() => scheme.verify(publicKey, message, signature)).toThrow(BadSignature);
  }
});

test("the first signature of RFC 8032", () => {
  const seed = unhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  const scheme = new Ed25519();
  expect(hex(scheme.publicKey(seed))).toBe(
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  );
  expect(hex(scheme.sign(seed, new Uint8Array(0)))).toBe(
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  );
});

test("signatures are the library's, also when a seed is used again", () => {
  const scheme = new Ed25519();
  fc.assert(
    fc.property(seeds, fc.uint8Array(), (seed, message) => {
      for (let turn = 0; turn < 2; turn++) {
        const signature = scheme.sign(seed, message);
        expect(signature).toEqual(library.sign(message, seed));
        scheme.verify(library.getPublicKey(seed), message, signature);
      }
    }),
    { numRuns: 30 },
  );
});

test("a seed that was changed in place signs as what it is now", () => {
  const scheme = new Ed25519();
  const seed = systemRandom(32);
  const before = scheme.publicKey(seed);
  seed[0] = (seed[0] ?? 0) ^ 1;
  expect(scheme.publicKey(seed)).toEqual(library.getPublicKey(seed));
  expect(scheme.publicKey(seed)).not.toEqual(before);
});

test("a public key that the caller changes changes nothing here", () => {
  const scheme = new Ed25519();
  const seed = systemRandom(32);
  scheme.publicKey(seed).fill(0);
  expect(scheme.publicKey(seed)).toEqual(library.getPublicKey(seed));
});

test("a key that is used often refuses what does not fit as on the first day", () => {
  const scheme = new Ed25519();
  const privateKey = systemRandom(32);
  for (let turn = 0; turn < 8; turn++) {
    const valid = check(`message ${turn}`, privateKey);
    verify(scheme, valid);
    for (const wrong of spoiled(valid)) expect(() => verify(scheme, wrong)).toThrow(BadSignature);
  }
});

describe("checking ahead", () => {
  afterEach(() => vi.restoreAllMocks());

  test("what the platform found valid is verified without work, once", async () => {
    const scheme = new Ed25519();
    const forged = spoiled(check());
    vi.spyOn(crypto.subtle, "verify").mockResolvedValue(true);
    await scheme.preverify(forged);
    for (const each of forged) verify(scheme, each);
    for (const each of forged) expect(() => verify(scheme, each)).toThrow(BadSignature);
  });

  test("it vouches for these very bytes and no others", async () => {
    const scheme = new Ed25519();
    const forged = { ...check(), signature: new Uint8Array(64) };
    vi.spyOn(crypto.subtle, "verify").mockResolvedValue(true);
    await scheme.preverify([forged]);
    const moved = {
      publicKey: forged.publicKey,
      message: flip(forged.message),
      signature: forged.signature,
    };
    expect(() => verify(scheme, moved)).toThrow(BadSignature);
    verify(scheme, forged);
  });

  test("the platform's own verdicts are those of verify", async () => {
    const scheme = new Ed25519();
    const valid = check();
    const asked = vi.spyOn(crypto.subtle, "verify");
    await scheme.preverify([valid, ...spoiled(valid)]);
    expect(await Promise.all(asked.mock.results.map(({ value }) => value))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    for (const wrong of spoiled(valid)) expect(() => verify(scheme, wrong)).toThrow(BadSignature);
    verify(scheme, valid);
  });

  test("a platform that accepts keys of small order changes no verdict", async () => {
    const scheme = new Ed25519();
    vi.spyOn(crypto.subtle, "verify").mockResolvedValue(true);
    const small = VERDICTS.filter(({ why }) => why.includes("small order")).map((vector) => ({
      publicKey: unhex(vector.public),
      message: unhex(vector.message),
      signature: unhex(vector.signature),
    }));
    await scheme.preverify(small);
    expect(small).toHaveLength(8);
    for (const each of small) expect(() => verify(scheme, each)).toThrow(BadSignature);
  });

  test.each([
    ["has no Ed25519", () => vi.spyOn(crypto.subtle, "importKey").mockRejectedValue(new Error())],
    ["is not there", () => vi.spyOn(crypto, "subtle", "get").mockReturnValue(undefined as never)],
  ])("verify does all of the work where the platform %s", async (_, disable) => {
    const scheme = new Ed25519();
    const valid = check();
    disable();
    await scheme.preverify([valid]);
    for (const wrong of spoiled(valid)) expect(() => verify(scheme, wrong)).toThrow(BadSignature);
    verify(scheme, valid);
  });
});
