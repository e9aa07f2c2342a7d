/** The four numbers of the small exchange, as typed, and what follows from them. */

import { computed, signal } from "@preact/signals";
import { Exchange, publicValue } from "../../dh/exchange.ts";
import { Group } from "../../dh/group.ts";
import { type ProblemId, refusal } from "../../dh/refusal.ts";

export const LETTERS = ["p", "g", "a", "b"] as const;
export type Letter = (typeof LETTERS)[number];

export const EXAMPLE: Readonly<Record<Letter, string>> = { p: "23", g: "9", a: "4", b: "3" };

/** As long as p - 1 is taken apart in a moment. */
export const MOST_DIGITS = 12;

/** What is wrong with a number that was typed. */
export type TypedProblem = ProblemId | "not_a_number" | "too_many_digits";

interface Toy {
  /** Undefined while p or g cannot be used. */
  readonly group: Group | undefined;
  /** Undefined while any of the four numbers cannot be used. */
  readonly exchange: Exchange | undefined;
  readonly problems: Readonly<Partial<Record<Letter, TypedProblem>>>;
}

export const typed = signal<Readonly<Record<Letter, string>>>(EXAMPLE);

export const toy = computed<Toy>(() => readToy(typed.value));

/** Read a whole number as people type it; undefined if it is none, or too long for this page. */
export function readNumber(text: string): bigint | undefined {
  return problemOfText(text) === undefined ? BigInt(text.trim()) : undefined;
}

/** Say what keeps a text from being a number of this page. */
export function problemOfText(text: string): "not_a_number" | "too_many_digits" | undefined {
  if (!/^\d+$/.test(text.trim())) return "not_a_number";
  return text.trim().length > MOST_DIGITS ? "too_many_digits" : undefined;
}

/** Read the four numbers and name what is wrong with each. */
export function readToy(texts: Readonly<Record<Letter, string>>): Toy {
  const problems: Partial<Record<Letter, TypedProblem>> = {};
  for (const letter of LETTERS) {
    const problem = problemOfText(texts[letter]);
    if (problem) problems[letter] = problem;
  }
  const [p, g, a, b] = LETTERS.map((letter) => readNumber(texts[letter]));
  if (p !== undefined) {
    // 2 will do for every p, so that p is looked at while g is still being typed
    const problem = refusal(() => Group.of(p, g ?? 2n));
    if (problem) problems[problem === "g_out_of_range" ? "g" : "p"] = problem;
  }
  const isGroup = p !== undefined && g !== undefined && !problems.p && !problems.g;
  const group = isGroup ? Group.of(p, g) : undefined;
  for (const [letter, key] of [["a", a] as const, ["b", b] as const]) {
    const problem = group && key !== undefined && refusal(() => publicValue(group, key));
    if (problem) problems[letter] = problem;
  }
  const isWhole = group && a !== undefined && b !== undefined && !problems.a && !problems.b;
  return { group, exchange: isWhole ? new Exchange(group, a, b) : undefined, problems };
}
