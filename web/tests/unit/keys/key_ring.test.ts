/** A member's room keys: the newest whole, older ones as far as the chain leads. */

import { expect, test } from "vitest";
import { InvalidKey } from "../../../src/errors.ts";
import { type PastKeys, sealKeyChain } from "../../../src/keys/history.ts";
import { KeyRing } from "../../../src/keys/key_ring.ts";
import { deriveSecrets, type RoomSecrets } from "../../../src/keys/root.ts";
import { flip } from "../../bytes.ts";

const ROOM = new Uint8Array(16);

function key(number: number): RoomSecrets {
  return deriveSecrets(new Uint8Array(32).fill(number), number);
}

function link(number: number): readonly [number, Uint8Array] {
  return [number, sealKeyChain(key(number), key(number - 1), ROOM)];
}

const LINKS: ReadonlyMap<number, Uint8Array> = new Map([1, 2, 3].map(link));

function reading({ keyId, names, history }: RoomSecrets): PastKeys {
  return { keyId, names, history };
}

function ids(ring: KeyRing): number[] {
  return ring.past.map(({ keyId }) => keyId);
}

test("a ring keeps of an older key only what reads the past", () => {
  const ring = new KeyRing(key(0)).turn(key(1)).turn(key(2));
  expect(ring.current).toEqual(key(2));
  expect(ring.past).toEqual([reading(key(0)), reading(key(1))]);
  expect(ring.find(2)).toEqual(reading(key(2)));
  expect(ring.find(3)).toBeUndefined();
  expect(Object.keys(ring.past[0] ?? {})).toEqual(["keyId", "names", "history"]);
});

test("a ring that is turned back forgets what came after", () => {
  const ring = new KeyRing(key(0)).turn(key(1)).turn(key(2)).turn(key(1));
  expect(ring.current).toEqual(key(1));
  expect(ids(ring)).toEqual([0]);
});

test("who holds the newest key reads all that came before", () => {
  const ring = new KeyRing(key(3)).followChain(ROOM, LINKS);
  expect(ring.past).toEqual([0, 1, 2].map((number) => reading(key(number))));
  expect(ring.current).toEqual(key(3));
});

test.each([1, 2, 3])("link %d, missing or forged, ends the chain", (number) => {
  const without = new Map([...LINKS].filter(([keyId]) => keyId !== number));
  const forged = new Map(LINKS).set(number, flip(LINKS.get(number) ?? ROOM));
  for (const links of [without, forged]) {
    const ring = new KeyRing(key(3)).followChain(ROOM, links);
    expect(ids(ring)).toEqual([0, 1, 2].slice(number));
  }
});

test("a gap between known keys is closed by the chain", () => {
  const ring = new KeyRing(key(0)).turn(key(3));
  expect(ids(ring)).toEqual([0]);
  expect(ring.followChain(ROOM, LINKS).past).toEqual(
    [0, 1, 2].map((number) => reading(key(number))),
  );
});

test("a chain replaces nothing that is known, and changes no ring but the new one", () => {
  const other = deriveSecrets(new Uint8Array(32).fill(99), 0);
  const forged = new Map([[1, sealKeyChain(key(1), other, ROOM)]]);
  const ring = new KeyRing(key(0)).turn(key(1));
  expect(ring.followChain(ROOM, forged).past).toEqual([reading(key(0))]);
  const alone = new KeyRing(key(3));
  alone.followChain(ROOM, LINKS);
  expect(alone.past).toEqual([]);
});

test("a ring of keys that are none says so", () => {
  const broken = new KeyRing(key(3), [{ keyId: 2, names: ROOM, history: ROOM }]);
  expect(() => broken.followChain(ROOM, LINKS)).toThrow(InvalidKey);
});
