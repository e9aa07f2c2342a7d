/** Is a number prime, and what divides it. */

/** Trial division up to the root of this takes a tenth of a second. */
export const FACTORABLE_BELOW = 1n << 40n;
const ROUNDS = 40;
const SMALL_PRIMES = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n];

/** Draws a number evenly from 0 to one below its argument. */
export type RandomBelow = (bound: bigint) => bigint;

/** Draw from the browser's randomness, again for as long as a number is too large. */
export function randomBelow(bound: bigint): bigint {
  const bits = (bound - 1n).toString(2).length;
  const bytes = new Uint8Array(Math.ceil(bits / 8));
  for (;;) {
    crypto.getRandomValues(bytes);
    let drawn = 0n;
    for (const byte of bytes) drawn = (drawn << 8n) | BigInt(byte);
    drawn &= (1n << BigInt(bits)) - 1n;
    if (drawn < bound) return drawn;
  }
}

/** Compute base^exponent mod modulus, in a time that depends on the numbers. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result % modulus;
}

/**
 * Say whether a number is prime.
 *
 * Miller-Rabin with 40 random bases: a composite passes with probability below 2^-80, whoever
 * chose it (FIPS 186-5, appendix B.3.1). Against fixed bases one can be built that always passes.
 */
export function isPrime(number: bigint, random: RandomBelow = randomBelow): boolean {
  if (number < 2n) return false;
  for (const prime of SMALL_PRIMES) {
    if (number % prime === 0n) return number === prime;
  }
  let odd = number - 1n;
  let twos = 0;
  while (odd % 2n === 0n) {
    odd /= 2n;
    twos += 1;
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    if (isWitness(2n + random(number - 3n), number, odd, twos)) return false;
  }
  return true;
}

/** Say whether a base shows that a number is composite; number - 1 is odd * 2^twos. */
function isWitness(base: bigint, number: bigint, odd: bigint, twos: number): boolean {
  let reached = power(base, odd, number);
  if (reached === 1n || reached === number - 1n) return false;
  for (let step = 1; step < twos; step += 1) {
    reached = (reached * reached) % number;
    if (reached === number - 1n) return false;
  }
  return true;
}

/** Find the least divisor above 1 of a number from 2 to 2^40, by trying them all. */
export function smallestDivisor(number: bigint): bigint {
  // 2^40 is exact as a number, which is much faster to divide than a bigint
  const given = Number(number);
  if (given % 2 === 0) return 2n;
  for (let divisor = 3; divisor * divisor <= given; divisor += 2) {
    if (given % divisor === 0) return BigInt(divisor);
  }
  return number;
}

/** List the different primes that divide a number from 1 to 2^40, smallest first. */
export function primeFactors(number: bigint): readonly bigint[] {
  const found: bigint[] = [];
  for (let rest = number; rest > 1n; ) {
    const prime = smallestDivisor(rest);
    found.push(prime);
    while (rest % prime === 0n) rest /= prime;
  }
  return found;
}
