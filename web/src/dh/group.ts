/** The public numbers p and g that two people agree on, and the powers of g, where they meet. */

import { ExchangeRefused } from "../errors.ts";
import { FACTORABLE_BELOW, isPrime, power, primeFactors, smallestDivisor } from "./primes.ts";

const MOST_BITS = 4096;
const LEAST_PRIME = 5n;

/** Count the bits of a number above 0. */
export const bitLength = (number: bigint): number => number.toString(2).length;

/** The powers of the generator g modulo the prime p. */
export class Group {
  readonly p: bigint;
  readonly g: bigint;
  readonly isKnownSafe: boolean;
  #factors: readonly bigint[] | undefined;
  #isSafe: boolean | undefined;
  #order: bigint | undefined;

  private constructor(p: bigint, g: bigint, isKnownSafe: boolean) {
    this.p = p;
    this.g = g;
    this.isKnownSafe = isKnownSafe;
  }

  /**
   * Make a group of chosen numbers.
   *
   * Throws ExchangeRefused if p is not a prime from 5 up to 4,096 bits, or g not from 2 to p - 2:
   * the powers of 1 and of p - 1 are one number or two, so nothing would be secret.
   */
  static of(p: bigint, g: bigint): Group {
    if (p < LEAST_PRIME) {
      throw new ExchangeRefused("p_too_small", `p is ${p}, but must be at least 5`);
    }
    if (bitLength(p) > MOST_BITS) {
      throw new ExchangeRefused("p_too_large", "p has more than 4,096 bits");
    }
    if (g < 2n || g > p - 2n) {
      throw new ExchangeRefused("g_out_of_range", "g must be from 2 to p - 2");
    }
    if (!isPrime(p)) throw new ExchangeRefused("p_not_prime", whyNotPrime(p));
    return new Group(p, g, false);
  }

  /** Take a standard's word that p and (p - 1) / 2 are prime, which the tests hold it to. */
  static ofStandard(p: bigint, g: bigint): Group {
    return new Group(p, g, true);
  }

  /**
   * Count the different powers of g; undefined if p - 1 is too large to be taken apart.
   *
   * The order divides p - 1. It is found where p - 1 is below 2^40, and where (p - 1) / 2 is prime,
   * as in all groups of RFC 7919.
   */
  get order(): bigint | undefined {
    const factors = this.#primeFactors();
    if (this.#order === undefined && factors !== undefined) {
      let order = this.p - 1n;
      for (const prime of factors) {
        while (order % prime === 0n && power(this.g, order / prime, this.p) === 1n) order /= prime;
      }
      this.#order = order;
    }
    return this.#order;
  }

  /** Say whether (p - 1) / 2 is prime: then only 1 and p - 1 have few powers. */
  get isSafe(): boolean {
    this.#isSafe ??= this.isKnownSafe || isPrime((this.p - 1n) / 2n);
    return this.#isSafe;
  }

  /** Say whether g is a primitive root: every number from 1 to p - 1 is a power of it. */
  get isPrimitive(): boolean | undefined {
    return this.order === undefined ? undefined : this.order === this.p - 1n;
  }

  /** Find the least primitive root modulo p; undefined if p - 1 is too large to be taken apart. */
  get leastPrimitiveRoot(): bigint | undefined {
    const exponents = this.#primeFactors()?.map((prime) => (this.p - 1n) / prime);
    if (exponents === undefined) return undefined;
    let root = 2n;
    while (exponents.some((exponent) => power(root, exponent, this.p) === 1n)) root += 1n;
    return root;
  }

  #primeFactors(): readonly bigint[] | undefined {
    if (this.#factors === undefined) {
      if (this.p <= FACTORABLE_BELOW) this.#factors = primeFactors(this.p - 1n);
      else if (this.isSafe) this.#factors = [2n, (this.p - 1n) / 2n];
    }
    return this.#factors;
  }
}

function whyNotPrime(number: bigint): string {
  if (number > FACTORABLE_BELOW) return "p is not a prime number";
  const divisor = smallestDivisor(number);
  return `p is not a prime number: ${number} = ${divisor} × ${number / divisor}`;
}
