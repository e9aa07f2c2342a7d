/** Neutralises hostile text before a person sees it: control characters, escapes, bidi overrides. */

export const MAX_NAME_CHARACTERS = 64;
export const NAMELESS = "(no name)";

// CSI and OSC sequences whole: without this, the harmless tail of a stripped escape stays as noise.
// None reaches over the start of another: looking for the end of each would take quadratic time.
const ANSI =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is for
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c\x9d\n]*(?:\x07|\x1b\\|\x9c)/g;

const CONTROL = /^[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}]$/u;
const FORMAT = /^\p{Cf}$/u;
const SPACE = /^\p{White_Space}$/u;
const VISIBLE = /[^\p{C}\p{Z}\p{M}]/u;

/** Have the engine drop the text that it matched last: it keeps it for `RegExp.$_`. */
export function forgetLastMatch(): void {
  /^/.test("");
}

/** Return `text` with a stand-in for what has no UTF-8: halves of surrogate pairs. */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Cs}/gu, "\ufffd");
}

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
    if (isSpace(sign)) line += " ";
    else if (isHarmless(sign)) line += sign;
  }
  const words = line.split(/\p{White_Space}+/u).filter((word) => word !== "");
  const shown = [...words.join(" ")].slice(0, MAX_NAME_CHARACTERS).join("").trim();
  return VISIBLE.test(shown) ? shown : NAMELESS;
}

/** Say whether a sign parts words: white space, and the separators of files, groups and records. */
function isSpace(sign: string): boolean {
  return SPACE.test(sign) || (sign >= "\x1c" && sign <= "\x1f");
}

function isHarmless(sign: string): boolean {
  return FORMAT.test(sign) ? isKeptFormat(sign) : !CONTROL.test(sign);
}

/** The joiners of emoji and of Persian and Indic scripts, and emoji tags; the others go. */
function isKeptFormat(sign: string): boolean {
  return sign === "\u200c" || sign === "\u200d" || (sign >= "\u{e0020}" && sign <= "\u{e007f}");
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
