"""A room's transcript for a person's own files, as text or as JSON."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal

from .events import MessageReceived

ExportFormat = Literal["text", "json"]
DELETED: Final = "(deleted)"


def export_transcript(
    room_code: str, title: str, messages: Sequence[MessageReceived], form: ExportFormat
) -> str:
    """Write messages, oldest first; times are UTC, ids hexadecimal."""
    if form == "json":
        room = {"room": room_code, "title": title}
        records = [_record(message) for message in messages]
        return json.dumps({**room, "messages": records}, ensure_ascii=False, indent=1) + "\n"
    head = f"{title or 'Room'} ({room_code})\n\n"
    return head + "".join(_lines(message) for message in messages)


def _record(message: MessageReceived) -> dict[str, Any]:
    answered = message.in_reply_to
    return {
        "id": message.id.hex(),
        "time": _moment(message).isoformat(timespec="milliseconds"),
        "name": message.sender.name,
        "pseudonym": message.sender.pseudonym,
        "text": message.text,
        "in_reply_to": None if answered is None else answered.hex(),
        "is_edited": message.is_edited,
        "is_deleted": message.is_deleted,
        "reactions": [
            {"sign": reaction.sign, "name": reaction.sender.name} for reaction in message.reactions
        ],
    }


def _lines(message: MessageReceived) -> str:
    text = DELETED if message.is_deleted else message.text
    mark = " (edited)" if message.is_edited else ""
    # whatever stands in a message, it cannot pass for another one's first line
    body = text.replace("\n", "\n    ")
    signs = "".join(f" {reaction.sign}" for reaction in message.reactions)
    below = f"\n   {signs}" if signs else ""
    return f"{_moment(message):%Y-%m-%d %H:%M:%S} {message.sender.name}: {body}{mark}{below}\n"


def _moment(message: MessageReceived) -> datetime:
    return datetime.fromtimestamp(message.time / 1000, UTC)
