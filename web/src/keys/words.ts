/** The words room keys and safety codes are made of: the EFF long list. */

import type { Random } from "../crypto/randomness.ts";

export const WORD_COUNT = 7776;

// The largest multiple of the count in 16 bits; numbers above it would favour the first words.
const LIMIT = 65536 - (65536 % WORD_COUNT);

let unpacked: readonly string[] | undefined;

/**
 * Return the 7,776 words in alphabetical order; their positions are part of the protocol.
 *
 * They load when first asked for: who is invited and only writes needs none of them.
 */
export async function words(): Promise<readonly string[]> {
  unpacked ??= unpack((await import("virtual:word-list")).default);
  return unpacked;
}

/** Return one word, each as likely as any other. */
export async function randomWord(random: Random): Promise<string> {
  const list = await words();
  for (;;) {
    const [high = 0, low = 0] = random(2);
    const number = high * 256 + low;
    if (number < LIMIT) return list[number % WORD_COUNT] ?? "";
  }
}

/** Undo `packWords`: each word is a capital, how many letters it shares with the last, and the rest. */
function unpack(text: string): readonly string[] {
  const list: string[] = [];
  let last = "";
  for (const [, shared = "A", rest = ""] of text.matchAll(/([A-Z])([^A-Z]*)/g)) {
    last = last.slice(0, shared.charCodeAt(0) - 65) + rest;
    list.push(last);
  }
  return list;
}
