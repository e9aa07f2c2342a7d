/** Typed and generated room keys, and what is said about their strength. */

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Random } from "../../../src/crypto/randomness.ts";
import { RoomKeyUnacceptable } from "../../../src/errors.ts";
import { generateRoomKey, normalizeRoomKey } from "../../../src/keys/room_key.ts";
import { estimateStrength } from "../../../src/keys/strength.ts";
import { randomWord, WORD_COUNT, words } from "../../../src/keys/words.ts";
import { packWords } from "../../../tools/word_lists.ts";
import { stream } from "../../bytes.ts";

const WORD_LIST = new URL("../../../../src/roomkey/keys/eff_large_wordlist.txt", import.meta.url);

function refusal(typed: string): RoomKeyUnacceptable {
  try {
    normalizeRoomKey(typed);
  } catch (error) {
    if (error instanceof RoomKeyUnacceptable) return error;
    throw error;
  }
  throw new Error("the room key was accepted");
}

describe("typed room keys", () => {
  test("normalizing twice is normalizing once", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 8, maxLength: 80 }), (typed) => {
        let once: string;
        try {
          once = normalizeRoomKey(typed);
        } catch (error) {
          expect(error).toBeInstanceOf(RoomKeyUnacceptable);
          return;
        }
        expect(normalizeRoomKey(once)).toBe(once);
        expect(once.normalize("NFKC")).toBe(once);
      }),
    );
  });

  test("characters count, not the units JavaScript writes them in", () => {
    expect(refusal("🦔".repeat(7)).detail).toBe("shorter than 8 characters");
    expect(normalizeRoomKey("🦔".repeat(8))).toBe("🦔".repeat(8));
  });

  test("bytes of UTF-8 count, not characters", () => {
    expect(normalizeRoomKey("ä".repeat(256))).toHaveLength(256);
    expect(refusal("ä".repeat(257)).detail).toBe("longer than 512 bytes");
  });

  test.each(["\ud800", "\udc00", "\x00", "\x7f", "\x9f", "\n"])("%j inside is not text", (bad) => {
    expect(refusal(`eight or ${bad} more`).detail).toBe("it holds characters that are not text");
  });

  test("a byte order mark is no white space and stays", () => {
    expect(normalizeRoomKey("\ufeffeight chars")).toBe("\ufeffeight chars");
  });

  test("a refusal does not repeat the room key", () => {
    expect(String(refusal("secret\x00secret"))).not.toContain("secret");
  });
});

const threeWords = (random: Random): Promise<string> => generateRoomKey(random, 3);

describe("words", () => {
  test("the list is Python's, word for word", async () => {
    const list = readFileSync(WORD_LIST, "ascii").trim().split("\n");
    expect(await words()).toEqual(list);
    expect(new Set(await words()).size).toBe(WORD_COUNT);
    expect(packWords(list).length).toBeLessThan(34_000);
  });

  test("numbers that would favour a word are drawn again", async () => {
    const drawn = [62208, 65535, 62207].map((number) => Uint8Array.of(number >> 8, number & 255));
    expect(await randomWord(() => drawn.shift() ?? new Uint8Array(2))).toBe("zoom");
    expect(drawn).toEqual([]);
    expect(await randomWord(() => Uint8Array.of(0, 1))).toBe("abdomen");
    expect(await randomWord(() => Uint8Array.of(1, 0))).toBe((await words())[256]);
  });

  test("a generated room key is six words that need no normalizing", async () => {
    const roomKey = await generateRoomKey();
    const parts = roomKey.split(" ");
    expect(parts).toHaveLength(6);
    for (const part of parts) expect(await words()).toContain(part);
    expect(normalizeRoomKey(roomKey)).toBe(roomKey);
    expect(await generateRoomKey()).not.toBe(roomKey);
    const [one, again] = await Promise.all([stream("one"), stream("one")].map(threeWords));
    expect(one).toBe(again);
  });
});

describe("strength", () => {
  test("a generated room key gets the best score and no warning", async () => {
    const strength = await estimateStrength("abacus zoom unfitted viewer swoop jubilant");
    expect([strength.score, strength.warning]).toEqual([4, ""]);
    expect(strength.bits).toBeCloseTo(6 * Math.log2(7776), 6);
  });

  test.each([
    "password",
    "12345678",
    "aaaaaaaaaaaa",
    "zoom zoom zoom zoom",
    "P@ssw0rd123",
    "qwertyuiop",
    "michael1985",
  ])("%s is called weak", async (weak) => {
    const strength = await estimateStrength(weak);
    expect(strength.score).toBeLessThanOrEqual(1);
    expect(strength.warning.toLowerCase()).toContain("weak");
  });

  test("words in use by everybody count for little, random characters for much", async () => {
    const [common, random] = await Promise.all([
      estimateStrength("because tonight"),
      estimateStrength("vqkzjrw xpbtmfg"),
    ]);
    expect(common.bits + 20).toBeLessThan(random.bits);
  });

  test("more bits never have a lower score", async () => {
    const list = ["password", "zoom abacus", "zoom abacus viewer", "zoom abacus viewer swoop"];
    const strengths = await Promise.all(list.map(estimateStrength));
    expect(strengths.map(({ score }) => score)).toEqual([0, 1, 2, 3]);
  });

  test("a very long room key is estimated too", async () => {
    const { bits } = await estimateStrength("Xq7!".repeat(128));
    expect(bits).toBeGreaterThan(0);
  });

  test("what cannot be a room key is refused", async () => {
    await expect(estimateStrength("short")).rejects.toThrow(RoomKeyUnacceptable);
  });
});
