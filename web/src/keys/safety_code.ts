/** The safety code: what members compare aloud to know that all see the same group. */

import { concat, fromBigEndian, utf8 } from "../crypto/bytes.ts";
import { HKDF_SHA256 } from "../crypto/hkdf.ts";
import { InvalidKey } from "../errors.ts";
import { SAFETY_CODE } from "./labels.ts";
import { WORD_COUNT, words } from "./words.ts";

const GROUPS = 6;
const GROUP_LIMIT = 100_000n;
const WORDS = 6;
const NUMBER_BYTES = 8;
const MIN_AUTHENTICATOR_LENGTH = 32;

/**
 * One code in two forms: six groups of five digits (100 bits), or six words (77 bits), which are
 * given by their places in the list.
 */
export interface SafetyCode {
  readonly digits: readonly string[];
  readonly wordPlaces: readonly number[];
}

/**
 * Return the code of an epoch (RFC 9420, 8.7), equal for all who share its state.
 *
 * Throws `InvalidKey` for an authenticator of fewer than 32 bytes.
 */
export function safetyCode(epochAuthenticator: Uint8Array): SafetyCode {
  if (epochAuthenticator.length < MIN_AUTHENTICATOR_LENGTH) {
    throw new InvalidKey("length of epoch authenticator");
  }
  return {
    digits: numbers(epochAuthenticator, " digits", GROUPS).map((number) =>
      String(number % GROUP_LIMIT).padStart(5, "0"),
    ),
    wordPlaces: numbers(epochAuthenticator, " words", WORDS).map((number) =>
      Number(number % BigInt(WORD_COUNT)),
    ),
  };
}

/** Return the words of a code by their places. */
export async function safetyWords(wordPlaces: readonly number[]): Promise<readonly string[]> {
  const list = await words();
  return wordPlaces.map((place) => list[place] ?? "");
}

function numbers(epochAuthenticator: Uint8Array, suffix: string, count: number): bigint[] {
  // Eight bytes for each number: what `%` favours is then below one part in 2**47.
  const prk = HKDF_SHA256.extract(new Uint8Array(0), epochAuthenticator);
  const info = concat(SAFETY_CODE, utf8(suffix));
  const material = HKDF_SHA256.expand(prk, info, count * NUMBER_BYTES);
  return Array.from({ length: count }, (_, index) =>
    fromBigEndian(material.subarray(index * NUMBER_BYTES, (index + 1) * NUMBER_BYTES)),
  );
}
