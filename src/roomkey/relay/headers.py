"""What browsers are told with every answer of the relay: trust nothing but its own files."""

from collections.abc import Iterable
from typing import Any

from roomkey.page_headers import ALWAYS, UNDER_TLS, Headers

from .handshake import Application, StartResponse
from .proxies import Environ, Proxies

ALWAYS_BYTES = "".join(f"{name}: {value}\r\n" for name, value in ALWAYS).encode("ascii")
_NOT_STORED = ("Cache-Control", "no-store")


def complete(headers: Iterable[tuple[str, str]], *, secure: bool = False) -> Headers:
    """Add what every answer must have; what an answer says of its own caching stays."""
    wanted = [*ALWAYS, *([UNDER_TLS] if secure else [])]
    ours = {name.lower() for name, _ in wanted}
    kept = [(name, value) for name, value in headers if name.lower() not in ours]
    if not any(name.lower() == "cache-control" for name, _ in kept):
        kept.append(_NOT_STORED)
    return kept + wanted


class SecurityHeaders:
    """WSGI middleware that completes the headers of every answer."""

    def __init__(self, application: Application, proxies: Proxies) -> None:
        self._application = application
        self._proxies = proxies

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request with complete headers."""
        secure = self._proxies.is_secure(environ)

        def start(status: str, headers: Headers, *rest: Any) -> Any:
            return start_response(status, complete(headers, secure=secure), *rest)

        return self._application(environ, start)
