import type { Plugin } from "vite";

const WORDS =
  /^ *static override readonly (?:sentence|nextStep): string =\s*"(?:[^"\\]|\\.)*";\n/gm;

/** Leaves the words of errors out of the worker: the page has its own, in every language, by code. */
export function codedErrors(): Plugin {
  return {
    name: "coded-errors",
    apply: "build",
    enforce: "pre",
    transform: {
      filter: { id: /\/src\/errors\.ts$/ },
      handler(code) {
        const coded = withoutWords(code);
        if (coded === code) this.error("the errors have no words to leave out");
        return { code: coded, map: null };
      },
    },
  };
}

/** Return the source of `src/errors.ts` with the words of its root alone. */
export function withoutWords(source: string): string {
  return source.replace(WORDS, "");
}
