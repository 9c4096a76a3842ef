"""How far the rows of an input are mixed."""

from __future__ import annotations

from typing import Any

SHUFFLE_BUFFER = 10_000


def buffer_of(shuffle: Any) -> int:
    """How many rows are mixed: a number of them, true for 10000, or none.

    Example
    -------
    >>> buffer_of(True), buffer_of(100), buffer_of(None)
    (10000, 100, 0)
    """
    return SHUFFLE_BUFFER if shuffle is True else int(shuffle or 0)
