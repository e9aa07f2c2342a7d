// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { howDe } from "../../../src/ui/how/messages/how_de.ts";
import { howEn } from "../../../src/ui/how/messages/how_en.ts";
import { expectSameSaid, texts } from "../catalogues.ts";

describe("the words about how it works", () => {
  it("say the same things in both languages, and leave nothing empty", () => {
    const english = texts(howEn);
    const german = texts(howDe);
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [place, text] of [...english, ...german]) {
      if (typeof text === "string") expect(text.trim(), place).not.toBe("");
    }
  });

  it("say of what they are told the same in both languages, and of nothing that they are not", () => {
    expectSameSaid(howEn, howDe);
  });

  it("never promise what nobody can know", () => {
    for (const text of [...texts(howEn).values(), ...texts(howDe).values()]) {
      expect(String(text)).not.toMatch(/\b(verified|secure|verifiziert|sicher)\b/i);
    }
  });
});
