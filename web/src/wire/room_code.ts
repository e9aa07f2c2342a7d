/** Room codes: the address of a room, short enough to say aloud. Not secret. */

import { fromBigEndian } from "../crypto/bytes.ts";
import type { Random } from "../crypto/randomness.ts";
import { DecodeError } from "../errors.ts";

export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const SYMBOLS = 10;

/** Draw a room code of ten symbols (50 bits) in its stored form, without the hyphen. */
export function generate(random: Random): string {
  const number = fromBigEndian(random(7)) >> 6n;
  let code = "";
  for (let place = 0n; place < SYMBOLS; place++) {
    code += ALPHABET.charAt(Number((number >> (5n * place)) & 31n));
  }
  return code;
}

/**
 * Read a room code as people type it into its stored form.
 *
 * Throws DecodeError when it is not ten symbols of Crockford's base 32.
 */
export function parse(text: string): string {
  const code = text
    .trim()
    .toUpperCase()
    .replaceAll(/[- ]/g, "")
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");
  if (code.length !== SYMBOLS || [...code].some((symbol) => !ALPHABET.includes(symbol))) {
    throw new DecodeError("a room code is ten letters and digits, like 7GQ2M-0XK4T");
  }
  return code;
}

/** Write a stored room code as people see it: XXXXX-XXXXX. */
export function show(code: string): string {
  return `${code.slice(0, 5)}-${code.slice(5)}`;
}
