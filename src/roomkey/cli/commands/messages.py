"""Commands about messages: to answer, change, take back and mark them, and to let them expire."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import roomkey
from roomkey.cli import duration
from roomkey.cli.output import UsageError

from .context import Context, required


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which message a command means, the newest of them when no number is given."""

    fits: Callable[[roomkey.MessageReceived], bool]
    otherwise: str


_of_others = _Wanted(lambda message: not message.is_own, "Nobody else has said anything here yet.")
_of_oneself = _Wanted(lambda message: message.is_own, "You have not said anything here yet.")
_with_own_sign = _Wanted(
    lambda message: any(reaction.sender.is_self for reaction in message.reactions),
    "You have put no sign under anything here.",
)


def _message(chat: Context, argument: str, wanted: _Wanted) -> tuple[roomkey.MessageReceived, str]:
    """Tell the message that is meant from what follows it."""
    numbered = re.match(r"#([0-9]{1,15})(?:\s+|$)", argument)
    if numbered is None:
        return chat.timeline.newest(wanted.fits, wanted.otherwise), argument
    return chat.timeline.find(int(numbered[1])), argument[numbered.end() :]


async def reply(chat: Context, argument: str) -> None:
    """Answer a message."""
    message, text = _message(chat, argument, _of_others)
    await chat.outgoing.say(required(text, "what to answer"), in_reply_to=message.id)


async def edit(chat: Context, argument: str) -> None:
    """Put another text in the place of an own one."""
    message, text = _message(chat, argument, _of_oneself)
    text = required(text, "the new text")
    chat.outgoing.follow(text, await chat.room.edit(message.id, text), message.id)


async def delete(chat: Context, argument: str) -> None:
    """Take an own message back."""
    message, _ = _message(chat, argument, _of_oneself)
    chat.outgoing.follow("/delete", await chat.room.delete(message.id), message.id)


async def react(chat: Context, argument: str) -> None:
    """Put a sign under a message."""
    message, sign = _message(chat, argument, _of_others)
    sign = required(sign, "the sign, like 👍")
    sent = await chat.room.react(message.id, sign)
    chat.outgoing.follow(sign, sent, sent.id)


async def unreact(chat: Context, argument: str) -> None:
    """Take one's sign, or all of one's signs, back."""
    message, sign = _message(chat, argument, _with_own_sign)
    own = [r for r in message.reactions if r.sender.is_self and sign in ("", r.sign)]
    if not own:
        raise UsageError("You have put no such sign under that message.")
    for reaction in own:
        sent = await chat.room.unreact(reaction.id)
        chat.outgoing.follow(reaction.sign, sent, reaction.id)


async def expire(chat: Context, argument: str) -> None:
    """Let what is said from now on expire, or not any more."""
    if argument == "off":
        chat.outgoing.expires_after = None
        chat.presenter.say("What you say from now on does not expire.")
        return
    after = required(argument, "after how long, like 10m, or off")
    seconds = duration.seconds(after, unit="m")
    if not seconds:
        raise UsageError("It is a number and a unit, like 30s, 10m or 2h, or off.")
    chat.outgoing.expires_after = seconds
    chat.presenter.say(
        f"What you say from now on expires {duration.words(seconds)} after it was read. "
        "Other people can keep it all the same."
    )
