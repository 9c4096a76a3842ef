"""Processes that train together, forked from the one that tests: quick to start, and may be killed at any instant.

    def trained(steps: int) -> dict[str, Any]: ...

    job = in_forks(2, trained, 200)
    assert job.codes == [0, 0] and job.results[0] == job.results[1]

The one that has forked them is their launcher, and does as mpiexec does: when one of them ends otherwise
than with 0, it kills the others. What they exchange goes over sockets; sums are made by the first of them.
"""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import socket
import struct
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import numpy as np

from estimator.core import log
from estimator.distribution.agreement import exit_code, say_goodbye
from estimator.distribution.collective import used
from estimator.distribution.status import Status

Array = np.ndarray[Any, Any]


class Job(NamedTuple):
    """How a job has ended.

    Attributes
    ----------
    codes : list of int
        Of all processes, by rank: what they ended with, or less than 0: the signal that has killed them.
    first : int
        The rank of the one that was the first to end.
    results : list
        What the function gave, as JSON has it; None of one that gave nothing.
    outputs : list of str
        What they have printed.
    seconds : float
    """

    codes: list[int]
    first: int
    results: list[Any]
    outputs: list[str]
    seconds: float


class OfFork:
    """The Collective of one process: sockets to the others, those of the first to all."""

    def __init__(self, rank: int, size: int, sockets: Sequence[socket.socket]) -> None:
        self.rank, self.size, self._sockets = rank, size, sockets
        self.status = Status()

    def all_sum(self, buffer: Array) -> None:
        """The sums, in the order of the ranks."""
        given = self._exchange("sum", buffer.tobytes())
        total = np.frombuffer(given[0], buffer.dtype).copy()
        for other in given[1:]:
            total += np.frombuffer(other, buffer.dtype)
        buffer[...] = total.reshape(buffer.shape)

    def all_gather(self, rows: Array) -> Array:
        """All rows."""
        given = self._exchange("gather", rows.tobytes())
        return np.frombuffer(b"".join(given), rows.dtype).reshape(-1, *rows.shape[1:]).copy()

    def broadcast(self, buffer: Array) -> None:
        """The first one's."""
        given = self._exchange("broadcast", buffer.tobytes() if self.rank == 0 else b"")
        buffer[...] = np.frombuffer(given[0], buffer.dtype).reshape(buffer.shape)

    def barrier(self) -> None:
        """Wait."""
        self._exchange("barrier", b"")

    def abort(self, code: int = 1) -> NoReturn:
        """End; the launcher ends the others."""
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    def _exchange(self, word: str, given: bytes) -> list[bytes]:
        if self.rank > 0:
            _send(self._sockets[0], [word.encode(), given])
            return _receive(self._sockets[0])
        told = [[word.encode(), given], *map(_receive, self._sockets)]
        assert len({words[0] for words in told}) == 1, [words[0] for words in told]
        for one in self._sockets:
            _send(one, [words[1] for words in told])
        return [words[1] for words in told]


def _send(to: socket.socket, parts: Sequence[bytes]) -> None:
    lengths = struct.pack(f"<{len(parts) + 1}q", len(parts), *map(len, parts))
    to.sendall(lengths + b"".join(parts))


def _receive(of: socket.socket) -> list[bytes]:
    (count,) = struct.unpack("<q", _read(of, 8))
    return [_read(of, length) for length in struct.unpack(f"<{count}q", _read(of, 8 * count))]


def _read(of: socket.socket, length: int) -> bytes:
    parts = []
    while length > 0:
        part = of.recv(min(length, 1 << 20))
        if not part:
            time.sleep(60)  # it has ended: the launcher will end this one, too, as MPI would
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def in_forks(
    size: int, function: Callable[..., Any], *arguments: Any, folder: Path, timeout: float = 30.0
) -> Job:
    """How a function ends in each of so many processes; what they print goes into files of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pairs = [socket.socketpair() for _ in range(size - 1)]
    began = time.monotonic()
    sys.stdout.flush()
    sys.stderr.flush()
    pids = []
    for rank in range(size):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that a process with threads forks
            pid = os.fork()
        if pid == 0:
            sockets = [pair[0] for pair in pairs] if rank == 0 else [pairs[rank - 1][1]]
            _run(OfFork(rank, size, sockets), folder, function, arguments)
        pids.append(pid)
    for pair in pairs:
        for end in pair:
            end.close()
    codes, first = _wait(pids, began + timeout)
    outputs = [(folder / f"{rank}.out").read_text(errors="replace") for rank in range(size)]
    results = [folder / f"{rank}.json" for rank in range(size)]
    found = [json.loads(path.read_text()) if path.exists() else None for path in results]
    for path in results:
        path.unlink(missing_ok=True)
    return Job(codes, first, found, outputs, time.monotonic() - began)


def _wait(pids: Sequence[int], deadline: float) -> tuple[list[int], int]:
    """The codes of all processes, and which ended first; all are killed if one fails, or at the deadline."""
    handles = {os.pidfd_open(pid): rank for rank, pid in enumerate(pids)}
    codes, first, left = [0] * len(pids), -1, dict(handles)
    while left:
        ready, _, _ = select.select(list(left), [], [], max(0.0, deadline - time.monotonic()))
        for handle in ready:
            rank = left.pop(handle)
            codes[rank] = os.waitstatus_to_exitcode(os.waitpid(pids[rank], 0)[1])
            first = rank if first < 0 else first
        if not ready or any(codes):
            for rank in left.values():
                os.kill(pids[rank], signal.SIGKILL)
            deadline = time.monotonic() + 10
    for handle in handles:
        os.close(handle)
    return codes, first


def _run(own: OfFork, folder: Path, function: Callable[..., Any], arguments: Sequence[Any]) -> NoReturn:
    code = 1
    try:
        output = os.open(folder / f"{own.rank}.out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)
        logging.getLogger().handlers.clear()  # the tests' own: the package's writes where it always does
        if own.rank > 0:
            log.of_one_of_many(f"rank {own.rank}")  # as who connects processes does
        with used(own):
            result = function(*arguments)
            (folder / f"{own.rank}.json").write_text(json.dumps(result))
            say_goodbye(own)
        code = 0
    except SystemExit as error:
        code = exit_code(error)
    except BaseException as error:  # as an interpreter does
        traceback.print_exc()
        code = exit_code(error)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
