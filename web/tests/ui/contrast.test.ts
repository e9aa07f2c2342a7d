import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Colour = readonly [lightness: number, chroma: number, hue: number];
const THEMES = ["light", "dark"] as const;

function colours(file: string, pattern: RegExp): Map<string, readonly Colour[]> {
  const css = readFileSync(new URL(`../../src/ui/styles/${file}`, import.meta.url), "utf8");
  const found = new Map<string, readonly Colour[]>();
  for (const [, name = "", light = "", dark = ""] of css.matchAll(pattern)) {
    const read = (text: string) => text.split(" ").map(Number) as unknown as Colour;
    found.set(name, [read(light), read(dark)]);
  }
  return found;
}

const PAIR = String.raw`light-dark\(oklch\(([\d. ]+)\), oklch\(([\d. ]+)\)\)`;
const TOKENS = colours("tokens.css", new RegExp(String.raw`--([\w-]+): ${PAIR}`, "g"));
const SENDERS = colours(
  "senders.css",
  new RegExp(String.raw`data-hue="(\d+)"\] \{\s+--sender: ${PAIR}`, "g"),
);

/** Linear sRGB of an OKLCH colour (CSS Color 4, section 9.3); parts outside 0 to 1 are out of gamut. */
function linear([lightness, chroma, hue]: Colour): readonly [number, number, number] {
  const angle = (hue * Math.PI) / 180;
  const a = chroma * Math.cos(angle);
  const b = chroma * Math.sin(angle);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function luminance(colour: Colour): number {
  const [red, green, blue] = linear(colour).map((part) => Math.min(1, Math.max(0, part)));
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

/** Contrast of two colours (WCAG 2.2). */
function contrast(one: Colour, other: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function token(name: string, theme: number): Colour {
  const colour = TOKENS.get(name)?.[theme];
  if (!colour) throw new Error(`no token ${name}`);
  return colour;
}

const TEXT: readonly (readonly [string, string])[] = [
  ["ink", "paper"],
  ["ink", "sheet"],
  ["ink", "well"],
  ["ink", "accent-wash"],
  ["ink", "brass-wash"],
  ["ink", "alarm-wash"],
  ["ink-soft", "paper"],
  ["ink-soft", "sheet"],
  ["ink-soft", "well"],
  ["ink-soft", "brass-wash"],
  ["accent", "paper"],
  ["accent", "sheet"],
  ["accent-strong", "accent-wash"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["brass", "paper"],
  ["brass", "sheet"],
  ["brass", "brass-wash"],
  ["alarm", "paper"],
  ["alarm", "sheet"],
  ["alarm", "alarm-wash"],
  ["on-alarm", "alarm"],
];

const BOUNDARIES: readonly (readonly [string, string])[] = [
  ["line-strong", "paper"],
  ["line-strong", "sheet"],
  ["brass-line", "paper"],
  ["brass-line", "sheet"],
  ["accent", "accent-wash"],
];

describe.each(THEMES.map((name, place) => [name, place] as const))("by %s colours", (_, theme) => {
  it.each(TEXT)("%s on %s can be read (4.5 to 1)", (front, back) => {
    expect(contrast(token(front, theme), token(back, theme))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(BOUNDARIES)("%s stands out from %s (3 to 1)", (front, back) => {
    expect(contrast(token(front, theme), token(back, theme))).toBeGreaterThanOrEqual(3);
  });

  it("each of the twelve senders can be read on paper, and none shouts", () => {
    expect(SENDERS.size).toBe(12);
    for (const pair of SENDERS.values()) {
      const colour = pair[theme];
      if (!colour) throw new Error("a sender without a colour");
      expect(contrast(colour, token("paper", theme))).toBeGreaterThanOrEqual(4.5);
      expect(colour.slice(0, 2)).toEqual(SENDERS.get("0")?.[theme]?.slice(0, 2));
      for (const part of linear(colour)) {
        expect(part).toBeGreaterThan(-0.01);
        expect(part).toBeLessThan(1.01);
      }
    }
  });
});
