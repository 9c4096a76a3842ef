"""How many threads compute while we run: those of :mod:`estimator.core.crew`, with one thread for BLAS in each.

All processors take part in large computations, unless somebody asks for another number: who sets OMP_NUM_THREADS,
OPENBLAS_NUM_THREADS or MKL_NUM_THREADS, passes ``session_config=tf.ConfigProto(intra_op_parallelism_threads=n)``, or
calls ``tf.config.threading.set_intra_op_parallelism_threads(n)``. Results do not depend on it: what is cut, and where,
goes by shapes. Threads of numpy's BLAS would change them, help small products little, and on a busy machine make large
ones many times slower.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from estimator.core.crew import available_processors, set_crew_size
from estimator.settings.devices import get_intra_op_parallelism_threads

_REQUESTS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


class _Limits:
    """The blocks at work: the libraries' numbers are restored when the last of them ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: list[int] = []
        self._before: list[int] = []

    def enter(self, count: int) -> None:
        with self._lock:
            if not self._counts:
                self._before = [library.get_num_threads() for library in _libraries()]
                for library in _libraries():
                    library.set_num_threads(1)
            self._counts.append(count)
            set_crew_size(count)

    def leave(self, count: int) -> None:
        with self._lock:
            self._counts.remove(count)
            set_crew_size(self._counts[-1] if self._counts else 1)
            if not self._counts:
                for library, before in zip(_libraries(), self._before, strict=True):
                    library.set_num_threads(before)


_limits = _Limits()


class _OpenBlas:
    """The number of threads of an OpenBLAS that is loaded, by the functions in its file."""

    def __init__(self, path: Path) -> None:
        library = ctypes.CDLL(str(path))
        for prefix, suffix in product(("scipy_openblas", "openblas"), ("64_", "")):
            if hasattr(library, f"{prefix}_get_num_threads{suffix}"):
                break
        self.get_num_threads: Callable[[], int] = getattr(library, f"{prefix}_get_num_threads{suffix}")
        self.set_num_threads: Callable[[int], object] = getattr(library, f"{prefix}_set_num_threads{suffix}")


def _of_numpys_wheel() -> list[Any]:
    """The library that came with numpy, found in a tenth of the time that threadpoolctl takes to be imported."""
    folder = Path(np.__file__).parents[1] / "numpy.libs"
    try:
        return [_OpenBlas(path) for path in folder.glob("*openblas*")]
    except (AttributeError, OSError):  # it is another library, or has other names
        return []


@cache
def _libraries() -> list[Any]:  # threadpoolctl's controllers have no types
    """The BLAS libraries that numpy may use: its own, or all of the process."""
    if own := _of_numpys_wheel():
        return own
    from threadpoolctl import ThreadpoolController

    found = ThreadpoolController().lib_controllers
    return [library for library in found if library.user_api == "blas"]


def wanted_threads(session_config: Any = None) -> int:
    """The number of threads to use.

    Parameters
    ----------
    session_config : ConfigProto or object with its names, optional
    """
    asked = getattr(session_config, "intra_op_parallelism_threads", 0) or get_intra_op_parallelism_threads()
    return int(asked) if asked > 0 else _requested() or available_processors()


def _requested() -> int:
    """What the environment asks for; 0 if nothing, or nothing that is a number."""
    words = (os.environ.get(name, "").partition(",")[0] for name in _REQUESTS)  # OMP's may be a list
    return next((int(word) for word in words if word.strip().isdecimal() and int(word)), 0)


class blas_threads:  # a class, as that is half as dear as a generator: each run of a session enters it
    """So many threads compute inside the block, whichever thread calls, and BLAS has none of its own.

    Blocks may overlap in any order; after the last of them the libraries have the number they had before the first.
    One that is used again and again may be kept.
    """

    def __init__(self, count: int) -> None:
        self._count = count

    def __enter__(self) -> None:
        _limits.enter(self._count)

    def __exit__(self, *_: object) -> None:
        _limits.leave(self._count)
