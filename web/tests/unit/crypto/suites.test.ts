/** What every cipher suite must do, and what each part must refuse. */

import { readFileSync } from "node:fs";
import { sha3_256, shake128 } from "@noble/hashes/sha3.js";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../src/crypto/bytes.ts";
import {
  DHKEM_P256,
  DHKEM_P384,
  DHKEM_P521,
  DHKEM_X448,
  DHKEM_X25519,
} from "../../../src/crypto/dh_kem.ts";
import { systemRandom } from "../../../src/crypto/randomness.ts";
import { cipherSuite, cipherSuiteIds, XWING_SUITE } from "../../../src/crypto/suite.ts";
import { XWING } from "../../../src/crypto/xwing.ts";
import {
  BadSignature,
  CryptoError,
  DecryptionFailed,
  InvalidKey,
  UnsupportedSuite,
} from "../../../src/errors.ts";
import { flip, hex, stream, unhex } from "../../bytes.ts";

const NOTHING = new Uint8Array(0);
const [INFO, DATA, TEXT, ELSE] = [utf8("info"), utf8("ad"), utf8("text"), utf8("else")];

test("the suites are those of RFC 9420 and the two hybrid ones", () => {
  expect(XWING_SUITE).toBe(0xf00e);
  expect(cipherSuiteIds()).toEqual([1, 2, 3, 4, 5, 6, 7, 83, XWING_SUITE]);
});

test.each([0, 8, 0x0a0a])("suite %i is not known and is refused", (id) => {
  expect(() => cipherSuite(id)).toThrow(UnsupportedSuite);
});

describe.each(cipherSuiteIds().map((id) => cipherSuite(id)))("$name", (suite) => {
  test("what is sealed to a key opens with it alone", () => {
    const { kem, hpke } = suite;
    const [privateKey, publicKey] = kem.generate(systemRandom);
    const [other] = kem.generate(systemRandom);
    kem.checkPublicKey(publicKey);
    expect(kem.publicKey(privateKey)).toEqual(publicKey);
    const [output, sealed] = hpke.sealBase(publicKey, INFO, DATA, TEXT, systemRandom);
    expect(hpke.openBase(privateKey, output, INFO, DATA, sealed)).toEqual(TEXT);
    for (const [key, kemOutput, info, data, ciphertext] of [
      [other, output, INFO, DATA, sealed],
      [privateKey, output, ELSE, DATA, sealed],
      [privateKey, output, INFO, ELSE, sealed],
      [privateKey, output, INFO, DATA, flip(sealed)],
      [privateKey, flip(output, 5), INFO, DATA, sealed],
      [privateKey, output.slice(0, -1), INFO, DATA, sealed],
      [privateKey, NOTHING, INFO, DATA, NOTHING],
    ] as const) {
      expect(() => hpke.openBase(key, kemOutput, info, data, ciphertext)).toThrow(DecryptionFailed);
    }
  });

  test("both sides export the same secret", () => {
    const secret = new Uint8Array(66).fill(7);
    const [privateKey, publicKey] = suite.kem.deriveKeyPair(secret);
    expect(suite.kem.deriveKeyPair(secret)).toEqual([privateKey, publicKey]);
    const [output, sent] = suite.hpke.sendExport(publicKey, INFO, DATA, 40, systemRandom);
    expect(suite.hpke.receiveExport(privateKey, output, INFO, DATA, 40)).toEqual(sent);
    expect(suite.hpke.receiveExport(privateKey, output, INFO, ELSE, 40)).not.toEqual(sent);
    expect(sent).toHaveLength(40);
  });

  test("malformed KEM keys are refused", () => {
    const [privateKey, publicKey] = suite.kem.generate(systemRandom);
    for (const wrong of [NOTHING, publicKey.slice(0, -1), Uint8Array.of(...publicKey, 0)]) {
      expect(() => suite.kem.checkPublicKey(wrong)).toThrow(InvalidKey);
      expect(() => suite.kem.encapsulate(wrong, systemRandom)).toThrow(InvalidKey);
    }
    for (const wrong of [NOTHING, privateKey.slice(0, -1), Uint8Array.of(...privateKey, 0)]) {
      expect(() => suite.kem.publicKey(wrong)).toThrow(InvalidKey);
      expect(() => suite.kem.decapsulate(wrong, NOTHING)).toThrow(InvalidKey);
    }
  });

  test("a signature holds for its message and key alone", () => {
    const { signature: scheme } = suite;
    const [privateKey, publicKey] = scheme.generate(systemRandom);
    const [, other] = scheme.generate(systemRandom);
    expect(scheme.publicKey(privateKey)).toEqual(publicKey);
    const signature = scheme.sign(privateKey, TEXT);
    scheme.verify(publicKey, TEXT, signature);
    for (const [key, message, wrong] of [
      [publicKey, ELSE, signature],
      [other, TEXT, signature],
      [publicKey, TEXT, flip(signature)],
      [publicKey, TEXT, flip(signature, 8)],
      [publicKey, TEXT, NOTHING],
      [publicKey.slice(0, -1), TEXT, signature],
      [NOTHING, TEXT, signature],
    ] as const) {
      expect(() => scheme.verify(key, message, wrong)).toThrow(BadSignature);
    }
    expect(() => scheme.sign(privateKey.slice(0, -1), TEXT)).toThrow(InvalidKey);
    expect(() => scheme.publicKey(NOTHING)).toThrow(InvalidKey);
  });

  test("a ciphertext opens under its key, nonce and data alone", () => {
    const key = new Uint8Array(suite.keyLength);
    const nonce = new Uint8Array(suite.nonceLength);
    const sealed = suite.seal(key, nonce, DATA, TEXT);
    expect(sealed).toHaveLength(TEXT.length + 16);
    expect(suite.open(key, nonce, DATA, sealed)).toEqual(TEXT);
    for (const [otherKey, otherNonce, data, ciphertext] of [
      [flip(key), nonce, DATA, sealed],
      [key, flip(nonce), DATA, sealed],
      [key, nonce, NOTHING, sealed],
      [key, nonce, DATA, flip(sealed)],
      [key, nonce, DATA, flip(sealed, 0)],
      [key, nonce, DATA, NOTHING],
    ] as const) {
      expect(() => suite.open(otherKey, otherNonce, data, ciphertext)).toThrow(DecryptionFailed);
    }
    for (const [wrongKey, wrongNonce] of [
      [key.slice(0, -1), nonce],
      [key, nonce.slice(0, -1)],
    ] as const) {
      expect(() => suite.seal(wrongKey, wrongNonce, NOTHING, NOTHING)).toThrow(InvalidKey);
      expect(() => suite.open(wrongKey, wrongNonce, NOTHING, sealed)).toThrow(InvalidKey);
    }
  });

  test("a MAC holds for its key and data alone", () => {
    const tag = suite.mac(utf8("key"), TEXT);
    expect(tag).toHaveLength(suite.hashLength);
    expect(suite.hash(NOTHING)).toHaveLength(suite.hashLength);
    suite.verifyMac(utf8("key"), TEXT, tag);
    for (const wrong of [flip(tag), flip(tag, 0), tag.slice(0, -1), NOTHING]) {
      expect(() => suite.verifyMac(utf8("key"), TEXT, wrong)).toThrow(CryptoError);
    }
  });

  test("key pairs follow from the randomness handed in, and from nothing else", () => {
    for (const scheme of [suite.kem, suite.signature]) {
      expect(scheme.generate(stream("one"))).toEqual(scheme.generate(stream("one")));
      expect(scheme.generate(stream("one"))).not.toEqual(scheme.generate(stream("two")));
    }
    const [, publicKey] = suite.kem.generate(stream("one"));
    const sealed = (seed: string) =>
      suite.hpke.sealBase(publicKey, INFO, DATA, TEXT, stream(seed)).map(hex);
    expect(sealed("one")).toEqual(sealed("one"));
    expect(sealed("one")).not.toEqual(sealed("two"));
  });

  test("what goes in is never changed", () => {
    const [privateKey, publicKey] = suite.kem.generate(systemRandom);
    const [signing, verifying] = suite.signature.generate(systemRandom);
    const before = [privateKey, publicKey, signing, verifying].map(hex);
    const [output, sealed] = suite.hpke.sealBase(publicKey, INFO, DATA, TEXT, systemRandom);
    suite.hpke.openBase(privateKey, output, INFO, DATA, sealed);
    suite.signature.verify(verifying, TEXT, suite.signature.sign(signing, TEXT));
    expect([privateKey, publicKey, signing, verifying].map(hex)).toEqual(before);
    expect(TEXT).toEqual(utf8("text"));
  });
});

test.each([DHKEM_X25519, DHKEM_X448])("an all-zero shared secret is refused", (kem) => {
  const [privateKey, publicKey] = kem.generate(systemRandom);
  const zero = new Uint8Array(publicKey.length);
  expect(() => kem.encapsulate(zero, systemRandom)).toThrow(InvalidKey);
  expect(() => kem.decapsulate(privateKey, zero)).toThrow(DecryptionFailed);
});

test("X-Wing refuses an X25519 half of small order", () => {
  const [privateKey, publicKey] = XWING.generate(systemRandom);
  const [, output] = XWING.encapsulate(publicKey, systemRandom);
  expect(() => XWING.encapsulate(publicKey.slice().fill(0, 1184), systemRandom)).toThrow(
    InvalidKey,
  );
  expect(() => XWING.decapsulate(privateKey, output.slice().fill(0, 1088))).toThrow(
    DecryptionFailed,
  );
});

test("X-Wing refuses an ML-KEM key with a number that is not reduced", () => {
  const [, publicKey] = XWING.generate(systemRandom);
  const even = publicKey.slice();
  even.set([0x01, ((publicKey[1] ?? 0) & 0xf0) | 0x0d]);
  const odd = publicKey.slice();
  odd.set([0x10 | ((publicKey[1150] ?? 0) & 0x0f), 0xd0], 1150);
  for (const wrong of [even, odd]) {
    expect(() => XWING.checkPublicKey(wrong)).toThrow(InvalidKey);
    expect(() => XWING.encapsulate(wrong, systemRandom)).toThrow(InvalidKey);
  }
});

test("X-Wing gives the published key, ciphertext and secret", () => {
  const file = new URL("../../../../tests/unit/crypto/xwing.json", import.meta.url);
  const vector = JSON.parse(readFileSync(file, "utf8"));
  // The draft draws all of its vectors from one SHAKE-128.
  const drawn = shake128(new Uint8Array(0), { dkLen: 96 });
  const seed = unhex(vector.seed);
  expect(drawn.subarray(0, 32)).toEqual(seed);
  const publicKey = XWING.publicKey(seed);
  expect(hex(sha3_256(publicKey))).toBe(vector.public_sha3_256);
  const randomness = [drawn.slice(32, 64), drawn.slice(64, 96)];
  const encapsulation = XWING.encapsulate(publicKey, () => randomness.shift() ?? seed);
  expect(encapsulation.map(hex)).toEqual([vector.shared_secret, vector.ciphertext]);
  expect(hex(XWING.decapsulate(seed, unhex(vector.ciphertext)))).toBe(vector.shared_secret);
});

test.each([
  ["P-256", DHKEM_P256, 2],
  ["P-384", DHKEM_P384, 7],
  ["P-521", DHKEM_P521, 5],
])("what is no private key of %s is drawn or derived anew", (_name, { group }, suite) => {
  const tooLarge = new Uint8Array(group.privateKeyLength).fill(0xff);
  const zero = new Uint8Array(group.privateKeyLength);
  const one = zero.with(-1, 1);
  const drawn = [tooLarge, zero, one];
  const [privateKey] = cipherSuite(suite).signature.generate(() => drawn.shift() ?? one);
  expect([privateKey, drawn]).toEqual([one, []]);
  const derived = group.privateKeyFrom((label, counter) => {
    expect(label).toBe("candidate");
    return [tooLarge, zero][counter[0] ?? 0] ?? one;
  });
  expect(derived).toEqual(one);
  expect(() => group.privateKeyFrom(() => zero)).toThrow(InvalidKey);
});
