"""What a relay can make itself that looks as if members had made it: groups, joins, group infos."""

import os
import time
from dataclasses import replace

from roomkey.client.policy import encode_sealed_name, rules_in
from roomkey.client.room_policy import RoomPolicy
from roomkey.crypto.suite import cipher_suite
from roomkey.keys.root import RoomSecrets, psk_id
from roomkey.keys.sealed_name import seal_name, seal_title
from roomkey.mls import (
    Environment,
    ExtensionType,
    Group,
    GroupInfo,
    SigningIdentity,
    decode_message,
    encode_message,
)
from roomkey.mls.codec import opaque
from roomkey.mls.extension import Extension
from roomkey.mls.policy import Policy

SUPPORTED = (0xF0A0, 0xF0A1)


class Anything(Policy):
    """Finds all well, as who forges does."""

    supported_extensions = SUPPORTED


def read_info(group_info: bytes) -> GroupInfo:
    """Read what the relay stores for those who join."""
    info = decode_message(group_info)
    assert isinstance(info, GroupInfo)
    return info


class Forger:
    """A relay's own member: a signature key, a pseudonym, and keys that no room key leads to."""

    def __init__(self, group_info: bytes) -> None:
        self.info = read_info(group_info)
        suite = cipher_suite(self.info.context.cipher_suite)
        self.identity = SigningIdentity.generate(suite, os.urandom(16), os.urandom)
        rules = rules_in(self.info.context)
        self._rules = rules
        self._secrets = RoomSecrets(rules.key_id, *(os.urandom(32) for _ in range(4)))
        self._environment = Environment(
            clock=lambda: int(time.time()),
            psks=lambda _: self._secrets.psk,
            policy=Anything(),
        )

    def join(self) -> bytes:
        """Make an external commit to the real group, as somebody without the room key."""
        pending = Group.join_external(
            self.identity,
            self.info,
            self._environment,
            psk_ids=(psk_id(self._rules.key_id),),
            leaf_extensions=(self._sealed_name(),),
        )
        return pending.message

    def room_of_its_own(self) -> bytes:
        """Make a group of one's own under the room's name, with rules that look like the room's."""
        room_id = self.info.context.group_id
        rules: RoomPolicy = replace(
            self._rules,
            hosts=(self.identity.public_key,),
            sealed_title=seal_title(self._secrets, room_id, ""),
        ).sign(self.identity.private_key, room_id)
        group = Group.create(
            self.identity,
            room_id,
            self._environment,
            extensions=(rules.as_extension(),),
            leaf_extensions=(self._sealed_name(),),
        )
        return group.group_info()

    def _sealed_name(self) -> Extension:
        room_id, key = self.info.context.group_id, self.identity.public_key
        sealed = seal_name(self._secrets, room_id, key, "Ann")
        return encode_sealed_name(self._rules.key_id, sealed)

    def with_own_external_pub(self) -> bytes:
        """Put a key of one's own where those who join look for the group's."""
        _, public_key = self.identity.suite.kem.generate(os.urandom)
        swapped = Extension(ExtensionType.EXTERNAL_PUB, opaque(public_key))
        extensions = tuple(
            swapped if extension.type == ExtensionType.EXTERNAL_PUB else extension
            for extension in self.info.extensions
        )
        return encode_message(replace(self.info, extensions=extensions))

    def with_own_signature(self) -> bytes:
        """Change the group's epoch, and sign that with a key of one's own."""
        context = replace(self.info.context, epoch=self.info.context.epoch + 1)
        changed = replace(self.info, context=context)
        return encode_message(changed.sign(self.identity.suite, self.identity.private_key))
