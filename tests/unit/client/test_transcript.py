"""Messages are shown as later content has changed them, in whatever order that came to be known."""

import itertools
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fake_relay import ROOM, SECRETS, Device, FakeRelay, play
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roomkey.client.content import Content, ContentKind, Disposition, Expiration, compute_message_id
from roomkey.client.creating import LARGE_SUITE
from roomkey.client.events import (
    Event,
    MessageChanged,
    MessageDeleted,
    MessageExpired,
    MessageReceived,
    ReactionAdded,
    ReactionRemoved,
)
from roomkey.client.members import NOT_IN_GROUP
from roomkey.client.room_policy import RoomPolicy
from roomkey.client.room_state import RoomState, new_identity
from roomkey.client.room_store import RoomStore
from roomkey.client.transcript import Said, Transcript
from roomkey.keys.key_ring import KeyRing

START = 1_790_000_000_000


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@dataclass(frozen=True)
class Author:
    name: str

    @property
    def pseudonym(self) -> bytes:
        return self.name.encode().ljust(16, b"p")

    @property
    def leaf(self) -> bytes:
        return self.name.encode().ljust(32, b"l")


ANN, BOB = Author("Ann"), Author("Bob")
places = itertools.count(1)


class Diary:
    """A transcript on disk, and what it said changed."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.state = RoomState(
            RoomStore(folder / f"{os.urandom(8).hex()}.room", bytes(32), create=True),
            relay="none",
            code="0123456789",
            room_id=ROOM,
            name="Cid",
            identity=new_identity(LARGE_SUITE),
            ring=KeyRing(SECRETS),
        )
        self.clock = clock or Clock()
        self.transcript = Transcript(self.state, self.clock)

    def add(self, said: Said) -> list[Event]:
        return self.transcript.add(said)

    def shown(self) -> list[MessageReceived]:
        return self.transcript.messages(2**62, 1000)

    def texts(self) -> list[str]:
        return [message.text for message in self.shown()]

    def held(self) -> bytes:
        """All that is kept of contents."""
        rows = self.state.store._database.run("SELECT content FROM transcript")
        return b"".join(row[0] for row in rows)


@pytest.fixture
def diary(tmp_path: Path) -> Iterator[Diary]:
    made = Diary(tmp_path)
    yield made
    made.state.store.close()


def say(author: Author, text: str | None, seq: int | None = None, **fields: Any) -> Said:
    content = Content(os.urandom(16), text, **fields).encode()
    place = next(places) if seq is None else seq
    return Said(place, START, author.pseudonym, author.leaf, author.name, content)


def name_of(said: Said) -> bytes:
    return compute_message_id(said.pseudonym, ROOM, said.content)


def edit(author: Author, of: Said, text: str) -> Said:
    return say(author, text, replaces=name_of(of))


def delete(author: Author, of: Said) -> Said:
    return say(author, None, replaces=name_of(of))


def react(author: Author, to: Said, sign: str = "+") -> Said:
    return say(author, sign, disposition=Disposition.REACTION, in_reply_to=name_of(to))


def unreact(author: Author, reaction: Said) -> Said:
    return say(author, None, disposition=Disposition.REACTION, replaces=name_of(reaction))


def signs(message: MessageReceived) -> list[tuple[str, str]]:
    return [(reaction.sender.name, reaction.sign) for reaction in message.reactions]


def test_each_change_is_told_and_shown(diary: Diary) -> None:
    first = say(ANN, "one")
    (received,) = diary.add(first)
    assert isinstance(received, MessageReceived)
    assert (received.text, received.sender.name, received.is_edited) == ("one", "Ann", False)
    (changed,) = diary.add(edit(ANN, first, "two"))
    assert isinstance(changed, MessageChanged)
    assert (changed.message.text, changed.message.is_edited) == ("two", True)
    assert (changed.message.id, changed.message.seq) == (received.id, received.seq)
    thumb = react(BOB, first)
    (added,) = diary.add(thumb)
    assert isinstance(added, ReactionAdded)
    assert (added.message_id, added.reaction.sign) == (received.id, "+")
    assert signs(diary.shown()[0]) == [("Bob", "+")]
    (removed,) = diary.add(unreact(BOB, thumb))
    assert isinstance(removed, ReactionRemoved)
    assert removed.reaction == added.reaction
    assert signs(diary.shown()[0]) == []
    (deleted,) = diary.add(delete(ANN, first))
    assert isinstance(deleted, MessageDeleted)
    assert (deleted.message.text, deleted.message.is_deleted) == ("", True)
    assert [(m.is_deleted, m.text, m.sender.name) for m in diary.shown()] == [(True, "", "Ann")]


def test_nobody_else_edits_deletes_or_takes_back(diary: Diary) -> None:
    first = say(ANN, "mine")
    thumb = react(ANN, first)
    diary.add(first)
    diary.add(thumb)
    for forged in (edit(BOB, first, "his"), delete(BOB, first), unreact(BOB, thumb)):
        assert diary.add(forged) == []
    (message,) = diary.shown()
    assert (message.text, message.is_edited, signs(message)) == ("mine", False, [("Ann", "+")])


@pytest.mark.parametrize("is_early", [True, False])
def test_a_pseudonym_under_another_key_changes_nothing(diary: Diary, is_early: bool) -> None:
    first = say(ANN, "mine")
    forged = [
        replace(said, leaf=BOB.leaf) for said in (edit(ANN, first, "not mine"), delete(ANN, first))
    ]
    for said in (*forged, first) if is_early else (first, *forged):
        diary.add(said)
    assert diary.texts() == ["mine"]


@pytest.mark.parametrize("is_early", [True, False])
def test_a_copy_of_a_message_under_another_key_does_not_take_its_place(
    diary: Diary, is_early: bool
) -> None:
    first = say(ANN, "mine")
    changed = edit(ANN, first, "mine, edited")
    copy = replace(first, leaf=BOB.leaf, seq=next(places))
    his = replace(edit(ANN, first, "not mine"), leaf=BOB.leaf)
    for said in (his, copy, changed, first) if is_early else (first, changed, copy, his):
        diary.add(said)
    assert diary.texts() == ["mine, edited"]


def test_the_newest_edit_counts_whichever_came_last(diary: Diary) -> None:
    first = say(ANN, "one")
    second, third = edit(ANN, first, "two"), edit(ANN, first, "three")
    for said in (first, third, second):
        diary.add(said)
    assert diary.texts() == ["three"]


def test_a_deletion_is_final_and_leaves_no_text_behind(diary: Diary) -> None:
    first = say(ANN, "one secret")
    for said in (first, edit(ANN, first, "two secrets"), react(BOB, first, "secret")):
        diary.add(said)
    gone = delete(ANN, first)
    later = edit(ANN, first, "three secrets")
    assert len(diary.add(gone)) == 1
    for said in (later, react(BOB, first, "secret"), replace(first, seq=next(places)), gone):
        assert diary.add(said) == []
    assert b"secret" not in diary.held()
    assert [m.is_deleted for m in diary.shown()] == [True]


def test_a_deletion_that_came_before_its_message_lets_nothing_in(diary: Diary) -> None:
    first = say(ANN, "one secret")
    for said in (edit(ANN, first, "two secrets"), delete(ANN, first)):
        assert diary.add(said) == []
    (received,) = diary.add(first)
    assert isinstance(received, MessageReceived)
    assert received.is_deleted
    assert b"secret" not in diary.held()


def test_one_sign_of_one_person_counts_once_until_all_of_them_are_taken_back(diary: Diary) -> None:
    first, one, two = (said := say(ANN, "x")), react(BOB, said), react(BOB, said)
    for added in (first, one, two, react(ANN, first)):
        diary.add(added)
    assert signs(diary.shown()[0]) == [("Bob", "+"), ("Ann", "+")]
    diary.add(unreact(BOB, one))
    assert sorted(signs(diary.shown()[0])) == [("Ann", "+"), ("Bob", "+")]
    diary.add(unreact(BOB, two))
    assert signs(diary.shown()[0]) == [("Ann", "+")]


def test_what_does_not_fit_its_kind_changes_nothing(diary: Diary) -> None:
    first = say(ANN, "x")
    thumb, second = react(ANN, first), edit(ANN, first, "y")
    for said in (first, thumb, second):
        diary.add(said)
    for odd in (
        unreact(ANN, first),
        edit(ANN, thumb, "no message"),
        delete(ANN, thumb),
        edit(ANN, second, "no message either"),
        react(BOB, thumb),
        react(BOB, second),
    ):
        assert diary.add(odd) == []
    (message,) = diary.shown()
    assert (message.text, signs(message)) == ("y", [("Ann", "+")])


def test_the_same_content_is_shown_once(diary: Diary) -> None:
    first = say(ANN, "x")
    assert len(diary.add(first)) == 1
    assert diary.add(replace(first, seq=next(places))) == []
    assert diary.texts() == ["x"]


steps = st.tuples(
    st.sampled_from(["say", "edit", "delete", "react", "unreact"]),
    st.sampled_from([ANN, BOB]),
    st.integers(0, 30),
    st.sampled_from(["a", "b"]),
)


def log_of(program: list[tuple[str, Author, int, str]]) -> list[Said]:
    log = [say(ANN, "first", 1)]
    for seq, (what, author, number, text) in enumerate(program, 2):
        target = log[number % len(log)]
        made = {
            "say": lambda: say(author, text),  # noqa: B023
            "edit": lambda: edit(author, target, text),  # noqa: B023
            "delete": lambda: delete(author, target),  # noqa: B023
            "react": lambda: react(author, target, text),  # noqa: B023
            "unreact": lambda: unreact(author, target),  # noqa: B023
        }[what]()
        log.append(replace(made, seq=seq))
    return log


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(steps, max_size=14), st.randoms(use_true_random=False))
def test_any_order_leads_to_the_same_messages(program: list[Any], chance: Any) -> None:
    log = log_of(program)
    shuffled = chance.sample(log, len(log))
    with tempfile.TemporaryDirectory() as folder:
        forward, mixed = Diary(Path(folder)), Diary(Path(folder))
        for diary, order in ((forward, log), (mixed, shuffled)):
            with diary.state.store.transaction():
                for said in order:
                    diary.add(said)
        assert forward.shown() == mixed.shown()
        forward.state.store.close()
        mixed.state.store.close()


def test_an_expired_message_goes_with_all_about_it_and_does_not_come_back(diary: Diary) -> None:
    first = say(ANN, "secret for an hour", expires=Expiration(True, 3600))
    second = say(ANN, "secret until then", expires=Expiration(False, START // 1000 + 7200))
    (received,) = diary.add(first)
    assert isinstance(received, MessageReceived)
    assert received.expires_at == START + 3_600_000
    diary.add(edit(ANN, first, "edited secret"))
    diary.add(second)
    diary.add(say(ANN, "stays"))
    assert diary.transcript.expires(name_of(first))
    assert diary.transcript.seconds_to_expiry() == 3600
    diary.clock.now += 3_600_000 - 1
    assert diary.transcript.expire() == []
    diary.clock.now += 1
    assert diary.transcript.expire() == [MessageExpired(name_of(first), first.seq)]
    assert diary.texts() == ["secret until then", "stays"]
    assert diary.add(replace(first, seq=next(places))) == []
    assert diary.add(edit(ANN, first, "secret again")) == []
    diary.clock.now += 3_600_000
    assert len(diary.transcript.expire()) == 1
    assert b"secret" not in diary.held()
    late = say(BOB, "secret too late", expires=Expiration(False, START // 1000))
    assert diary.add(late) == []
    assert b"secret" not in diary.held()
    assert diary.texts() == ["stays"]


def test_an_edit_neither_lengthens_nor_shortens_a_messages_time(diary: Diary) -> None:
    first = say(ANN, "x", expires=Expiration(True, 10))
    diary.add(first)
    diary.clock.now += 5000
    (changed,) = diary.add(edit(ANN, first, "y"))
    assert isinstance(changed, MessageChanged)
    assert changed.message.expires_at == START + 10_000


def test_what_is_older_than_the_room_keeps_goes(diary: Diary) -> None:
    diary.state.rules = RoomPolicy(0, "shared", 3600, 100, False, (bytes(32),), 0, bytes(32), b"")
    old, new = say(ANN, "old"), replace(say(ANN, "new"), time=START + 1000)
    for said in (old, edit(ANN, old, "older"), new):
        diary.add(said)
    diary.clock.now += 3_600_000
    assert diary.transcript.expire() == []
    diary.clock.now += 1
    assert diary.transcript.expire() == [MessageExpired(name_of(old), old.seq)]
    assert diary.texts() == ["new"]
    assert b"old" not in diary.held()


def test_unread_are_the_messages_of_others_that_are_still_there(diary: Diary) -> None:
    own = replace(say(ANN, "own"), is_own=True)
    first, second = say(BOB, "one"), say(BOB, "two")
    for said in (own, first, second, react(BOB, first)):
        diary.add(said)
    rows = diary.state.store.transcript
    assert rows.count_unread(0) == 2
    assert rows.count_unread(first.seq) == 1
    diary.add(delete(BOB, second))
    assert rows.count_unread(0) == 1


def test_kinds_are_kept(diary: Diary) -> None:
    first = say(ANN, "x")
    diary.add(first)
    row = diary.transcript.find(name_of(first))
    assert row is not None
    assert row.kind is ContentKind.MESSAGE
    assert diary.transcript.find(bytes(32)) is None


def test_a_message_is_a_members_only_if_key_and_pseudonym_are(tmp_path: Path) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        his, hers = bob.state, Author("Ann")
        transcript = Transcript(bob.state)
        honest = replace(say(BOB, "his"), pseudonym=his.pseudonym, leaf=his.leaf_key)
        borrowed = replace(say(hers, "with his key"), leaf=his.leaf_key)
        foreign = replace(say(hers, "with her key"), pseudonym=his.pseudonym)
        for said, index, name in (
            (honest, his.joined.own_index, "Bob"),
            (borrowed, NOT_IN_GROUP, "Ann"),
            (foreign, NOT_IN_GROUP, "Ann"),
        ):
            (shown,) = transcript.add(said)
            assert isinstance(shown, MessageReceived)
            assert (shown.sender.index, shown.sender.name) == (index, name)
            assert shown.sender.pseudonym == said.pseudonym.hex()
            assert shown.sender.is_self is (said is honest)

    play(tmp_path, scene)
