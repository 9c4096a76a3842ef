"""The I/O door as a proof uses it: every deed is counted, and may be noted, refused, cut short or the last of its process.

All that the package writes into a model_dir or an export goes through the methods of LocalFileOps, so a proof replaces
them on the class, in a process of its own (:mod:`tests.reliability.stage`)::

    door = Door(Fault("crash", at=12))
    door.install()
    ...                                # the process ends before the 13th deed, by os._exit: nothing is cleaned up

Deeds are counted from 0, over all threads. Questions (listdir, stat, read_bytes, free_bytes) are none. No deed is synced
in truth: what a kill leaves does not depend on it, and what a power failure leaves is told from the notes
(:mod:`tests.reliability.power`).
"""

from __future__ import annotations

import errno
import functools
import os
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from estimator.model_dir.storage import LocalFileOps

DEEDS = (
    "create", "extend", "append_all", "truncate", "write", "fsync", "close",
    "fsync_dir", "rename", "link", "unlink", "mkdir", "rmdir",
)  # fmt: skip
CRASHED = 87  # the exit status that says: the fault has fired, and ended the process
_GROWS = ("create", "append_all", "write", "fsync", "mkdir")  # what a full disk goes on refusing
_HALVES = ("write", "append_all")


class Deed(NamedTuple):
    """One deed.

    Attributes
    ----------
    verb : str
    path : str
        What it was done to; of a rename and a link the old name.
    target : str
        The new name of these; else empty.
    data : bytes
        What a write has written.
    size : int
        To which a file was cut; else 0.
    """

    verb: str
    path: str
    target: str = ""
    data: bytes = b""
    size: int = 0


class Fault(NamedTuple):
    """What goes wrong.

    Attributes
    ----------
    kind : str
        ``"crash"``: the process ends before the deed; ``"half"``: a write does its half first; ``"short"``: a write
        writes its half and says so; ``"interrupt"``: a signal interrupts the deed once; ``"errno"``: the system
        refuses it.
    at : int
        Which deed, from 0.
    code : int
        The errno.
    is_sticky : bool
        Whether all later deeds of the kind that needs room are refused, too, as a full disk does; of EROFS all deeds.
    """

    kind: str
    at: int
    code: int = 0
    is_sticky: bool = False

    @property
    def shown(self) -> str:
        """For messages: ``crash at 12``, ``ENOSPC at 3 and after``."""
        name = errno.errorcode.get(self.code, "?") if self.kind == "errno" else self.kind
        return f"{name} at {self.at}" + (" and after" if self.is_sticky else "")


class Door:
    """The deeds of this process from :meth:`install` on.

    Attributes
    ----------
    deeds : list of Deed
        What was done, if `notes`; else empty.
    count : int
        How many deeds there were.
    fired : bool
        Whether the fault has come.
    """

    def __init__(self, fault: Fault | None = None, *, notes: bool = False) -> None:
        self.deeds: list[Deed] = []
        self.count = 0
        self.fired = False
        self.at_crash: Callable[[], None] = lambda: None
        self._fault = fault
        self._notes = notes
        self._names: dict[int, str] = {}
        self._lock = threading.RLock()
        self._real: dict[str, Callable[..., Any]] = {}

    def install(self) -> None:
        """Stand in the door from now on."""
        for verb in DEEDS:
            self._real[verb] = getattr(LocalFileOps, verb)
            setattr(LocalFileOps, verb, self._standing_in(verb))

    def remove(self) -> None:
        """Leave it as it was."""
        for verb, real in self._real.items():
            setattr(LocalFileOps, verb, real)

    def _standing_in(self, verb: str) -> Callable[..., Any]:
        @functools.wraps(getattr(LocalFileOps, verb))
        def call(ops: LocalFileOps, *args: Any) -> Any:
            with self._lock:
                return self._do(verb, ops, args)

        return call

    def _do(self, verb: str, ops: LocalFileOps, args: tuple[Any, ...]) -> Any:
        now, self.count = self.count, self.count + 1
        fault = self._fault
        if fault is not None and (now == fault.at or (self.fired and fault.is_sticky)):
            args = self._go_wrong(fault, verb, ops, args, is_first=now == fault.at)
        result = self._really(verb, ops, args)
        if self._notes:
            self.deeds.append(self._noted(verb, args, result))
        if verb in ("create", "extend"):
            self._names[result] = os.path.abspath(args[0])
        if verb == "close":
            self._names.pop(args[0], None)
        return result

    def _go_wrong(
        self, fault: Fault, verb: str, ops: LocalFileOps, args: tuple[Any, ...], *, is_first: bool
    ) -> tuple[Any, ...]:
        """Raise, end the process, or return the arguments of what is done instead."""
        if not is_first and verb not in _GROWS and fault.code != errno.EROFS:
            return args
        self.fired = True
        if fault.kind in ("crash", "half"):
            if fault.kind == "half" and verb in _HALVES:
                self._really(verb, ops, (args[0], args[1][: len(args[1]) // 2]))
            self.at_crash()
            os._exit(CRASHED)
        if fault.kind == "short":
            return (args[0], args[1][: max(1, len(args[1]) // 2)]) if verb == "write" else args
        if verb == "close":
            self._really(verb, ops, args)  # a close that reports a failure has closed
        if fault.kind == "interrupt":
            raise InterruptedError(errno.EINTR, os.strerror(errno.EINTR))
        named = [self._named(argument) for argument in args if isinstance(argument, (str, int))]
        raise OSError(
            fault.code, os.strerror(fault.code), *(named[:1] if verb not in ("write", "fsync") else ())
        )

    def _really(self, verb: str, ops: LocalFileOps, args: tuple[Any, ...]) -> Any:
        if verb in ("fsync", "fsync_dir"):
            return None
        return self._real[verb](ops, *args)

    def _noted(self, verb: str, args: tuple[Any, ...], result: Any) -> Deed:
        path = self._named(args[0])
        if verb in ("rename", "link"):
            return Deed(verb, path, os.path.abspath(args[1]))
        if verb == "write":
            return Deed(verb, path, data=bytes(args[1][:result]))
        if verb == "append_all":
            return Deed(verb, path, data=bytes(args[1]))
        return Deed(verb, path, size=args[1] if verb == "truncate" else 0)

    def _named(self, value: str | int) -> str:
        return self._names.get(value, "?") if isinstance(value, int) else os.path.abspath(value)
