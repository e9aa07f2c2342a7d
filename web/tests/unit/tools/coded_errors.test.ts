import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import * as errors from "../../../src/errors.ts";
import { withoutWords } from "../../../tools/coded_errors.ts";

const SOURCE = resolve(import.meta.dirname, "../../../src/errors.ts");

test("without its words an error is still its class with its code", () => {
  const coded = withoutWords(readFileSync(SOURCE, "utf8"));
  const classes = [...coded.matchAll(/^export class (\w+)/gm)].map(([, name]) => name);
  expect(classes.sort()).toEqual(Object.keys(errors).sort());
  for (const error of Object.values(errors)) {
    expect(coded).toContain(`readonly code: string = "${error.code}";`);
  }
});

test("only the root keeps words, for what has none of its own", () => {
  const coded = withoutWords(readFileSync(SOURCE, "utf8"));
  const { sentence, nextStep } = errors.RoomkeyError;
  const words = [...coded.matchAll(/static .*(?:sentence|nextStep): string =\s*(".*");/g)];
  expect(words.map(([, text]) => text)).toEqual([
    JSON.stringify(sentence),
    JSON.stringify(nextStep),
  ]);
});

test("words with quotation marks, and on a line of their own, are left out whole", () => {
  const source = `class A {
  static override readonly code: string = "a";
  static override readonly sentence: string = "Say \\"a\\"; then go.";
  static override readonly nextStep: string =
    "Go on.";
}
`;
  expect(withoutWords(source)).toBe(`class A {
  static override readonly code: string = "a";
}
`);
});
