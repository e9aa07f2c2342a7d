"""A PostgreSQL of the tests' own: made in a folder of its own, reached by a socket in it."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

OWNER = "roomkey"
DEBIAN = Path("/usr/lib/postgresql")


class Cluster:
    """One server with any number of databases; it can be stopped and started again."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._folder = folder
        self._fsync = "on" if durable else "off"
        # the server refuses to run as root
        self._user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        self._run("initdb", "-D", "data", "-U", OWNER, *options)
        self.start()

    def start(self) -> None:
        where = f"-c listen_addresses= -c unix_socket_directories={self._folder}"
        settings = f"{where} -c fsync={self._fsync}"
        self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", settings, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")

    def url(self, about: Path) -> str:
        """Give the database of a relay's folder as the relay is told of it; made when missing."""
        name = "relay_" + hashlib.sha256(bytes(about)).hexdigest()[:16]
        if not self.run("postgres", "SELECT 1 FROM pg_database WHERE datname = %s", name):
            self.run("postgres", f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://{OWNER}@/{name}?host={self._folder}"

    def run(self, database: str, statement: str, *values: Any) -> list[Any]:
        """Carry out SQL in a database, named or by its URL; return the rows there are."""
        name = database.partition("?")[0].rpartition("/")[2]
        address = {"host": str(self._folder), "user": OWNER, "dbname": name}
        with psycopg.connect(**address, autocommit=True) as connection:
            ran = connection.execute(statement, values)
            return ran.fetchall() if ran.description else []

    def _run(self, program: str, *arguments: str) -> None:
        beside = sorted(DEBIAN.glob(f"*/bin/{program}"))
        path = shutil.which(program) or str(beside[-1])
        who: dict[str, Any] = {}
        if self._user is not None:
            who = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        done = subprocess.run(
            [path, *arguments],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            **who,
        )
        assert done.returncode == 0, done.stderr


@contextmanager
def a_cluster(*, durable: bool = False) -> Iterator[Cluster]:
    # not pytest's folder: only its owner may enter that, and its name is too long for a socket
    with tempfile.TemporaryDirectory(prefix="roomkey-") as folder:
        cluster = Cluster(Path(folder), durable=durable)
        try:
            yield cluster
        finally:
            cluster.stop()
