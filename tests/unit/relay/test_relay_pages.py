"""The browser client as the relay serves it, with a build of the test's own."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from roomkey.page_headers import ALWAYS
from roomkey.relay.app import create_app
from roomkey.relay.config import RelayConfig

SCRIPT = "assets/main-Bq2x9Zk1.js"
FILES = {
    "index.html": b"<!doctype html><title>Roomkey</title>" + b" " * 2000,
    "sw.js": b"self.addEventListener('install', () => {});",
    "manifest.webmanifest": b"{}",
    "SHA256SUMS": b"0000  index.html\n",
    SCRIPT: b"console.log(1);" * 200,
    "assets/main-C0ffee00.css": b"p{}",
    "assets/argon2-D00d1e55.wasm": b"\0asm\1\0\0\0",
    "assets/inter-Ab12Cd34.woff2": b"wOF2",
    "icons/icon-192.png": b"\x89PNG\r\n\x1a\n",
}


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[FlaskClient]:
    for name, content in FILES.items():
        path = tmp_path / "web" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "web" / f"{SCRIPT}.gz").write_bytes(gzip.compress(FILES[SCRIPT]))
    (tmp_path / "secret.txt").write_text("not for anybody")
    config = RelayConfig(tmp_path / "data", trusted_proxies=("10.0.0.0/8",))
    app = create_app(config, tmp_path / "web")
    yield app.test_client()
    app.extensions["relay"].close()


@pytest.mark.parametrize("path", ["/", "/r/7GQ2M-0XK4T", "/r/anything", "/how-it-works"])
def test_every_address_of_the_page_gives_the_page(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.data) == (200, FILES["index.html"])
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("assets/main-Bq2x9Zk1.js", "text/javascript; charset=utf-8"),
        ("assets/main-C0ffee00.css", "text/css; charset=utf-8"),
        ("assets/argon2-D00d1e55.wasm", "application/wasm"),
        ("assets/inter-Ab12Cd34.woff2", "font/woff2"),
        ("icons/icon-192.png", "image/png"),
        ("manifest.webmanifest", "application/manifest+json"),
        ("SHA256SUMS", "text/plain; charset=utf-8"),
    ],
)
def test_each_file_has_its_media_type(browser: FlaskClient, name: str, media_type: str) -> None:
    answer = browser.get(f"/{name}")
    assert (answer.status_code, answer.data) == (200, FILES[name])
    assert answer.headers["Content-Type"] == media_type
    forever = name.startswith("assets/")
    assert ("immutable" in answer.headers["Cache-Control"]) is forever


def test_the_service_worker_may_serve_the_whole_site_and_is_asked_for_anew(
    browser: FlaskClient,
) -> None:
    answer = browser.get("/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_a_file_comes_as_the_build_packed_it_to_whoever_takes_that(browser: FlaskClient) -> None:
    packed = browser.get(f"/{SCRIPT}", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert gzip.decompress(packed.data) == FILES[SCRIPT]
    for accepted in ("identity", "gzip;q=0"):
        plain = browser.get(f"/{SCRIPT}", headers={"Accept-Encoding": accepted})
        assert plain.data == FILES[SCRIPT]
        assert "Content-Encoding" not in plain.headers
        assert plain.headers["ETag"] != packed.headers["ETag"]


def test_a_file_that_the_build_did_not_pack_comes_as_it_is(browser: FlaskClient) -> None:
    answer = browser.get("/sw.js", headers={"Accept-Encoding": "gzip"})
    assert answer.data == FILES["sw.js"]
    assert "Content-Encoding" not in answer.headers
    assert "Vary" not in answer.headers


def test_a_file_that_has_not_changed_is_not_sent_again(browser: FlaskClient) -> None:
    first = browser.get("/")
    again = browser.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "//secret.txt",
        "/secret.txt%00.js",
        "/data/seed",
        f"/{SCRIPT}.gz",
        "/assets/",
        "/assets",
        "/r/",
        "/r/a/b",
    ],
)
def test_nothing_outside_the_build_is_served(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert answer.data == b"Not Found\n"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("OPTIONS", "/", 200),
        ("POST", "/", 405),
        ("GET", "/healthz", 200),
        ("GET", "/version", 200),
        ("GET", "/assets/main-Bq2x9Zk1.js", 200),
        ("GET", "/nowhere", 404),
        ("PUT", "/healthz", 405),
        ("GET", "/socket.io/?EIO=4&transport=polling", 426),
        ("POST", "/socket.io/", 405),
        ("OPTIONS", "/socket.io/", 405),
    ],
)
def test_every_answer_has_the_strict_headers(
    browser: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = browser.open(path, method=method)
    assert answer.status_code == status
    for name, value in ALWAYS:
        assert answer.headers.getlist(name) == [value]
    assert answer.headers["Cache-Control"]
    assert not any(name.startswith("Access-Control") for name, _ in answer.headers.to_wsgi_list())


def test_the_policy_lets_nothing_in_but_the_relays_own_files(browser: FlaskClient) -> None:
    policy = browser.get("/").headers["Content-Security-Policy"]
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert directives["require-trusted-types-for"] == "'script'"
    for name in ("base-uri", "form-action", "frame-ancestors"):
        assert directives[name] == "'none'"
    assert not any(word in policy for word in ("unsafe-inline", "'unsafe-eval'", "http", "*"))


@pytest.mark.parametrize(
    ("nearest", "said", "secure"),
    [
        ("10.0.0.1", "https", True),
        ("10.0.0.1", "http", False),
        ("10.0.0.1", "", False),
        ("192.0.2.1", "https", False),
    ],
)
def test_only_a_trusted_proxy_says_that_the_browser_came_over_tls(
    browser: FlaskClient, nearest: str, said: str, secure: bool
) -> None:
    answer = browser.get(
        "/", headers={"X-Forwarded-Proto": said}, environ_base={"REMOTE_ADDR": nearest}
    )
    assert ("Strict-Transport-Security" in answer.headers) is secure


@pytest.mark.parametrize("host", ["evil.example", "evil.example/path", "", "a@b", "[::1]:8000"])
def test_no_answer_repeats_the_host_it_was_asked_for(browser: FlaskClient, host: str) -> None:
    for path in ("/", "/r/x", "/nowhere", "/healthz", "/r/x/"):
        answer = browser.get(path, headers={"Host": host})
        assert answer.status_code in (200, 400, 404)
        assert "evil" not in str(answer.headers) + answer.text


def test_a_relay_without_a_page_says_so(tmp_path: Path) -> None:
    app = create_app(RelayConfig(tmp_path / "data"), tmp_path / "nothing")
    answer = app.test_client().get("/")
    assert answer.status_code == 503
    assert "has not been built" in answer.text
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    app.extensions["relay"].close()
