"""Processes that a launcher of MPI has started, mpiexec or srun for example: the one door to mpi4py.

MPICH waits for the others by asking again and again, so a process that waits takes a processor: start no more processes
than there are. What is sent are arrays as they lie in memory, never pickled objects.

Source: MPI: A Message-Passing Interface Standard, version 4.0, chapter 6 (Collective Communication).
"""

from __future__ import annotations

import atexit
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.errors import InternalError
from estimator.core.extras import from_extra
from estimator.distribution.agreement import say_goodbye
from estimator.distribution.status import Status

Array = np.ndarray[Any, Any]

LONGEST = 2**30  # numbers that one message may have: MPI counts them in 32 bits
_SECS_TO_READ = 1.0  # that a launcher has to read what a process has printed before it ends all


class Ranks:
    """All processes of a communicator.

    Parameters
    ----------
    communicator : mpi4py.MPI.Intracomm
    longest : int
        Of how many numbers a message may be; what is longer goes in pieces.
    """

    def __init__(self, communicator: Any, longest: int = LONGEST) -> None:
        from mpi4py import MPI

        self._mpi, self._communicator, self._longest = MPI, communicator, longest
        self.rank: int = communicator.Get_rank()
        self.size: int = communicator.Get_size()
        self.status = Status()

    def all_sum(self, buffer: Array) -> None:
        """Replace the numbers of a buffer by their sums: of halves in single precision, of truths whether one holds."""
        if buffer.dtype.kind not in "iufc" or buffer.dtype.itemsize < 4 or not buffer.flags.c_contiguous:
            self._sum_otherwise(buffer)
        elif buffer.size <= self._longest:
            self._communicator.Allreduce(self._mpi.IN_PLACE, buffer, self._mpi.SUM)
        else:
            for piece in self._pieces(buffer.reshape(-1)):
                self._communicator.Allreduce(self._mpi.IN_PLACE, piece, self._mpi.SUM)

    def _sum_otherwise(self, buffer: Array) -> None:
        """What MPI has no sum of: small whole numbers wrap around, as numpy's do."""
        _demand_numbers(buffer)
        if buffer.dtype.kind == "b":
            wide: Any = np.int32
        elif buffer.dtype.kind in "iu":
            wide = np.int64
        else:
            wide = np.float32
        sums = buffer.astype(wide)
        self.all_sum(sums)
        buffer[...] = sums != 0 if buffer.dtype.kind == "b" else sums.astype(buffer.dtype)

    def all_gather(self, rows: Array) -> Array:
        """The rows of all processes, one after another by rank."""
        _demand_numbers(rows)
        counts = np.empty(self.size, np.int64)
        self._communicator.Allgather(np.array([len(rows)], np.int64), counts)
        gathered = np.empty((int(counts.sum()), *rows.shape[1:]), rows.dtype)
        if gathered.nbytes <= self._longest:
            width = gathered.nbytes // max(1, len(gathered))
            self._communicator.Allgatherv(
                _as_bytes(rows), [_as_bytes(gathered), counts * width, self._mpi.BYTE]
            )
        else:
            self._gather_by_turns(rows, gathered, counts)
        return gathered

    def _gather_by_turns(self, rows: Array, gathered: Array, counts: Array) -> None:
        stop = 0
        for rank, count in enumerate(counts.tolist()):
            start, stop = stop, stop + count
            if rank == self.rank:
                gathered[start:stop] = rows
            for piece in self._pieces(_as_bytes(gathered[start:stop])):
                self._communicator.Bcast(piece, rank)

    def broadcast(self, buffer: Array) -> None:
        """Replace the numbers of a buffer by those of the chief's."""
        _demand_numbers(buffer)
        for piece in self._pieces(_as_bytes(buffer)):
            self._communicator.Bcast(piece, 0)

    def barrier(self) -> None:
        """Wait until all processes are here."""
        self._communicator.Barrier()

    def abort(self, code: int = 1) -> None:
        """End all processes at once; what this one has printed is shown."""
        for stream in (sys.stdout, sys.stderr):
            with suppress(AttributeError, OSError, ValueError):  # none, closed, or no file
                stream.flush()
                _wait_until_read(stream.fileno())
        self._communicator.Abort(code)
        os._exit(code)  # it may give back, and wait for the launcher to end this process

    def _pieces(self, flat: Array) -> Iterator[Array]:
        for start in range(0, flat.size, self._longest):
            yield flat[start : start + self._longest]


def _wait_until_read(descriptor: int) -> None:
    """Wait until the launcher has read what was written into its pipe: when all end it shows what it has read."""
    if not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        return
    try:
        from fcntl import ioctl
        from termios import FIONREAD
    except ImportError:  # Windows
        return
    end = time.monotonic() + _SECS_TO_READ
    while any(ioctl(descriptor, FIONREAD, bytes(4))) and time.monotonic() < end:
        time.sleep(0.005)


def _as_bytes(array: Array) -> Array:
    return array.reshape(-1).view(np.uint8) if array.size else np.empty(0, np.uint8)


def _demand_numbers(array: Array) -> None:
    if array.dtype.hasobject or not array.flags.c_contiguous:
        raise InternalError(
            f"processes exchange numbers that lie one after another, not a {array.dtype.name} array of strides "
            f"{array.strides}."
        )


def world() -> Ranks:
    """The processes that were started together with this one.

    An exception that nobody catches then ends all of them: the others would wait for this one for ever.

    Raises
    ------
    ModuleNotFoundError
        If mpi4py is not installed.
    """
    with from_extra("mpi", "processes that train together need"):
        from mpi4py import MPI
    found = Ranks(MPI.COMM_WORLD)
    if found.size > 1:
        end_together(found)
        seed = np.frombuffer(os.urandom(8), np.uint64).copy()
        found.broadcast(seed)
        found.status.share_seed(int(seed[0]))
        if found.rank > 0:
            log.of_one_of_many(f"rank {found.rank}")
        atexit.register(_leave, found, MPI)
    return found


def _leave(ranks: Ranks, mpi: Any) -> None:
    if not mpi.Is_finalized():
        say_goodbye(ranks)


def end_together(ranks: Ranks) -> None:
    """Let an exception that nobody catches end the processes of all ranks, after it is shown."""
    before = sys.excepthook

    def show_and_abort(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        before(kind, error, trace)
        ranks.abort(130 if issubclass(kind, KeyboardInterrupt) else 1)

    sys.excepthook = show_and_abort
