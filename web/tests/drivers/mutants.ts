/** Mistakes that the harness of faults must find, put into the client while it is bundled. */

import type { Plugin } from "rolldown";

interface Mistake {
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}

const MISTAKES: Readonly<Record<string, Mistake>> = {
  // what was pushed next is taken for what comes next
  "no-gap-check": {
    file: "src/client/inbox.ts",
    right: "return this.#waiting.get(this.#cursor + 1);",
    wrong: "return this.#waiting.get(Math.min(...this.#waiting.keys()));",
  },
  // an own commit counts before the relay has accepted it
  "own-commit-at-once": {
    file: "src/client/committer.ts",
    right: "let answer: Fields;",
    wrong: `let answer: Fields;
      await state.store.transaction(() => {
        state.adopt(pending.commit.group, state.cursor);
        state.pending = pending;
      });`,
  },
};

/** Put a mistake into the client; throws where there is no room for it. */
export function mutant(name: string): Plugin {
  const mistake = MISTAKES[name];
  if (mistake === undefined) throw new Error(`there is no mistake called ${name}`);
  const { file, right, wrong } = mistake;
  return {
    name,
    transform(code, id) {
      if (!id.endsWith(file)) return undefined;
      if (!code.includes(right)) throw new Error(`${file} has no place for ${name}`);
      return code.replace(right, wrong);
    },
  };
}
