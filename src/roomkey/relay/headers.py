"""What browsers are told with every answer of the relay: trust nothing but its own files."""

from collections.abc import Iterable
from typing import Any

from .handshake import Application, StartResponse
from .proxies import Environ, Proxies

Headers = list[tuple[str, str]]

_CONTENT_SECURITY = (
    "default-src 'none'",
    # Argon2id is WebAssembly.
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    # The one policy that starts the page's own workers.
    "trusted-types roomkey",
)
_FEATURES_OFF = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "keyboard-map",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)

ALWAYS: Headers = [
    ("Content-Security-Policy", "; ".join(_CONTENT_SECURITY)),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", ", ".join(f"{feature}=()" for feature in _FEATURES_OFF)),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
]
ALWAYS_BYTES = "".join(f"{name}: {value}\r\n" for name, value in ALWAYS).encode("ascii")
UNDER_TLS = ("Strict-Transport-Security", "max-age=63072000")
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
