/** The exchange with the relay, and that keys stay apart. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, utf8 } from "../../../src/crypto/bytes.ts";
import * as oprf from "../../../src/crypto/oprf.ts";
import { ED25519 } from "../../../src/crypto/signature.ts";
import { BadSignature, DecodeError, DecryptionFailed, InvalidKey } from "../../../src/errors.ts";
import { verifyAdmission } from "../../../src/keys/admission.ts";
import { makeArchiveCopy, openArchive, sealArchive } from "../../../src/keys/archive.ts";
import { blind, finish } from "../../../src/keys/client_exchange.ts";
import {
  openEpochSecret,
  openKeyChain,
  sealEpochSecret,
  sealKeyChain,
} from "../../../src/keys/history.ts";
import { ARCHIVE, EPOCH_HISTORY, KEY_CHAIN, u32, u64 } from "../../../src/keys/labels.ts";
import { sealNewRoot } from "../../../src/keys/new_root.ts";
import { deriveRoot, deriveSecrets } from "../../../src/keys/root.ts";
import { safetyCode } from "../../../src/keys/safety_code.ts";
import { openName, sealName } from "../../../src/keys/sealed_name.ts";
import { seal } from "../../../src/keys/sealing.ts";
import { WORD_COUNT } from "../../../src/keys/words.ts";
import { closeTranscript, leaveTranscript, transcript } from "../../../src/wire/transcripts.ts";
import { flip, hex, stream } from "../../bytes.ts";

const ROOM_ID = new Uint8Array(16);
const ZERO = new Uint8Array(32);
const LEAF = ZERO;
const SECRETS = deriveSecrets(
  Uint8Array.from({ length: 32 }, (_, index) => index),
  1,
);

describe("from room key to keys", () => {
  test("different blindings lead to the same keys, another room to others", async () => {
    const [key] = oprf.deriveKeyPair(ZERO, utf8("room"));
    const keysOf = async (roomId: Uint8Array) => {
      const [exchange, blinded] = blind(" open sesame ", roomId);
      return [hex(blinded), await finish(exchange, oprf.evaluate(key, blinded))] as const;
    };
    const [one, same, other] = await Promise.all([
      keysOf(ROOM_ID),
      keysOf(ROOM_ID),
      keysOf(new Uint8Array(16).fill(7)),
    ]);
    expect(one[0]).not.toBe(same[0]);
    expect(one[1]).toEqual(same[1]);
    expect(one[1].psk).not.toEqual(other[1].psk);
  });

  test("the four keys differ and the key id changes none", () => {
    const { admission, psk, names, history } = SECRETS;
    expect(new Set([admission, psk, names, history].map(hex)).size).toBe(4);
    const later = SECRETS.withKeyId(2);
    expect(later.keyId).toBe(2);
    expect({ ...later, keyId: 1 }).toEqual({ ...SECRETS });
  });

  test("wrong lengths are refused before anything is derived", async () => {
    await expect(deriveRoot(new Uint8Array(63), ROOM_ID)).rejects.toThrow(InvalidKey);
    await expect(deriveRoot(new Uint8Array(64), new Uint8Array(15))).rejects.toThrow(InvalidKey);
    expect(() => deriveSecrets(new Uint8Array(31))).toThrow(InvalidKey);
    expect(() => blind("open sesame", new Uint8Array(15))).toThrow(InvalidKey);
    expect(() => sealEpochSecret(SECRETS, ROOM_ID, 1n, new Uint8Array(31))).toThrow(InvalidKey);
    expect(() => sealNewRoot(ZERO, 2, ROOM_ID, new Uint8Array(31))).toThrow(InvalidKey);
    expect(() => sealNewRoot(new Uint8Array(31), 2, ROOM_ID, ZERO)).toThrow(InvalidKey);
  });

  test.each([closeTranscript, leaveTranscript])(
    "a signature for another purpose does not admit",
    (other) => {
      const signature = ED25519.sign(SECRETS.admission, other(ROOM_ID, LEAF));
      expect(() =>
        verifyAdmission(SECRETS.admissionPublicKey, ROOM_ID, ZERO, LEAF, signature),
      ).toThrow(BadSignature);
    },
  );
});

describe("sealed names", () => {
  const open = (sealed: Uint8Array) => openName(SECRETS.names, 1, ROOM_ID, LEAF, sealed);

  test("a name comes back as it was and hides its length", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 64 }), (name) => {
        const sealed = sealName(SECRETS, ROOM_ID, LEAF, name);
        expect((sealed.length - 48) % 64).toBe(0);
        expect(open(sealed)).toBe(name);
      }),
    );
    expect(open(sealName(SECRETS, ROOM_ID, LEAF, "\ufeffAda"))).toBe("\ufeffAda");
  });

  test("no changed bit of a sealed name goes unseen", () => {
    const sealed = sealName(SECRETS, ROOM_ID, LEAF, "Ada");
    for (let bit = 0; bit < 8 * sealed.length; bit += 5) {
      expect(() => open(flip(sealed, bit >> 3, bit & 7))).toThrow(DecryptionFailed);
    }
  });

  test.each(["n".repeat(257), "ä".repeat(129), "\ud800", "x\udc00"])(
    "a name that cannot be sealed is refused",
    (name) => {
      expect(() => sealName(SECRETS, ROOM_ID, LEAF, name)).toThrow(DecodeError);
    },
  );

  test("two seals of one name have nothing in common", () => {
    const [one, other] = ["one", "other"].map(() => sealName(SECRETS, ROOM_ID, LEAF, "Ada"));
    expect(hex(one?.subarray(0, 32) ?? ZERO)).not.toBe(hex(other?.subarray(0, 32) ?? ZERO));
    expect(hex(one?.subarray(32) ?? ZERO)).not.toBe(hex(other?.subarray(32) ?? ZERO));
  });
});

describe("history", () => {
  test("the chain of room keys reaches the first", () => {
    const keys = [0, 1, 2, 3].map((number) => deriveSecrets(stream(`${number}`)(32), number));
    let { history, keyId } = keys[3] ?? SECRETS;
    while (keyId > 0) {
      const [newer, older] = [keys[keyId], keys[keyId - 1]];
      if (newer === undefined || older === undefined) throw new Error("no such key");
      const past = openKeyChain(history, keyId, ROOM_ID, sealKeyChain(newer, older, ROOM_ID));
      expect([past.keyId, past.names, past.history]).toEqual([
        older.keyId,
        older.names,
        older.history,
      ]);
      ({ history, keyId } = past);
    }
  });

  test("a chain link does not skip a room key", () => {
    expect(() => sealKeyChain(SECRETS.withKeyId(3), SECRETS, ROOM_ID)).toThrow(InvalidKey);
  });

  test.each([0, 31, 33])("what opens and has %i bytes is no secret of an epoch", (length) => {
    const context = [ROOM_ID, u32(1), u64(7n)];
    const bytes = new Uint8Array(length);
    const sealed = seal(SECRETS.history, EPOCH_HISTORY, context, bytes, stream("salt"));
    expect(() => openEpochSecret(SECRETS.history, 1, ROOM_ID, 7n, sealed)).toThrow(
      new DecryptionFailed("length of epoch history secret"),
    );
  });

  test("an archive copy comes back as it was", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (content, epoch) => {
          const copy = makeArchiveCopy(ZERO, ROOM_ID, epoch, utf8("p"), 1, utf8("name"), content);
          const sealed = sealArchive(ZERO, ROOM_ID, epoch, copy);
          expect(openArchive(ZERO, ROOM_ID, epoch, sealed)).toEqual(copy);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("a member cannot archive words nobody signed", () => {
    const copy = makeArchiveCopy(ZERO, ROOM_ID, 1n, utf8("p"), 1, utf8("name"), utf8("said"));
    for (const forged of [
      { ...copy, content: utf8("not said") },
      { ...copy, pseudonym: utf8("q") },
      { ...copy, signatureKey: ED25519.publicKey(new Uint8Array(32).fill(1)) },
    ]) {
      const sealed = sealArchive(ZERO, ROOM_ID, 1n, forged);
      expect(() => openArchive(ZERO, ROOM_ID, 1n, sealed)).toThrow(BadSignature);
    }
    expect(ED25519.publicKey(ZERO)).toEqual(copy.signatureKey);
  });

  test("an archive copy has six fields, whole, and nothing behind them", () => {
    const copy = makeArchiveCopy(ZERO, ROOM_ID, 1n, utf8("p"), 1, utf8("name"), utf8("said"));
    const { pseudonym, signatureKey, sealedName, content, signature } = copy;
    const encode = (keyId: Uint8Array, ...more: Uint8Array[]) =>
      transcript(pseudonym, signatureKey, keyId, sealedName, content, signature, ...more);
    const open = (encoded: Uint8Array) => {
      const sealed = seal(ZERO, ARCHIVE, [ROOM_ID, u64(1n)], encoded, stream("salt"));
      return openArchive(ZERO, ROOM_ID, 1n, sealed);
    };
    expect(open(encode(u32(1)))).toEqual(copy);
    for (const encoded of [
      new Uint8Array(0),
      transcript(pseudonym, signatureKey, u32(1), sealedName, content),
      encode(u32(1), signature),
      encode(u32(1)).slice(0, -1),
      concat(encode(u32(1)), Uint8Array.of(0)),
      encode(concat(Uint8Array.of(0), u32(1))),
      encode(u32(1).subarray(1)),
    ]) {
      expect(() => open(encoded)).toThrow(DecryptionFailed);
    }
  });

  test("before the first room key there is none", () => {
    const keys = concat(SECRETS.names, SECRETS.history);
    const sealed = seal(ZERO, KEY_CHAIN, [ROOM_ID, u32(0)], keys, stream("salt"));
    expect(() => openKeyChain(ZERO, 0, ROOM_ID, sealed)).toThrow(DecryptionFailed);
  });
});

test.each([-1n, 2n ** 64n])("epoch %d has no encoding", (epoch) => {
  expect(() => u64(epoch)).toThrow(RangeError);
});

test("a safety code differs between groups and has its form", () => {
  const [one, other] = [safetyCode(ZERO), safetyCode(flip(ZERO))];
  expect(safetyCode(ZERO)).toEqual(one);
  expect(one.digits).not.toEqual(other.digits);
  expect(one.wordPlaces).not.toEqual(other.wordPlaces);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 64 }), (authenticator) => {
      expect(safetyCode(authenticator).digits.join(" ")).toMatch(/^\d{5}( \d{5}){5}$/);
      const { wordPlaces } = safetyCode(authenticator);
      expect(wordPlaces).toHaveLength(6);
      for (const place of wordPlaces) expect(place < WORD_COUNT && place >= 0).toBe(true);
    }),
  );
});
