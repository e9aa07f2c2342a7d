"""What is sent beside the page's files: by the relay, and looked for by `roomkey verify`."""

from pathlib import PurePosixPath

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
"""What browsers are told with every answer: trust nothing but the relay's own files."""

UNDER_TLS = ("Strict-Transport-Security", "max-age=63072000")
"""What is added where the browser came over TLS."""

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    "": "text/plain; charset=utf-8",
}
_UNKNOWN_TYPE = "application/octet-stream"


def media_type(name: str) -> str:
    """Give the Content-Type of a file by its name."""
    return _MEDIA_TYPES.get(PurePosixPath(name).suffix, _UNKNOWN_TYPE)
