import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import roomkey
from roomkey.cli.output import UsageError
from roomkey.cli.timeline import Timeline
from roomkey.cli.words import Words
from roomkey.errors import RoomClosed, RoomKeyNeeded

ANYTHING = st.text(st.characters(exclude_categories=()))
ALICE = roomkey.Member(0, "a1" * 16, "Alice")
SELF = roomkey.Member(1, "5e" * 16, "Me", is_self=True)
SAID = roomkey.MessageReceived(b"\x01" * 32, ALICE, "hello", 1_800_000_000_000, 14)
THUMB = roomkey.Reaction(b"\x02" * 32, "👍", SELF)


def shown(*events: roomkey.Event, timeline: Timeline | None = None) -> list[str]:
    timeline = timeline or Timeline()
    words, lines = Words(timeline), []
    words.show_with(lines.append)
    for event in events:
        if isinstance(event, roomkey.MessageReceived):
            timeline.add(event)
        words.event(event)
        timeline.take(event)
    return "\n".join(lines).splitlines()


def test_a_message_has_its_number() -> None:
    assert shown(SAID)[1].endswith(" #14] Alice: hello")


def test_an_answer_names_what_it_answers() -> None:
    answer = replace(SAID, id=b"\x03" * 32, seq=15, in_reply_to=SAID.id, text="hi")
    assert shown(SAID, answer)[2].endswith(" #15] Alice (to #14): hi")
    assert shown(answer)[1].endswith(" #15] Alice (a reply): hi")


def test_what_becomes_of_a_message_is_told_by_its_number() -> None:
    lines = shown(
        SAID,
        roomkey.MessageChanged(replace(SAID, text="hello all", is_edited=True)),
        roomkey.ReactionAdded(SAID.id, THUMB),
        roomkey.ReactionRemoved(SAID.id, THUMB),
        roomkey.MessageDeleted(replace(SAID, text="", is_deleted=True)),
    )
    assert lines[2].endswith("Alice: hello all  (edited)")
    assert lines[3:] == [
        "* Me: 👍 to #14: hello all",
        "* Me: 👍 taken back from #14: hello all",
        "* Alice deleted #14",
    ]


def test_signs_stand_behind_an_earlier_message() -> None:
    signs = (THUMB, replace(THUMB, sender=ALICE), replace(THUMB, sign="🎉"))
    assert shown(replace(SAID, reactions=signs))[1].endswith("Alice: hello  👍 2 🎉")


def test_an_expiry_is_told_of_what_was_shown_and_not_of_what_is_merely_old() -> None:
    gone = roomkey.MessageExpired(SAID.id, SAID.seq)
    expiring = replace(SAID, expires_at=SAID.time + 60_000)
    assert shown(expiring, gone)[-1] == "* #14 has expired"
    assert "(until " in shown(expiring)[1]
    assert shown(SAID, gone) == shown(SAID)
    assert shown(gone) == []


def test_the_end_of_a_room_is_left_to_the_error_that_ends_the_command() -> None:
    assert shown(roomkey.RoomTrouble(RoomClosed.code, RoomClosed.sentence)) == []
    [line] = shown(roomkey.RoomTrouble(RoomKeyNeeded.code, RoomKeyNeeded.sentence))
    assert "roomkey join" in line


@given(ANYTHING, ANYTHING, ANYTHING)
def test_nothing_that_others_write_acts_on_the_terminal(name: str, text: str, sign: str) -> None:
    eve = replace(ALICE, name=name)
    said = replace(SAID, sender=eve, text=text)
    reaction = roomkey.Reaction(b"\x04" * 32, sign, eve)
    timeline, lines = Timeline(), []
    words = Words(timeline)
    words.show_with(lines.append)
    timeline.add(said)
    for event in (
        said,
        replace(said, reactions=(reaction,), in_reply_to=said.id),
        roomkey.MessageChanged(said),
        roomkey.MessageDeleted(said),
        roomkey.ReactionAdded(said.id, reaction),
        roomkey.ReactionRemoved(said.id, reaction),
        roomkey.MemberJoined(eve),
        roomkey.MemberLeft(eve, was_removed=True),
        roomkey.RoomTrouble("error", text),
    ):
        words.event(event)
    words.members([eve, ALICE], {})
    words.failed(text, RoomClosed())
    bad = [c for c in "".join(lines) if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl")]
    assert bad == []
    heads = [line for line in "\n".join(lines).split("\n") if line.startswith(("[", "*"))]
    assert len([line for line in heads if line.startswith("*")]) == 6


def test_the_timeline_finds_messages_by_number_and_the_newest_that_fits() -> None:
    timeline = Timeline()
    own = replace(SAID, id=b"\x05" * 32, seq=16, sender=SELF, is_own=True)
    timeline.add(SAID, own)
    assert timeline.find(14) is SAID
    assert timeline.newest(lambda message: message.is_own, "none") is own
    timeline.take(roomkey.ReactionAdded(SAID.id, THUMB))
    assert timeline.find(14).reactions == (THUMB,)
    timeline.take(roomkey.MessageDeleted(replace(own, is_deleted=True)))
    with pytest.raises(UsageError, match="none"):
        timeline.newest(lambda message: message.is_own, "none")
    timeline.take(roomkey.MessageExpired(SAID.id, 14))
    with pytest.raises(UsageError, match="#14"):
        timeline.find(14)
