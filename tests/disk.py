"""What is on the disk, for tests that nothing has changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"  # its note says who trained last


def snapshot(folder: Path) -> dict[str, tuple[int, bytes | None]]:
    """Every file and folder below with its time and contents."""
    found = [folder, *sorted(folder.rglob("*"))]
    return {
        str(each.relative_to(folder)): (
            each.lstat().st_mtime_ns,
            each.read_bytes() if each.is_file() else None,
        )
        for each in found
        if each.name != LOCK
    }


@contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """A block that may change nothing in the folder, not even a time."""
    before = snapshot(folder)
    yield
    after = snapshot(folder)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert not changed, f"changed on the disk: {sorted(changed)}"
