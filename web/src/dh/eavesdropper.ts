/** What somebody who listens can do: try private keys, one after the other. */

import { checkPublicValue } from "./exchange.ts";
import type { Group } from "./group.ts";

const REACH = 1n << 24n;

/** Say whether trying every private key takes seconds: at most 2^24 of them. */
export function isWithinReach(group: Group): boolean {
  return (group.order ?? group.p - 1n) <= REACH;
}

/** Give [exponent, g^exponent mod p] for 1, 2, 3 ... up to the exponent that leads back to 1. */
export function* powers(group: Group): Generator<readonly [bigint, bigint]> {
  let exponent = 1n;
  let power = group.g;
  for (; power !== 1n; power = (power * group.g) % group.p) {
    yield [exponent, power];
    exponent += 1n;
  }
  yield [exponent, power];
}

/**
 * Find the least private key of a public value by trying 1, 2, 3 ...; as many tries as it says.
 *
 * Throws ExchangeRefused if it is no public value of this group. Takes as long as the group is
 * large: ask `isWithinReach` first.
 */
export function findPrivateKey(group: Group, value: bigint): bigint {
  checkPublicValue(group, value);
  for (const [exponent, power] of powers(group)) {
    if (power === value) return exponent;
  }
  throw new RangeError("every power of g was tried");
}
