"""What is said of a relay's page, from answers alone."""

import hashlib

import pytest

from roomkey.cli.page_check import Answer, Findings, Manifest, compare, media_type_at
from roomkey.errors import DecodeError
from roomkey.page_headers import ALWAYS, UNDER_TLS

PAGE = {
    "assets/page-Ab12.js": b"start()",
    "index.html": b'<!doctype html><script src="/assets/page-Ab12.js"></script>',
    "sw.js": b"self",
}
SUMS = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in PAGE.items())
MANIFEST = Manifest(SUMS)
DIGESTS = MANIFEST.digests("7GQ2M-0XK4T")


def answer(path: str, body: bytes, *more: tuple[str, str]) -> Answer:
    return Answer(200, (*ALWAYS, ("Content-Type", media_type_at(path)), *more), body)


def honest() -> dict[str, Answer]:
    bodies = {f"/{name}": content for name, content in PAGE.items()} | {
        "/SHA256SUMS": SUMS.encode()
    }
    return {path: answer(path, bodies.get(path, PAGE["index.html"])) for path in DIGESTS}


def findings(secure: bool = False, **changed: Answer) -> Findings:
    """Compare an honest relay's answers but for those named; `index` is the one at /."""
    paths = {"index": "/", "script": "/assets/page-Ab12.js", "worker": "/sw.js"}
    paths |= {"sums": "/SHA256SUMS", "room": "/r/7GQ2M-0XK4T"}
    answers = honest() | {paths[name]: given for name, given in changed.items()}
    return compare(DIGESTS, answers, secure=secure)


def said(found: Findings) -> dict[str, tuple[str, str]]:
    """What is said of each path that is not as it should be."""
    return {
        file.path: (file.result, file.sentence) for file in found.files if file.result != "same"
    }


def test_the_same_files_with_the_same_headers_are_the_same_page() -> None:
    found = findings()
    assert found.is_same
    assert {file.path for file in found.files} == {
        "/",
        "/r/7GQ2M-0XK4T",
        "/how-it-works",
        "/index.html",
        "/assets/page-Ab12.js",
        "/sw.js",
        "/SHA256SUMS",
    }


def test_a_file_that_differs_by_one_byte_is_named() -> None:
    found = findings(script=answer("/a.js", PAGE["assets/page-Ab12.js"] + b";"))
    assert not found.is_same
    ((path, (result, sentence)),) = said(found).items()
    assert (path, result) == ("/assets/page-Ab12.js", "differs")
    assert sentence.startswith("Its content is another")


def test_a_page_that_is_another_only_in_a_room_is_named() -> None:
    found = findings(room=answer("/r/x", PAGE["index.html"] + b"<p>"))
    assert list(said(found)) == ["/r/7GQ2M-0XK4T"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_file_that_is_not_there_is_missing(status: int) -> None:
    assert said(findings(worker=Answer(status, tuple(ALWAYS), b"Not Found")))["/sw.js"] == (
        "missing",
        "The relay has no such file.",
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Answer(302, (*ALWAYS, ("Location", "https://evil.example/"))), "https://evil.example/"),
        (Answer(503, tuple(ALWAYS), b"not built"), "answers 503"),
        (Answer(206, tuple(ALWAYS), b"sel"), "answers 206"),
        (Answer(200, tuple(ALWAYS), trouble="It is far too large."), "far too large"),
        (Answer(trouble="It did not come in time."), "in time"),
        (Answer(200, (*ALWAYS, ("Content-Type", "text/html")), b"self"), "sent as text/html"),
        (Answer(200, tuple(ALWAYS), b"self"), "sent as nothing"),
    ],
)
def test_what_a_relay_answers_instead_of_a_file_is_said(given: Answer, words: str) -> None:
    result, sentence = said(findings(worker=given))["/sw.js"]
    assert result == "differs"
    assert words in sentence


def test_what_a_changed_page_loads_and_this_one_does_not_is_extra() -> None:
    page = PAGE["index.html"] + (
        b'<script src="https://evil.example/x.js"></script><link rel="preload" href="/more.css">'
        b'<script>steal()</script><meta http-equiv="refresh" content="0; url=https://evil.example">'
    )
    found = said(findings(index=answer("/", page)))
    assert found["/"][0] == "differs"
    assert {path for path, (result, _) in found.items() if result == "extra"} == {
        "https://evil.example/x.js",
        "/more.css",
        "(a script within the page)",
        "0; url=https://evil.example",
    }


def test_a_page_that_no_parser_reads_is_named_as_such() -> None:
    found = findings(index=answer("/", b"<![Cscript[ <script src=/x.js>"))
    assert said(found)["(markup that cannot be read)"][0] == "extra"


def test_a_file_that_only_the_relay_lists_is_extra() -> None:
    sums = SUMS + f"{'0' * 64}  assets/more-Cd34.js\n"
    found = said(findings(sums=answer("/SHA256SUMS", sums.encode())))
    assert found["/assets/more-Cd34.js"][0] == "extra"
    assert found["/SHA256SUMS"][0] == "differs"


def test_a_relay_cannot_make_the_answer_endless() -> None:
    sums = "".join(f"{'0' * 64}  {number}.js\n" for number in range(10_000))
    found = said(findings(sums=answer("/SHA256SUMS", sums.encode())))
    assert len(found) < 100


@pytest.mark.parametrize("header", [name for name, _ in ALWAYS])
def test_a_header_that_is_dropped_is_named_with_the_path(header: str) -> None:
    fewer = tuple(pair for pair in honest()["/"].headers if pair[0] != header)
    found = findings(index=Answer(200, fewer, PAGE["index.html"]))
    assert not found.is_same
    ((dropped,), files) = found.headers, said(found)
    assert (dropped.header, dropped.sentence, dropped.paths) == (header, "is missing.", ("/",))
    assert files == {}


def test_a_weaker_policy_is_told_by_what_it_lacks_and_what_it_has() -> None:
    weaker = [(name, value.replace("script-src 'self'", "script-src *")) for name, value in ALWAYS]
    given = Answer(200, (*weaker, ("Content-Type", media_type_at("/"))), PAGE["index.html"])
    (header,) = findings(index=given).headers
    assert header.header == "Content-Security-Policy"
    assert "lacks script-src 'self' 'wasm-unsafe-eval'" in header.sentence
    assert "has script-src * 'wasm-unsafe-eval'" in header.sentence


def test_a_policy_in_another_order_is_told_as_that() -> None:
    def reordered(value: str) -> str:
        return "; ".join(reversed(value.split("; ")))

    other = [(n, reordered(v) if n == "Content-Security-Policy" else v) for n, v in ALWAYS]
    given = Answer(200, (*other, ("Content-Type", media_type_at("/"))), PAGE["index.html"])
    (header,) = findings(index=given).headers
    assert header.sentence == "has its parts in another order."


def test_a_header_that_is_sent_twice_is_not_as_it_should_be() -> None:
    twice = answer("/", PAGE["index.html"], ("Referrer-Policy", "unsafe-url"))
    (header,) = findings(index=twice).headers
    assert header.header == "Referrer-Policy"


@pytest.mark.parametrize("name", ["Set-Cookie", "Link", "refresh", "Access-Control-Allow-Origin"])
def test_a_header_that_a_relay_has_no_use_for_is_named(name: str) -> None:
    (header,) = findings(index=answer("/", PAGE["index.html"], (name, "x=1"))).headers
    assert header.header.lower() == name.lower()
    assert header.sentence == "should not be there: x=1"


def test_one_finding_stands_for_all_answers_with_the_same_header() -> None:
    found = findings(secure=True)
    (header,) = found.headers
    assert (header.header, header.sentence) == (UNDER_TLS[0], "is missing.")
    assert set(header.paths) == set(DIGESTS)


@pytest.mark.parametrize(
    "text",
    ["", "nonsense\n", SUMS.replace("index.html", "page.html"), SUMS + "0000  a.js\n", "\0"],
)
def test_a_list_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(DecodeError):
        Manifest(text)
