/** The rules are those of the protocol's requirements; each is enforced, and broken by a test. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RULES } from "../../../src/mls/rules.ts";

const WEB = join(import.meta.dirname, "../../..");
const SOURCES = join(WEB, "src/mls");
const REQUIREMENTS = join(WEB, "../docs/requirements.md");

function rulesNamedIn(folder: string, isRead: (name: string) => boolean): Set<string> {
  const texts = readdirSync(folder)
    .filter(isRead)
    .map((name) => readFileSync(join(folder, name), "utf8"));
  return new Set(texts.flatMap((text) => text.match(/(?<=")[a-z]+-\d\d(?=")/g) ?? []));
}

test("rules have the ids, sections and sentences of docs/requirements.md", () => {
  const rows = readFileSync(REQUIREMENTS, "utf8").matchAll(
    /^\| (\S+-\d\d) \| §(\S+) \| (.+?) \|/gm,
  );
  const required = [...rows].map(([, id = "", section, sentence]) => [id, { sentence, section }]);
  expect(Object.fromEntries(required)).toEqual(RULES);
});

test("every rule is enforced somewhere", () => {
  const enforced = rulesNamedIn(SOURCES, (name) => name !== "rules.ts");
  expect([...enforced].sort()).toEqual(Object.keys(RULES).sort());
});

test("every rule is broken by a test that names it", () => {
  const broken = rulesNamedIn(import.meta.dirname, (name) => name.endsWith(".test.ts"));
  expect([...broken].sort()).toEqual(Object.keys(RULES).sort());
});
