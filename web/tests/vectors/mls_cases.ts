/**
 * The official test vectors of MLS (github.com/mlswg/mls-implementations).
 *
 * `ROOMKEY_VECTORS` names a folder whose folder `mls` holds their JSON files.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";
import "../../src/crypto/standard_suites.ts";
import type { CipherSuite } from "../../src/crypto/suite.ts";

const FOLDER = process.env.ROOMKEY_VECTORS;

/** The folder of the files; undefined where they are not. */
export const MLS_FOLDER = FOLDER === undefined ? undefined : join(FOLDER, "mls");

const SCALAR_LENGTHS: Record<number, number> = { 2: 32, 5: 66, 7: 48 };

/** Read hexadecimal. */
export function unhex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

/** Read a private key; the vectors leave out the leading zeros of a NIST curve's scalar. */
export function privateKey(suite: CipherSuite, encoded: string): Uint8Array {
  return unhex(encoded.padStart(2 * (SCALAR_LENGTHS[suite.id] ?? 0), "0"));
}

/** Read the cases of one file. */
export function casesOf<T>(category: string): T[] {
  return JSON.parse(readFileSync(join(MLS_FOLDER ?? "", `${category}.json`), "utf8"));
}

/** Run every case of one file, or say that the files are not there. */
export function officialVectors<T>(category: string, run: (item: T) => void): void {
  describe.skipIf(MLS_FOLDER === undefined)(`${category} (ROOMKEY_VECTORS)`, () => {
    const cases = MLS_FOLDER === undefined ? [] : casesOf<T>(category);
    for (const [number, item] of cases.entries()) test(`case ${number}`, () => run(item));
  });
}
