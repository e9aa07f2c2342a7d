/** A small group's tree of keys (RFC 9420, 7), and what each change renews in it. */

import { directPath, isBelow, left, nodeWidth, right } from "../../mls/tree_math.ts";

/** As many places are drawn. */
export const PLACES = 8;
export const NAMES = ["Alice", "Bob", "Cleo", "Dan", "Ella", "Finn", "Gina", "Hugo"] as const;

export interface Change {
  readonly what: "joined" | "removed";
  /** The place of who came or went. */
  readonly who: number;
  /** The place of who made the new keys. */
  readonly by: number;
}

export interface KeyTree {
  /** The places that are taken, from the left. */
  readonly members: readonly number[];
  /** The nodes that have a key. */
  readonly keyed: ReadonlySet<number>;
  /** Those of them whose key the last change made. */
  readonly renewed: ReadonlySet<number>;
  /** How many changes there were. */
  readonly epoch: number;
  readonly last: Change | undefined;
}

/** Start with this many members, and a key at every node that has members on both sides. */
export function startTree(count: number): KeyTree {
  const members = Array.from({ length: count }, (_, place) => place);
  const nodes = Array.from({ length: nodeWidth(PLACES) }, (_, node) => node);
  const keyed = new Set(
    nodes.filter((node) => (node % 2 === 0 ? members.includes(node / 2) : joins(node, members))),
  );
  return { members, keyed, renewed: new Set(), epoch: 0, last: undefined };
}

/** Have somebody take the first free place, and make all keys above it anew. */
export function join(tree: KeyTree): KeyTree {
  const places = Array.from({ length: PLACES }, (_, place) => place);
  const who = places.find((place) => !tree.members.includes(place));
  if (who === undefined) return tree;
  const members = [...tree.members, who].sort((one, other) => one - other);
  return renew(tree, members, tree.keyed, { what: "joined", who, by: who });
}

/** Take a member out: the keys above them are dropped, and another makes those above itself anew. */
export function remove(tree: KeyTree, who: number): KeyTree {
  const members = tree.members.filter((member) => member !== who);
  const [by] = members;
  if (by === undefined || members.length === tree.members.length) return tree;
  const dropped = new Set([2 * who, ...directPath(2 * who, PLACES)]);
  const left = new Set([...tree.keyed].filter((node) => !dropped.has(node)));
  return renew(tree, members, left, { what: "removed", who, by });
}

function renew(
  tree: KeyTree,
  members: readonly number[],
  keyed: ReadonlySet<number>,
  last: Change,
): KeyTree {
  const leaf = 2 * last.by;
  // a node with nobody on one side needs no key of its own
  const above = directPath(leaf, PLACES).filter((node) => joins(node, members));
  const renewed = new Set([leaf, ...above]);
  return { members, keyed: new Set([...keyed, ...renewed]), renewed, epoch: tree.epoch + 1, last };
}

/** Whether there are members below both children of a node. */
function joins(node: number, members: readonly number[]): boolean {
  return [left(node), right(node)].every((child) =>
    members.some((member) => isBelow(2 * member, child)),
  );
}
