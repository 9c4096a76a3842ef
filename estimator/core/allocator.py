"""What the C library does with memory that is free again."""

from __future__ import annotations

import ctypes
import os

_MMAP_THRESHOLD = -3  # of mallopt: from which size on a block is a mapping of its own
_LARGE_BYTES = 512 << 10


def return_large_blocks() -> None:
    """Give large blocks back to the system as soon as they are free, if the C library is glibc.

    It does so until the first of them is freed: then it takes their size for usual, and keeps what each thread has had,
    which in a server with many threads, each of which has once read a large request, is most of its memory. Who has set
    MALLOC_MMAP_THRESHOLD_ has decided.

    Source
    ------
    mallopt(3), M_MMAP_THRESHOLD
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None and "MALLOC_MMAP_THRESHOLD_" not in os.environ:
        mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
