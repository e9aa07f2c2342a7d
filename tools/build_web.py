"""Builds the browser client into the Python package: packed, with a list of what its files hash to.

`make serve` and the wheel's build call this; it does nothing while the build is up to date. The
same sources give the same files, byte for byte, wherever they are built.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import zopfli.gzip

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "web"
BUILT = ROOT / "src" / "roomkey" / "relay" / "web"
SUMS = "SHA256SUMS"
PACKED = ".gz"
# Of the blocks that zopfli may cut a file into; 15 are too few for the worker.
_ANY_NUMBER = 0
_NO_SOURCES = {"node_modules", "tests"}
# The one list of words that both clients read, relative to the page's sources.
_WORDS = Path("../src/roomkey/keys/eff_large_wordlist.txt")


class BuildFailed(Exception):
    """The page could not be built; the text says why."""


def build(sources: Path = SOURCES, built: Path = BUILT) -> None:
    """Build the page of `sources` into `built`, unless it is there already; raises BuildFailed."""
    if _is_up_to_date(sources, built):
        return
    _install(sources)
    _say("Building the page ...")
    begun = time.time()
    built.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=built.parent, prefix=".web-") as folder:
        draft = Path(folder) / "web"
        options = ["--logLevel", "warn", "--emptyOutDir", "--outDir", str(draft)]
        _run(sources, "npm", "run", "--silent", "build", "--", *options)
        listed = sums(draft)
        _pack(draft)
        (draft / SUMS).write_text(listed)
        # What changes while it is built is newer than the build.
        os.utime(draft / SUMS, (begun, begun))
        if built.exists():
            built.rename(Path(folder) / "old")
        draft.rename(built)


def sums(folder: Path) -> str:
    """Give the SHA-256 of each file of a folder, in the order and form of `sha256sum`."""
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    hashes = (hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names)
    return "".join(f"{digest}  {name}\n" for digest, name in zip(hashes, names, strict=True))


def _pack(folder: Path) -> None:
    """Put the gzip form of each file beside it, where that is smaller."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        packed = zopfli.gzip.compress(path.read_bytes(), blocksplittingmax=_ANY_NUMBER)
        if len(packed) < path.stat().st_size:
            path.with_name(path.name + PACKED).write_bytes(packed)


def _is_up_to_date(sources: Path, built: Path) -> bool:
    if not (built / SUMS).exists():
        return False
    since = (built / SUMS).stat().st_mtime
    return all(path.stat().st_mtime <= since for path in _inputs(sources))


def _inputs(folder: Path) -> list[Path]:
    """What the build depends on; folders too, as a file may have been taken away from them."""
    found = [folder, folder / _WORDS]
    for path in folder.iterdir():
        if path.is_dir() and path.name not in _NO_SOURCES:
            found += [path, *path.rglob("*")]
        elif path.is_file():
            found.append(path)
    return found


def _install(sources: Path) -> None:
    installed = sources / "node_modules" / ".package-lock.json"
    lock = sources / "package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    if (sources / "node_modules").is_symlink():
        # npm would empty the folder that it leads to, which somebody else works with
        raise BuildFailed(
            "web/node_modules is a link to packages that do not fit web/package-lock.json; "
            "take the link away, or install where it leads to."
        )
    _say("Installing what the page is built with ...")
    _run(sources, "npm", "ci", "--include=dev", "--silent", "--no-audit", "--no-fund")


def _run(folder: Path, *command: str) -> None:
    # Nothing of the machine may show in what is built.
    environment = {**os.environ, "NODE_ENV": "production", "TZ": "UTC", "LC_ALL": "C"}
    program = shutil.which(command[0])
    if program is None:
        raise BuildFailed("Building the page needs Node 20 and npm; they are not installed.")
    line = [program, *command[1:]]
    ended = subprocess.run(line, cwd=folder, env=environment, check=False)  # noqa: S603
    if ended.returncode != 0:
        raise BuildFailed(f"Building the page failed: {' '.join(command[:3])}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Build the page; the exit status is 1 with one line if that fails."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=BUILT, help="where to put the page")
    try:
        build(built=parser.parse_args().out.resolve())
    except BuildFailed as error:
        _say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
