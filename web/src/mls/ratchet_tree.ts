/** The ratchet tree: the members and the keys they share, by position (RFC 9420 §4, §7). */

import { concat, join } from "../crypto/bytes.ts";
import type { CipherSuite } from "../crypto/suite.ts";
import { DecodeError, MlsError } from "../errors.ts";
import { decodeAll, opaque, type Reader } from "./codec.ts";
import { LeafNode } from "./leaf_node.ts";
import { ParentNode } from "./parent_node.ts";
import { require } from "./rules.ts";
import { directPath, left, right, root } from "./tree_math.ts";

export type Node = LeafNode | ParentNode;

/** A node of a filtered direct path, its child on the copath, and that child's resolution. */
export type FilteredNode = readonly [
  position: number,
  copathChild: number,
  resolution: readonly number[],
];

const BLANK = Uint8Array.of(0);
const LEAF = Uint8Array.of(1, 1);
const PARENT = Uint8Array.of(1, 2);

/** Write `optional<Node>` (§12.4.3.3). */
export function encodeNode(node: Node | undefined): Uint8Array {
  if (node === undefined) return BLANK;
  return concat(node instanceof LeafNode ? LEAF : PARENT, node.encode());
}

/** Read `optional<Node>`. */
export function decodeNode(reader: Reader): Node | undefined {
  return reader.optional((present) => {
    switch (present.uint8()) {
      case 1:
        return LeafNode.read(present);
      case 2:
        return ParentNode.read(present);
      default:
        throw new DecodeError("a tree node is neither leaf nor parent");
    }
  });
}

/**
 * A tree to change in place; `copy` is cheap, for nodes are values and never change.
 *
 * `hashes` remembers the tree hash of each node until something below it changes.
 */
export class RatchetTree {
  constructor(
    readonly suite: CipherSuite,
    readonly nodes: (Node | undefined)[] = [],
    readonly hashes: (Uint8Array | undefined)[] = blanks(nodes.length),
  ) {}

  /** Give a tree that changes apart from this one. */
  copy(): RatchetTree {
    return new RatchetTree(this.suite, this.nodes.slice(), this.hashes.slice());
  }

  /** The leaves there are places for, a power of two. */
  get leafCount(): number {
    return (this.nodes.length + 1) >> 1;
  }

  // the wire

  /** Read the ratchet_tree extension; its form is checked, its content is not. */
  static decode(suite: CipherSuite, data: Uint8Array): RatchetTree {
    const nodes = decodeAll((reader) => reader.vector(decodeNode), data);
    require(nodes.at(-1) !== undefined, "tree-01");
    for (const [position, node] of nodes.entries()) {
      if (node !== undefined) {
        require((position % 2 === 0) === node instanceof LeafNode, "tree-02");
      }
    }
    let width = 1;
    while (width < nodes.length) width = 2 * width + 1;
    return new RatchetTree(suite, [...nodes, ...blanks<Node>(width - nodes.length)]);
  }

  /** Write the ratchet_tree extension, without the blank nodes at its end. */
  encode(): Uint8Array {
    let end = this.nodes.length;
    while (end > 0 && this.nodes[end - 1] === undefined) end--;
    return opaque(join(this.nodes.slice(0, end).map(encodeNode)));
  }

  // reading

  /** Get the leaf at an index; undefined if it is blank or beyond the tree. */
  leaf(index: number): LeafNode | undefined {
    const node = this.nodes[2 * index];
    return node instanceof LeafNode ? node : undefined;
  }

  /** Get the leaf of somebody who is known to be a member, or throw MlsError. */
  member(index: number): LeafNode {
    const leaf = this.leaf(index);
    if (leaf === undefined) throw new MlsError("no member is at this leaf");
    return leaf;
  }

  /** Get the parent at a position; undefined if it is blank. */
  parent(position: number): ParentNode | undefined {
    const node = this.nodes[position];
    return node instanceof ParentNode ? node : undefined;
  }

  /** Go through the members with their indices. */
  *leaves(): Generator<[index: number, leaf: LeafNode]> {
    for (let index = 0; index < this.leafCount; index++) {
      const leaf = this.leaf(index);
      if (leaf !== undefined) yield [index, leaf];
    }
  }

  /** Find the leftmost leaf that is blank, or the first one beyond the tree. */
  freeLeaf(): number {
    let index = 0;
    while (index < this.leafCount && this.leaf(index) !== undefined) index++;
    return index;
  }

  /** List the nodes that together cover the members below (§4.1.1). */
  resolution(position: number): number[] {
    const node = this.nodes[position];
    if (node instanceof LeafNode) return [position];
    if (node !== undefined) return [position, ...node.unmergedLeaves.map((leaf) => 2 * leaf)];
    if (position % 2 === 0) return [];
    return [...this.resolution(left(position)), ...this.resolution(right(position))];
  }

  /** List the nodes of the direct path whose copath child resolves to anybody (§4.1.2). */
  filteredDirectPath(leaf: number): FilteredNode[] {
    const path: FilteredNode[] = [];
    let child = 2 * leaf;
    for (const node of directPath(child, this.leafCount)) {
      const other = child < node ? right(node) : left(node);
      const resolution = this.resolution(other);
      if (resolution.length > 0) path.push([node, other, resolution]);
      child = node;
    }
    return path;
  }

  // changing

  /** Put a node in its place. */
  set(position: number, node: Node | undefined): void {
    this.nodes[position] = node;
    this.hashes[position] = undefined;
    for (const above of directPath(position, this.leafCount)) this.hashes[above] = undefined;
  }

  /** Put a new member at the leftmost free leaf, and return its index (§7.7). */
  add(leaf: LeafNode): number {
    const index = this.freeLeaf();
    if (index === this.leafCount) {
      const width = 2 * this.nodes.length + 1;
      while (this.nodes.length < width) {
        this.nodes.push(undefined);
        this.hashes.push(undefined);
      }
    }
    for (const position of directPath(2 * index, this.leafCount)) {
      const node = this.parent(position);
      if (node !== undefined) {
        const unmergedLeaves = [...node.unmergedLeaves, index].sort((one, two) => one - two);
        this.nodes[position] = node.with({ unmergedLeaves });
      }
    }
    this.set(2 * index, leaf);
    return index;
  }

  /** Replace a member's leaf and blank the keys above it (§12.1.2). */
  update(index: number, leaf: LeafNode): void {
    this.blankPath(index);
    this.set(2 * index, leaf);
  }

  /** Blank a member's leaf and the keys above it, and shorten the tree (§7.7, §12.1.3). */
  remove(index: number): void {
    this.blankPath(index);
    this.set(2 * index, undefined);
    while (this.nodes.length > 1) {
      const middle = root(this.leafCount);
      if (this.nodes.some((node, position) => position > middle && node instanceof LeafNode)) {
        break;
      }
      this.nodes.length = middle;
      this.hashes.length = middle;
    }
  }

  /** Blank all parents above a leaf. */
  blankPath(index: number): void {
    for (const position of directPath(2 * index, this.leafCount)) {
      this.nodes[position] = undefined;
      this.hashes[position] = undefined;
    }
  }
}

function blanks<T>(length: number): (T | undefined)[] {
  return new Array<T | undefined>(length).fill(undefined);
}
