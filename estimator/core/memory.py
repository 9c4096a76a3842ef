"""How much memory a process may still take.

Source
------
proc_meminfo(5); cgroup v2 and v1 of Linux: Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

_SHARE = 8  # of all memory, which is all that some systems tell: a part that is likely to be free
_GROUPS = (  # what a group of processes may take, what it has taken, and which of that are copies of files
    ("sys/fs/cgroup", "memory.max", "memory.current", ("inactive_file", "active_file")),
    (
        "sys/fs/cgroup/memory",
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        ("total_inactive_file", "total_active_file"),
    ),
)


def available_bytes(root: Path = Path("/")) -> int | None:
    """How many bytes this process may take before others, or it itself, must go; None if the system does not tell.

    Parameters
    ----------
    root : Path
        Where the system's files are.
    """
    found = [*_of_system(root), *_of_groups(root)]
    return max(0, min(found)) if found else None


def _of_system(root: Path) -> Iterator[int]:
    with contextlib.suppress(OSError):
        yield _fields((root / "proc/meminfo").read_text().replace(":", ""))["MemAvailable"] << 10
        return
    with contextlib.suppress(OSError, ValueError, AttributeError):  # it has no such call, or no such name
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // _SHARE


def _of_groups(root: Path) -> Iterator[int]:
    for folder, limit, taken, reclaimable in _GROUPS:
        for group in {root / folder, root / folder / _own_group(root, folder)}:
            with contextlib.suppress(OSError, ValueError, KeyError):  # there is none, or its limit is "max"
                fields = _fields((group / "memory.stat").read_text())
                used = int((group / taken).read_text()) - sum(fields[name] for name in reclaimable)
                yield int((group / limit).read_text()) - used


def _own_group(root: Path, folder: str) -> str:
    """The path of this process's group below the folder."""
    controller = "memory" if folder.endswith("memory") else ""
    with contextlib.suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controller in controllers.split(","):
                return path.lstrip("/")
    return ""


def _fields(text: str) -> dict[str, int]:
    """The numbers of lines such as ``MemFree  17 kB``."""
    lines = (line.split() for line in text.splitlines())
    return {words[0]: int(words[1]) for words in lines if len(words) > 1}
