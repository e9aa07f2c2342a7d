"""What happens in a room, in words for people."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import roomkey
from roomkey import errors
from roomkey.cli import output, people, terminal_text, transcript
from roomkey.cli import rules as rule_words
from roomkey.cli.rules import Rules
from roomkey.cli.timeline import Timeline
from roomkey.errors import (
    NotAMember,
    RelayInconsistent,
    RoomClosed,
    RoomkeyError,
    RoomKeyNeeded,
)
from roomkey.keys.safety_code import SafetyCode


class Words:
    """The presenter for people: lines of text, each safe to show."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._transcript = transcript.Transcript()
        self._state = roomkey.ConnectionState.CONNECTING
        self._warned: str | None = None
        self._show: Callable[[str], None] = output.answer

    def show_with(self, show: Callable[[str], None]) -> None:
        """Use this to print."""
        self._show = show

    def event(self, event: object) -> None:
        """Show what happened, if it says something to people."""
        match event:
            case roomkey.MessageReceived():
                self._message(event)
            case roomkey.MessageChanged(message=message):
                self._message(message)
            case roomkey.MessageDeleted(message=message):
                who = terminal_text.name(message.sender.name)
                self.say(f"* {who} deleted #{message.seq}")
            case roomkey.MessageExpired(id=message_id, seq=seq):
                shown = self._timeline.get(message_id)
                if shown is not None and shown.expires_at is not None:
                    self.say(f"* #{seq} has expired")
            case roomkey.ReactionAdded(message_id=message_id, reaction=reaction):
                self.say(f"* {_reaction(reaction)} to {self._named(message_id)}")
            case roomkey.ReactionRemoved(message_id=message_id, reaction=reaction):
                self.say(f"* {_reaction(reaction)} taken back from {self._named(message_id)}")
            case roomkey.MemberJoined(member=member):
                self.say(f"* {terminal_text.name(member.name)} joined")
            case roomkey.MemberLeft(member=member, was_removed=was_removed):
                how = "was removed" if was_removed else "left"
                self.say(f"* {terminal_text.name(member.name)} {how}")
            case roomkey.RoomKeyChanged():
                self.say(
                    "* A host changed the room key: whoever joins from now on needs the new one."
                )
            case roomkey.RoomTrouble(code=RoomKeyNeeded.code):
                self.say(f"* {RoomKeyNeeded.sentence} Close this: roomkey join asks for it.")
            case roomkey.RoomTrouble(code=RoomClosed.code | NotAMember.code):
                # the command ends with just that
                pass
            case roomkey.RoomTrouble():
                self._warn(event)
            case roomkey.ConnectionChanged(state=state, waiting=waiting):
                self._connection(state, waiting)
            case roomkey.MessageUnreadable(seq=seq, reason=reason):
                why = errors.by_code(reason)
                self.say(f"* #{seq} cannot be read. {why.sentence} {why.next_step}")
            case roomkey.MessagesMissing(seq=seq, sender=sender):
                whose = "somebody" if sender is None else terminal_text.name(sender.name)
                told = f"{RelayInconsistent.sentence} {RelayInconsistent.next_step}"
                self.say(f"* Messages of {whose} are missing before #{seq}. {told}")

    def waiting(self, text: str) -> None:
        """Say that a message is not stored yet."""
        self.say(f"… waits to be sent: {terminal_text.snippet(text)}")

    def failed(self, text: str, error: RoomkeyError) -> None:
        """Say that a message was not sent, and what to do."""
        self.say(f"✗ not sent: {terminal_text.snippet(text)}: {error} {error.next_step}")

    def refused(self, command: str, error: Exception) -> None:
        """Say that a command was not carried out, and what to do."""
        next_step = error.next_step if isinstance(error, RoomkeyError) else ""
        self.say(output.error_line(str(error), next_step, before=f"/{command}"))

    def left(self, code: str) -> None:
        """Say that the room was left."""
        self.say(f"You left the room {code}.")

    def closed(self, code: str) -> None:
        """Say that the room was closed."""
        self.say(f"You closed the room {code} for everybody.")

    def members(self, members: Iterable[roomkey.Member], presence: Mapping[str, str]) -> None:
        """List who is in the room."""
        self.say("In the room: " + ", ".join(people.labels(members, presence)))

    def safety_code(self, code: SafetyCode) -> None:
        """Show the safety code."""
        self.say("\n".join(transcript.safety_code(code)))

    def invitation(self, code: str, relay: str) -> None:
        """Show what to tell somebody who is to come in, but for the room key."""
        where = terminal_text.one_line(relay)
        self.say(
            f"Room code: {code}\n"
            f"   joins by: roomkey join {code} --relay {where}\n"
            "The room key is not shown here: give it over another way than this relay."
        )

    def room_key(self, room_key: str) -> None:
        """Show a new room key, once."""
        self.say(
            f"New room key: {room_key}\n"
            "It is shown only now. Who is here stays; whoever joins from now on needs it."
        )

    def rules(self, rules: Rules) -> None:
        """Show what hosts have decided."""
        self.say("\n".join(rule_words.lines(rules)))

    def rules_changed(self, rules: Rules, before: Rules) -> None:
        """Show what a host has just decided."""
        for line in rule_words.changes(before, rules):
            self.say(f"* {line}")

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
        # each try to come back passes through CONNECTING; people need not see every one
        silent = (self._state, roomkey.ConnectionState.CONNECTING, roomkey.ConnectionState.REMOVED)
        if state is roomkey.ConnectionState.ONLINE:
            self._warned = None
        if state not in silent:
            self._state = state
            self.say(f"* {transcript.connection(state, waiting)}")

    def _warn(self, trouble: roomkey.RoomTrouble) -> None:
        # each try to come back may meet the same trouble; once is enough
        if trouble.sentence != self._warned:
            self._warned = trouble.sentence
            what = terminal_text.one_line(trouble.sentence)
            self.say(f"* Take care: {what} {errors.by_code(trouble.code).next_step}")

    def _message(self, message: roomkey.MessageReceived) -> None:
        remarks = ["you"] if message.is_own else []
        if message.in_reply_to is not None:
            answered = self._timeline.get(message.in_reply_to)
            remarks.append("a reply" if answered is None else f"to #{answered.seq}")
        name = terminal_text.name(message.sender.name)
        name += f" ({', '.join(remarks)})" if remarks else ""
        text = "(deleted)" if message.is_deleted else message.text
        marks = " ".join(self._marks(message))
        lines = self._transcript.message(name, text, message.time, number=message.seq, mark=marks)
        self.say("\n".join(lines))

    def _marks(self, message: roomkey.MessageReceived) -> list[str]:
        marks = []
        if message.is_edited:
            marks.append("(edited)")
        if message.expires_at is not None:
            marks.append(f"(until {self._transcript.moment(message.expires_at, message.time)})")
        if message.sender_clock_differs:
            marks.append("(the sender's clock says another time)")
        counts = Counter(terminal_text.one_line(reaction.sign) for reaction in message.reactions)
        marks += [sign if count == 1 else f"{sign} {count}" for sign, count in counts.items()]
        if message.is_own and not message.is_history:
            marks.append("✓")
        return marks

    def _named(self, message_id: bytes) -> str:
        message = self._timeline.get(message_id)
        if message is None:
            return "an earlier message"
        return f"#{message.seq}: {terminal_text.snippet(message.text)}"


def _reaction(reaction: roomkey.Reaction) -> str:
    name, sign = terminal_text.name(reaction.sender.name), terminal_text.one_line(reaction.sign)
    return f"{name}: {sign}"
