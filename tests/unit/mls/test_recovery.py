"""A stolen copy of a member's state is worth nothing after that member's next update."""

from dataclasses import replace

import pytest

from roomkey.crypto.suite import CipherSuite
from roomkey.errors import CryptoError, MlsError
from roomkey.mls import Group, decode_message
from roomkey.mls.commit import Commit
from roomkey.mls.labels import decrypt_with_label
from roomkey.mls.public_message import PublicMessage
from roomkey.mls.update_path import UpdatePath

from .room import Room, environment


def _path(commit: bytes) -> UpdatePath:
    message = decode_message(commit)
    assert isinstance(message, PublicMessage)
    content = message.authenticated.framed.content
    assert isinstance(content, Commit)
    assert content.path is not None
    return content.path


def _opened(before: Group, after: Group, path: UpdatePath) -> int:
    """How many of the path's secrets the keys of a state from before open."""
    state = before._state
    context = replace(
        after._state.context,
        confirmed_transcript_hash=state.context.confirmed_transcript_hash,
    ).encode()
    opened = 0
    for sealed in [sealed for node in path.nodes for sealed in node.encrypted_path_secrets]:
        for key in state.private_keys.values():
            try:
                decrypt_with_label(
                    state.suite,
                    key,
                    b"UpdatePathNode",
                    context,
                    sealed.kem_output,
                    sealed.ciphertext,
                )
            except CryptoError:
                continue
            opened += 1
    return opened


def test_a_stolen_copy_reads_nothing_after_its_owners_update(suite: CipherSuite) -> None:
    room = Room(suite, 4)
    room.commit(1)
    stolen = Group.decode(room[1].encode(), environment())
    witness = Group.decode(room[0].encode(), environment())
    update = room[1].commit(public=True)
    path = _path(update.message)
    room.accept(update, 1)
    assert _opened(witness, room[1], path) == 1
    assert _opened(stolen, room[1], path) == 0
    for later in (update.message, room[0].protect(b"said after it")):
        with pytest.raises(MlsError):
            stolen.process(later)
