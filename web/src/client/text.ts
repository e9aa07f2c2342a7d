/** Neutralises hostile text before a person sees it: control characters, escapes, bidi overrides. */

export const MAX_NAME_CHARACTERS = 64;
export const NAMELESS = "(no name)";

// CSI and OSC sequences whole: without this, the harmless tail of a stripped escape stays as noise
const ANSI = new RegExp(
  "(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]|(?:\\x1b\\]|\\x9d)[^\\x07\\x1b\\x9c\\n]*(?:\\x07|\\x1b\\\\|\\x9c)",
  "g",
);

const CONTROL = /^[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}]$/u;
const FORMAT = /^\p{Cf}$/u;
/** The joiners of emoji and of Persian and Indic scripts; emoji tags. Other format characters go. */
const KEPT_FORMAT = /^[\u200c\u200d\u{e0020}-\u{e007f}]$/u;
/** White space in names, whichever it is: lines, tabs, separators of files, groups and records. */
const SPACE = /^[\p{White_Space}\x1c-\x1f]$/u;
const VISIBLE = /[^\p{C}\p{Z}\p{M}]/u;

/** Return `text` without control characters, escapes and bidi overrides; lines and tabs stay. */
export function cleanText(text: string): string {
  const lines = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replace(ANSI, "");
  let clean = "";
  for (const sign of lines) if (sign === "\n" || sign === "\t" || isHarmless(sign)) clean += sign;
  return clean;
}

/** Return a name as one line of at most 64 characters, or a stand-in for an empty one. */
export function cleanName(name: string): string {
  let line = "";
  for (const sign of name.replace(ANSI, "")) {
    if (SPACE.test(sign)) line += " ";
    else if (isHarmless(sign)) line += sign;
  }
  const words = line.split(/\p{White_Space}+/u).filter((word) => word !== "");
  const shown = [...words.join(" ")].slice(0, MAX_NAME_CHARACTERS).join("").trim();
  return VISIBLE.test(shown) ? shown : NAMELESS;
}

function isHarmless(sign: string): boolean {
  return !CONTROL.test(sign) && (!FORMAT.test(sign) || KEPT_FORMAT.test(sign));
}

/** Letters of other scripts, and digits, by the small Latin letter that they can pass for. */
const LOOKS: Readonly<Record<string, string>> = {
  a: "аα",
  b: "вьβ",
  c: "сϲ",
  d: "ԁ",
  e: "еεҽ",
  g: "ցɡ",
  h: "нһհ",
  j: "јϳ",
  k: "кκ",
  l: "i1|ıіιӏⅼ!",
  m: "м",
  n: "пηո",
  o: "0оοօσ",
  p: "рρ",
  q: "ԛ",
  r: "г",
  s: "ѕ5",
  t: "тτ",
  u: "սμυ",
  v: "ѵν",
  w: "ԝω",
  x: "хχ",
  y: "уγү",
};

const LATIN: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOKS).flatMap(([latin, looks]) => [...looks].map((sign) => [sign, latin])),
);

/** Return what a name looks like at a glance: equal for two names that can be mistaken. */
export function skeleton(name: string): string {
  const bare = name.normalize("NFKD").replaceAll(/[\p{M}\p{Cf}\p{Z}]/gu, "");
  const latin = [...bare.toLowerCase()].map((sign) => LATIN.get(sign) ?? sign).join("");
  return latin.replaceAll("rn", "m").replaceAll("vv", "w");
}
