"""File systems for tests: one that records what is done to it, one that fails at the n-th call."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from estimator.model_dir.storage import LocalFileOps


class Crash(BaseException):
    """The process ends here: no except clause of the package's is meant to catch it."""


class UnsyncedOps(LocalFileOps):
    """No sync: the machine goes on when a test's process "ends", and a sync is what takes time."""

    def fsync(self, descriptor: int) -> None:
        pass

    def fsync_dir(self, path: str) -> None:
        pass


class RecordingOps:
    """The local file system, with a list of what was done: (verb, names of files).

    Descriptors are recorded as the name of the file they belong to.
    """

    def __init__(self) -> None:
        self.trace: list[tuple[str, ...]] = []
        self._real = UnsyncedOps()
        self._names: dict[int, str] = {}

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        if verb.startswith("_"):
            raise AttributeError(verb)
        real = getattr(self._real, verb)
        if verb == "free_bytes":
            return real  # a question, no deed

        def call(*args: Any) -> Any:
            subject = tuple(self._shown(each) for each in args[: 2 if verb in ("rename", "link") else 1])
            return self._run(verb, subject, real, args)

        return call

    def _run(
        self, verb: str, subject: tuple[str, ...], real: Callable[..., Any], args: tuple[Any, ...]
    ) -> Any:
        self.trace.append((verb, *subject))
        result = real(*args)
        if verb == "create":
            self._names[result] = subject[0]
        if verb == "close":
            del self._names[args[0]]
        return result

    def _shown(self, value: Any) -> str:
        return self._names[value] if isinstance(value, int) else os.path.basename(value)

    def close_all(self) -> None:
        """What the end of a process does to its descriptors."""
        for descriptor in self._names:
            os.close(descriptor)
        self._names.clear()


class FaultOps(RecordingOps):
    """Fails at the n-th call (from 0); `fired` says whether it came so far.

    Parameters
    ----------
    at : int
        Which call fails; -1 for none.
    fault : callable
        Makes what is raised. After a Crash every further call crashes too, so that no cleaning up
        can help; an OSError is raised at every further call that writes, as a full disk does, if
        `sticky`.
    half : bool
        If the call is a write, half of it is done first.
    """

    def __init__(
        self, at: int, fault: Callable[[], BaseException], *, sticky: bool = False, half: bool = False
    ) -> None:
        super().__init__()
        self.fired = False
        self._at = at
        self._fault = fault
        self._sticky = sticky
        self._half = half

    def _run(
        self, verb: str, subject: tuple[str, ...], real: Callable[..., Any], args: tuple[Any, ...]
    ) -> Any:
        now = len(self.trace) == self._at
        again = self.fired and self._sticky and verb in ("create", "write", "fsync", "mkdir")
        dead = self.fired and isinstance(self._fault(), Crash)
        if now or again or dead:
            if self._half and verb == "write" and now:
                super()._run(verb, subject, real, (args[0], args[1][: len(args[1]) // 2]))
            else:
                self.trace.append((verb, *subject))
            self.fired = True
            raise self._fault()
        return super()._run(verb, subject, real, args)
