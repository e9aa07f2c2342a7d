import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import roomkey
from roomkey.cli import timeline as timelines
from roomkey.cli import transcript
from roomkey.cli.output import UsageError
from roomkey.cli.rules import Rules
from roomkey.cli.timeline import Timeline
from roomkey.cli.words import Words
from roomkey.client import ConnectionState
from roomkey.errors import BadSignature, NotAMember, RelayInconsistent, RoomClosed, RoomKeyNeeded

ANYTHING = st.text(st.characters(exclude_categories=()))
ALICE = roomkey.Member(0, "a1" * 16, "Alice")
SELF = roomkey.Member(1, "5e" * 16, "Me", is_self=True)
SAID = roomkey.MessageReceived(b"\x01" * 32, ALICE, "hello", 1_800_000_000_000, 14)
THUMB = roomkey.Reaction(b"\x02" * 32, "👍", SELF)


def shown(*events: roomkey.Event, timeline: Timeline | None = None) -> list[str]:
    timeline = timeline or Timeline()
    words, lines = Words(timeline), list[str]()
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
    timeline, lines = Timeline(), list[str]()
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


def connection(*states: ConnectionState, waiting: int = 0) -> list[roomkey.Event]:
    return [roomkey.ConnectionChanged(state, waiting) for state in states]


def test_a_connection_that_comes_and_goes_is_told_once_each_time() -> None:
    away, trying, back = ConnectionState.OFFLINE, ConnectionState.CONNECTING, ConnectionState.ONLINE
    assert shown(*connection(trying, back, away, trying, away, trying, back, back)) == [
        "* Connected.",
        "* Offline. Trying to reach the relay again…",
        "* Connected.",
    ]
    assert shown(*connection(ConnectionState.REMOVED)) == []


def test_a_trouble_is_told_once_until_the_relay_is_reached_again() -> None:
    trouble = roomkey.RoomTrouble(RelayInconsistent.code, "It contradicts\nitself.")
    other = roomkey.RoomTrouble(RelayInconsistent.code, "And again.")
    lines = shown(trouble, trouble, other, trouble, *connection(ConnectionState.ONLINE), trouble)
    assert lines[0] == f"* Take care: It contradicts itself. {RelayInconsistent.next_step}"
    assert ["Connected" if "Conn" in line else line[13:17] for line in lines] == [
        "It c", "And ", "It c", "Connected", "It c",
    ]  # fmt: skip


def test_what_is_missing_or_cannot_be_read_is_told_with_its_place_and_what_to_do() -> None:
    lines = shown(
        roomkey.MessageUnreadable(7, 0, ALICE, BadSignature.code),
        roomkey.MessagesMissing(8, 0, ALICE),
        roomkey.MessagesMissing(9, 0, None),
    )
    assert lines[0].startswith("* #7 cannot be read. ")
    assert BadSignature.sentence in lines[0]
    assert lines[1].startswith("* Messages of Alice are missing before #8. ")
    assert lines[2].startswith("* Messages of somebody are missing before #9. ")
    assert all(RelayInconsistent.next_step in line for line in lines[1:])


def test_who_comes_and_goes_is_told_and_how() -> None:
    assert shown(
        roomkey.MemberJoined(ALICE),
        roomkey.MemberLeft(ALICE),
        roomkey.MemberLeft(ALICE, was_removed=True),
        roomkey.RoomKeyChanged(1),
        roomkey.RoomTrouble(NotAMember.code, NotAMember.sentence),
        roomkey.MemberTyping(ALICE, True),
    ) == [
        "* Alice joined",
        "* Alice left",
        "* Alice was removed",
        "* A host changed the room key: whoever joins from now on needs the new one.",
    ]


def test_what_is_said_of_a_message_that_was_never_shown_names_none() -> None:
    assert shown(roomkey.ReactionAdded(b"never", THUMB)) == ["* Me: 👍 to an earlier message"]


def test_ones_own_message_and_a_wrong_clock_are_marked() -> None:
    own = replace(SAID, sender=SELF, is_own=True, sender_clock_differs=True)
    assert shown(own)[1].endswith("Me (you): hello  (the sender's clock says another time) ✓")
    assert not shown(replace(own, is_history=True))[1].endswith("✓")
    assert shown(replace(own, text="", is_deleted=True))[1].endswith("✓")
    assert "(deleted)" in shown(replace(own, text="", is_deleted=True))[1]


def test_each_rule_that_a_host_changes_is_told_and_no_other() -> None:
    words, lines = Words(Timeline()), list[str]()
    words.show_with(lines.append)
    before = Rules("Tea", "shared", 86400, False, 0, {"a": "Alice"})
    after = replace(
        before, title="", retention=7200, is_locked=True, key_id=1, hosts={"a": "Al", "b": "Bob"}
    )
    words.rules_changed(before, before)
    assert lines == []
    words.rules_changed(after, before)
    assert lines == [
        "* A host changed the room's title: none",
        "* Messages are kept for 2 hours from now on.",
        "* The room is locked: nobody new comes in.",
        "* Bob is a host now.",
    ]
    words.rules_changed(before, after)
    assert lines[4:] == [
        "* A host changed the room's title: Tea",
        "* Messages are kept for 1 day from now on.",
        "* The room is open to whoever has the room key.",
    ]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], ""),
        (["Bob"], "Bob is writing"),
        (["Bob", "Alice"], "Alice and Bob are writing"),
        (["Cleo", "Bob", "Alice"], "several people are writing"),
    ],
)
def test_who_writes_is_told_by_name_as_long_as_they_are_few(names: list[str], words: str) -> None:
    assert transcript.writers(names) == words


def test_the_timeline_forgets_the_oldest_and_takes_nothing_for_what_it_never_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timelines, "_MOST", 2)
    timeline = Timeline()
    messages = [replace(SAID, id=bytes([n]) * 32, seq=n) for n in range(4)]
    timeline.add(*messages)
    assert [message in timeline for message in messages] == [False, False, True, True]
    with pytest.raises(UsageError):
        timeline.find(0)
    timeline.take(roomkey.MessageChanged(messages[0]))
    timeline.take(roomkey.MessageExpired(messages[0].id, 0))
    timeline.take(roomkey.ReactionAdded(messages[0].id, THUMB))
    assert [message in timeline for message in messages] == [False, False, True, True]
    timeline.take(roomkey.MessageChanged(replace(messages[3], text="new")))
    assert timeline.find(3).text == "new"
    timeline.take(roomkey.ReactionAdded(messages[3].id, THUMB))
    timeline.take(roomkey.ReactionRemoved(messages[3].id, replace(THUMB, id=b"other")))
    assert timeline.find(3).reactions == (THUMB,)
    timeline.take(roomkey.ReactionRemoved(messages[3].id, THUMB))
    assert timeline.find(3).reactions == ()
