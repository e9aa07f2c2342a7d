/** Argon2id (RFC 9106): makes each guess at a secret cost memory and time. */

import { argon2id as argon2idWasm } from "hash-wasm";
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
  return argon2idWasm({
    password,
    salt,
    memorySize: memoryKib,
    iterations,
    parallelism: lanes,
    hashLength: length,
    outputType: "binary",
  });
}
