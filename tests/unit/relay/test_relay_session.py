"""What a connection has proved is kept for it, within bounds, and forgotten with it."""

import pytest

from roomkey.errors import ConnectionFull, NotAdmitted
from roomkey.relay.session import MAX_ADMISSIONS, MAX_ROOMS, Presence, Session

ROOM, LEAF = bytes(16), bytes(32)


def room(number: int) -> bytes:
    return number.to_bytes(16, "big")


def test_a_nonce_serves_once_and_for_its_room_alone() -> None:
    session = Session("sid", "address", nonce=b"nonce", nonce_room=ROOM)
    assert session.take_nonce(ROOM) == b"nonce"
    with pytest.raises(NotAdmitted):
        session.take_nonce(ROOM)
    session.nonce = b"nonce"
    with pytest.raises(NotAdmitted):
        session.take_nonce(room(1))
    with pytest.raises(NotAdmitted):
        session.take_nonce(ROOM)


def test_of_too_many_admissions_the_oldest_is_dropped() -> None:
    session = Session("sid", "address")
    for number in range(MAX_ADMISSIONS + 1):
        session.admit(room(number), LEAF)
    assert list(session.admitted) == [room(number) for number in range(1, MAX_ADMISSIONS + 1)]


def test_a_connection_speaks_for_nobody_where_it_proved_nothing() -> None:
    with pytest.raises(NotAdmitted):
        Session("sid", "address").leaf_in(ROOM)


def test_a_connection_is_in_so_many_rooms_and_can_come_back_to_each() -> None:
    session, presence = Session("sid", "address"), Presence()
    for number in range(MAX_ROOMS):
        session.require_space(room(number))
        presence.enter(session, room(number), LEAF)
    session.require_space(room(0))
    with pytest.raises(ConnectionFull):
        session.require_space(room(MAX_ROOMS))


def test_of_too_many_rooms_that_were_left_the_first_is_forgotten() -> None:
    session, presence = Session("sid", "address"), Presence()
    for number in range(MAX_ROOMS + 1):
        presence.enter(session, room(number), LEAF)
        presence.drop_member(room(number), LEAF)
    assert list(session.left) == [room(number) for number in range(1, MAX_ROOMS + 1)]
    assert not session.member


def test_who_is_a_member_no_more_is_dropped_and_nobody_else() -> None:
    one, other, presence = Session("1", "address"), Session("2", "address"), Presence()
    presence.enter(one, ROOM, LEAF)
    presence.enter(other, ROOM, b"x" * 32)
    presence.drop_member(ROOM, LEAF)
    assert presence.connections(ROOM) == [other]
    assert one.left == {ROOM: LEAF}


def test_a_connection_that_ended_is_in_no_room_and_an_empty_room_is_not_kept() -> None:
    session, presence = Session("sid", "address"), Presence()
    presence.enter(session, ROOM, LEAF)
    presence.enter(session, room(1), LEAF)
    presence.forget(session)
    assert presence.rooms() == []
    assert presence.connections(ROOM) == []
