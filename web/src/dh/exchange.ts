/** What each of the two does: raise the generator to a private key, and the other's value too. */

import { ExchangeRefused } from "../errors.ts";
import type { Group } from "./group.ts";
import { power, type RandomBelow, randomBelow } from "./primes.ts";

/** Draw a private key evenly from those below the order of g, or p - 1 if that is unknown. */
export function generatePrivateKey(group: Group, random: RandomBelow = randomBelow): bigint {
  for (;;) {
    const privateKey = 1n + random((group.order ?? group.p - 1n) - 1n);
    const value = power(group.g, privateKey, group.p);
    if (value !== 1n && value !== group.p - 1n) return privateKey;
  }
}

/**
 * Compute g^privateKey mod p, which everybody may see.
 *
 * Throws ExchangeRefused if the private key is not from 1 to p - 2, or if its public value would
 * be 1 or p - 1, which give it away.
 */
export function publicValue(group: Group, privateKey: bigint): bigint {
  if (privateKey < 1n || privateKey > group.p - 2n) {
    throw new ExchangeRefused("private_key_out_of_range", "a private key must be from 1 to p - 2");
  }
  const value = power(group.g, privateKey, group.p);
  if (value === 1n || value === group.p - 1n) {
    throw new ExchangeRefused(
      "private_key_gives_itself_away",
      "g to the power of this private key is 1 or p - 1, which everybody recognises",
    );
  }
  return value;
}

/**
 * Refuse a public value that would lead to a secret of few possibilities.
 *
 * Throws ExchangeRefused if it is not from 2 to p - 2 (RFC 7919, section 5.1) or, where the order
 * of g is known, no power of g (NIST SP 800-56A revision 3, section 5.6.2.3.1).
 */
export function checkPublicValue(group: Group, value: bigint): void {
  if (value < 2n || value > group.p - 2n) {
    throw new ExchangeRefused(
      "public_value_out_of_range",
      "a public value must be from 2 to p - 2",
    );
  }
  if (group.order !== undefined && power(value, group.order, group.p) !== 1n) {
    throw new ExchangeRefused(
      "public_value_outside_group",
      "this public value is no power of g: it was not made as agreed",
    );
  }
}

/**
 * Compute othersPublicValue^privateKey mod p, the number that both arrive at.
 *
 * Throws ExchangeRefused if either number is one that must not be used.
 */
export function sharedSecret(group: Group, privateKey: bigint, othersPublicValue: bigint): bigint {
  checkPublicValue(group, othersPublicValue);
  publicValue(group, privateKey);
  return power(othersPublicValue, privateKey, group.p);
}

/** One exchange with everything in sight, as no eavesdropper has it. */
export class Exchange {
  readonly group: Group;
  readonly a: bigint;
  readonly b: bigint;
  /** A = g^a mod p. */
  readonly publicA: bigint;
  /** B = g^b mod p. */
  readonly publicB: bigint;
  /** B^a mod p, which is A^b mod p. */
  readonly secret: bigint;

  /** Throws ExchangeRefused if any of the numbers must not be used. */
  constructor(group: Group, a: bigint, b: bigint) {
    this.group = group;
    this.a = a;
    this.b = b;
    this.publicA = publicValue(group, a);
    this.publicB = publicValue(group, b);
    this.secret = sharedSecret(group, a, this.publicB);
  }
}
