import { power } from "../../dh/primes.ts";

/** Up to here a power is written out. */
const WRITTEN_OUT = 10n ** 9n;

/** Carry out a sum such as "9^4 mod 23", with what is divided and what is left where that is short. */
export function workedOut(sum: string): string {
  const [base, exponent, modulus] = sum.split(/\^| mod /).map(BigInt);
  if (base === undefined || exponent === undefined || modulus === undefined) return sum;
  const left = power(base, exponent, modulus);
  if (exponent * BigInt(base.toString(2).length) > 40n) return `${sum} = ${left}`;
  const whole = base ** exponent;
  if (whole > WRITTEN_OUT || whole < modulus) return `${sum} = ${left}`;
  return `${base}^${exponent} = ${whole} = ${whole / modulus} × ${modulus} + ${left}`;
}
