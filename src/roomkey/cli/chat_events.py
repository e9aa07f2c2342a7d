"""How a room's events are presented: as words, or as JSON."""

from collections.abc import Callable, Iterable
from typing import Protocol

import roomkey
from roomkey.cli import output, terminal_text, transcript
from roomkey.errors import RoomkeyError
from roomkey.keys.safety_code import SafetyCode


class Presenter(Protocol):
    """What a chat shows; one implementation for people, one for programs."""

    def show_with(self, show: Callable[[str], None]) -> None: ...
    def event(self, event: object) -> None: ...
    def waiting(self, text: str) -> None: ...
    def failed(self, text: str, error: RoomkeyError) -> None: ...
    def left(self, code: str) -> None: ...
    def members(self, members: Iterable[roomkey.Member]) -> None: ...
    def safety_code(self, code: SafetyCode) -> None: ...
    def history(self, messages: Iterable[roomkey.MessageReceived]) -> None: ...
    def say(self, text: str) -> None: ...


class Words:
    """For people."""

    def __init__(self) -> None:
        self._transcript = transcript.Transcript()
        self._state = roomkey.ConnectionState.CONNECTING
        self._show: Callable[[str], None] = output.answer

    def show_with(self, show: Callable[[str], None]) -> None:
        """Use this to print."""
        self._show = show

    def event(self, event: object) -> None:
        """Show what happened, if it says something to people."""
        match event:
            case roomkey.MessageReceived():
                self._message(event)
            case roomkey.MemberJoined(member=member):
                self.say(f"* {terminal_text.name(member.name)} joined")
            case roomkey.MemberLeft(member=member, was_removed=was_removed):
                how = "was removed" if was_removed else "left"
                self.say(f"* {terminal_text.name(member.name)} {how}")
            case roomkey.RoomKeyChanged():
                self.say(
                    "* A host changed the room key: whoever joins from now on needs the new one."
                )
            case roomkey.RoomTrouble(sentence=sentence):
                self.say(f"* Take care: {terminal_text.one_line(sentence)}")
            case roomkey.ConnectionChanged(state=state, waiting=waiting):
                self._connection(state, waiting)
            case roomkey.MessageUnreadable():
                self.say("* A message could not be read. Ask its sender to send it again.")

    def waiting(self, text: str) -> None:
        """Say that a message is not stored yet."""
        self.say(f"… waits to be sent: {transcript.snippet(text)}")

    def failed(self, text: str, error: RoomkeyError) -> None:
        """Say that a message was not sent, and what to do."""
        self.say(f"✗ not sent: {transcript.snippet(text)}: {error} {error.next_step}")

    def left(self, code: str) -> None:
        """Say that the room was left."""
        self.say(f"You left the room {code}.")

    def members(self, members: Iterable[roomkey.Member]) -> None:
        """List who is in the room."""
        self.say("In the room: " + ", ".join(transcript.members(members)))

    def safety_code(self, code: SafetyCode) -> None:
        """Show the safety code."""
        self.say("\n".join(transcript.safety_code(code)))

    def history(self, messages: Iterable[roomkey.MessageReceived]) -> None:
        """Show earlier messages between two rules."""
        older = list(messages)
        self.say("── earlier ──" if older else "There is nothing earlier.")
        for message in older:
            self._message(message)
        if older:
            self.say("── end of earlier ──")

    def say(self, text: str) -> None:
        """Show text that is safe already."""
        self._show(text)

    def _connection(self, state: roomkey.ConnectionState, waiting: int) -> None:
        # Each try to come back passes through CONNECTING; people need not see every one.
        if state not in (self._state, roomkey.ConnectionState.CONNECTING):
            self._state = state
            self.say(f"* {transcript.connection(state, waiting)}")

    def _message(self, message: roomkey.MessageReceived) -> None:
        name = terminal_text.name(message.sender.name) + (" (you)" if message.is_own else "")
        text, marks = message.text, []
        if message.is_deleted:
            text = "(deleted a message)"
        elif message.is_reaction:
            marks.append("(reaction)")
        elif message.replaces is not None:
            marks.append("(edited)")
        if message.sender_clock_differs:
            marks.append("(the sender's clock differs)")
        if message.is_own and not message.is_history:
            marks.append("✓")
        lines = self._transcript.message(name, text, message.time, mark=" ".join(marks))
        self.say("\n".join(lines))


class Records:
    """For programs: one JSON object a line."""

    def show_with(self, show: Callable[[str], None]) -> None:
        """Programs read standard output as it is."""

    def event(self, event: object) -> None:
        """Print what happened."""
        match event:
            case roomkey.MessageReceived():
                output.record("message", **message_fields(event))
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

    def waiting(self, text: str) -> None:
        """Print that a message is not stored yet."""
        output.record("waiting", text=text)

    def failed(self, text: str, error: RoomkeyError) -> None:
        """Print that a message was not sent, and why."""
        output.record("failed", text=text, error=error.code)

    def left(self, code: str) -> None:
        """Print that the room was left."""
        output.record("room_left", code=code)

    def members(self, members: Iterable[roomkey.Member]) -> None:
        """Print one object for each member."""
        for member in members:
            output.record("member", **member_fields(member))

    def safety_code(self, code: SafetyCode) -> None:
        """Print the safety code."""
        output.record("safety_code", digits=list(code.digits), words=list(code.words))

    def history(self, messages: Iterable[roomkey.MessageReceived]) -> None:
        """Print earlier messages."""
        for message in messages:
            self.event(message)

    def say(self, text: str) -> None:
        """Print what is only of use to people on standard error."""
        output.note(text)


def presenter(as_json: bool) -> Presenter:
    """Make the presenter for people or the one for programs."""
    return Records() if as_json else Words()


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
        "replaces": _hex(message.replaces),
        "is_deleted": message.is_deleted,
        "is_reaction": message.is_reaction,
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


def _hex(message_id: bytes | None) -> str | None:
    return None if message_id is None else message_id.hex()
