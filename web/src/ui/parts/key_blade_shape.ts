import { ALPHABET, SYMBOLS } from "../../wire/room_code.ts";

/** The number of notches: one for each symbol of a room code. */
export const NOTCHES = SYMBOLS;

const SHOULDER = 46;
const PITCH = 5.4;
const FLAT = 2.4;
const TOP = 12;
const BOTTOM = 28;
const LOWER_STEP = 0.95;
const UPPER_STEP = 1.15;
const TIP = SHOULDER + NOTCHES * PITCH;

const BOW = "M31.4 12A15 15 0 1 0 31.4 28";
const HOLE = "M9.5 20a5.2 5.2 0 1 0 10.4 0a5.2 5.2 0 1 0 -10.4 0Z";

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
    to(36, BOTTOM) + to(36, 30.5) + to(41, 30.5) + to(41, BOTTOM),
    ...cuts.map((cut) => to(cut.left, cut.lower) + to(cut.right, cut.lower)),
    to(TIP, BOTTOM) + to(TIP + 7, 20) + to(TIP, TOP),
    ...[...cuts].reverse().map((cut) => to(cut.right, cut.upper) + to(cut.left, cut.upper)),
    `${to(41, TOP)}${to(41, 9.5)}${to(36, 9.5)}${to(36, TOP)}Z`,
    HOLE,
  ].join("");
}

function to(x: number, y: number): string {
  return `L${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100}`;
}
