/**
 * Positions in an array-based complete binary tree (RFC 9420 §4.1, appendix C).
 *
 * Leaf `i` is node `2 i`; parents have odd indices. `leaves` is always a power of two.
 */

/** Say how far a node is above the leaves. */
export function level(node: number): number {
  return 31 - Math.clz32(~node & (node + 1));
}

/** Count the nodes of a tree with that many leaves. */
export function nodeWidth(leaves: number): number {
  return leaves === 0 ? 0 : 2 * leaves - 1;
}

/** Find the root of a tree with that many leaves. */
export function root(leaves: number): number {
  return (1 << (31 - Math.clz32(nodeWidth(leaves)))) - 1;
}

/** Find the left child of a parent. */
export function left(node: number): number {
  return node ^ (1 << (level(node) - 1));
}

/** Find the right child of a parent. */
export function right(node: number): number {
  return node ^ (3 << (level(node) - 1));
}

/** Find the parent of any node but the root. */
export function parent(node: number): number {
  const height = level(node);
  return (node | (1 << height)) & ~(1 << (height + 1));
}

/** Find the other child of the node's parent. */
export function sibling(node: number): number {
  const above = parent(node);
  return node < above ? right(above) : left(above);
}

/** List the node's ancestors, from its parent to the root. */
export function directPath(node: number, leaves: number): number[] {
  const top = root(leaves);
  const path: number[] = [];
  for (let at = node; at !== top; ) {
    at = parent(at);
    path.push(at);
  }
  return path;
}

/** Find the lowest node that has both (different) nodes below it. */
export function commonAncestor(one: number, other: number): number {
  let height = Math.max(level(one), level(other)) + 1;
  while (one >> height !== other >> height) height++;
  return ((one >> height) << height) + (1 << (height - 1)) - 1;
}

/** Say whether `node` is `top` or lies in its subtree. */
export function isBelow(node: number, top: number): boolean {
  const reach = (1 << level(top)) - 1;
  return top - reach <= node && node <= top + reach;
}
