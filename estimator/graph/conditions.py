"""What a kernel demands of the values that it is given.

A kernel that computes at once looks, and raises an error that tells what is wrong. One that is being compiled has no
values to look at: there its conditions are noted, and whoever compiles it must see to it that they hold in each run,
before that run writes anything (:func:`noted`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

_NOTES: ContextVar[list[Any] | None] = ContextVar("notes", default=None)


def holds(condition: Any) -> bool:
    """Whether a condition on values holds: a truth value, or one of a library that compiles, which is noted.

    A kernel asks only in order to raise an error if it does not: what is noted is taken to hold.
    """
    if isinstance(condition, (bool, np.bool_)):
        return bool(condition)
    notes = _NOTES.get()
    if notes is None:
        return bool(condition)
    notes.append(condition)
    return True


@contextmanager
def noted() -> Iterator[list[Any]]:
    """The conditions that kernels demand inside of it and that only a run tells, in the list that it gives.

    Example
    -------
    >>> class Unknown:
    ...     "A truth that is not known yet."
    >>> with noted() as conditions:
    ...     [holds(3 < 4), holds(Unknown())], len(conditions)
    ([True, True], 1)
    """
    conditions: list[Any] = []
    token = _NOTES.set(conditions)
    try:
        yield conditions
    finally:
        _NOTES.reset(token)
