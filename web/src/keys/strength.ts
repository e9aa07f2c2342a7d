/** What to tell people about the room key they chose. */

import { normalizeRoomKey } from "./room_key.ts";
import { WORD_COUNT, words } from "./words.ts";

// The estimator's time grows with the square of its input; nobody guesses past this anyway.
const ESTIMATED_CHARACTERS = 100;

// At a million Argon2id guesses a second, 2**40 take days and 2**64 half a million years.
const LIMITS = [20, 32, 44, 64];

const WARNINGS = [
  "Very weak: guessed at once.",
  "Weak: whoever runs the relay guesses this in hours or days.",
  "Fair: it holds against other people, not against a determined relay operator.",
  "Good: guessing it takes the relay's operator much time and money.",
  "",
];

/** An estimate: `score` from 0 (very weak) to 4, `bits` is the base-2 logarithm of guesses. */
export interface Strength {
  readonly score: number;
  readonly bits: number;
  readonly warning: string;
}

/**
 * Estimate how hard `typed` is to guess; `warning` is empty when there is nothing to say.
 *
 * Loads its dictionaries when first asked. Throws `RoomKeyUnacceptable` as `normalizeRoomKey`
 * does. An estimate is a guess itself: a sentence from a book may score well and yet be on a list.
 */
export async function estimateStrength(typed: string): Promise<Strength> {
  const bits = await bitsOf(normalizeRoomKey(typed));
  const score = LIMITS.filter((limit) => bits >= limit).length;
  return { score, bits, warning: WARNINGS[score] ?? "" };
}

async function bitsOf(roomKey: string): Promise<number> {
  const parts = new Set(roomKey.split(" "));
  const known = new Set(await words());
  // The list is public, so words from it count by its length, however long they are, and only
  // once if they repeat.
  if ([...parts].every((part) => known.has(part))) return parts.size * Math.log2(WORD_COUNT);
  const { guessBits } = await import("./guesses.ts");
  return guessBits([...roomKey].slice(0, ESTIMATED_CHARACTERS).join(""));
}
