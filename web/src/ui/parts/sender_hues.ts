import { signal } from "@preact/signals";

const HUES = 12;
/** From one hue to the next that is tried: well apart, and in twelve steps at each of them. */
const STEP = 5;

const given = signal<ReadonlyMap<string, number>>(new Map());

/** The hue of a sender, 0 to 11: the one given in this room, or the one that the pseudonym asks for. */
export function senderHue(pseudonym: string): number {
  return given.value.get(pseudonym) ?? wanted(pseudonym);
}

/**
 * Give the people of a room, in the order of their leaves, each a hue that nobody before them has, while there are
 * hues: devices that meet the same people give the same. Nobody's hue changes while the room is open.
 */
export function giveHues(pseudonyms: readonly string[]): void {
  const now = new Map(given.peek());
  const taken = new Set(pseudonyms.map((pseudonym) => now.get(pseudonym)));
  for (const pseudonym of pseudonyms) {
    if (now.has(pseudonym)) continue;
    let hue = wanted(pseudonym);
    for (let step = 1; taken.has(hue) && step < HUES; step++) hue = (hue + STEP) % HUES;
    taken.add(hue);
    now.set(pseudonym, hue);
  }
  if (now.size > given.peek().size) given.value = now;
}

/** Forget who has which hue, when the room is left. */
export function takeBackHues(): void {
  given.value = new Map();
}

function wanted(pseudonym: string): number {
  let sum = 0;
  for (const sign of pseudonym) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) >>> 0;
  return sum % HUES;
}
