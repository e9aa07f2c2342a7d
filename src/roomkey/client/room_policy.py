"""A room's rules, in the group's context, where all agree on them (docs/protocol/group.md)."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from roomkey.crypto.signature import ED25519
from roomkey.errors import BadSignature, DecodeError, PolicyViolation
from roomkey.mls import Extension
from roomkey.mls.codec import Reader, decode_all, opaque, uint8, uint32
from roomkey.wire.limits import KEY_BYTES, MAX_HOSTS
from roomkey.wire.transcripts import transcript

ROOM_POLICY_EXTENSION: Final = 0xF0A0
SEALED_NAME_EXTENSION: Final = 0xF0A1

POLICY_LABEL: Final = b"roomkey v1 room policy"
VERSION: Final = 1

History = Literal["shared", "strict"]
_HISTORY: Final[tuple[History, ...]] = ("strict", "shared")


@dataclass(frozen=True, slots=True)
class RoomPolicy:
    """Who the hosts are, what the room keeps, and which room key it is entered with.

    `retention` counts seconds; `admission` is the room key's admission public key. Signed by a
    host, so that nobody who rejoins can be shown rules that no host made.
    """

    revision: int
    history: History
    retention: int
    max_members: int
    locked: bool
    hosts: tuple[bytes, ...]
    key_id: int
    admission: bytes
    sealed_title: bytes
    signer: bytes = b""
    signature: bytes = b""

    @property
    def is_shared(self) -> bool:
        """Whether somebody who joins later may read what was said before."""
        return self.history == "shared"

    def _unsigned(self) -> bytes:
        return b"".join(
            (
                uint8(VERSION),
                uint32(self.revision),
                uint8(_HISTORY.index(self.history)),
                uint32(self.retention),
                uint32(self.max_members),
                uint8(self.locked),
                opaque(b"".join(map(opaque, self.hosts))),
                uint32(self.key_id),
                opaque(self.admission),
                opaque(self.sealed_title),
                opaque(self.signer),
            )
        )

    def sign(self, private_key: bytes, room_id: bytes) -> "RoomPolicy":
        """Return these rules signed with a host's Ed25519 key."""
        signed = replace(self, signer=ED25519.public_key(private_key))
        signature = ED25519.sign(private_key, transcript(POLICY_LABEL, room_id, signed._unsigned()))
        return replace(signed, signature=signature)

    def verify(self, room_id: bytes, before: "RoomPolicy | None" = None) -> None:
        """Raise PolicyViolation unless a host made these rules, some time after those `before`."""
        makers = self.hosts if before is None else before.hosts
        if self.signer not in makers:
            raise PolicyViolation("the room's rules were not made by a host")
        if before is not None:
            self._check_after(before)
        try:
            signed = transcript(POLICY_LABEL, room_id, self._unsigned())
            ED25519.verify(self.signer, signed, self.signature)
        except BadSignature as error:
            raise PolicyViolation("the room's rules are not signed by a host") from error

    def verify_next(self, room_id: bytes, before: "RoomPolicy") -> None:
        """Raise PolicyViolation unless a host made these rules directly after those `before`."""
        if self.revision != before.revision + 1 or self.key_id > before.key_id + 1:
            raise PolicyViolation("the room's rules skip a step")
        self.verify(room_id, before)

    def _check_after(self, before: "RoomPolicy") -> None:
        if self.revision <= before.revision:
            raise PolicyViolation("the room's rules are older than those known")
        if (self.history, self.max_members) != (before.history, before.max_members):
            raise PolicyViolation("the room's rules change what stays for good")
        same_key = self.admission == before.admission
        if self.key_id < before.key_id or (self.key_id == before.key_id) != same_key:
            raise PolicyViolation("the room's rules show another room key")

    def encode(self) -> bytes:
        """Write the rules and their signature."""
        return self._unsigned() + opaque(self.signature)

    def as_extension(self) -> Extension:
        """Wrap the rules for the group's context."""
        return Extension(ROOM_POLICY_EXTENSION, self.encode())

    @classmethod
    def decode(cls, data: bytes) -> "RoomPolicy":
        """Read what `encode` writes; raises DecodeError."""
        return decode_all(cls._read, data)

    @classmethod
    def _read(cls, reader: Reader) -> "RoomPolicy":
        if reader.uint8() != VERSION:
            raise DecodeError("the room's rules are of another version")
        revision, history = reader.uint32(), reader.uint8()
        retention, max_members, locked = reader.uint32(), reader.uint32(), reader.uint8()
        hosts = reader.vector(Reader.opaque)
        key_id, admission, sealed_title = reader.uint32(), reader.opaque(), reader.opaque()
        signer, signature = reader.opaque(), reader.opaque()
        if history >= len(_HISTORY) or locked > 1 or len(admission) != KEY_BYTES:
            raise DecodeError("the room's rules")
        if not 1 <= len(hosts) <= MAX_HOSTS or len(set(hosts)) != len(hosts):
            raise DecodeError("the room's hosts")
        if any(len(host) != KEY_BYTES for host in hosts):
            raise DecodeError("the room's hosts")
        return cls(
            revision,
            _HISTORY[history],
            retention,
            max_members,
            locked == 1,
            hosts,
            key_id,
            admission,
            sealed_title,
            signer,
            signature,
        )
