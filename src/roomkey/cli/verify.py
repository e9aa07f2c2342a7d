"""`roomkey verify`: is the page that a relay serves the one of this installation?"""

import asyncio
import os
from importlib import resources
from typing import Final
from urllib.parse import urlsplit

import roomkey
from roomkey.cli import exit_codes, options, output, terminal_text
from roomkey.cli.page_check import Findings, Manifest, compare
from roomkey.cli.page_fetch import fetch, version_in
from roomkey.cli.progress import Progress
from roomkey.wire import room_code

_VERSION: Final = "/version"
_MOST_PATHS: Final = 4
_WRONG_ADDRESS: Final = "The address of a relay is one like https://chat.example.org."
_NOT_BUILT: Final = "This installation of Roomkey holds no page to compare with."
_BUILD_IT: Final = "Build it with `make page`, or install Roomkey from its wheel."


def verify(address: str, *, as_json: bool) -> int:
    """Compare, print what was found, and give the exit code.

    Raises RelayUnreachable, and UsageError if that is no address.
    """
    origin = origin_of(address)
    manifest = installed_manifest()
    if manifest is None:
        output.note(output.error_line(_NOT_BUILT, _BUILD_IT))
        return exit_codes.PAGE_NOT_BUILT
    with Progress(f"Comparing {terminal_text.one_line(origin)}"):
        findings, relay_version = asyncio.run(examine(origin, manifest))
    if as_json:
        _print_records(origin, findings, relay_version)
    else:
        _print_words(origin, findings, relay_version)
    return exit_codes.SUCCESS if findings.is_same else exit_codes.PAGE_DIFFERS


def origin_of(address: str) -> str:
    """Take the relay out of an address, which may be that of a room; raises UsageError."""
    whole = address if "://" in address else f"https://{address}"
    try:
        parts = urlsplit(options.relay_address(whole))
    except (output.UsageError, ValueError) as error:
        raise output.UsageError(_WRONG_ADDRESS) from error
    if "@" in parts.netloc or not parts.netloc.isascii() or not parts.netloc.isprintable():
        raise output.UsageError(_WRONG_ADDRESS)
    return f"{parts.scheme}://{parts.netloc}"


def installed_manifest() -> Manifest | None:
    """Read what the files of this installation's page hash to; None if it has no page."""
    sums = resources.files(roomkey).joinpath("relay", "web", "SHA256SUMS")
    try:
        return Manifest(sums.read_text("ascii"))
    except (FileNotFoundError, NotADirectoryError):
        return None


async def examine(origin: str, manifest: Manifest) -> tuple[Findings, str | None]:
    """Fetch everything and compare it; gives the version too that the relay says it runs."""
    digests = manifest.digests(room_code.show(room_code.generate(os.urandom)))
    answers = await fetch(origin, [*digests, _VERSION])
    said = version_in(answers[_VERSION])
    return compare(digests, answers, secure=origin.startswith("https:")), said


def _print_words(origin: str, findings: Findings, relay_version: str | None) -> None:
    here = f"Roomkey {roomkey.__version__}"
    output.answer(f"{terminal_text.one_line(origin)}, compared with the page of {here}:")
    same = sum(file.result == "same" for file in findings.files)
    headers = "" if findings.headers else ", and the security headers"
    output.answer(f"  same     {same} of {len(findings.files)} addresses{headers}")
    for file in findings.files:
        if file.result != "same":
            said = terminal_text.one_line(f"{file.path}  {file.sentence}")
            output.answer(f"  {file.result:<8} {said}")
    for header in findings.headers:
        said = terminal_text.one_line(f"{header.header} {header.sentence}")
        output.answer(f"  header   {said} ({_at(header.paths)})")
    if findings.is_same:
        output.answer("It is the same page.")
        return
    output.answer(f"It is NOT the page of {here}. Do not type a room key into it.")
    if relay_version is not None and relay_version != roomkey.__version__:
        output.answer(
            f"The relay says that it runs Roomkey {terminal_text.one_line(relay_version)}: "
            "compare with that version, from a source you trust."
        )
    else:
        output.answer("Ask whoever runs the relay, and a proxy before it, what was changed.")


def _at(paths: tuple[str, ...]) -> str:
    more = len(paths) - _MOST_PATHS
    shown = ", ".join(paths[:_MOST_PATHS])
    return f"{shown} and {more} more" if more > 0 else shown


def _print_records(origin: str, findings: Findings, relay_version: str | None) -> None:
    for file in findings.files:
        output.record("page_file", path=file.path, result=file.result, sentence=file.sentence)
    for header in findings.headers:
        output.record(
            "page_header",
            header=header.header,
            sentence=header.sentence,
            paths=list(header.paths),
        )
    output.record(
        "page",
        relay=origin,
        is_same=findings.is_same,
        version=roomkey.__version__,
        relay_version=relay_version,
    )
