"""Starts Python processes at once: what they import is imported before, in a parent of them all.

`python nursery.py relay` or `python nursery.py person`, with names of mutants behind. A line of
JSON starts a process, the answer is its process id. Each lives in a session of its own until it is
killed, or its parent ends.
"""

import sys

if sys.argv[1] == "relay":
    # before anything else is imported, as in `python -m roomkey.relay`
    from gevent import monkey

    monkey.patch_all()
    from gevent.os import fork_gevent as fork

    # its other fork keeps children that have ended for somebody to ask for
    set_handler = monkey.get_original("signal", "signal")
else:
    from os import fork
    from signal import signal as set_handler

import ctypes
import json
import os
import signal
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


def main() -> None:
    start = _relay() if sys.argv[1] == "relay" else _person()
    _mutate()
    set_handler(signal.SIGCHLD, signal.SIG_IGN)
    libc = ctypes.CDLL(None)
    print("ready", flush=True)
    # a read of its own: what a buffer holds would be in each child too
    while line := _read_line():
        wanted = json.loads(line)
        child = fork()
        if child == 0:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            set_handler(signal.SIGCHLD, signal.SIG_DFL)
            _run(start, wanted)
        print(child, flush=True)


def _mutate() -> None:
    sys.path.insert(0, str(Path(__file__).parent))
    import mutants

    known = mutants.RELAY if sys.argv[1] == "relay" else mutants.PERSON
    for name in sys.argv[2:]:
        if name in known:
            known[name]()


def _read_line() -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            return b""
        line += byte
    return line


def _run(start: Callable[..., Any], wanted: dict[str, Any]) -> None:
    status = 1
    try:
        os.setsid()
        # libfaketime looks for the name of its file now, in the environment of this process
        os.environ.update(wanted["environment"])
        null = os.open(os.devnull, os.O_RDWR)
        log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for source, target in ((null, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        status = start(wanted["arguments"])
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status or 0)


def _relay() -> Callable[..., Any]:
    import alembic.command  # noqa: F401
    import sqlalchemy.dialects.sqlite  # noqa: F401

    from roomkey.relay.config import from_arguments
    from roomkey.relay.serve import run

    return lambda arguments: run(from_arguments(arguments))


def _person() -> Callable[..., Any]:
    sys.path.insert(0, str(Path(__file__).parent))
    import python_person

    return python_person.run


if __name__ == "__main__":
    main()
