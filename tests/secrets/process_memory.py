"""All that a running process holds in memory, as its owner or a debugger reads it."""

from pathlib import Path

import pytest

_UNREADABLE = ("[vvar]", "[vsyscall]", "[vvar_vclock]")
_LARGEST = 1 << 30


def memory_of(pid: int) -> dict[str, bytes]:
    """Read every readable region of a process; skips the test where the system forbids that."""
    regions = {}
    try:
        maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            for line in maps:
                place, rights, *_ = line.split()
                start, end = (int(edge, 16) for edge in place.split("-"))
                name = line[73:].strip()
                if "r" not in rights or name in _UNREADABLE or end - start > _LARGEST:
                    continue
                try:
                    memory.seek(start)
                    regions[f"memory {place} {Path(name).name}"] = memory.read(end - start)
                except OSError:
                    # mapped without being there, as a thread's guard pages are
                    continue
    except PermissionError:
        pytest.skip("THE SYSTEM FORBIDS READING THE MEMORY OF PROCESSES: nothing was searched")
    assert sum(map(len, regions.values())) > 1 << 20
    return regions
