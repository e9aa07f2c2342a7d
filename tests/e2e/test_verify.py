"""`roomkey verify` as people run it: a relay in a process of its own, and what is before it."""

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from roomkey.cli.verify import installed_manifest

from .conftest import Account
from .relay_process import Relay

pytestmark = pytest.mark.skipif(
    installed_manifest() is None, reason="needs the page, which `make page` builds"
)

Change = Callable[[str, bytes], bytes]


def as_it_is(_path: str, body: bytes) -> bytes:
    return body


@contextmanager
def proxy(relay: Relay, change: Change, certificate: Path | None = None) -> Iterator[str]:
    """A reverse proxy before the relay that may change what it passes on."""

    class Passing(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", relay.port)
            said = {"Host": self.headers["Host"], "X-Forwarded-Proto": "https"}
            connection.request("GET", self.path, headers=said)
            answer = connection.getresponse()
            body = change(self.path, answer.read())
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name not in ("Content-Length", "Connection", "Transfer-Encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            connection.close()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Passing)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    scheme = "http" if certificate is None else "https"
    try:
        yield f"{scheme}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate that nobody knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(*form, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def somebody(tmp_path: Path) -> Account:
    """Somebody who is in no room."""
    return Account("Somebody", tmp_path, "")


def test_a_relay_serves_the_page_that_is_installed(relay: Relay, somebody: Account) -> None:
    done = somebody.run("verify", relay.address)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("It is the same page.\n")
    *files, page = somebody.records("verify", relay.address)
    assert {record["result"] for record in files} == {"same"}
    assert (page["relay"], page["is_same"]) == (relay.address, True)
    assert page["version"] == page["relay_version"]


def test_a_proxy_that_adds_to_the_page_is_found(relay: Relay, somebody: Account) -> None:
    def tamper(path: str, body: bytes) -> bytes:
        return (
            body.replace(b"</head>", b"<script src=/spy.js></script></head>")
            if path == "/"
            else body
        )

    with proxy(relay, tamper) as address:
        done = somebody.run("verify", address)
    assert done.returncode == 65
    assert "  differs  /  Its content is another" in done.stdout
    assert "  extra    /spy.js  The page at / names it." in done.stdout
    assert "Do not type a room key into it." in done.stdout


def test_a_certificate_that_nobody_knows_ends_it(
    tmp_path: Path, somebody: Account, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROOMKEY_TRUSTED_PROXIES", "127.0.0.1")
    (tmp_path / "relay").mkdir()
    relay = Relay(tmp_path / "relay")
    try:
        with proxy(relay, as_it_is, certificate) as address:
            refused = somebody.run("verify", address)
            assert refused.returncode == 60
            assert "certificate is not valid" in refused.stderr
            assert len(refused.stderr.splitlines()) == 1
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
            done = somebody.run("verify", address)
            assert (done.returncode, done.stderr) == (0, "")
    finally:
        relay.stop()


def test_an_address_where_nobody_answers_has_its_exit_code(somebody: Account) -> None:
    done = somebody.run("verify", "http://127.0.0.1:1")
    assert done.returncode == 60
    assert len(done.stderr.splitlines()) == 1
