"""`roomkey serve`: become the relay's process.

The relay must patch the standard library before anything else is imported, so it gets a fresh
interpreter instead of this one.
"""

import os
import sys


def serve(
    host: str, port: int, data: str | None, database: str | None, durability: str | None
) -> None:
    """Replace this process by the relay; does not return."""
    command = [sys.executable, "-m", "roomkey.relay", "--host", host, "--port", str(port)]
    given = {"--data": data, "--database": database, "--durability": durability}
    for option, value in given.items():
        if value is not None:
            command += [option, value]
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606  # no shell is wanted
