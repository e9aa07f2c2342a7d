// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { language } from "../../src/ui/messages/language.ts";
import {
  chooseEnterSends,
  chooseNotifying,
  chooseSignals,
  chooseSound,
  chooseTheme,
  doesEnterSend,
  forgetSettings,
  hasSignals,
  hasSound,
  isNotifying,
  startSettings,
  theme,
} from "../../src/ui/settings.ts";

beforeEach(() => localStorage.clear());
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const CHOICES = () => [
  theme.value,
  isNotifying.value,
  hasSound.value,
  hasSignals.value,
  doesEnterSend.value,
];

function touch(isTouched: boolean): void {
  vi.stubGlobal("matchMedia", (query: string) => ({
    matches: query.includes("coarse") && isTouched,
  }));
}

describe("what is chosen on a device", () => {
  it("is there again at the next start, and gone once it is forgotten", async () => {
    touch(false);
    const before = ["system", false, false, true, true];
    await startSettings();
    expect(CHOICES()).toEqual(before);
    chooseTheme("dark");
    chooseNotifying(true);
    chooseSound(true);
    chooseSignals(false);
    chooseEnterSends(false);
    const chosen = CHOICES();
    expect(chosen).toEqual(["dark", true, true, false, false]);
    theme.value = "light";
    isNotifying.value = hasSound.value = false;
    hasSignals.value = doesEnterSend.value = true;
    await startSettings();
    expect(CHOICES()).toEqual(chosen);
    forgetSettings();
    await startSettings();
    expect(CHOICES()).toEqual(before);
    expect(localStorage.length).toBe(0);
  });

  it("Enter sends except on a touch screen, unless something else was chosen", async () => {
    touch(true);
    await startSettings();
    expect(doesEnterSend.value).toBe(false);
    chooseEnterSends(true);
    await startSettings();
    expect(doesEnterSend.value).toBe(true);
  });

  it("whether one is seen holds for all windows at once", async () => {
    await startSettings();
    const tell = (key: string, newValue: string | null) =>
      window.dispatchEvent(Object.assign(new Event("storage"), { key, newValue }));
    tell("roomkey signals", "off");
    expect(hasSignals.value).toBe(false);
    tell("roomkey sound", "on");
    expect(hasSignals.value).toBe(false);
    tell("roomkey signals", null);
    expect(hasSignals.value).toBe(true);
  });

  it("holds until the page is closed where nothing can be stored", async () => {
    const refuse = (): never => {
      throw new DOMException("denied", "SecurityError");
    };
    vi.stubGlobal("localStorage", { getItem: refuse, setItem: refuse, removeItem: refuse });
    await startSettings();
    expect(language.value).toBe("en");
    chooseSound(true);
    expect(hasSound.value).toBe(true);
    expect(() => forgetSettings()).not.toThrow();
    hasSound.value = false;
  });
});
