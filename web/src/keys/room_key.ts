/** The room key as people type and share it. */

import { utf8 } from "../crypto/bytes.ts";
import { type Random, systemRandom } from "../crypto/randomness.ts";
import { RoomKeyUnacceptable } from "../errors.ts";
import { randomWord } from "./words.ts";

const MIN_CHARACTERS = 8;
const MAX_BYTES = 512;
const GENERATED_WORDS = 6;

// Named one by one because languages disagree on what their `trim` and `strip` take off.
const WHITE_SPACE =
  "\t\n\v\f\r \x85\xa0\u1680" +
  "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" +
  "\u2028\u2029\u202f\u205f\u3000";

const NOT_TEXT = /[\p{Cc}\p{Cs}]/u;

/**
 * Return the one form of a room key: NFKC, white space at its ends removed, case kept.
 *
 * Throws `RoomKeyUnacceptable` for fewer than 8 characters, more than 512 bytes of UTF-8, control
 * characters, and surrogates.
 */
export function normalizeRoomKey(typed: string): string {
  const roomKey = strip(typed.normalize("NFKC"));
  if (NOT_TEXT.test(roomKey)) {
    throw new RoomKeyUnacceptable("it holds characters that are not text");
  }
  if ([...roomKey].length < MIN_CHARACTERS) {
    throw new RoomKeyUnacceptable(`shorter than ${MIN_CHARACTERS} characters`);
  }
  if (utf8(roomKey).length > MAX_BYTES) {
    throw new RoomKeyUnacceptable(`longer than ${MAX_BYTES} bytes`);
  }
  return roomKey;
}

/** Return `count` random words with a space between them; six carry 77 bits. */
export async function generateRoomKey(
  random: Random = systemRandom,
  count = GENERATED_WORDS,
): Promise<string> {
  const parts: string[] = [];
  while (parts.length < count) parts.push(await randomWord(random));
  return parts.join(" ");
}

function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && WHITE_SPACE.includes(text.charAt(start))) start++;
  while (end > start && WHITE_SPACE.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
