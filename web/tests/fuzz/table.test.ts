/** Nothing that reads bytes or texts from outside is left out of the table of decoders. */

import { readdirSync, readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { RoomkeyError } from "../../src/errors.ts";
import { groupDecoders } from "./group_decoders.ts";
import { roomDecoders } from "./room_decoders.ts";

const ROOT = resolve(import.meta.dirname, "../../src");
const READER =
  /^(?:export (?:async )?function| {2}static (?:async )?)\s*((?:decode|parse|open|read|load|unpad|verify)\w*)\s*(?:<[^>]*>)?\(([^)]*)\)/gm;
const OUTSIDE = /Uint8Array|string|unknown|ArrayBuffer|Reader|Fields/;

const OWN = "this device's own storage: what opens there was written here";
const SIGNATURE = "a signature, checked by crypto against bytes made here";
const TYPED = "what the person at this device types, for a sum without a secret";

/** What meets nothing from outside, or only what another of the table has read; and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  "client/admission.ts:openRoom":
    "asks; its answer is read by MessagePack and `numberField`'s like",
  "client/merging.ts:": "rows that were read before",
  "client/policy.ts:verifyLeave": SIGNATURE,
  "client/room_facts.ts:": OWN,
  "keys/admission.ts:": SIGNATURE,
  "mls/key_package.ts:": "no key package is read by the page; Python's table has them",
  "mls/state.ts:": OWN,
  "store/indexed_db.ts:": OWN,
  "store/indexed_records.ts:": OWN,
  "store/tables.ts:": OWN,
  "ui/how/": TYPED,
};

function readers(): string[] {
  const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith("ui/dev"))
    .flatMap((file) => {
      const found = readFileSync(join(ROOT, file), "utf8").matchAll(READER);
      return [...found]
        .filter(([, , taken = ""]) => OUTSIDE.test(taken))
        .map(([, name]) => `${file}:${name}`);
    });
}

/** Name the functions that the examples of all decoders come through. */
async function reached(): Promise<Set<string>> {
  const decoders = [...roomDecoders(), ...groupDecoders()];
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  for (const [, read, examples] of decoders) {
    for (const example of examples) {
      try {
        read(example.slice());
      } catch (error) {
        if (!(error instanceof RoomkeyError)) throw error;
      }
    }
  }
  const { result } = await session.post("Profiler.takePreciseCoverage");
  session.disconnect();
  return new Set(
    result.flatMap(({ url, functions }) => {
      const [, file] = url.split("/web/src/");
      const called = functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0);
      return file === undefined ? [] : called.map((one) => `${file}:${one.functionName}`);
    }),
  );
}

test("everything that reads from outside is in the table, or is named with a reason", async () => {
  const isReached = await reached();
  expect(isReached.size).toBeGreaterThan(100);
  const missing = readers().filter(
    (name) => !isReached.has(name) && !Object.keys(LEFT_OUT).some((out) => name.startsWith(out)),
  );
  expect(missing).toEqual([]);
});

test("what is left out of the table is there", () => {
  const all = readers();
  for (const name of Object.keys(LEFT_OUT)) {
    expect(
      all.some((reader) => reader.startsWith(name)),
      name,
    ).toBe(true);
  }
});
