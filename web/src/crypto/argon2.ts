/** Argon2id (RFC 9106): makes each guess at a secret cost memory and time. */

import simd from "argon2id/dist/simd.wasm";
import setupArgon2id from "argon2id/lib/setup.js";
import { CryptoError } from "../errors.ts";

/**
 * Stretch `password` to `length` bytes.
 *
 * `salt` has at least 8 bytes, `memoryKib` counts 1,024 bytes and is at least 8 for each lane.
 * Throws `CryptoError` for parameters out of range (RFC 9106, 3.1).
 */
export async function argon2id(
  password: Uint8Array,
  salt: Uint8Array,
  cost: { memoryKib: number; iterations: number; lanes: number; length: number },
): Promise<Uint8Array> {
  const { memoryKib, iterations, lanes, length } = cost;
  const inRange =
    salt.length >= 8 && lanes >= 1 && iterations >= 1 && memoryKib >= 8 * lanes && length >= 4;
  if (!inRange) throw new CryptoError("Argon2id parameters");
  let memory: WebAssembly.ImportValue | undefined;
  const load = (imports: WebAssembly.Imports) => {
    memory = imports.env?.memory;
    return WebAssembly.instantiate(simd, imports);
  };
  // Every browser with the CSS of this page has SIMD: there is no second module to fall back to.
  const compute = await setupArgon2id(load, load);
  try {
    return compute({
      password,
      salt,
      parallelism: lanes,
      passes: iterations,
      memorySize: memoryKib,
      tagLength: length,
    });
  } finally {
    if (memory instanceof WebAssembly.Memory) new Uint8Array(memory.buffer).fill(0);
  }
}
