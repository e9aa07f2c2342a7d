"""The ratchet tree: the members and the keys they share, by position (RFC 9420 §4, §7)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import DecodeError, MlsError

from .codec import Reader, decode_all, opaque
from .leaf_node import LeafNode
from .parent_node import ParentNode
from .rules import require
from .tree_math import direct_path, left, right, root

Node: TypeAlias = LeafNode | ParentNode


def encode_node(node: Node | None) -> bytes:
    """Write `optional<Node>` (§12.4.3.3)."""
    if node is None:
        return b"\x00"
    return (b"\x01\x01" if isinstance(node, LeafNode) else b"\x01\x02") + node.encode()


def decode_node(reader: Reader) -> Node | None:
    """Read `optional<Node>`."""

    def present(reader: Reader) -> Node:
        kind = reader.uint8()
        if kind == 1:
            return LeafNode.decode(reader)
        if kind == 2:
            return ParentNode.decode(reader)
        raise DecodeError("a tree node is neither leaf nor parent")

    return reader.optional(present)


class RatchetTree:
    """A tree to change in place; `copy` is cheap, for nodes are values and never change.

    `hashes` remembers the tree hash of each node until something below it changes.
    """

    __slots__ = ("hashes", "nodes", "suite")

    def __init__(
        self,
        suite: CipherSuite,
        nodes: list[Node | None] | None = None,
        hashes: list[bytes | None] | None = None,
    ) -> None:
        self.suite = suite
        self.nodes: list[Node | None] = [] if nodes is None else nodes
        self.hashes: list[bytes | None] = [None] * len(self.nodes) if hashes is None else hashes

    def copy(self) -> "RatchetTree":
        """Give a tree that changes apart from this one."""
        return RatchetTree(self.suite, self.nodes[:], self.hashes[:])

    @property
    def leaf_count(self) -> int:
        """The leaves there are places for, a power of two."""
        return (len(self.nodes) + 1) // 2

    # the wire

    @classmethod
    def decode(cls, suite: CipherSuite, data: bytes) -> "RatchetTree":
        """Read the ratchet_tree extension; its form is checked, its content is not."""
        nodes = list(decode_all(lambda reader: reader.vector(decode_node), data))
        require(bool(nodes) and nodes[-1] is not None, "tree-01")
        for position, node in enumerate(nodes):
            if node is not None:
                require((position % 2 == 0) == isinstance(node, LeafNode), "tree-02")
        width = 1
        while width < len(nodes):
            width = 2 * width + 1
        return cls(suite, nodes + [None] * (width - len(nodes)))

    def encode(self) -> bytes:
        """Write the ratchet_tree extension, without the blank nodes at its end."""
        end = len(self.nodes)
        while end and self.nodes[end - 1] is None:
            end -= 1
        return opaque(b"".join(map(encode_node, self.nodes[:end])))

    # reading

    def leaf(self, index: int) -> LeafNode | None:
        """Get the leaf at an index; None if it is blank or beyond the tree."""
        node = self.nodes[2 * index] if 0 <= 2 * index < len(self.nodes) else None
        return node if isinstance(node, LeafNode) else None

    def member(self, index: int) -> LeafNode:
        """Get the leaf of somebody who is known to be a member, or raise MlsError."""
        leaf = self.leaf(index)
        if leaf is None:
            raise MlsError("no member is at this leaf")
        return leaf

    def parent(self, position: int) -> ParentNode | None:
        """Get the parent at a position; None if it is blank."""
        node = self.nodes[position]
        return node if isinstance(node, ParentNode) else None

    def leaves(self) -> Iterator[tuple[int, LeafNode]]:
        """Go through the members with their indices."""
        for index, node in enumerate(self.nodes[::2]):
            if isinstance(node, LeafNode):
                yield index, node

    def free_leaf(self) -> int:
        """Find the leftmost leaf that is blank, or the first one beyond the tree."""
        for position in range(0, len(self.nodes), 2):
            if self.nodes[position] is None:
                return position // 2
        return self.leaf_count

    def resolution(self, position: int) -> list[int]:
        """List the nodes that together cover the members below (§4.1.1)."""
        node = self.nodes[position]
        if isinstance(node, LeafNode):
            return [position]
        if node is not None:
            return [position, *(2 * leaf for leaf in node.unmerged_leaves)]
        if position % 2 == 0:
            return []
        return self.resolution(left(position)) + self.resolution(right(position))

    def filtered_direct_path(self, leaf: int) -> list[tuple[int, int, list[int]]]:
        """List the nodes of the direct path whose copath child resolves to anybody (§4.1.2).

        Each is given with that copath child, and with its resolution.
        """
        path = []
        child = 2 * leaf
        for node in direct_path(child, self.leaf_count):
            other = right(node) if child < node else left(node)
            resolution = self.resolution(other)
            if resolution:
                path.append((node, other, resolution))
            child = node
        return path

    # changing

    def set(self, position: int, node: Node | None) -> None:
        """Put a node in its place."""
        self.nodes[position] = node
        self.hashes[position] = None
        for above in direct_path(position, self.leaf_count):
            self.hashes[above] = None

    def add(self, leaf: LeafNode) -> int:
        """Put a new member at the leftmost free leaf, and return its index (§7.7)."""
        index = self.free_leaf()
        if index == self.leaf_count:
            grown = len(self.nodes) + 1 if self.nodes else 1
            self.nodes += [None] * grown
            self.hashes += [None] * grown
        for position in direct_path(2 * index, self.leaf_count):
            node = self.parent(position)
            if node is not None:
                unmerged = tuple(sorted((*node.unmerged_leaves, index)))
                self.nodes[position] = replace(node, unmerged_leaves=unmerged)
        self.set(2 * index, leaf)
        return index

    def update(self, index: int, leaf: LeafNode) -> None:
        """Replace a member's leaf and blank the keys above it (§12.1.2)."""
        self.blank_path(index)
        self.set(2 * index, leaf)

    def remove(self, index: int) -> None:
        """Blank a member's leaf and the keys above it, and shorten the tree (§7.7, §12.1.3)."""
        self.blank_path(index)
        self.set(2 * index, None)
        while len(self.nodes) > 1:
            middle = root(self.leaf_count)
            if any(node is not None for node in self.nodes[middle + 1 :: 2]):
                break
            del self.nodes[middle:], self.hashes[middle:]

    def blank_path(self, index: int) -> None:
        """Blank all parents above a leaf."""
        for position in direct_path(2 * index, self.leaf_count):
            self.nodes[position] = None
            self.hashes[position] = None
