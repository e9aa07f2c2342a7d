"""Messages as later content has changed them (docs/protocol/content.md, section Merging)."""

from collections.abc import Sequence
from dataclasses import dataclass

from .content import Content, ContentKind
from .transcript_store import Stored


@dataclass(frozen=True, slots=True)
class Family:
    """A message, what changes it, and what takes back the reactions among that; by `seq`."""

    message: Stored | None
    changes: Sequence[Stored] = ()
    retractions: Sequence[Stored] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """A message as it is to be shown; `edit` is the one that counts, if there is any."""

    message: Stored
    is_deleted: bool
    edit: Stored | None = None
    reactions: tuple[Stored, ...] = ()


def merge(family: Family) -> Merged | None:
    """Say how a message is to be shown; None if it is not known or has expired."""
    message = family.message
    if message is None or message.kind is not ContentKind.MESSAGE or message.gone == "expired":
        return None
    changes = [change for change in family.changes if _counts(change, message)]
    if message.gone or any(change.kind is ContentKind.DELETION for change in changes):
        return Merged(message, is_deleted=True)
    edits = [change for change in changes if change.kind is ContentKind.EDIT]
    reactions: dict[tuple[bytes, str | None], Stored] = {}
    for change in changes:
        if change.kind is ContentKind.REACTION and not _is_taken_back(change, family.retractions):
            reactions.setdefault((change.pseudonym, sign_of(change)), change)
    last = max(edits, key=lambda edit: edit.seq, default=None)
    return Merged(message, False, last, tuple(reactions.values()))


def sign_of(reaction: Stored) -> str | None:
    """Read the sign of a reaction."""
    return Content.decode(reaction.content).text


def _counts(change: Stored, message: Stored) -> bool:
    if change.kind is ContentKind.REACTION:
        return True
    changes_message = change.kind in (ContentKind.EDIT, ContentKind.DELETION)
    return changes_message and _is_same_author(change, message)


def _is_same_author(one: Stored, other: Stored) -> bool:
    # the key too: who has the room key can put any pseudonym into an archive copy of its own
    return (one.pseudonym, one.leaf) == (other.pseudonym, other.leaf)


def _is_taken_back(reaction: Stored, retractions: Sequence[Stored]) -> bool:
    return any(
        retraction.kind is ContentKind.RETRACTION
        and retraction.target == reaction.message_id
        and _is_same_author(retraction, reaction)
        for retraction in retractions
    )
