"""What happens in a room, in records for programs: one JSON object a line."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict

import roomkey
from roomkey.cli import output
from roomkey.cli.rules import Rules
from roomkey.errors import RoomkeyError
from roomkey.keys.safety_code import SafetyCode


class Records:
    """The presenter for programs."""

    def show_with(self, show: Callable[[str], None]) -> None:
        """Programs read standard output as it is."""

    def event(self, event: object) -> None:
        """Print what happened."""
        match event:
            case roomkey.MessageReceived():
                output.record("message", **message_fields(event))
            case roomkey.MessageChanged(message=message):
                output.record("message_changed", **message_fields(message))
            case roomkey.MessageDeleted(message=message):
                output.record("message_deleted", id=message.id.hex(), seq=message.seq)
            case roomkey.MessageExpired(id=message_id, seq=seq):
                output.record("message_expired", id=message_id.hex(), seq=seq)
            case roomkey.ReactionAdded(message_id=message_id, reaction=reaction):
                _reaction("reaction_added", message_id, reaction)
            case roomkey.ReactionRemoved(message_id=message_id, reaction=reaction):
                _reaction("reaction_removed", message_id, reaction)
            case roomkey.MemberPresence(member=member, presence=presence):
                output.record("presence", **member_fields(member), presence=presence)
            case roomkey.MemberTyping(member=member, is_typing=is_typing):
                output.record("typing", **member_fields(member), is_typing=is_typing)
            case roomkey.MemberJoined(member=member):
                output.record("joined", **member_fields(member))
            case roomkey.MemberLeft(member=member, was_removed=was_removed):
                output.record("left", **member_fields(member), was_removed=was_removed)
            case roomkey.RoomKeyChanged():
                output.record("room_key_changed")
            case roomkey.SafetyCodeChanged():
                output.record("safety_code_changed")
            case roomkey.RoomTrouble(code=code, sentence=sentence):
                output.record("trouble", error=code, sentence=sentence)
            case roomkey.ConnectionChanged(state=state, waiting=waiting):
                output.record("connection", state=str(state), waiting=waiting)
            case roomkey.MessageUnreadable(time=time, reason=reason):
                output.record("unreadable", time=time, error=reason)
            case roomkey.MessagesMissing(time=time, sender=sender):
                sent_by = {} if sender is None else member_fields(sender)
                output.record("missing", time=time, **sent_by)

    def waiting(self, text: str) -> None:
        """Print that a message is not stored yet."""
        output.record("waiting", text=text)

    def failed(self, text: str, error: RoomkeyError) -> None:
        """Print that a message was not sent, and why."""
        output.record("failed", text=text, error=error.code)

    def refused(self, command: str, error: Exception) -> None:
        """Print that a command was not carried out, and why."""
        code = error.code if isinstance(error, RoomkeyError) else "usage"
        output.record("refused", command=command, error=code, sentence=str(error))

    def left(self, code: str) -> None:
        """Print that the room was left."""
        output.record("room_left", code=code)

    def closed(self, code: str) -> None:
        """Print that the room was closed."""
        output.record("room_closed", code=code)

    def members(self, members: Iterable[roomkey.Member], presence: Mapping[str, str]) -> None:
        """Print one object for each member."""
        for member in members:
            word = presence.get(member.pseudonym, "unknown")
            output.record("member", **member_fields(member), presence=word)

    def safety_code(self, code: SafetyCode) -> None:
        """Print the safety code."""
        output.record("safety_code", digits=list(code.digits), words=list(code.words))

    def invitation(self, code: str, relay: str) -> None:
        """Print how somebody comes into the room."""
        output.record("invitation", code=code, relay=relay)

    def room_key(self, room_key: str) -> None:
        """Print a new room key, once."""
        output.record("room_key", room_key=room_key)

    def rules(self, rules: Rules) -> None:
        """Print what hosts have decided."""
        output.record("rules", **asdict(rules) | {"hosts": list(rules.hosts)})

    def rules_changed(self, rules: Rules, before: Rules) -> None:  # noqa: ARG002
        """Print what the rules are now."""
        self.rules(rules)

    def history(self, messages: Iterable[roomkey.MessageReceived]) -> None:
        """Print earlier messages."""
        for message in messages:
            self.event(message)

    def say(self, text: str) -> None:
        """Print what is only of use to people on standard error."""
        output.note(text)


def message_fields(message: roomkey.MessageReceived) -> dict[str, object]:
    """Name a message's fields as scripts see them."""
    return {
        "id": message.id.hex(),
        "name": message.sender.name,
        "pseudonym": message.sender.pseudonym,
        "text": message.text,
        "time": message.time,
        "seq": message.seq,
        "is_own": message.is_own,
        "is_history": message.is_history,
        "in_reply_to": _hex(message.in_reply_to),
        "is_edited": message.is_edited,
        "is_deleted": message.is_deleted,
        "expires_at": message.expires_at,
        "reactions": [reaction_fields(reaction) for reaction in message.reactions],
    }


def reaction_fields(reaction: roomkey.Reaction) -> dict[str, object]:
    """Name a reaction's fields as scripts see them."""
    return {
        "id": reaction.id.hex(),
        "sign": reaction.sign,
        "name": reaction.sender.name,
        "pseudonym": reaction.sender.pseudonym,
    }


def member_fields(member: roomkey.Member) -> dict[str, object]:
    """Name a member's fields as scripts see them."""
    return {
        "index": member.index,
        "pseudonym": member.pseudonym,
        "name": member.name,
        "is_self": member.is_self,
        "is_host": member.is_host,
    }


def _reaction(kind: str, message_id: bytes, reaction: roomkey.Reaction) -> None:
    output.record(kind, message_id=message_id.hex(), **reaction_fields(reaction))


def _hex(message_id: bytes | None) -> str | None:
    return None if message_id is None else message_id.hex()
