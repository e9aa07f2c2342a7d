import { ALPHABET, SYMBOLS } from "../../wire/room_code.ts";

/** The number of notches: one for each symbol of a room code. */
export const NOTCHES = SYMBOLS;

const SHOULDER = 45;
const PITCH = 5.5;
const FLAT = 2.3;
const TOP = 11;
const BOTTOM = 29;
const LOWER_STEP = 1.2;
const UPPER_STEP = 1.4;
const TIP = SHOULDER + NOTCHES * PITCH;

/** A ring of two circles about the same point; the outer one is open where the blade begins. */
const BOW = "M30.6 11A15 15 0 1 0 30.6 29";
const HOLE = "M11.6 20a7 7 0 1 0 14 0a7 7 0 1 0 -14 0Z";

/**
 * Draw the key of a room as an SVG path on a field of 112 by 40.
 *
 * A symbol's five bits cut both edges at its place: three bits below, two bits above. Places past
 * the end of `symbols` stay uncut.
 */
export function bladeOutline(symbols: string): string {
  const cuts = Array.from({ length: NOTCHES }, (_, place) => {
    const value = Math.max(0, ALPHABET.indexOf(symbols.charAt(place) || "0"));
    const left = SHOULDER + place * PITCH;
    return {
      left,
      right: left + FLAT,
      upper: TOP + (value >> 3) * UPPER_STEP,
      lower: BOTTOM - (value & 7) * LOWER_STEP,
    };
  });
  return [
    BOW,
    to(35, BOTTOM) + to(35, 32) + to(39, 32) + to(39, BOTTOM),
    ...cuts.map((cut) => to(cut.left, cut.lower) + to(cut.right, cut.lower)),
    to(TIP, BOTTOM) + to(TIP + 3, BOTTOM) + to(TIP + 10, 18) + to(TIP + 5, TOP),
    ...[...cuts].reverse().map((cut) => to(cut.right, cut.upper) + to(cut.left, cut.upper)),
    `${to(39, TOP)}${to(39, 8)}${to(35, 8)}${to(35, TOP)}Z`,
    HOLE,
  ].join("");
}

function to(x: number, y: number): string {
  return `L${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100}`;
}
