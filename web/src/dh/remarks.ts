/** What is worth knowing of a group before one relies on it; the words are the page's. */

import { bitLength, type Group } from "./group.ts";

export type RemarkId =
  | "toy"
  | "not_primitive"
  | "primitive"
  | "order_unknown"
  | "order_composite"
  | "short"
  | "safe_prime";

const ENOUGH_BITS = 2048;
const TOY_BITS = 64;

/** List how large a group is, what its generator reaches, and what that means. */
export function remarks(group: Group): readonly RemarkId[] {
  const bits = bitLength(group.p);
  const said: RemarkId[] = [];
  if (bits < ENOUGH_BITS) said.push(bits <= TOY_BITS ? "toy" : "short");
  if (group.order === undefined) return [...said, "order_unknown"];
  said.push(group.isPrimitive ? "primitive" : "not_primitive");
  said.push(group.isSafe ? "safe_prime" : "order_composite");
  return said;
}
