"""Our groups and ts-mls's, in one group: whatever one side does, the other agrees with."""

import random
import shutil
from collections.abc import Callable, Iterator

import pytest
from ts_mls_toolkit import ORACLES, PSK_ID, Meeting, Ours, grow, psk_proposal

from roomkey.errors import GenerationConsumed, RoomkeyError
from roomkey.mls import Add, KeyPackage, Remove, encode_message

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(
        not (ORACLES / "node_modules/ts-mls").is_dir(),
        reason="ts-mls is not installed: run npm ci in tests/oracles",
    ),
]


@pytest.fixture(params=[1, 2, 3, 7, 83], ids=lambda number: f"suite {number}")
def meeting(request: pytest.FixtureRequest) -> Iterator[Meeting]:
    """One of theirs founded a group; one of ours joined from outside, the key in hand."""
    here = Meeting(request.param)
    try:
        founder = here.ts_mls("founder")
        founder.ask("create", group=b"group".hex())
        here.theirs.append(founder)
        member = Ours(here.suite, "joiner")
        message = member.join(founder.ask("groupInfo")["groupInfo"])
        here.ours.append(member)
        here.tell(message, member)
        yield here
    finally:
        here.close()


def test_messages_are_read_on_the_other_side_and_only_once(meeting: Meeting) -> None:
    theirs, ours = meeting.theirs[0], meeting.ours[0]
    message = ours.group.protect(b"from us", padding=50)
    assert theirs.read(message) == b"from us"
    assert theirs.refuses(message)
    message = theirs.message("protect", data=b"from them".hex())
    assert ours.group.process(message).data == b"from them"
    with pytest.raises(GenerationConsumed):
        ours.group.process(message)


def test_a_join_with_the_wrong_key_is_refused_by_either_side(meeting: Meeting) -> None:
    theirs, ours = meeting.theirs[0], meeting.ours[0]
    stranger = Ours(meeting.suite, "stranger", psk=b"\x22" * 32)
    assert theirs.refuses(stranger.join(theirs.ask("groupInfo")["groupInfo"]))
    impostor = meeting.ts_mls("impostor", psk=b"\x33" * 32)
    info = ours.group.group_info().hex()
    message = impostor.message("joinExternal", groupInfo=info, psks=[PSK_ID.hex()])
    with pytest.raises(RoomkeyError):
        ours.group.process(message)
    meeting.agree()


def test_theirs_join_from_outside_with_the_key(meeting: Meeting) -> None:
    newcomer = meeting.ts_mls("newcomer")
    info = meeting.ours[0].group.group_info().hex()
    message = newcomer.message("joinExternal", groupInfo=info, psks=[PSK_ID.hex()])
    meeting.theirs.append(newcomer)
    meeting.tell(message, newcomer)


def test_both_sides_add_by_welcome_update_propose_and_bring_keys_in(meeting: Meeting) -> None:
    grow(meeting)
    for visible in (False, True):
        for member in meeting.ours:
            meeting.commit(member, member.group.commit(public=visible))
        for client in meeting.theirs:
            meeting.tell(client.message("commit", visible=visible), client)
    meeting.tell(meeting.ours[0].group.propose_update(), meeting.ours[0])
    meeting.tell(meeting.theirs[0].message("commit"), meeting.theirs[0])
    meeting.tell(meeting.theirs[0].message("commit", psks=[PSK_ID.hex()]), meeting.theirs[0])
    member = meeting.ours[1]
    meeting.commit(member, member.group.commit([psk_proposal(meeting)]))


def test_both_sides_go_on_after_a_restart(meeting: Meeting) -> None:
    grow(meeting)
    early = meeting.theirs[1].message("protect", data="aa")
    for client in meeting.theirs:
        client.ask("restart")
    for member in meeting.ours:
        member.restart()
    assert meeting.ours[0].group.process(early).data == b"\xaa"
    message = meeting.ours[0].group.protect(b"after")
    assert meeting.theirs[1].read(message) == b"after"
    meeting.commit(meeting.ours[1], meeting.ours[1].group.commit())
    meeting.tell(meeting.theirs[0].message("commit"), meeting.theirs[0])


def _changed(message: bytes, step: int) -> Iterator[bytes]:
    for position in range(4, len(message), step):
        changed = bytearray(message)
        changed[position] ^= 1
        yield bytes(changed)


def _we_refuse(member: Ours, message: bytes) -> bool:
    try:
        member.group.process(message)
    except RoomkeyError:
        return True
    return False


def test_a_message_changed_anywhere_is_refused_by_both_sides(meeting: Meeting) -> None:
    grow(meeting)
    theirs, ours, other = meeting.theirs[0], *meeting.ours
    message = ours.group.protect(b"whole", authenticated_data=b"header")
    assert all(theirs.refuses(changed) for changed in _changed(message, 5))
    assert theirs.read(message) == b"whole"
    message = theirs.message("protect", data=b"whole".hex())
    assert all(_we_refuse(ours, changed) for changed in _changed(message, 5))
    assert ours.group.process(message).data == b"whole"
    pending = ours.group.commit(public=True)
    step = max(17, len(pending.message) // 60)
    for changed in _changed(pending.message, step):
        assert theirs.refuses(changed)
        assert _we_refuse(other, changed)
    meeting.commit(ours, pending)


def test_messages_out_of_order_and_from_the_last_epoch_are_read(meeting: Meeting) -> None:
    theirs, ours = meeting.theirs[0], meeting.ours[0]
    sent = [ours.group.protect(bytes([number])) for number in range(8)]
    for number in (5, 2, 7, 0):
        assert theirs.read(sent[number]) == bytes([number])
    sent = [theirs.message("protect", data=f"{number:02x}") for number in range(8)]
    for number in (5, 2, 7, 0, 1):
        assert ours.group.process(sent[number]).data == bytes([number])
    late = [theirs.message("protect", data="cc"), ours.group.protect(b"late")]
    meeting.tell(theirs.message("commit"), theirs)
    assert ours.group.process(late[0]).data == b"\xcc"
    assert theirs.read(late[1]) == b"late"


def test_both_sides_take_their_own_place_again(meeting: Meeting) -> None:
    grow(meeting)
    member, client = meeting.ours[0], meeting.theirs[1]
    info = meeting.theirs[0].ask("groupInfo")["groupInfo"]
    meeting.tell(member.join(info, resync=member.group.own_index), member)
    client.ask("keyPackage", name=client.name, keepIdentity=True)
    info = meeting.ours[1].group.group_info().hex()
    message = client.message("joinExternal", groupInfo=info, psks=[PSK_ID.hex()], resync=True)
    meeting.tell(message, client)


def test_the_removed_are_out_on_both_sides(meeting: Meeting) -> None:
    grow(meeting)
    gone = meeting.ours.pop()
    founder = meeting.theirs[0]
    message = founder.message("commit", removes=[gone.group.own_index])
    meeting.tell(message, founder)
    gone.take(message)
    assert not gone.group.is_active
    lost = meeting.theirs.pop()
    host = meeting.ours[0]
    pending = host.group.commit([Remove(lost.ask("look")["leaf"])])
    meeting.commit(host, pending)
    lost.ask("process", message=pending.message.hex())
    assert lost.ask("look")["status"] == "removedFromGroup"


def test_who_loses_a_race_drops_its_commit_and_follows(meeting: Meeting) -> None:
    theirs, ours = meeting.theirs[0], meeting.ours[0]
    pending = ours.group.commit()
    theirs.ask("commit")
    theirs.ask("undoCommit")
    meeting.commit(ours, pending)
    ours.group.commit()
    meeting.tell(theirs.message("commit"), theirs)


def test_one_commit_removes_and_adds(meeting: Meeting) -> None:
    grow(meeting)
    host, gone = meeting.ours[0], meeting.ours.pop()
    heir = Ours(meeting.suite, "heir")
    bundle = heir.invite()
    pending = host.group.commit([Remove(gone.group.own_index), Add(bundle.key_package)])
    meeting.commit(host, pending)
    assert pending.welcome is not None
    heir.accept(pending.welcome.hex(), bundle)
    meeting.ours.append(heir)
    meeting.agree()


def test_a_long_random_course_of_changes_keeps_everybody_together(meeting: Meeting) -> None:
    grow(meeting)
    chance = random.Random(meeting.suite)

    def packages() -> list[KeyPackage]:
        some = range(chance.randint(1, 3))
        return [Ours(meeting.suite, "extra").invite().key_package for _ in some]

    def we_update() -> None:
        member = chance.choice(meeting.ours)
        meeting.commit(member, member.group.commit(public=chance.random() < 0.5))

    def they_update() -> None:
        client = chance.choice(meeting.theirs)
        meeting.tell(client.message("commit"), client)

    def we_add() -> None:
        member = chance.choice(meeting.ours)
        adds = [Add(package) for package in packages()]
        meeting.commit(member, member.group.commit(adds, force_path=chance.random() < 0.5))

    def they_add() -> None:
        client = chance.choice(meeting.theirs)
        adds = [encode_message(package).hex() for package in packages()]
        meeting.tell(client.message("commit", adds=adds), client)

    def remove() -> None:
        kept = {member.group.own_index for member in meeting.ours}
        kept |= {client.ask("look")["leaf"] for client in meeting.theirs}
        member = chance.choice(meeting.ours)
        others = [index for index, _ in member.group.members() if index not in kept]
        if others and chance.random() < 0.5:
            meeting.commit(member, member.group.commit([Remove(chance.choice(others))]))
        elif others:
            client = chance.choice(meeting.theirs)
            meeting.tell(client.message("commit", removes=[chance.choice(others)]), client)

    def somebody_joins() -> None:
        info = meeting.ours[0].group.group_info().hex()
        meeting.tell(Ours(meeting.suite, "visitor").join(info), None)

    steps: list[Callable[[], None]] = [
        we_update,
        they_update,
        we_add,
        they_add,
        remove,
        somebody_joins,
    ]
    for _ in range(25):
        chance.choice(steps)()
