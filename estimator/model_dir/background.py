"""A save that a thread makes, while whoever has begun it goes on.

It is a save like any other: the same files in the same order, and what it has not acknowledged does not count. What it
writes must not change meanwhile, so it is given a copy. In a directory one save runs at a time; the next one waits, and
so does everybody in this process who asks for the checkpoints there (:func:`wait_for_saves`), as if the save had ended
before it asked. Who has begun it learns from :meth:`BackgroundSave.finish` what has come of it.

The thread is no daemon: a program does not end before its saves have. In a forked process there is no save: that is the
parent's.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from estimator.model_dir.storage import written_while

_running: dict[str, BackgroundSave] = {}  # by directory


class BackgroundSave:
    """One save, begun when this is made.

    Parameters
    ----------
    directory : str
        Where it saves.
    write : callable
        Saves, and returns the prefix of the checkpoint.

    Example
    -------
    >>> BackgroundSave("models/iris", lambda: "models/iris/model.ckpt-200").finish()
    'models/iris/model.ckpt-200'
    """

    def __init__(self, directory: str, write: Callable[[], str]) -> None:
        self._write: Callable[[], str] | None = write
        self._prefix: str | None = None
        self._error: BaseException | None = None
        self._is_wanted = True
        self._writes_in: int | None = None  # the thread
        self._key = _key(directory)
        self._thread = threading.Thread(target=self._run, name="estimator-save")
        while (other := _running.setdefault(self._key, self)) is not self:
            other.wait()
        try:
            self._thread.start()
        except RuntimeError:  # the system has no thread left, or the program is about to end
            self._run()

    def _run(self) -> None:
        self._writes_in = threading.get_ident()
        try:
            with written_while(lambda: self._is_wanted):
                self._prefix = self._write() if self._write else None
        except BaseException as error:
            self._error = error
        finally:
            self._write = None  # and with it the copy
            _running.pop(self._key, None)

    @property
    def is_done(self) -> bool:
        """Whether :meth:`finish` would return at once."""
        return not self._thread.is_alive()

    def wait(self) -> None:
        """Return when the save has ended, in whatever way; for the thread that makes it, at once."""
        if self._thread.ident is not None and self._writes_in != threading.get_ident():
            self._thread.join()

    def finish(self) -> str | None:
        """Wait for the save, and return the prefix of the checkpoint; None in a forked process.

        Raises
        ------
        BaseException
            What the save has raised; CancelledError, if it was given up. The checkpoints that were there are untouched.
        """
        self.wait()
        if self._error is not None:
            raise self._error
        return self._prefix

    def give_up(self) -> None:
        """Let it write no further, and take back what is there of it, unless the checkpoint is acknowledged by then."""
        self._is_wanted = False


def wait_for_saves(directory: str | os.PathLike[str]) -> None:
    """Return when no other thread of this process saves into the directory."""
    if _running and (save := _running.get(_key(os.fspath(directory)))) is not None:
        save.wait()


def give_up_saves(directory: str | os.PathLike[str]) -> None:
    """Return when no thread saves into the directory; one that does gives up."""
    if _running and (save := _running.get(_key(os.fspath(directory)))) is not None:
        save.give_up()
        save.wait()


def _key(directory: str) -> str:
    return os.path.realpath(directory or os.curdir)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_running.clear)
