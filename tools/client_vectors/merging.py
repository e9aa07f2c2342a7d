"""Logs of messages, and what a reader shows of them."""

import hashlib
import itertools
import tempfile
from pathlib import Path
from typing import Any

from client_vectors.values import MERGED_AT, ROOM_ID, Vector
from roomkey.client.content import (
    Content,
    Disposition,
    compute_message_id,
)
from roomkey.client.creating import LARGE_SUITE
from roomkey.client.room_state import RoomState, new_identity
from roomkey.client.room_store import RoomStore
from roomkey.client.transcript import Said, Transcript
from roomkey.keys.key_ring import KeyRing
from roomkey.keys.root import derive_secrets


def merging_vectors() -> list[Vector]:
    """Logs of content, and the messages that a reader shows of them in whatever order they came."""
    vectors: list[Vector] = []
    for what, log in merging_logs().items():
        with tempfile.TemporaryDirectory() as folder:
            transcript = a_transcript(Path(folder))
            for said in log:
                transcript.add(said)
            shown = transcript.messages(2**62, 1000)
        vectors.append(
            {
                "what": what,
                "room_id": ROOM_ID.hex(),
                "log": [
                    {
                        "seq": said.seq,
                        "time": said.time,
                        "pseudonym": said.pseudonym.hex(),
                        "leaf": said.leaf.hex(),
                        "encoded": said.content.hex(),
                    }
                    for said in log
                ],
                "shown": [
                    {
                        "id": message.id.hex(),
                        "seq": message.seq,
                        "text": message.text,
                        "is_edited": message.is_edited,
                        "is_deleted": message.is_deleted,
                        "reactions": [
                            {
                                "id": reaction.id.hex(),
                                "sign": reaction.sign,
                                "pseudonym": reaction.sender.pseudonym,
                            }
                            for reaction in message.reactions
                        ],
                    }
                    for message in shown
                ],
            }
        )
    return vectors


def a_transcript(folder: Path) -> Transcript:
    state = RoomState(
        RoomStore(folder / "vectors.room", bytes(32), create=True),
        relay="",
        code="0000000000",
        room_id=ROOM_ID,
        name="",
        identity=new_identity(LARGE_SUITE),
        ring=KeyRing(derive_secrets(bytes(32))),
    )
    return Transcript(state, lambda: MERGED_AT)


def merging_logs() -> dict[str, list[Said]]:
    places = itertools.count(1)

    def said(who: str, text: str | None, leaf: str = "", **fields: Any) -> Said:
        seq = next(places)
        salt = hashlib.sha256(seq.to_bytes(4, "big")).digest()[:16]
        pseudonym, key = (hashlib.sha256(name.encode()).digest() for name in (who, leaf or who))
        content = Content(salt, text, **fields).encode()
        return Said(seq, MERGED_AT, pseudonym[:16], key, who, content)

    def name(of: Said) -> bytes:
        return compute_message_id(of.pseudonym, ROOM_ID, of.content)

    def edit(who: str, of: Said, text: str, leaf: str = "") -> Said:
        return said(who, text, leaf, replaces=name(of))

    def delete(who: str, of: Said, leaf: str = "") -> Said:
        return said(who, None, leaf, replaces=name(of))

    def react(who: str, to: Said, sign: str) -> Said:
        return said(who, sign, disposition=Disposition.REACTION, in_reply_to=name(to))

    def unreact(who: str, reaction: Said, leaf: str = "") -> Said:
        fields: dict[str, Any] = {"disposition": Disposition.REACTION, "replaces": name(reaction)}
        return said(who, None, leaf, **fields)

    logs: dict[str, list[Said]] = {}
    first = said("Ann", "one")
    logs["edited twice"] = [first, edit("Ann", first, "two"), edit("Ann", first, "three")]
    first = said("Ann", "one")
    logs["edits and a deletion by another"] = [
        first,
        edit("Bob", first, "his"),
        delete("Bob", first),
        edit("Ann", first, "hers", "Bob"),
        delete("Ann", first, "Bob"),
    ]
    first = said("Ann", "one")
    logs["deleted, then edited"] = [
        first,
        edit("Ann", first, "two"),
        react("Bob", first, "+"),
        delete("Ann", first),
        edit("Ann", first, "three"),
    ]
    first = said("Ann", "one")
    thumb, again = react("Bob", first, "+"), react("Bob", first, "+")
    logs["signs that meet, and one taken back"] = [
        first,
        thumb,
        again,
        react("Ann", first, "+"),
        react("Bob", first, "♥"),
        unreact("Bob", thumb),
    ]
    first = said("Ann", "one")
    thumb = react("Bob", first, "+")
    logs["a sign taken back by another"] = [
        first,
        thumb,
        unreact("Ann", thumb),
        unreact("Bob", thumb, "Ann"),
    ]
    first = said("Ann", "one")
    thumb, second = react("Bob", first, "+"), edit("Ann", first, "two")
    logs["changes of what is no message"] = [
        first,
        thumb,
        second,
        unreact("Ann", first),
        delete("Bob", thumb),
        edit("Ann", second, "three"),
        react("Bob", second, "+"),
        react("Ann", thumb, "+"),
    ]
    first = said("Ann", "one")
    logs["an edit of a reply keeps what it answers"] = [
        first,
        reply := said("Bob", "two", in_reply_to=name(first)),
        edit("Bob", reply, "three"),
    ]
    logs["a change of what nobody has"] = [delete("Ann", said("Ann", "lost")), said("Bob", "here")]
    return logs
