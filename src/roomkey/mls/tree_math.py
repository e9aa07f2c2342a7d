"""Positions in an array-based complete binary tree (RFC 9420 §4.1, appendix C).

Leaf `i` is node `2 i`; parents have odd indices. `leaves` is always a power of two.
"""


def level(node: int) -> int:
    """Say how far a node is above the leaves."""
    return (~node & (node + 1)).bit_length() - 1


def node_width(leaves: int) -> int:
    """Count the nodes of a tree with that many leaves."""
    return 0 if leaves == 0 else 2 * leaves - 1


def root(leaves: int) -> int:
    """Find the root of a tree with that many leaves."""
    return (1 << (node_width(leaves).bit_length() - 1)) - 1


def left(node: int) -> int:
    """Find the left child of a parent."""
    return node ^ (1 << (level(node) - 1))


def right(node: int) -> int:
    """Find the right child of a parent."""
    return node ^ (3 << (level(node) - 1))


def parent(node: int) -> int:
    """Find the parent of any node but the root."""
    height = level(node)
    return (node | (1 << height)) & ~(1 << (height + 1))


def sibling(node: int) -> int:
    """Find the other child of the node's parent."""
    above = parent(node)
    return right(above) if node < above else left(above)


def direct_path(node: int, leaves: int) -> list[int]:
    """List the node's ancestors, from its parent to the root."""
    top = root(leaves)
    path = []
    while node != top:
        node = parent(node)
        path.append(node)
    return path


def common_ancestor(one: int, other: int) -> int:
    """Find the lowest node that has both (different) nodes below it."""
    height = max(level(one), level(other)) + 1
    while one >> height != other >> height:
        height += 1
    return (one >> height << height) + (1 << (height - 1)) - 1


def is_below(node: int, top: int) -> bool:
    """Say whether `node` is `top` or lies in its subtree."""
    reach = (1 << level(top)) - 1
    return top - reach <= node <= top + reach
