"""Processes that find one another by their addresses, without a launcher: the one door to jax.distributed.

The first of them, the chief, listens at its address; the others come to it, in any order, and are waited for. After
that they exchange numbers among themselves, on their processors, by gloo. A process that waits for others sleeps.

When one of them is gone, those that wait for its numbers are told at once, as an AbortedError; those that do something
else meanwhile are ended within HEARTBEAT_SECS. Nobody can come back to a job: all are started again.

Source: https://docs.jax.dev/en/latest/multi_process.html
"""

from __future__ import annotations

import atexit
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from types import TracebackType
from typing import Any

import numpy as np

from estimator.core import log
from estimator.core.errors import AbortedError, InternalError, UsageError
from estimator.core.extras import from_extra
from estimator.distribution.agreement import say_goodbye
from estimator.distribution.roll_call import answer
from estimator.distribution.status import Status

Array = np.ndarray[Any, Any]

HEARTBEAT_SECS = 20  # after which a process that says nothing any more is gone
_WAIT_AT_END_SECS = 7 * 24 * 3600  # the chief may still evaluate and export when the others are done
_CONNECT_SECS = 300
_LONGEST = 2**28  # bytes that are broadcast at once


class Processes:
    """All processes that have joined.

    Parameters
    ----------
    rank, size : int
    """

    def __init__(self, rank: int, size: int) -> None:
        self.rank, self.size = rank, size
        self.status = Status()
        self._jax = _jax()
        self._device = self._jax.local_devices(backend="cpu")[0]
        firsts = {device.process_index: device for device in reversed(self._jax.devices("cpu"))}
        mesh = self._jax.sharding.Mesh(np.array([firsts[other] for other in range(size)]), ("processes",))
        self._apart = self._sharding(mesh, "processes")
        self._equal = self._sharding(mesh)
        self._sums = self._compiled(lambda x: x.sum(0, dtype=x.dtype))
        self._gathered = self._compiled(lambda x: x)

    def _sharding(self, mesh: Any, *axes: str) -> Any:
        sharding = self._jax.sharding
        return sharding.NamedSharding(mesh, sharding.PartitionSpec(*axes))

    def _compiled(self, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        compiled: Callable[[Any], Any] = self._jax.jit(function, out_shardings=self._equal)
        return compiled

    def all_sum(self, buffer: Array) -> None:
        """Replace the numbers of a buffer by their sums: of halves in single precision, of truths whether one holds."""
        if buffer.dtype.kind == "b":
            buffer[...] = self._exchanged(self._sums, buffer.astype(np.int32)) != 0
        elif buffer.dtype.kind not in "iufc" or buffer.dtype.itemsize < 4:
            wide = buffer.astype(np.int64 if buffer.dtype.kind in "iu" else np.float32)
            buffer[...] = self._exchanged(self._sums, wide).astype(buffer.dtype)
        else:
            buffer[...] = self._exchanged(self._sums, buffer)

    def all_gather(self, rows: Array) -> Array:
        """The rows of all processes, one after another by rank."""
        counts = np.zeros(self.size, np.int64)
        counts[self.rank] = len(rows)
        self.all_sum(counts)
        most = int(counts.max())
        shape = rows.shape[1:]
        if not most or not int(np.prod(shape)):
            return np.empty((int(counts.sum()), *shape), rows.dtype)
        # jax compiles for every length anew: there are few powers of two
        padded = np.zeros((1 << (most - 1).bit_length(), *shape), rows.dtype)
        padded[: len(rows)] = rows
        all_bytes = self._exchanged(self._gathered, _as_bytes(padded))
        parts = all_bytes.reshape(-1).view(rows.dtype).reshape(self.size, *padded.shape)
        return np.concatenate([part[:count] for part, count in zip(parts, counts.tolist(), strict=True)])

    def broadcast(self, buffer: Array) -> None:
        """Replace the numbers of a buffer by those of the chief's."""
        flat = _as_bytes(buffer)
        for start in range(0, flat.size, _LONGEST):
            piece = flat[start : start + _LONGEST]  # of bytes a sum with zeros is what they are
            piece[...] = self._exchanged(self._sums, piece if self.rank == 0 else np.zeros_like(piece))

    def barrier(self) -> None:
        """Wait until all processes are here."""
        self.all_sum(np.zeros(1, np.int32))

    def abort(self, code: int = 1) -> None:
        """End this process at once; the others are told when they wait for it. What it has printed is shown."""
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)  # an ordinary end would wait for the others to end as well

    def _exchanged(self, compiled: Callable[[Any], Any], own: Array) -> Array:
        """What a function makes of the arrays of all processes, of which each has its own.

        Raises
        ------
        AbortedError
            If one of them is gone.
        """
        with _told(self.rank, self.size), _wide_numbers(self._jax):
            # a copy: jax would go on to read where the next step writes
            local = self._jax.device_put(np.array(own[np.newaxis], order="C"), self._device)
            shape = (self.size, *own.shape)
            together = self._jax.make_array_from_single_device_arrays(shape, self._apart, [local])
            found: Array = np.asarray(compiled(together).addressable_data(0))
            return found


def _as_bytes(array: Array) -> Array:
    if array.dtype.hasobject or not array.flags.c_contiguous:
        raise InternalError(
            f"processes exchange numbers that lie one after another, not a {array.dtype.name} array of strides "
            f"{array.strides}."
        )
    return array.reshape(-1).view(np.uint8) if array.size else np.empty(0, np.uint8)


@cache
def _jax() -> Any:
    """The package.

    Raises
    ------
    ModuleNotFoundError
        If it is not installed.
    """
    with from_extra("jax", "processes that train together without a launcher need"):
        import jax

    return jax


def _wide_numbers(jax: Any) -> Any:
    """A block in which numbers of 64 bits keep them."""
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)
    from jax.experimental import enable_x64  # until jax 0.8

    return enable_x64(True)


@contextmanager
def _told(rank: int, size: int) -> Iterator[None]:
    """A block in which what jax says of a process that is gone is said in a way that tells what to do."""
    try:
        yield
    except (RuntimeError, ValueError) as error:  # what jaxlib makes of an error of gloo
        reason = str(error).partition("\n")[0]
        raise AbortedError(
            f"one of the {size} processes that train together is gone, as process {rank} was told while it waited for "
            "it: what that one has printed says why. All of them end now; start all again, and they go on from the "
            f"last checkpoint. ({reason})"
        ) from error


def is_installed() -> bool:
    """Whether jax is there; it is not imported."""
    return importlib.util.find_spec("jax") is not None


def join(addresses: Sequence[str], rank: int, patience_secs: float) -> Processes:
    """Become one of the processes that have these addresses, when all of them are there.

    Parameters
    ----------
    addresses : sequence of str
        A host and a port for each, by rank. Only the chief's port is listened to; for the others the system finds ones.
    rank : int
        Which of them this process is.
    patience_secs : float
        How long the others are waited for.

    Raises
    ------
    ModuleNotFoundError
        If jax is not installed.
    UsageError
        As :func:`~estimator.distribution.roll_call.answer`; and if jax was used before.
    """
    jax = _jax()
    answer(addresses, rank, patience_secs)
    asked = {
        "initialization_timeout": _CONNECT_SECS,
        "heartbeat_timeout_seconds": HEARTBEAT_SECS,
        "shutdown_timeout_seconds": _WAIT_AT_END_SECS,
    }
    known = inspect.signature(jax.distributed.initialize).parameters  # older ones have fewer
    try:
        jax.config.update("jax_cpu_collectives_implementation", "gloo")
        jax.distributed.initialize(
            addresses[0].removeprefix("grpc://"),
            len(addresses),
            rank,
            **{name: asked[name] for name in asked if name in known},
        )
    except RuntimeError as error:
        raise UsageError("processes that train together", [_not_joined(error)]) from error
    found = Processes(rank, len(addresses))
    seed = np.frombuffer(os.urandom(8), np.uint64).copy()
    found.broadcast(seed)
    found.status.share_seed(int(seed[0]))
    _end_at_once(found)
    if rank > 0:
        log.of_one_of_many(f"rank {rank}")
    atexit.register(_leave, found)  # is called before what jax has registered, which waits for the others
    return found


def _leave(processes: Processes) -> None:
    """Wait until all end; those that are about to do something together are told that this one has ended."""
    with suppress(AbortedError):  # some have ended otherwise
        say_goodbye(processes)


def _not_joined(error: RuntimeError) -> str:
    said = str(error).partition("\n")[0]
    if "before any JAX" in said or "only be called once" in said:
        return (
            "jax has computed already, or has joined other processes: let the training begin before anything else uses "
            f"jax. ({said})"
        )
    return f"they have found one another, but not by jax.distributed: {said}"


def _end_at_once(processes: Processes) -> None:
    """Let an exception that nobody catches end this process without waiting for the others, which then are told."""
    before = sys.excepthook

    def show_and_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        before(kind, error, trace)
        processes.abort(130 if issubclass(kind, KeyboardInterrupt) else 1)

    sys.excepthook = show_and_end
