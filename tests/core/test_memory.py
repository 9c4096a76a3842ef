"""What the system tells of the memory that is left, in files like the system's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from estimator.core.memory import available_bytes

MEMINFO = "MemTotal:       16000 kB\nMemFree:  100 kB\nMemAvailable:    2000 kB\nHugePages_Total:  0\n"


def put(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root.joinpath(*name.split("__"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def group(root: Path, folder: str, version: int, limit: str) -> None:
    """A group that has taken 900,000 bytes, of which 300,000 are copies of files."""
    names = (
        ("memory.max", "memory.current")
        if version == 2
        else ("memory.limit_in_bytes", "memory.usage_in_bytes")
    )
    total = "" if version == 2 else "total_"
    place = root / folder
    place.mkdir(parents=True, exist_ok=True)
    (place / names[0]).write_text(f"{limit}\n")
    (place / names[1]).write_text("900000\n")
    (place / "memory.stat").write_text(f"anon 5\n{total}inactive_file 200000\n{total}active_file 100000\n")


def test_linux_says_what_is_available(tmp_path: Path) -> None:
    put(tmp_path, proc__meminfo=MEMINFO)
    assert available_bytes(tmp_path) == 2000 * 1024


@pytest.mark.parametrize(
    ("lines", "folder", "version"),
    [
        ("0::/\n", "sys/fs/cgroup", 2),  # a container sees its own group as the root
        ("0::/system.slice/a:b.service\n", "sys/fs/cgroup/system.slice/a:b.service", 2),
        ("9:cpu:/\n4:memory:/job/7\n0::/\n", "sys/fs/cgroup/memory/job/7", 1),
        ("4:memory:/outside\n", "sys/fs/cgroup/memory", 1),
    ],
)
def test_what_the_group_of_processes_may_take_counts(
    tmp_path: Path, lines: str, folder: str, version: int
) -> None:
    put(tmp_path, proc__meminfo=MEMINFO, proc__self__cgroup=lines)
    group(tmp_path, folder, version, "1000000")
    assert available_bytes(tmp_path) == 400_000
    group(tmp_path, folder, version, "max" if version == 2 else str(2**63 - 4096))
    assert available_bytes(tmp_path) == 2000 * 1024
    group(tmp_path, folder, version, "500000")  # lowered below what is taken
    assert available_bytes(tmp_path) == 0


def test_where_the_system_tells_only_how_much_there_is_a_part_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 1000, "SC_PAGE_SIZE": 4096}.__getitem__)
    assert available_bytes(tmp_path) == 1000 * 4096 // 8


def test_a_system_that_tells_nothing_is_not_guessed_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "sysconf")
    assert available_bytes(tmp_path) is None


def test_this_system_has_some() -> None:
    available = available_bytes()
    assert available is None or available > 0
