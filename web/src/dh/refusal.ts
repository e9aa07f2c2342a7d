/** What is wrong with numbers that were typed, for those who have words for it. */

import { ExchangeRefused } from "../errors.ts";

/** What an exchange is refused for. */
export type ProblemId =
  | "p_too_small"
  | "p_too_large"
  | "p_not_prime"
  | "g_out_of_range"
  | "private_key_out_of_range"
  | "private_key_gives_itself_away"
  | "public_value_out_of_range"
  | "public_value_outside_group";

/** Run something, and give the problem for which it refuses the numbers; undefined if it does not. */
export function refusal(attempt: () => unknown): ProblemId | undefined {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ExchangeRefused) return error.problem as ProblemId;
    throw error;
  }
  return undefined;
}
