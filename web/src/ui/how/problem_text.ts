import { smallestDivisor } from "../../dh/primes.ts";
import type { HowTexts } from "./messages/how_en.ts";
import { MOST_DIGITS, readNumber, type TypedProblem } from "./toy.ts";

/** Say in plain words what is wrong with a number, given p as it was typed. */
export function problemText(t: HowTexts, problem: TypedProblem, typedP: string): string {
  const p = readNumber(typedP) ?? 0n;
  const divisor = problem === "p_not_prime" ? smallestDivisor(p) : 1n;
  return t.exchange.problems[problem]({
    p: String(p),
    highest: p > 4n ? String(p - 2n) : "3",
    divisor: String(divisor),
    rest: String(p / divisor),
    most: String(MOST_DIGITS),
  });
}
