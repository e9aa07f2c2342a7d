"""What a relay serves, held against the page of this installation: no I/O, findings in words."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Final, Literal

from roomkey.errors import DecodeError
from roomkey.page_headers import ALWAYS, UNDER_TLS, media_type
from roomkey.page_paths import page_paths

SUMS: Final = "SHA256SUMS"
INDEX: Final = "index.html"
_LINE: Final = re.compile(r"([0-9a-f]{64})  ([\w./-]{1,255})", re.ASCII)
_MOST_EXTRA: Final = 50
_LONGEST: Final = 200
# Our page has 2 kB; the parser takes quadratic time for some markup.
_MOST_READ: Final = 65_536
_SEPARATORS: Final = {"Content-Security-Policy": ";", "Permissions-Policy": ","}
# What browsers obey, and a relay has no use for.
_UNWANTED: Final = (
    "Access-Control-Allow-Origin",
    "Content-Security-Policy-Report-Only",
    "Link",
    "NEL",
    "Refresh",
    "Report-To",
    "Reporting-Endpoints",
    "Set-Cookie",
    "SourceMap",
    "X-SourceMap",
)
_REFERRING: Final = frozenset(("action", "data", "formaction", "href", "poster", "src", "srcset"))

Result = Literal["same", "differs", "missing", "extra"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the relay answered at a path; `trouble` says why there is no `body`, if there is none.

    The body is as a browser takes it: unpacked.
    """

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    trouble: str = ""

    def values(self, header: str) -> list[str]:
        """Give what is said under a header's name."""
        return [value for name, value in self.headers if name.lower() == header.lower()]


@dataclass(frozen=True, slots=True)
class FileFinding:
    """What is to be said of one path."""

    path: str
    result: Result
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class HeaderFinding:
    """A header that is not as it should be, and the paths whose answers have it so."""

    header: str
    sentence: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a comparison found."""

    files: tuple[FileFinding, ...]
    headers: tuple[HeaderFinding, ...]

    @property
    def is_same(self) -> bool:
        """Whether everything is as in this installation."""
        return not self.headers and all(file.result == "same" for file in self.files)


class Manifest:
    """What the files of a page hash to; `text` is in the form of `sha256sum`.

    Raises DecodeError if it is not.
    """

    def __init__(self, text: str) -> None:
        self.sums = _sums(text.splitlines())
        if INDEX not in self.sums:
            raise DecodeError(SUMS)
        self._own = hashlib.sha256(text.encode()).hexdigest()

    def digests(self, room_code: str) -> dict[str, str]:
        """Give what must be served at each path; one page stands for all rooms."""
        names = {f"/{name}": digest for name, digest in self.sums.items()}
        pages = dict.fromkeys(page_paths(room_code), self.sums[INDEX])
        return {**pages, **names, f"/{SUMS}": self._own}


def compare(digests: Mapping[str, str], answers: Mapping[str, Answer], *, secure: bool) -> Findings:
    """Compare what must be at each path with what was answered there; `secure` is over TLS."""
    files = [_compare_file(path, digest, answers[path]) for path, digest in digests.items()]
    changed = {file.path for file in files if file.result == "differs"}
    known = set(digests)
    extra = dict(_listed_extra(answers[f"/{SUMS}"], known))
    for path in digests:
        if path in changed and media_type_at(path).startswith("text/html"):
            for address in _references(answers[path].body or b""):
                if address not in known:
                    extra.setdefault(address, f"The page at {path} names it.")
    found = [FileFinding(path, "extra", extra[path]) for path in list(extra)[:_MOST_EXTRA]]
    return Findings((*files, *found), tuple(_compare_headers(answers, secure=secure)))


def media_type_at(path: str) -> str:
    """Give the Content-Type that a path must have."""
    is_page = path in page_paths(path.removeprefix("/r/"))
    return media_type(INDEX if is_page else path.removeprefix("/"))


def _compare_file(path: str, digest: str, answer: Answer) -> FileFinding:
    def differs(sentence: str) -> FileFinding:
        return FileFinding(path, "differs", sentence)

    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return FileFinding(path, "missing", "The relay has no such file.")
    if 300 <= answer.status < 400:
        where = _cut(", ".join(answer.values("Location")) or "nowhere")
        return differs(f"The relay sends browsers elsewhere ({answer.status}): {where}")
    if answer.status not in (0, HTTPStatus.OK):
        return differs(f"The relay answers {answer.status} instead of the file.")
    if answer.body is None:
        return differs(answer.trouble)
    found = hashlib.sha256(answer.body).hexdigest()
    if found != digest:
        return differs(f"Its content is another: SHA-256 {found[:16]}…, here {digest[:16]}…")
    types = answer.values("Content-Type")
    if types != [media_type_at(path)]:
        said = _cut(", ".join(types) or "nothing")
        return differs(f"It is sent as {said}, and should be {media_type_at(path)}.")
    return FileFinding(path, "same")


def _compare_headers(answers: Mapping[str, Answer], *, secure: bool) -> Iterator[HeaderFinding]:
    found: dict[tuple[str, str], list[str]] = {}
    for path, answer in answers.items():
        if not answer.status:
            continue
        for header, expected in [*ALWAYS, *([UNDER_TLS] if secure else [])]:
            values = answer.values(header)
            if values != [expected]:
                found.setdefault((header, _difference(header, expected, values)), []).append(path)
        for header in _UNWANTED:
            for value in answer.values(header):
                said = f"should not be there: {_cut(value)}"
                found.setdefault((header, said), []).append(path)
    for (header, sentence), paths in found.items():
        yield HeaderFinding(header, sentence, tuple(paths))


def _difference(header: str, expected: str, values: list[str]) -> str:
    if not values:
        return "is missing."
    separator = _SEPARATORS.get(header)
    if separator is None or len(values) > 1:
        return f"is {_cut(' and '.join(values))}, and should be {expected}"
    wanted = [part.strip() for part in expected.split(separator)]
    said = [part.strip() for part in values[0].split(separator)]
    lacks = [part for part in wanted if part not in said]
    has = [part for part in said if part not in wanted]
    if not (lacks or has):
        return "has its parts in another order."
    parts = (("lacks", lacks), ("has", has))
    return " and ".join(f"{verb} {_cut('; '.join(what))}" for verb, what in parts if what)


def _sums(lines: Iterable[str]) -> dict[str, str]:
    found = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            raise DecodeError(SUMS)
        found[match[2]] = match[1]
    return found


def _listed_extra(served: Answer, known: set[str]) -> Iterator[tuple[str, str]]:
    lines = (served.body or b"").decode("ascii", "replace").splitlines()
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is not None and f"/{match[2]}" not in known:
            yield f"/{match[2]}", "The relay lists it among the page's files."


class _References(HTMLParser):
    """Collects what a page loads or leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the addresses of one element."""
        said = {name: value for name, value in attrs if value is not None}
        self.found += [value.strip() for name, value in said.items() if name in _REFERRING]
        if tag == "meta" and said.get("http-equiv", "").lower() == "refresh":
            self.found.append(said.get("content", ""))
        if tag == "script" and "src" not in said:
            self.found.append("(a script within the page)")


def _references(page: bytes) -> list[str]:
    parser = _References()
    try:
        parser.feed(page[:_MOST_READ].decode("utf-8", "replace"))
    except AssertionError:
        # what the parser makes of some markup that no page of ours has
        parser.found.append("(markup that cannot be read)")
    return [_cut(address) for address in parser.found if address]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
