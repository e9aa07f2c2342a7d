import fc from "fast-check";
import { expect, test } from "vitest";
import {
  cleanName,
  cleanText,
  MAX_NAME_CHARACTERS,
  NAMELESS,
  skeleton,
} from "../../../src/client/text.ts";

test("escapes go whole", () => {
  expect(cleanText("a\x1b[31mred\x1b[0m b\x9b2Jc")).toBe("ared bc");
  expect(cleanText("x\x1b]0;title\x07y\x1b]8;;http://e\x1b\\z")).toBe("xyz");
  expect(cleanText("bell\x07 back\x08 del\x7f")).toBe("bell back del");
});

test("a sequence does not reach over the start of another", () => {
  expect(cleanText("\x9da\x9db\x07c")).toBe("ac");
  expect(cleanText("\x1b]a\x1b]b\x07c")).toBe("]ac");
  // as many beginnings as fit into a message; looking for the end of each took quadratic time
  expect(cleanText("\x9d".repeat(32_000))).toBe("");
});

test("bidi overrides go and joiners stay", () => {
  expect(cleanText("\u202egpj.exe\u2066\u2069\u200f")).toBe("gpj.exe");
  const couple = "\u{1f468}\u200d\u{1f469}";
  expect(cleanText(couple)).toBe(couple);
  const flag = "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}";
  expect(cleanText(flag)).toBe(flag);
});

test("lines stay in text and not in names", () => {
  expect(cleanText("one\r\ntwo\rthree\tfour")).toBe("one\ntwo\nthree\tfour");
  expect(cleanName(" Ann\nBob\t ")).toBe("Ann Bob");
  expect(cleanName("\x00\u202e")).toBe(NAMELESS);
  expect(cleanName("\u200d \u200c")).toBe(NAMELESS);
  expect(cleanName("0 \x1b\r0")).toBe("0 0");
});

test("nothing harmful is left of any text", () => {
  const strings = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map(String.fromCharCode) });
  fc.assert(
    fc.property(strings, (text) => {
      const shown = cleanText(text).replaceAll(/[\n\t]/g, "");
      expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u);
      const name = cleanName(text);
      expect(name).not.toContain("\n");
      expect([...name].length).toBeGreaterThan(0);
      expect([...name].length).toBeLessThanOrEqual(MAX_NAME_CHARACTERS);
      expect(cleanName(name)).toBe(name);
    }),
  );
});

test.each([
  ["Ann", "Аnn"],
  ["paul", "раul"],
  ["Carol", "Caro1"],
  ["Bob", "B0b"],
  ["marna", "mama"],
  ["José", "Jose"],
  ["Iris", "lris"],
])("%s looks like %s", (one, other) => {
  expect(one).not.toBe(other);
  expect(skeleton(one)).toBe(skeleton(other));
});

test.each([
  ["Ann", "Anna"],
  ["Bob", "Rob"],
  ["Иван", "Ирина"],
  ["李", "王"],
])("%s does not look like %s", (one, other) => {
  expect(skeleton(one)).not.toBe(skeleton(other));
});
