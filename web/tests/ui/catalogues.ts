/** The page's texts in two languages, held beside each other. */
import { expect } from "vitest";

type Text = (...told: readonly unknown[]) => string | readonly string[];

/** Every text of a catalogue by its place in it. */
export function texts(catalogue: object, path = ""): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, value] of Object.entries(catalogue)) {
    const place = `${path}.${name}`;
    if (value !== null && typeof value === "object") {
      for (const [below, text] of texts(value, place)) found.set(below, text);
    } else found.set(place, value);
  }
  return found;
}

/** Facts of any name: each is its name between pointed brackets. */
const FACTS = new Proxy({}, { get: (_, name) => `<${String(name)}>` });

const TOLD: ReadonlyMap<string, readonly unknown[]> = new Map([
  ["names", ["<Anna>", "<Bert>", "<Carl>"]],
  ["counts", [71, 72, 73, 74]],
  ["one thing", [1, 1, 1, 1]],
  ["a name and a count", ["<Anna>", 72]],
  ["one person", [["<Anna>"]]],
  ["three people", [["<Anna>", "<Bert>", "<Carl>"]]],
  ["many people", [["<Anna>", "<Bert>", "<Carl>", "<Dora>"]]],
  ["facts", [FACTS]],
]);

/** Which of what it was told a text says, for each way it can be told something. */
function saidOf(text: Text): Map<string, readonly string[]> {
  const said = new Map<string, readonly string[]>();
  for (const [way, told] of TOLD) {
    const written = attempt(() => [text(...told)].flat().join("\n"));
    if (written === undefined || /undefined|NaN|\[object|=>/.test(written)) continue;
    said.set(way, [...new Set(written.match(/<\w+>|7[1-4]/g))].sort());
  }
  return said;
}

function attempt(write: () => string): string | undefined {
  try {
    return write();
  } catch {
    return undefined;
  }
}

/** Hold texts that are put together to one another: each says in both languages what it was told. */
export function expectSameSaid(one: object, other: object): void {
  const others = texts(other);
  for (const [place, text] of texts(one)) {
    if (typeof text !== "function") continue;
    const said = saidOf(text as Text);
    expect(said.size, place).toBeGreaterThan(0);
    expect(saidOf(others.get(place) as Text), place).toEqual(said);
  }
}
