import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { casesOf, MLS_FOLDER } from "./mls_cases.ts";

function runCategories(): string[] {
  const sources = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(import.meta.dirname, name), "utf8"));
  const calls = sources.flatMap((source) => [
    ...source.matchAll(/officialVectors(?:<\w+>)?\("([\w-]+)"/g),
  ]);
  return calls.flatMap(([, category = ""]) => category);
}

test.skipIf(MLS_FOLDER === undefined)("all 785 official vectors of MLS are run, each once", () => {
  const files = readdirSync(MLS_FOLDER ?? "").map((name) => name.replace(".json", ""));
  const run = runCategories();
  expect(run.sort()).toEqual(files.sort());
  expect(run.reduce((count, category) => count + casesOf(category).length, 0)).toBe(785);
});
