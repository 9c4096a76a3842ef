"""Large blocks that are free again are the system's, not kept for each thread."""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
import sys

import pytest

from estimator.core.allocator import return_large_blocks

_KEPT = """
import threading
from pathlib import Path
from estimator.core.allocator import return_large_blocks

def work():
    for size in (8 << 20, 20 << 20, 20 << 20):  # the first one, freed, raises the size that counts as large
        bytearray(b"x") * size
    ended.wait()

def mebibytes():
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024

{first}
before, ended = mebibytes(), threading.Barrier(9)
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
ended.wait()
print(mebibytes() - before)
"""


def _kept_mebibytes(first: str) -> int:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MALLOC_")}
    command = [sys.executable, "-c", _KEPT.format(first=first)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has other ways")
def test_threads_keep_no_large_blocks() -> None:
    assert _kept_mebibytes("return_large_blocks()") < 10 < 50 < _kept_mebibytes("")


class _Library:
    """A C library, of which only one function is known."""

    def __init__(self) -> None:
        self.calls = list[tuple[int, int]]()

    def mallopt(self, parameter: int, value: int) -> int:
        self.calls.append((parameter, value))
        return 1


def test_who_has_set_the_size_has_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    library = _Library()
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    monkeypatch.setenv("MALLOC_MMAP_THRESHOLD_", "100000")
    return_large_blocks()
    assert library.calls == []
    monkeypatch.delenv("MALLOC_MMAP_THRESHOLD_")
    return_large_blocks()
    assert library.calls == [(-3, 512 << 10)]


def test_a_library_without_the_function_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    return_large_blocks()
