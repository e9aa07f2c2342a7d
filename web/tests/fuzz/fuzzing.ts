/** Feeds decoders with changed examples; only documented errors may come out, and little is taken. */

import fc from "fast-check";
import { toHex } from "../../src/crypto/bytes.ts";
import { RoomkeyError } from "../../src/errors.ts";
import { type Draw, drawing, mutated } from "./mutations.ts";
import type { Decoder } from "./room_decoders.ts";

const INPUTS = Number(process.env.ROOMKEY_FUZZ_INPUTS ?? 50_000);
const SEED = 1;
const BLOCK = 100;
/** No input is that long, so nothing that is made of one has reason to be. */
const LARGEST_ARRAY = 16 * 1024 * 1024;
const HANG_MS = 5_000;

/** Before a decoder counts as hanging, however many inputs it is given. */
export const TIMEOUT_MS = 300_000 * Math.max(1, INPUTS / 50_000);

/** Run one decoder. */
export function fuzz([, read, examples]: Decoder): void {
  for (const example of examples) readsOrRefuses(read, example);
  const restore = watchArrays();
  try {
    fc.assert(
      fc.property(fc.integer(), (seed) => feed(read, examples, drawing(seed))),
      {
        numRuns: Math.ceil(INPUTS / BLOCK),
        seed: SEED,
        endOnFailure: true,
      },
    );
  } finally {
    restore();
  }
}

/** Feed a block of inputs: drawing each by itself would take longer than reading it. */
function feed(read: Decoder[1], examples: readonly Uint8Array[], draw: Draw): void {
  for (let left = BLOCK; left > 0; left--) {
    const data = mutated(examples, draw);
    const start = performance.now();
    try {
      readsOrRefuses(read, data);
    } catch (error) {
      throw new Error(`an input broke it: ${toHex(data)}`, { cause: error });
    }
    if (performance.now() - start > HANG_MS) throw new Error(`an input took long: ${toHex(data)}`);
  }
}

function readsOrRefuses(read: Decoder[1], data: Uint8Array): void {
  try {
    read(data.slice());
  } catch (error) {
    if (!(error instanceof RoomkeyError)) throw error;
  }
}

/** Have arrays that are far too long be refused, whoever makes them; answers how to stop. */
function watchArrays(): () => void {
  const real = globalThis.Uint8Array;
  globalThis.Uint8Array = new Proxy(real, {
    construct(target, given, asked) {
      if (typeof given[0] === "number" && given[0] > LARGEST_ARRAY) {
        throw new Error(`an array of ${given[0]} bytes`);
      }
      return Reflect.construct(target, given, asked);
    },
  });
  return () => {
    globalThis.Uint8Array = real;
  };
}
