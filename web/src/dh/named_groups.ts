/** The groups of RFC 7919, made from the formula that its appendix A gives for each. */

import { ExchangeRefused } from "../errors.ts";
import { Group } from "./group.ts";

// p = 2^b - 2^(b-64) + (floor(2^(b-130) e) + X) 2^64 - 1, with the least X >= 0 that makes p and
// (p - 1) / 2 prime: digits of e leave nobody a choice in which a weakness could be hidden.
const OFFSETS: ReadonlyMap<number, bigint> = new Map([
  [2048, 560316n],
  [3072, 2625351n],
  [4096, 5736041n],
  [6144, 15705020n],
  [8192, 10965728n],
]);

export const NAMED_GROUPS: readonly string[] = [...OFFSETS.keys()].map((bits) => `ffdhe${bits}`);

/**
 * Give a group by its name, "ffdhe2048" to "ffdhe8192"; g is 2, and (p - 1) / 2 is prime.
 *
 * Throws ExchangeRefused for any other name. Source: RFC 7919, appendix A.
 */
export function namedGroup(name: string): Group {
  const bits = Number(/^ffdhe(\d{4})$/.exec(name)?.[1]);
  const offset = OFFSETS.get(bits);
  if (offset === undefined) {
    throw new ExchangeRefused("unknown_group", `the named groups are ${NAMED_GROUPS.join(", ")}`);
  }
  const size = BigInt(bits);
  const middle = floorOfETimesPowerOfTwo(size - 130n) + offset;
  return Group.ofStandard((1n << size) - (1n << (size - 64n)) + (middle << 64n) - 1n, 2n);
}

/** Compute floor(2^exponent * e) from the sum of 1/n!, with 64 bits more than are asked for. */
function floorOfETimesPowerOfTwo(exponent: bigint): bigint {
  const spare = 64n;
  let term = 1n << (exponent + spare);
  let total = 0n;
  for (let n = 1n; term > 0n; n += 1n) {
    total += term;
    term /= n;
  }
  return total >> spare;
}
