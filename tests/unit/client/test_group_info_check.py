"""A host sees whether newcomers can come in by the group info that another has left."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fake_relay import NEVER, Device, FakeRelay, play

from roomkey.client.group_info_check import GroupInfoCheck
from roomkey.mls import GroupInfo, decode_message
from roomkey.mls.message import encode_message

Forge = Callable[[GroupInfo, Device], GroupInfo]


def forged(encoded: bytes, bob: Device, forge: Forge) -> bytes:
    info = decode_message(encoded)
    assert isinstance(info, GroupInfo)
    return encode_message(forge(info, bob))


def signed(info: GroupInfo, bob: Device) -> GroupInfo:
    return info.sign(bob.state.identity.suite, bob.state.identity.private_key)


FORGERIES: dict[str, Callable[[bytes, Device], bytes]] = {
    "bytes": lambda _given, _bob: b"\x00\x01",
    "another message": lambda _given, bob: bob.state.joined.protect(b"hello"),
    "a signer who is not here": lambda given, bob: forged(
        given, bob, lambda info, _: replace(info, signer=9)
    ),
    "another signature": lambda given, bob: forged(
        given, bob, lambda info, _: replace(info, signature=bytes(64))
    ),
    "another tag": lambda given, bob: forged(
        given, bob, lambda info, bob: signed(replace(info, confirmation_tag=bytes(32)), bob)
    ),
    "no tree": lambda given, bob: forged(
        given, bob, lambda info, bob: signed(replace(info, extensions=info.extensions[:1]), bob)
    ),
}


@pytest.mark.parametrize("forgery", ["", *FORGERIES])
def test_only_a_group_info_that_everybody_could_have_made_is_in_order(
    tmp_path: Path, forgery: str
) -> None:
    async def scene(relay: FakeRelay, ann: Device, bob: Device) -> None:
        ann.start()
        await ann.until(lambda: ann.state.joined.epoch == relay.epoch)
        check = GroupInfoCheck(ann.state, NEVER)
        if forgery:
            relay.group_info = FORGERIES[forgery](relay.group_info, bob)
        transport = ann.transport()
        await transport.connect()
        assert await check.finds_fault(transport) is bool(forgery)
        # of an epoch that is not known here nothing is said
        relay.epoch += 1
        assert not await check.finds_fault(transport)
        await transport.close()

    play(tmp_path, scene)
