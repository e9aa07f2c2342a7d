/** The exchange in seven steps: who does what, what it comes to, and who can see it. */

import type { Exchange } from "./exchange.ts";
import { power } from "./primes.ts";

export type Person = "both" | "a" | "b";

/** One step: its number from 1, who takes it, the sum in letters and in numbers, what it gives. */
export interface Step {
  readonly number: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly who: Person;
  readonly formula: string;
  readonly working: string;
  /** The numbers that the step brings forth, by letter. */
  readonly values: readonly (readonly [letter: string, value: bigint])[];
  readonly isPublic: boolean;
}

/** Take an exchange apart into its seven steps. */
export function steps(exchange: Exchange): readonly Step[] {
  const { group, a, b, publicA, publicB } = exchange;
  const { p, g } = group;
  const step = (
    number: Step["number"],
    who: Person,
    values: Step["values"],
    isPublic: boolean,
    formula = "",
    working = "",
  ): Step => ({ number, who, formula, working, values, isPublic });
  return [
    step(
      1,
      "both",
      [
        ["p", p],
        ["g", g],
      ],
      true,
    ),
    step(2, "a", [["a", a]], false),
    step(3, "b", [["b", b]], false),
    step(4, "a", [["A", publicA]], true, "g^a mod p", `${g}^${a} mod ${p}`),
    step(5, "b", [["B", publicB]], true, "g^b mod p", `${g}^${b} mod ${p}`),
    step(6, "a", [["s", power(publicB, a, p)]], false, "B^a mod p", `${publicB}^${a} mod ${p}`),
    step(7, "b", [["s", power(publicA, b, p)]], false, "A^b mod p", `${publicA}^${b} mod ${p}`),
  ];
}
