/** Vite's way to the word lists: cut and packed when the page is built, so that they load fast. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

/** The list Python reads, at its one place. */
const WORD_LIST = fileURLToPath(
  new URL("../../src/roomkey/keys/eff_large_wordlist.txt", import.meta.url),
);

/** How many of the most used passwords and words the estimate of a typed room key knows. */
const PASSWORDS = 3000;
const COMMON_WORDS = 3000;

const MODULES: Readonly<Record<string, () => string>> = {
  "virtual:word-list": () => packWords(readFileSync(WORD_LIST, "ascii").trim().split("\n")),
  "virtual:passwords": () => mostUsed("@zxcvbn-ts/language-common", "passwords", PASSWORDS),
  "virtual:common-words": () => mostUsed("@zxcvbn-ts/language-en", "commonWords", COMMON_WORDS),
};

/** Answer the imports declared in src/virtual.d.ts. */
export function wordLists(): Plugin {
  return {
    name: "word-lists",
    resolveId: (id) => (id in MODULES ? `\0${id}` : null),
    load(id) {
      const make = MODULES[id.slice(1)];
      return make === undefined ? null : `export default ${JSON.stringify(make())};`;
    },
  };
}

/** Write each word as a capital, for how many letters it shares with the last, and the rest. */
export function packWords(words: readonly string[]): string {
  let last = "";
  let packed = "";
  for (const word of words) {
    let shared = 0;
    while (shared < word.length && word[shared] === last[shared]) shared++;
    packed += String.fromCharCode(65 + shared) + word.slice(shared);
    last = word;
  }
  return packed;
}

function mostUsed(library: string, list: string, count: number): string {
  const folder = dirname(createRequire(import.meta.url).resolve(`${library}/package.json`));
  const words: string[] = JSON.parse(readFileSync(join(folder, "src", `${list}.json`), "utf8"));
  return words.slice(0, count).join(" ");
}
