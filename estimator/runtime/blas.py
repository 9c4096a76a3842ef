"""How many threads the matrix products of numpy's BLAS use while we run.

One, unless somebody asked for more: on the small products of small models threads cost more than they
give, and several of them on a busy machine make large products many times slower. Results depend on the
number, too, so that a fixed one is part of training twice to the same bits. Who sets OMP_NUM_THREADS,
OPENBLAS_NUM_THREADS or MKL_NUM_THREADS has asked for that number; so has who passes
``session_config=tf.ConfigProto(intra_op_parallelism_threads=n)``, or calls
``tf.config.threading.set_intra_op_parallelism_threads(n)``.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from estimator.settings.devices import get_intra_op_parallelism_threads

_REQUESTS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class _Limits:
    """The limits at work: the libraries' numbers are restored when the last of them ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: list[int] = []
        self._before: list[int] = []

    def enter(self, count: int) -> None:
        with self._lock:
            libraries = _libraries()
            if not self._counts:
                self._before = [library.get_num_threads() for library in libraries]
            self._counts.append(count)
            for library in libraries:
                library.set_num_threads(count)

    def leave(self, count: int) -> None:
        with self._lock:
            self._counts.remove(count)
            for library, before in zip(_libraries(), self._before, strict=True):
                library.set_num_threads(self._counts[-1] if self._counts else before)


_limits = _Limits()


@cache
def _libraries() -> list[Any]:  # threadpoolctl's controllers have no types
    """The BLAS libraries of the process."""
    from threadpoolctl import ThreadpoolController

    found = ThreadpoolController().lib_controllers
    return [library for library in found if library.user_api == "blas"]


def wanted_threads(session_config: Any = None) -> int | None:
    """The number of threads to use; None leaves it to what the environment says.

    Parameters
    ----------
    session_config : ConfigProto or object with its names, optional
    """
    asked = getattr(session_config, "intra_op_parallelism_threads", 0) or get_intra_op_parallelism_threads()
    if asked > 0:
        return int(asked)
    return None if any(os.environ.get(name) for name in _REQUESTS) else 1


@contextmanager
def blas_threads(count: int | None) -> Iterator[None]:
    """Matrix products use so many threads inside the block, in all threads of the process; None changes nothing.

    Blocks may overlap in any order; after the last of them the libraries have the number they had before the first.
    """
    if count is None:
        yield
        return
    _limits.enter(count)
    try:
        yield
    finally:
        _limits.leave(count)
