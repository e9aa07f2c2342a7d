"""The browser client: the files of its build, held in memory and given out as they are."""

import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, abort, request

from roomkey.page_headers import media_type
from roomkey.page_paths import page_paths

BUILT = Path(__file__).with_name("web")
"""Where the build puts the browser client (tools/build_web.py)."""

# Names under assets/ hold a hash of the content: what one of them names never changes.
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_SERVICE_WORKER = "sw.js"
_PACKED = ".gz"
_NOT_BUILT = """\
This is a Roomkey relay, and it works; but its page has not been built.
Start it with "make serve", or install Roomkey from its wheel.
The Roomkey command and the Python package can use this address as it is.
"""


@dataclass(frozen=True, slots=True)
class File:
    """One file of the page; `packed` is its gzip form, where the build put one beside it."""

    name: str
    body: bytes
    packed: bytes | None
    etag: str

    def answer(self) -> Response:
        """Answer the current request with this file."""
        takes_gzip = self.packed is not None and request.accept_encodings["gzip"] > 0
        response = Response(self.packed if takes_gzip else self.body)
        headers = response.headers
        headers["Content-Type"] = media_type(self.name)
        headers["Cache-Control"] = _FOREVER if self.name.startswith("assets/") else _ASK_AGAIN
        if self.packed is not None:
            headers["Vary"] = "Accept-Encoding"
        if takes_gzip:
            headers["Content-Encoding"] = "gzip"
        if self.name == _SERVICE_WORKER:
            headers["Service-Worker-Allowed"] = "/"
        response.set_etag(self.etag + ("-gzip" if takes_gzip else ""))
        response.make_conditional(request)
        return response


def read_files(folder: Path) -> dict[str, File]:
    """Read a build: its files by their names within it; none if there is no build."""
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return {
        name: File(name, body, found.get(name + _PACKED), hashlib.sha256(body).hexdigest()[:32])
        for name, body in found.items()
        if not name.endswith(_PACKED)
    }


def pages(folder: Path = BUILT) -> Blueprint:
    """Serve the browser client of a folder; without one, `/` says that it is not built."""
    files = read_files(folder)
    routes = Blueprint("pages", __name__)

    def _index(code: str = "") -> Response:  # noqa: ARG001  # the page reads it from its address
        index = files.get("index.html")
        if index is None:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return Response(_NOT_BUILT, status, mimetype="text/plain")
        return index.answer()

    for path in page_paths("<code>"):
        routes.add_url_rule(path, view_func=_index)

    @routes.get("/<path:name>")
    def _file(name: str) -> Response:
        file = files.get(name)
        if file is None:
            abort(HTTPStatus.NOT_FOUND)
        return file.answer()

    return routes
