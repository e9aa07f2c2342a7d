"""What `roomkey verify` reads of a page that a relay serves."""

import gzip
import hashlib
import json
import zlib

from roomkey.cli.page_check import Answer, Manifest, compare
from roomkey.cli.page_fetch import _unpack, _Unreadable, version_in
from roomkey.errors import DecodeError
from roomkey.page_headers import ALWAYS

from .decoder import Decoder, Prepared, reading

PAGE = b"""<!doctype html><html><head><meta charset=utf-8>
<script type="module" src="/assets/page.js"></script><link rel=icon href="/icon.svg">
<meta http-equiv=refresh content="0;url=https://elsewhere"><script>1</script></head>
<body><!-- a comment --><![CDATA[x]]><img srcset="a 1x, b 2x"></body></html>"""
SUMS = f"{hashlib.sha256(b'page').hexdigest()}  index.html\n{'0' * 64}  assets/a.js\n"


def _manifest(data: bytes) -> object:
    return Manifest(data.decode(errors="replace")).digests("7GQ2M-0XK4T")


def _compared() -> Prepared:
    manifest = Manifest(SUMS)
    digests = manifest.digests("7GQ2M-0XK4T")
    headers = (*ALWAYS, ("Content-Type", "text/html; charset=utf-8"))

    def read(data: bytes) -> object:
        """Serve the input as every file, its first line as a header's value."""
        said = data.split(b"\n")[0].decode("latin-1")
        sent = (*headers, ("Content-Security-Policy", said), ("Location", said))
        answer = Answer(302 if data[:1] == b"3" else 200, sent, data)
        return compare(digests, dict.fromkeys(digests, answer), secure=True)

    return Prepared(read, (PAGE, SUMS.encode(), b"default-src 'none'; x\n" + PAGE))


def _unpacked(data: bytes) -> object:
    try:
        return _unpack(data, ["gzip"])
    except _Unreadable as refusal:
        return str(refusal)


def decoders() -> list[Decoder]:
    """List them."""
    bomb = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    packed = bomb.compress(bytes(1 << 20)) + bomb.flush()
    version = json.dumps({"version": "1.2.3", "protocol": 1}).encode()
    return [
        reading("page manifest", _manifest, lambda: [SUMS.encode()], DecodeError),
        Decoder("page served", _compared, ()),
        reading("page packed", _unpacked, lambda: [gzip.compress(PAGE), packed]),
        reading("relay's version", lambda data: version_in(Answer(body=data)), lambda: [version]),
    ]
