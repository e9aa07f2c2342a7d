"""`roomkey verify` against the relay's own application, as it is and tampered with."""

import asyncio
import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.scripts import load_script
from werkzeug.serving import WSGIRequestHandler, make_server

from roomkey.cli import page_fetch
from roomkey.cli import verify as verifying
from roomkey.cli.output import UsageError
from roomkey.cli.page_check import Findings, Manifest
from roomkey.errors import RelayUnreachable
from roomkey.relay.app import create_app
from roomkey.relay.config import RelayConfig

build_web = load_script("tools/build_web.py")

SCRIPT = "/assets/page-Ab12.js"
FILES = {
    "index.html": f'<!doctype html><script type="module" src="{SCRIPT}"></script>'.encode(),
    "assets/page-Ab12.js": b"start();" * 500,
    "assets/page-Cd34.css": b"p{}",
    "icon.png": b"\x89PNG\r\n\x1a\n",
    "sw.js": b"self",
}

Headers = list[tuple[str, str]]
Change = Callable[[str, str, Headers, bytes], tuple[str, Headers, bytes | Iterable[bytes]]]


class Quiet(WSGIRequestHandler):
    """Says nothing."""

    def log(self, *_: Any) -> None:
        pass


class Tampered:
    """A relay whose answers somebody changes."""

    def __init__(self, relay: Any, change: Change) -> None:
        self.relay, self.change = relay, change

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        taken: list[Any] = []
        body = b"".join(self.relay(environ, lambda *given: taken.extend(given)))
        status, headers, changed = self.change(environ["PATH_INFO"], taken[0], taken[1], body)
        if isinstance(changed, bytes):
            headers = [pair for pair in headers if pair[0] != "Content-Length"]
            headers.append(("Content-Length", str(len(changed))))
            changed = [changed]
        start_response(status, headers)
        return changed


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page as the build makes it."""
    folder = tmp_path / "page"
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    listed = build_web.sums(folder)
    packed = gzip.compress(FILES["assets/page-Ab12.js"], mtime=0)
    (folder / "assets" / "page-Ab12.js.gz").write_bytes(packed)
    (folder / "SHA256SUMS").write_text(listed)
    return folder


@pytest.fixture
def manifest(page: Path) -> Manifest:
    """What is installed."""
    return Manifest((page / "SHA256SUMS").read_text())


@pytest.fixture
def relay(page: Path, tmp_path: Path) -> Iterator[Any]:
    """The relay's application."""
    app = create_app(RelayConfig(tmp_path / "data"), page)
    yield app
    app.extensions["relay"].close()


@contextmanager
def served(application: Any) -> Iterator[str]:
    """Serve an application at the address given."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def examine(application: Any, manifest: Manifest) -> Findings:
    with served(application) as origin:
        findings, _ = asyncio.run(verifying.examine(origin, manifest))
    return findings


def wrong(findings: Findings) -> dict[str, str]:
    return {file.path: file.result for file in findings.files if file.result != "same"}


def at(path: str, **changed: Any) -> Change:
    """Change what is answered at one path."""

    def change(asked: str, status: str, headers: Headers, body: bytes) -> Any:
        if asked != path:
            return status, headers, body
        dropped = {name.lower() for name in changed.get("drop", ())}
        kept = [pair for pair in headers if pair[0].lower() not in dropped]
        kept += changed.get("add", [])
        return changed.get("status", status), kept, changed.get("body", body)

    return change


def test_an_honest_relay_serves_the_installed_page(relay: Any, manifest: Manifest) -> None:
    findings = examine(relay, manifest)
    assert findings.is_same
    assert len(findings.files) == len(FILES) + 4


def test_a_changed_file_is_found_packed_or_not(relay: Any, manifest: Manifest) -> None:
    for name, body in ((SCRIPT, gzip.compress(b"steal();")), ("/assets/page-Cd34.css", b"p{} ")):
        findings = examine(Tampered(relay, at(name, body=body)), manifest)
        assert wrong(findings) == {name: "differs"}


def test_an_added_script_is_found(relay: Any, manifest: Manifest) -> None:
    page = FILES["index.html"] + b'<script src="/assets/extra.js"></script>'
    findings = examine(Tampered(relay, at("/", body=page)), manifest)
    assert wrong(findings) == {"/": "differs", "/assets/extra.js": "extra"}


def test_a_page_that_is_another_only_for_rooms_is_found(relay: Any, manifest: Manifest) -> None:
    def change(asked: str, status: str, headers: Headers, body: bytes) -> Any:
        return status, headers, body + b"<!-- -->" if asked.startswith("/r/") else body

    (path,) = wrong(examine(Tampered(relay, change), manifest))
    assert path.startswith("/r/")


@pytest.mark.parametrize(
    "header", ["Content-Security-Policy", "X-Content-Type-Options", "Cross-Origin-Opener-Policy"]
)
def test_a_dropped_header_is_found(relay: Any, manifest: Manifest, header: str) -> None:
    findings = examine(Tampered(relay, at("/sw.js", drop=[header])), manifest)
    assert wrong(findings) == {}
    assert [(found.header, found.paths) for found in findings.headers] == [(header, ("/sw.js",))]
    assert not findings.is_same


def test_a_missing_file_and_a_relay_without_a_page_are_told(
    relay: Any, manifest: Manifest, tmp_path: Path
) -> None:
    findings = examine(Tampered(relay, at("/icon.png", status="404 NOT FOUND")), manifest)
    assert wrong(findings) == {"/icon.png": "missing"}
    bare = create_app(RelayConfig(tmp_path / "other"), tmp_path / "nothing")
    results = wrong(examine(bare, manifest))
    assert results["/"] == "differs"
    assert results["/sw.js"] == "missing"
    bare.extensions["relay"].close()


def test_nobody_is_followed_elsewhere(relay: Any, manifest: Manifest) -> None:
    asked: list[str] = []

    def elsewhere(environ: Any, start_response: Any) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [FILES["sw.js"]]

    with served(elsewhere) as target:
        for path in ("/", "/sw.js"):
            add = [("Location", target + "/sw.js")]
            change = at(path, status="302 FOUND", add=add)
            findings = examine(Tampered(relay, change), manifest)
            assert wrong(findings) == {path: "differs"}
    assert asked == []


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(FILES["sw.js"], mtime=0)[:-4], "gzip"),
        (gzip.compress(FILES["sw.js"], mtime=0) + b"more", "gzip"),
        (b"no gzip at all", "gzip"),
        (gzip.compress(bytes(100_000), mtime=0), "gzip"),
        (FILES["sw.js"], "br"),
    ],
)
def test_what_cannot_be_unpacked_differs(
    relay: Any,
    manifest: Manifest,
    monkeypatch: pytest.MonkeyPatch,
    body: bytes,
    encoding: str,
) -> None:
    monkeypatch.setattr(page_fetch, "MAX_BYTES", 50_000)
    change = at("/sw.js", body=body, add=[("Content-Encoding", encoding)])
    assert wrong(examine(Tampered(relay, change), manifest)) == {"/sw.js": "differs"}


def test_an_answer_without_end_is_cut_off(
    relay: Any, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_fetch, "MAX_BYTES", 50_000)

    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(10_000)

    change = at("/sw.js", body=endless(), drop=["Content-Length"])
    findings = examine(Tampered(relay, change), manifest)
    (found,) = [file for file in findings.files if file.path == "/sw.js"]
    assert found.sentence == "It is far too large."


def test_a_relay_that_is_silent_is_given_up(
    manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_fetch, "ALL_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(RelayUnreachable, match="too long"):
            asyncio.run(verifying.examine(origin, manifest))


def test_a_relay_that_speaks_something_else_is_no_relay(manifest: Manifest) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            connection, _ = listener.accept()
            connection.sendall(b"220 mail.example\r\n")
            connection.close()

        thread = threading.Thread(target=greet)
        thread.start()
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(RelayUnreachable):
            asyncio.run(verifying.examine(origin, manifest))
        thread.join()


def test_the_relays_version_is_what_it_says_and_no_more(relay: Any, manifest: Manifest) -> None:
    for body, version in ((b'{"version": "9.9"}', "9.9"), (b"[" * 100_000, None), (b"[]", None)):
        with served(Tampered(relay, at("/version", body=body))) as origin:
            _, said = asyncio.run(verifying.examine(origin, manifest))
        assert said == version


def test_people_are_told_in_words_and_scripts_by_the_exit_code(
    relay: Any,
    manifest: Manifest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(verifying, "installed_manifest", lambda: manifest)
    with served(relay) as origin:
        assert verifying.verify(origin + "/r/7GQ2M-0XK4T", as_json=False) == 0
    assert capsys.readouterr().out.endswith("It is the same page.\n")
    change = at("/sw.js", body=b"steal \x1b[2J", drop=["Referrer-Policy"], add=[("Link", "</x>")])
    with served(Tampered(relay, change)) as origin:
        assert verifying.verify(origin, as_json=False) == 65
        lines = capsys.readouterr().out.splitlines()
        assert verifying.verify(origin, as_json=True) == 65
        records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert any(line.startswith("  differs  /sw.js  Its content is another") for line in lines)
    assert "  header   Referrer-Policy is missing. (/sw.js)" in lines
    assert "  header   Link should not be there: </x> (/sw.js)" in lines
    assert "NOT the page" in lines[-2]
    results = {record["path"]: record["result"] for record in records if "path" in record}
    assert results["/sw.js"] == "differs"
    assert results["/"] == "same"
    assert {record["header"] for record in records if "header" in record} == {
        "Link",
        "Referrer-Policy",
    }
    assert (records[-1]["type"], records[-1]["is_same"]) == ("page", False)


def test_a_relay_of_another_version_is_to_be_compared_with_that_version(
    relay: Any,
    manifest: Manifest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(verifying, "installed_manifest", lambda: manifest)

    def change(asked: str, status: str, headers: Headers, body: bytes) -> Any:
        newer = {"/version": b'{"version": "9.9"}', "/sw.js": b"newer"}
        return status, headers, newer.get(asked, body)

    with served(Tampered(relay, change)) as origin:
        assert verifying.verify(origin, as_json=False) == 65
    assert "runs Roomkey 9.9" in capsys.readouterr().out


def test_an_installation_without_a_page_says_so_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(verifying.resources, "files", lambda _: tmp_path)
    assert verifying.verify("http://127.0.0.1:9", as_json=True) == 66
    said = capsys.readouterr()
    assert said.out == ""
    assert "make page" in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://chat.example.org", "https://chat.example.org"),
        ("chat.example.org:8443", "https://chat.example.org:8443"),
        ("https://chat.example.org/r/7GQ2M-0XK4T", "https://chat.example.org"),
        ("http://localhost:8000/", "http://localhost:8000"),
    ],
)
def test_a_rooms_address_will_do_and_its_code_stays_here(address: str, origin: str) -> None:
    assert verifying.origin_of(address) == origin


@pytest.mark.parametrize("address", ["ftp://a", "https://", "https://a:b@c", "https://a:99999", ""])
def test_what_is_no_address_of_a_relay_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        verifying.origin_of(address)
