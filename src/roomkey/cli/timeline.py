"""The messages that were shown, by the numbers people call them by: their places in the log."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

import roomkey
from roomkey.cli.output import UsageError

_MOST = 10_000


class Timeline:
    """Remembers the newest messages shown, as they are now."""

    def __init__(self) -> None:
        self._by_number: OrderedDict[int, roomkey.MessageReceived] = OrderedDict()
        self._numbers: dict[bytes, int] = {}

    def add(self, *messages: roomkey.MessageReceived) -> None:
        """Remember messages, or what has become of them."""
        for message in messages:
            self._by_number[message.seq] = message
            self._numbers[message.id] = message.seq
        while len(self._by_number) > _MOST:
            _, forgotten = self._by_number.popitem(last=False)
            del self._numbers[forgotten.id]

    def take(self, event: roomkey.Event) -> None:
        """Change what is remembered as the room has changed it."""
        match event:
            case roomkey.MessageChanged(message=message) | roomkey.MessageDeleted(message=message):
                if message in self:
                    self.add(message)
            case roomkey.MessageExpired(id=message_id):
                self._by_number.pop(self._numbers.pop(message_id, -1), None)
            case roomkey.ReactionAdded(message_id=message_id, reaction=reaction):
                self._react(message_id, lambda others: (*others, reaction))
            case roomkey.ReactionRemoved(message_id=message_id, reaction=reaction):
                self._react(
                    message_id,
                    lambda all_: tuple(other for other in all_ if other.id != reaction.id),
                )

    def __contains__(self, message: roomkey.MessageReceived) -> bool:
        return message.id in self._numbers

    def get(self, message_id: bytes) -> roomkey.MessageReceived | None:
        """Get a message that was shown here."""
        return self._by_number.get(self._numbers.get(message_id, -1))

    def find(self, number: int) -> roomkey.MessageReceived:
        """Get a message by its number."""
        message = self._by_number.get(number)
        if message is None:
            raise UsageError(f"No message #{number} was shown here: /history shows earlier ones.")
        return message

    def newest(
        self, fits: Callable[[roomkey.MessageReceived], bool], otherwise: str
    ) -> roomkey.MessageReceived:
        """Get the newest message that fits."""
        shown = [m for m in self._by_number.values() if fits(m) and not m.is_deleted]
        if not shown:
            raise UsageError(otherwise)
        return max(shown, key=lambda message: message.seq)

    def _react(
        self,
        message_id: bytes,
        change: Callable[[tuple[roomkey.Reaction, ...]], tuple[roomkey.Reaction, ...]],
    ) -> None:
        message = self.get(message_id)
        if message is not None:
            self.add(replace(message, reactions=change(message.reactions)))
