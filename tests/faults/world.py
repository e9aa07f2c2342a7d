"""What a process stands on: its disk, which can be filled, and its clock, which can be set."""

import contextlib
import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

ROOMY = 256 * 1024 * 1024
FAKETIME = next(
    iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))),
    None,
)
"""Lets the clock of a single process jump; without it clocks are left alone."""


class Disk:
    """A folder that can be full: a file system of its own for root, else a limit on its files."""

    is_real = os.geteuid() == 0

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._limited: int | None = None
        folder.mkdir(parents=True, exist_ok=True)
        if Disk.is_real:
            done = self._mount("-t", "tmpfs", "-o", f"size={ROOMY}", "tmpfs")
            Disk.is_real = done

    def fill(self, process: int | None) -> bool:
        """Let nothing more be written; False if there is no way to do that here."""
        if Disk.is_real:
            found = os.statvfs(self.folder)
            used = (found.f_blocks - found.f_bfree) * found.f_frsize
            return self._mount("-o", f"remount,size={max(used, found.f_frsize)}")
        if process is None:
            return False
        self._limited = process
        return self._limit(process, 0)

    def empty(self) -> None:
        """Give the space back."""
        if Disk.is_real:
            self._mount("-o", f"remount,size={ROOMY}")
        elif self._limited is not None:
            self._limit(self._limited, resource.RLIM_INFINITY)
            self._limited = None

    def close(self) -> None:
        """Let go of it, and of what is on it."""
        if Disk.is_real:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)

    def _mount(self, *options: str) -> bool:
        command = ["mount", *options, str(self.folder)]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0

    @staticmethod
    def _limit(process: int, size: int) -> bool:
        with contextlib.suppress(OSError):
            _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
            resource.prlimit(process, resource.RLIMIT_FSIZE, (size, hard))
            return True
        return False


class Clock:
    """The clock of one process, by way of libfaketime; what measures a span is not touched."""

    def __init__(self, path: Path, happened: Callable[[str], None]) -> None:
        self._path, self._happened = path, happened
        self.set(0)

    @property
    def environment(self) -> dict[str, str]:
        """What the process is started with."""
        return {"FAKETIME_TIMESTAMP_FILE": str(self._path)}

    @property
    def preload(self) -> dict[str, str]:
        """What the first process of its kind is started with."""
        if FAKETIME is None:
            return {}
        return {
            "LD_PRELOAD": str(FAKETIME),
            # seconds after which its file is read again; at each call it would slow everything down
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            **self.environment,
        }

    def set(self, seconds: int) -> None:
        """Let it be so many seconds off."""
        draft = self._path.with_suffix(".draft")
        draft.write_text(f"{seconds:+d}\n")
        draft.replace(self._path)
