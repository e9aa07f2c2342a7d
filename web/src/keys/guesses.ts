/** How many guesses a text takes; apart from the rest, as its dictionaries load when needed. */

import commonWords from "virtual:common-words";
import passwords from "virtual:passwords";
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs } from "@zxcvbn-ts/language-common";
import { words } from "./words.ts";

const ESTIMATOR = new ZxcvbnFactory({
  dictionary: {
    passwords: passwords.split(" "),
    commonWords: commonWords.split(" "),
    roomKeyWords: [...(await words())],
  },
  graphs: adjacencyGraphs,
});

/** Return the base-2 logarithm of the guesses that find `text`. */
export function guessBits(text: string): number {
  const bits = ESTIMATOR.check(text).guessesLog10 * Math.log2(10);
  // it keeps what it looked at last
  ESTIMATOR.check("");
  return bits;
}
