"""Python's search for cycles, put off while many objects are made that all stay.

A large graph is millions of objects. While they, a plan of them or a file of them are made, Python would look at all
that exist again and again, and find nothing: a quarter of the time for a model of ten thousand variables, and as much
of the time that modules take to be imported.

When a program ends, Python searches twice more and takes the cycles apart: a sixth of the time of a small training. The
system takes back the memory of a process at once, so what is left then is kept from these searches. Files are flushed
before: one that hangs on a cycle would lose its last lines. To find them takes a look at every object, which is saved
where the system knows of no file that is open for writing.
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_PYTHONS_OWN = (
    1000  # Python 3.12 begins with some hundreds of objects frozen; who calls gc.freeze() freezes thousands
)

_BUFFERED = frozenset({io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom})
_OPENED = "/dev/fd"  # where Linux, macOS and BSD list the files that a process has open

_lock = threading.Lock()
_pauses = 0  # how many blocks are running, in all threads


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """A block during which no cycles are searched; a program that has turned the search off finds it off afterwards."""
    global _pauses
    with _lock:
        counts = _pauses > 0 or gc.isenabled()
        _pauses += counts
        if counts:
            gc.disable()
    try:
        yield
    finally:
        with _lock:
            _pauses -= counts
            if counts and not _pauses:
                gc.enable()


def count_as_old() -> None:
    """Leave all objects that there are to full searches, as if they had lasted long; none is looked at for that."""
    if (
        gc.get_freeze_count() < _PYTHONS_OWN
    ):  # else somebody keeps objects out of all searches, which would end
        gc.freeze()
        gc.unfreeze()


def end_without_search() -> None:
    """Flush the files that are still open and keep all objects from the searches to come, the last of the program."""
    streams = [stream for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__) if stream]
    for file in _buffered_files() if _writes_other_than(streams) else streams:
        with suppress(OSError, ValueError):  # it is closed, or fails, which Python tells when it fails again
            file.flush()
    gc.freeze()


def _buffered_files() -> list[Any]:
    return [thing for thing in gc.get_objects() if type(thing) in _BUFFERED]


def _writes_other_than(streams: list[Any]) -> bool:
    """Whether another file of this process is open for writing; yes, if the system does not say."""
    try:
        from fcntl import F_GETFL, fcntl

        opened = {int(name) for name in os.listdir(_OPENED)}
    except (ImportError, OSError):
        return True
    for stream in streams:
        with suppress(OSError, ValueError):
            opened.discard(stream.fileno())
    for descriptor in opened:
        with suppress(OSError):  # it was that of the list
            if fcntl(descriptor, F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
                return True
    return False


atexit.register(end_without_search)
