/** Valid examples, changed: bits flipped, parts spliced, lengths that are none. */

const ODD = [
  [0x00],
  [0x7f, 0xff],
  [0xbf, 0xff, 0xff, 0xff],
  [0xc6, 0xff, 0xff, 0xff, 0xff],
  [0xdd, 0xff, 0xff, 0xff, 0xff],
  [0xdf, 0xff, 0xff, 0xff, 0xff],
  [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
];

const MAX_CHANGES = 4;
const MAX_PART = 8;
const MAX_REPEATS = 200;
const MAX_NOISE = 64;

/** Gives a whole number from zero to below `end`. */
export type Draw = (end: number) => number;

/** Draw numbers from a seed (mulberry32); the same seed gives the same. */
export function drawing(seed: number): Draw {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  };
}

/** Give a changed example, or now and then bytes that are none. */
export function mutated(examples: readonly Uint8Array[], draw: Draw): Uint8Array {
  if (draw(20) === 0) return Uint8Array.from({ length: draw(MAX_NOISE) }, () => draw(256));
  let data = examples[draw(examples.length)] ?? new Uint8Array();
  for (let left = 1 + draw(MAX_CHANGES); left > 0; left--) data = changed(data, examples, draw);
  return data;
}

function changed(data: Uint8Array, examples: readonly Uint8Array[], draw: Draw): Uint8Array {
  const start = draw(data.length + 1);
  const end = Math.min(data.length, start + draw(MAX_PART));
  const [before, within, after] = [
    data.subarray(0, start),
    data.subarray(start, end),
    data.subarray(end),
  ];
  switch (draw(6)) {
    case 0:
      return joined(
        before,
        within.map((byte) => byte ^ (1 << draw(8))),
        after,
      );
    case 1:
      return joined(before, ODD[draw(ODD.length)] ?? [], after);
    case 2:
      return joined(before, after);
    case 3:
      return joined(before, [draw(256)], after);
    case 4: {
      const other = examples[draw(examples.length)] ?? data;
      return joined(before, other.subarray(draw(other.length + 1)));
    }
    default:
      return joined(before, ...new Array<Uint8Array>(draw(MAX_REPEATS)).fill(within), after);
  }
}

function joined(...parts: readonly ArrayLike<number>[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
