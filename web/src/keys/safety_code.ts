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

/** One code in two forms: six groups of five digits (100 bits), or six words (77 bits). */
export interface SafetyCode {
  readonly digits: readonly string[];
  readonly words: readonly string[];
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
  const list = words();
  return {
    digits: numbers(epochAuthenticator, " digits", GROUPS).map((number) =>
      String(number % GROUP_LIMIT).padStart(5, "0"),
    ),
    words: numbers(epochAuthenticator, " words", WORDS).map(
      (number) => list[Number(number % BigInt(WORD_COUNT))] ?? "",
    ),
  };
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
