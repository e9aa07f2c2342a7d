"""What the built page weighs: every file that counts, packed as the relay sends it.

The whole page counts, with the parts that only some people ever load listed apart: the browser
fetches those when somebody does what they are for, and nobody needs them to write and to read.
Once the page is there the service worker keeps all files, these parts among them.
"""

from pathlib import Path

BUILT = Path(__file__).resolve().parents[1] / "src" / "roomkey" / "relay" / "web"
LIMIT = 150_000
"""How many bytes everything that counts has at most."""

_WORDS = "_virtual_word-list"
ON_DEMAND = {
    "de": "German",
    "guesses": "how hard a typed room key is to guess",
    _WORDS: "the words of new room keys and of safety codes",
    "tool_dialog": "the room's dialogs",
    "search": "search in a room",
    "reaction_picker": "the choice of signs",
    "qr_code": "invitations as QR codes",
    "how_screen": "how it works",
    "how_de": "how it works, in German",
    "demo_worker": "how it works: its worker, with the exchange of real size",
    "key_walk": "how it works: the way of a room key",
    "sealed_message": "how it works: a message as the relay gets it",
    "signature": "how it works: what both of these need",
}
"""The parts that do not count, by the name of their chunk, and what they are for."""

_HASH = 8
_NOT_SENT = {"SHA256SUMS", "robots.txt"}
_PACKED = ".gz"


def weights(built: Path = BUILT) -> tuple[dict[str, int], dict[str, int]]:
    """Give the sent size of each file: those that count, and those loaded on demand."""
    counted: dict[str, int] = {}
    apart: dict[str, int] = {}
    for path in sorted(built.rglob("*")):
        if path.is_file() and path.suffix != _PACKED and path.name not in _NOT_SENT:
            weighed = apart if _chunk(path.name) in ON_DEMAND else counted
            packed = path.with_name(path.name + _PACKED)
            weighed[path.name] = (packed if packed.exists() else path).stat().st_size
    return counted, apart


def _chunk(name: str) -> str:
    # "chunk-hash.js", and a hash may have hyphens of its own
    return name.partition(".")[0][: -_HASH - 1]


def report(built: Path = BUILT) -> str:
    """Say what the page weighs, a line for each file."""
    counted, apart = weights(built)
    lines = [f"{size:8,} {name}" for name, size in sorted(counted.items(), key=lambda one: -one[1])]
    together = sum(counted.values())
    words = sum(size for name, size in apart.items() if _chunk(name) == _WORDS)
    lines.append(
        f"{together:8,} together, of {LIMIT:,} at most: to come home, join, read and write"
    )
    lines.append(
        f"{together + words:8,} to make a room with a made room key, which takes the words"
    )
    everything = together + sum(apart.values())
    lines.append(f"{everything:8,} to keep for use without a connection, once the page is there")
    for name, size in apart.items():
        lines.append(f"{size:8,} {name}, on demand: {ON_DEMAND[_chunk(name)]}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(report())
