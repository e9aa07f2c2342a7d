/** Vite's way to the word lists: packed small when the page is built, so that it loads fast. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

/** The list Python reads, at its one place. */
const WORD_LIST = fileURLToPath(
  new URL("../../src/roomkey/keys/eff_large_wordlist.txt", import.meta.url),
);

/** Answer `import packed from "virtual:word-list"` with the EFF long list. */
export function wordLists(): Plugin {
  return {
    name: "word-lists",
    resolveId: (id) => (id === "virtual:word-list" ? `\0${id}` : null),
    load(id) {
      if (id !== "\0virtual:word-list") return null;
      this.addWatchFile(WORD_LIST);
      const words = readFileSync(WORD_LIST, "ascii").split("\n").filter(Boolean);
      return `export default ${JSON.stringify(packWords(words))};`;
    },
  };
}

/** Write each word as a capital, for how many letters it shares with the one before, and the rest. */
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
