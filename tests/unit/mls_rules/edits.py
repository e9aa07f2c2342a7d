"""Changes that a forgery makes to what is otherwise in order."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from roomkey.mls import LeafNode, Lifetime, Policy

from .rooms import NOW

T = TypeVar("T")


def same(value: T) -> T:
    """Change nothing."""
    return value


def unsupporting(group_policy: Policy) -> Callable[[LeafNode], LeafNode]:
    """Take the extensions that a policy supports out of a leaf's capabilities."""

    def edit(leaf: LeafNode) -> LeafNode:
        return replace(
            leaf,
            capabilities=replace(
                leaf.capabilities,
                extensions=tuple(
                    number
                    for number in leaf.capabilities.extensions
                    if number not in group_policy.supported_extensions
                ),
            ),
        )

    return edit


def expired(leaf: LeafNode) -> LeafNode:
    """End a leaf's lifetime a second ago."""
    return replace(leaf, lifetime=Lifetime(NOW - 10, NOW - 1))
