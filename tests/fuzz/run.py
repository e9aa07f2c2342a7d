"""Feeds decoders with inputs, each decoder in a process of its own with little memory and time.

python -m tests.fuzz.run INPUTS NAME...     (from the repository; all decoders if none is named)

With Atheris, coverage is the guide; where there is none, valid examples are changed at random.
"""

import os
import resource
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from random import Random
from typing import Any, NoReturn

try:
    import atheris
except ImportError:
    atheris = None

MEMORY_BYTES = 2 << 30
RESIDENT_MB = 700
HANG_SECONDS = 10
LONGEST = 4096
SEED = 1
FOUND = Path(__file__).with_name("found")


def main(arguments: list[str]) -> int:
    """Run the decoders named; answers how many of them failed."""
    inputs, *names = arguments
    table = _table()
    guide = "chance" if atheris is None else "coverage (Atheris)"
    print(f"{inputs} inputs for each decoder, guided by {guide}", flush=True)
    fed = names or table
    failed = [name for name in fed if not _survives(table[name], int(inputs))]
    print(f"{len(fed)} decoders fed, {len(failed)} failed", flush=True)
    for name in failed:
        print(f"FAILED: {name}", flush=True)
    return len(failed)


def _table() -> dict[str, Any]:
    if atheris is None:
        from tests.fuzz.table import DECODERS
    else:
        with atheris.instrument_imports(include=["roomkey"]):
            from tests.fuzz.table import DECODERS
    return DECODERS


def _survives(decoder: Any, inputs: int) -> bool:
    """Feed one decoder in a process that starts with everything imported."""
    memory = Path("/dev/shm")
    sys.stdout.flush()
    # what is fuzzed is no test of the disk
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        child = os.fork()
        if child == 0:
            try:
                tempfile.tempdir = folder
                _feed(decoder, inputs, Path(folder))
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        return os.waitpid(child, 0)[1] == 0


def _feed(decoder: Any, inputs: int, folder: Path) -> NoReturn:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    prepared = decoder.prepare()
    refusals = decoder.refusals

    def feed(data: bytes) -> None:
        try:
            prepared.read(data)
        except refusals:
            return
        except BaseException:
            print(f"INPUT: {data.hex()}", flush=True)
            raise

    examples = (*prepared.examples, *found_inputs(decoder.slug))
    if atheris is None:
        _feed_at_random(feed, examples, inputs)
        os._exit(0)
    corpus = folder / "corpus"
    corpus.mkdir()
    for place, example in enumerate(examples):
        (corpus / str(place)).write_bytes(example)
    longest = max(LONGEST, 2 * max(map(len, examples)))
    options = [f"-runs={inputs}", f"-seed={SEED}", f"-max_len={longest}", "-verbosity=0"]
    options += [f"-timeout={HANG_SECONDS}", f"-rss_limit_mb={RESIDENT_MB}", "-detect_leaks=0"]
    options += [f"-artifact_prefix={FOUND}/new-{decoder.slug}-"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], feed)
    atheris.Fuzz()
    os._exit(0)


def _feed_at_random(feed: Any, examples: tuple[bytes, ...], inputs: int) -> None:
    from tests.fuzz.mutations import mutated

    for data in mutated(examples, inputs, Random(SEED)):
        signal.alarm(HANG_SECONDS)
        feed(data)
    signal.alarm(0)


def found_inputs(slug: str) -> list[bytes]:
    """The inputs that once broke a decoder: a line of hexadecimal each."""
    path = FOUND / f"{slug}.hex"
    return [bytes.fromhex(line) for line in path.read_text().split()] if path.exists() else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
