"""The line a person is typing: keys in, a line out. No I/O.

The terminal's own line editing cannot redraw what was typed when a message arrives in between, so
the chat edits the line itself.
"""

from dataclasses import dataclass, field

from roomkey.cli import terminal_text

PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"
_LONGEST_SEQUENCE = 16


class EndOfInput(Exception):
    """The person pressed Ctrl-D on an empty line."""


@dataclass
class LineEditor:
    """A line, the place of the cursor in it, and the lines entered before."""

    text: str = ""
    cursor: int = 0
    _past: list[str] = field(default_factory=list)
    _place: int = 0
    _sequence: str = ""
    _pasting: bool = False

    def feed(self, characters: str) -> list[str]:
        """Take what the keyboard sent and give the lines it completed."""
        entered: list[str] = []
        for character in characters:
            if self._sequence or character == "\x1b":
                self._sequence += character
                self._end_sequence()
            elif self._pasting:
                self._insert("\n" if character == "\r" else character)
            elif character in "\r\n":
                entered.append(self._enter())
            else:
                self._key(character)
        return entered

    def shown(self, columns: int) -> tuple[str, int]:
        """Give the part of the line that fits, and how far the cursor is before its end."""
        signs = [
            "⏎" if c == "\n" else (terminal_text.one_line(c) if c != "\t" else " ")
            for c in self.text
        ]
        start, end = self.cursor, self.cursor
        room = columns
        while start > 0 and (taken := terminal_text.width(signs[start - 1])) <= room:
            start, room = start - 1, room - taken
        while end < len(signs) and (taken := terminal_text.width(signs[end])) <= room:
            end, room = end + 1, room - taken
        behind = terminal_text.width("".join(signs[self.cursor : end]))
        return "".join(signs[start:end]), behind

    def _enter(self) -> str:
        line = self.text
        if line.strip() and (not self._past or self._past[-1] != line):
            self._past.append(line)
        self._replace("")
        self._place = len(self._past)
        return line

    def _key(self, key: str) -> None:
        if key == "\x04":
            if not self.text:
                raise EndOfInput
            self._delete(self.cursor, self.cursor + 1)
        elif key in "\x7f\x08":
            self._delete(self.cursor - 1, self.cursor)
        elif key == "\x15":
            self._delete(0, self.cursor)
        elif key == "\x0b":
            self._delete(self.cursor, len(self.text))
        elif key == "\x17":
            before = self.text[: self.cursor].rstrip()
            self._delete(before.rfind(" ") + 1, self.cursor)
        elif key == "\x01":
            self.cursor = 0
        elif key == "\x05":
            self.cursor = len(self.text)
        elif key >= " ":
            self._insert(key)

    def _end_sequence(self) -> None:
        sequence = self._sequence
        if len(sequence) < 3:
            if len(sequence) == 2 and sequence[1] not in "[O":
                self._sequence = ""
            return
        if not ("@" <= sequence[-1] <= "~") and len(sequence) < _LONGEST_SEQUENCE:
            return
        self._sequence = ""
        if sequence == PASTE_BEGINS:
            self._pasting = True
        elif sequence == PASTE_ENDS:
            self._pasting = False
        elif not self._pasting:
            self._move(sequence[2:])

    def _move(self, key: str) -> None:
        match key:
            case "D":
                self.cursor = max(0, self.cursor - 1)
            case "C":
                self.cursor = min(len(self.text), self.cursor + 1)
            case "H" | "1~":
                self.cursor = 0
            case "F" | "4~":
                self.cursor = len(self.text)
            case "3~":
                self._delete(self.cursor, self.cursor + 1)
            case "A" if self._place > 0:
                self._place -= 1
                self._replace(self._past[self._place])
            case "B" if self._place < len(self._past):
                self._place += 1
                older = self._place < len(self._past)
                self._replace(self._past[self._place] if older else "")

    def _insert(self, piece: str) -> None:
        self.text = self.text[: self.cursor] + piece + self.text[self.cursor :]
        self.cursor += len(piece)

    def _delete(self, start: int, end: int) -> None:
        start, end = max(0, start), min(len(self.text), end)
        self.text = self.text[:start] + self.text[end:]
        self.cursor = start

    def _replace(self, line: str) -> None:
        self.text, self.cursor = line, len(line)
