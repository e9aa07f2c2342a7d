"""What happens in a room, in words: one event in, the lines to show out. No I/O."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from roomkey.cli import terminal_text
from roomkey.keys.safety_code import SafetyCode


class Transcript:
    """Remembers the last day shown, so that a new one gets its separator."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone
        self._day = ""

    def message(
        self,
        name: str,
        text: str,
        milliseconds: int,
        *,
        number: int | None = None,
        mark: str = "",
    ) -> list[str]:
        """Show one message; further lines are indented, so none can pass for another message."""
        moment = datetime.fromtimestamp(milliseconds / 1000, self._zone)
        shown = self._separator(moment)
        place = "" if number is None else f" #{number}"
        head = f"[{moment:%H:%M}{place}] {terminal_text.one_line(name)}: "
        first, *rest = terminal_text.lines(text)
        indent = " " * terminal_text.width(head)
        body = [head + first, *(indent + line for line in rest)]
        body[-1] += f"  {mark}" if mark else ""
        return shown + body

    def moment(self, milliseconds: int, seen_from: int) -> str:
        """Say a moment, with its day if that is another one than where it is seen from."""
        moment, here = (
            datetime.fromtimestamp(at / 1000, self._zone) for at in (milliseconds, seen_from)
        )
        day = "" if moment.date() == here.date() else f"{moment.day} {moment:%B} "
        return f"{day}{moment:%H:%M}"

    def _separator(self, moment: datetime) -> list[str]:
        day = f"{moment:%A}, {moment.day} {moment:%B %Y}"
        if day == self._day:
            return []
        self._day = day
        return [f"── {day} ──"]


def connection(state: str, waiting: int) -> str:
    """Say how the connection is and what happens next."""
    waits = {
        0: "",
        1: "1 message waits and will be sent",
    }.get(waiting, f"{waiting} messages wait and will be sent")
    match state:
        case "online":
            return "Connected." + (f" {waits[0].upper()}{waits[1:]} now." if waits else "")
        case "connecting":
            return "Connecting…" + (f" {waits}." if waits else "")
        case "closed":
            return "Disconnected." + (f" {waits}, next time you open this room." if waits else "")
        case _:
            return f"Offline: {waits}." if waits else "Offline. Trying to reach the relay again…"


def writers(names: Iterable[str]) -> str:
    """Say who writes."""
    match sorted(names):
        case []:
            return ""
        case [one]:
            return f"{one} is writing"
        case [one, other]:
            return f"{one} and {other} are writing"
        case _:
            return "several people are writing"


def safety_code(code: SafetyCode) -> list[str]:
    """Show the safety code, and what it is for."""
    return [
        f"Safety code: {' '.join(code.digits)}",
        f"   in words: {' '.join(code.words)}",
        "Compare it with the others by voice or in person. If it differs, do not go on.",
    ]
