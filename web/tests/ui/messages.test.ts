// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import * as errors from "../../src/errors.ts";
import { de } from "../../src/ui/messages/de.ts";
import { en } from "../../src/ui/messages/en.ts";
import { errorText, thrownText } from "../../src/ui/messages/error_text.ts";
import {
  formatDay,
  formatRelative,
  formatRemaining,
  formatSpan,
  pluralIn,
} from "../../src/ui/messages/format.ts";
import { chooseLanguage, language } from "../../src/ui/messages/language.ts";
import { messages, setLanguage } from "../../src/ui/messages/messages.ts";
import { expectSameSaid, texts } from "./catalogues.ts";

afterEach(() => setLanguage("en"));

describe("the catalogues", () => {
  it("say the same things in every language, and leave nothing empty", () => {
    const english = texts(en);
    const german = texts(de);
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [place, text] of [...english, ...german]) {
      if (typeof text === "string") expect(text.trim(), place).not.toBe("");
      else expect(typeof text, place).toBe("function");
    }
  });

  it("say of what they are told the same in every language, and of nothing that they are not", () => {
    expectSameSaid(en, de);
  });

  it("never promise what nobody can know", () => {
    for (const text of [...texts(en).values(), ...texts(de).values()]) {
      expect(String(text)).not.toMatch(/\b(verified|secure|verifiziert|sicher)\b/i);
    }
  });

  it("have a text for every error but those of handles, of which the page knows nothing", () => {
    const ofHandles = new Set<object>([
      errors.HandleTaken,
      errors.UnknownHandle,
      errors.DirectoryFull,
      errors.InboxFull,
      errors.IdentityChanged,
      errors.HandleNeeded,
    ]);
    const codes = Object.values(errors)
      .filter((value) => typeof value === "function" && "code" in value && !ofHandles.has(value))
      .map((kind) => kind.code);
    expect(codes.length).toBeGreaterThan(30);
    expect(Object.keys(en.errors)).toEqual(expect.arrayContaining(codes));
  });
});

describe("an error", () => {
  const unknown = { code: "brand_new", sentence: "It broke.", nextStep: "Mend it." };

  it("is told in the person's language", async () => {
    await setLanguage("de");
    const wrong = { code: "wrong_room_key", sentence: "Wrong.", nextStep: "Check." };
    expect(errorText(wrong).sentence).toBe(de.errors.wrong_room_key.sentence);
  });

  it("speaks for itself if there is no text for it", () => {
    expect(errorText(unknown)).toEqual(unknown);
    expect(errorText({ ...unknown, code: "constructor" }).sentence).toBe("It broke.");
  });

  it("that is not Roomkey's own is told without its detail", () => {
    expect(thrownText(new TypeError("x.y is undefined")).sentence).toBe(en.errors.error.sentence);
  });
});

describe("languages", () => {
  it("are chosen by the first one that is there", () => {
    expect(chooseLanguage(["fr-CA", "de-AT", "en"])).toBe("de");
    expect(chooseLanguage(["EN-us", "de"])).toBe("en");
    expect(chooseLanguage(["toString", "fr"])).toBe("en");
    expect(chooseLanguage([])).toBe("en");
  });

  it("change the page's texts and its lang", async () => {
    await setLanguage("de");
    expect(language.value).toBe("de");
    expect(messages.value.common.cancel).toBe("Abbrechen");
    expect(document.documentElement.lang).toBe("de");
  });
});

describe("numbers and times", () => {
  it("take the form that a count asks for", () => {
    const plural = pluralIn("en");
    expect(plural(1, { one: "# member", other: "# members" })).toBe("1 member");
    expect(plural(1200, { one: "# member", other: "# members" })).toBe("1,200 members");
  });

  it("name spans in their largest whole unit", async () => {
    expect([60, 3600, 86400, 7 * 86400, 90].map(formatSpan)).toEqual([
      "1 minute",
      "1 hour",
      "1 day",
      "7 days",
      "90 seconds",
    ]);
    await setLanguage("de");
    expect(formatSpan(7 * 86400)).toBe("7 Tage");
  });

  it("name what is left in one unit, short, and never as nothing before it is over", () => {
    expect([1, 60, 61, 3600, 3601, 86400, 86401].map(formatRemaining)).toEqual([
      "1 sec",
      "60 sec",
      "2 min",
      "60 min",
      "2 hr",
      "24 hr",
      "2 days",
    ]);
  });

  it("name days from where one stands, over midnight too", () => {
    const now = new Date(2025, 5, 15, 0, 10).getTime();
    expect(formatDay(now, now)).toBe("Today");
    expect(formatDay(new Date(2025, 5, 14, 23, 50).getTime(), now)).toBe("Yesterday");
    expect(formatDay(new Date(2025, 5, 2).getTime(), now)).toBe("Monday, June 2");
    expect(formatDay(new Date(2024, 5, 2).getTime(), now)).toContain("2024");
    expect(formatRelative(new Date(2025, 5, 14, 20).getTime(), now)).toBe("yesterday");
    expect(formatRelative(now - 5 * 60_000, now)).toBe("5 minutes ago");
    expect(formatRelative(now - 5_000, now)).toBe("now");
    const evening = new Date(2025, 5, 15, 21, 0).getTime();
    expect(formatRelative(evening - 3 * 3600_000, evening)).toBe("3 hours ago");
    expect(formatRelative(new Date(2024, 1, 29).getTime(), now)).toContain("2024");
  });
});
