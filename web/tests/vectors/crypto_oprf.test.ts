/**
 * The vectors of RFC 9497 for OPRF(ristretto255, SHA-512), mode 0 (appendix A.1.1).
 *
 * `ROOMKEY_VECTORS` names a folder whose folder `rfc9497` holds `allVectors.json`.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { concat } from "../../src/crypto/bytes.ts";
import * as oprf from "../../src/crypto/oprf.ts";
import { fixed, hex, unhex } from "../bytes.ts";

const FOLDER = process.env.ROOMKEY_VECTORS;

interface Group {
  readonly identifier: string;
  readonly mode: number;
  readonly seed: string;
  readonly keyInfo: string;
  readonly skSm: string;
  readonly vectors: readonly {
    readonly Input: string;
    readonly Blind: string;
    readonly BlindedElement: string;
    readonly EvaluationElement: string;
    readonly Output: string;
  }[];
}

function group(): Group {
  const text = readFileSync(join(FOLDER ?? "", "rfc9497", "allVectors.json"), "utf8");
  const found = (JSON.parse(text) as Group[]).find(
    ({ identifier, mode }) => identifier === "ristretto255-SHA512" && mode === 0,
  );
  if (found === undefined) throw new Error("the file holds no vectors for this OPRF");
  return found;
}

describe.skipIf(FOLDER === undefined)("RFC 9497 (ROOMKEY_VECTORS)", () => {
  test("a key pair follows from its seed", () => {
    const { seed, keyInfo, skSm } = group();
    expect(hex(oprf.deriveKeyPair(unhex(seed), unhex(keyInfo))[0])).toBe(skSm);
  });

  test("blind, evaluate and finalize give the published bytes", () => {
    const { skSm, vectors } = group();
    expect(vectors.length).toBeGreaterThan(0);
    for (const vector of vectors) {
      // A scalar that is reduced already comes through the reduction unchanged.
      const uniform = concat(unhex(vector.Blind), new Uint8Array(32));
      const [blinding, blinded] = oprf.blind(unhex(vector.Input), fixed(uniform));
      expect(hex(blinded)).toBe(vector.BlindedElement);
      const evaluated = oprf.evaluate(unhex(skSm), blinded);
      expect(hex(evaluated)).toBe(vector.EvaluationElement);
      expect(hex(oprf.finalize(blinding, evaluated))).toBe(vector.Output);
    }
  });
});
