"""What a member says in a room: messages, and what changes them."""

from roomkey.errors import DecodeError, PolicyViolation

from .content import MAX_SIGN_BYTES, ContentKind, Disposition, Expiration
from .outbox import SentMessage
from .room_view import RoomView
from .text import clean_text

MAX_EXPIRY_SECONDS = 2**32 - 1


class RoomWriting(RoomView):
    """Each of these stores what is said here, and it goes out by itself.

    They raise StateFull, NotAMember after removal, and DecodeError for an id of nothing that is
    here.
    """

    async def send(
        self,
        text: str,
        *,
        in_reply_to: bytes | None = None,
        expires_after: int | None = None,
    ) -> SentMessage:
        """Queue a message; `expires_after` counts seconds from when it is first shown to each.

        Raises TooLarge above 64,000 bytes.
        """
        if expires_after is not None and not 1 <= expires_after <= MAX_EXPIRY_SECONDS:
            raise DecodeError("a message expires after 1 to 4294967295 seconds")
        expires = None if expires_after is None else Expiration(True, expires_after)
        return self._say(text, in_reply_to=in_reply_to, expires=expires)

    async def edit(self, message_id: bytes, text: str) -> SentMessage:
        """Queue another text in the place of an own message; raises TooLarge or PolicyViolation."""
        self._require_own(message_id, ContentKind.MESSAGE)
        return self._say(text, replaces=message_id)

    async def delete(self, message_id: bytes) -> SentMessage:
        """Take an own message back, from all whose client keeps to the protocol."""
        self._require_own(message_id, ContentKind.MESSAGE)
        return self._say(None, replaces=message_id)

    async def react(self, message_id: bytes, sign: str) -> SentMessage:
        """Put a sign of 1 to 64 bytes under a message; the id is the reaction's."""
        sign = clean_text(sign).strip()
        if not 1 <= len(sign.encode(errors="replace")) <= MAX_SIGN_BYTES:
            raise DecodeError("a sign has 1 to 64 bytes")
        self._require_here(message_id, ContentKind.MESSAGE)
        return self._say(sign, in_reply_to=message_id, disposition=Disposition.REACTION)

    async def unreact(self, reaction_id: bytes) -> SentMessage:
        """Take an own reaction back; raises PolicyViolation if it is another's."""
        self._require_own(reaction_id, ContentKind.REACTION)
        return self._say(None, replaces=reaction_id, disposition=Disposition.REACTION)

    def _say(
        self,
        text: str | None,
        *,
        in_reply_to: bytes | None = None,
        replaces: bytes | None = None,
        expires: Expiration | None = None,
        disposition: int = Disposition.RENDER,
    ) -> SentMessage:
        self._require_open()
        sent = self._session.outbox.add(
            text,
            in_reply_to=in_reply_to,
            replaces=replaces,
            expires=expires,
            disposition=disposition,
        )
        self._session.signaller.sent_message()
        self._session.wake()
        return sent

    async def signal_typing(self, is_typing: bool) -> None:
        """Let others see that a person writes here, until it is taken back or a message is sent."""
        await self._session.signaller.set_typing(is_typing)

    async def signal_away(self, is_away: bool) -> None:
        """Let others see that nobody is looking here, or that somebody is again."""
        await self._session.signaller.set_away(is_away)

    def _require_own(self, message_id: bytes, kind: ContentKind) -> None:
        if not self._require_here(message_id, kind):
            raise PolicyViolation("only who wrote it changes it")

    def _require_here(self, message_id: bytes, kind: ContentKind) -> bool:
        """Raise DecodeError unless an id names such content; says whether it is one's own."""
        if self._session.outbox.has(message_id, kind):
            return True
        row = self._session.transcript.find(message_id)
        if row is None or row.kind is not kind:
            raise DecodeError("nothing of this id is here")
        return row.is_own
