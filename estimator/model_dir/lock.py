"""One trainer at a time in a model_dir.

The lock is flock(2) on the file ``.lock`` in the directory: the system frees it when the process
ends, however it ends, so there is no stale lock. The file stays and tells the next one who holds it
(process, host, boot). Readers take no lock. Where the file system or the platform knows no such
lock, training goes on without, and one warning says so.

Source
------
flock(2) of Linux and the BSDs.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import time
import weakref
from collections.abc import Iterator
from types import TracebackType

from estimator.core import errors, log
from estimator.core.files import explained, read_regular
from estimator.core.tracebacks import cause_of
from estimator.model_dir.file_names import LOCK_FILE

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_BUSY = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)
_UNSUPPORTED = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS)
_LOOKS = 5  # a training that came to nothing removes its lock file: that does not happen often in a row
_NO_NOTE = (OSError, ValueError, TypeError, KeyError, RecursionError)  # what reading what is none may raise
_NOTE_BYTES = 4096  # more is not read from a note that anybody may have written

_held: weakref.WeakSet[DirectoryLock] = weakref.WeakSet()


class DirectoryLock:
    """The right to write into a directory; use it as a context manager.

    Parameters
    ----------
    directory : path
        The model_dir, which exists.

    Raises
    ------
    FailedPreconditionError
        From :meth:`acquire`, if another trainer has it; the message names process and host.
    PermissionDeniedError
        From :meth:`acquire`, if the lock file cannot be made.

    Example
    -------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as model_dir, DirectoryLock(model_dir) as lock:
    ...     lock.is_held
    True
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self.directory = os.fspath(directory)
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this object has the lock (never where locks are not supported)."""
        return self._descriptor is not None

    def acquire(self) -> DirectoryLock:
        """Take the lock at once, or raise; does nothing if this object has it already."""
        if self._descriptor is not None:
            return self
        if fcntl is None:
            log.warning(
                "%s has no flock: %r is not locked, start only one training in it at a time.",
                platform.system(),
                self.directory,
            )
            return self
        path = os.path.join(self.directory, LOCK_FILE)
        for _ in range(_LOOKS):
            if self._take(path):
                return self
        raise errors.AbortedError(
            f"the lock of {self.directory!r} is taken away again and again; is something clearing the directory?"
        )

    def _take(self, path: str) -> bool:
        """Try once; False if the file lost its name before it was locked."""
        with explained(f"cannot lock {self.directory!r}", self.directory):
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            if not self._flock(descriptor):
                return True  # there are no locks here, and a warning said so
            if not _is_named(descriptor, path):
                return False
            _write_note(descriptor)
            self._descriptor, descriptor = descriptor, -1
            _held.add(self)
            return True
        finally:
            if descriptor >= 0:
                os.close(descriptor)

    def release(self) -> None:
        """Give the lock back; does nothing if this object does not have it. The file stays."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)  # a child that was just forked may have it open
            os.close(descriptor)

    def close_copy(self) -> None:
        """Close a forked process's copy of the descriptor; the lock stays with the parent."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def __enter__(self) -> DirectoryLock:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _flock(self, descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _BUSY:
                raise _busy(self.directory, descriptor) from cause_of(error)
            if error.errno in _UNSUPPORTED:
                log.warning(
                    "%r cannot be locked (%s): start only one training in it at a time.",
                    self.directory,
                    error,
                )
                return False
            raise
        return True


def demand_unlocked(directory: str | os.PathLike[str]) -> None:
    """Raise what :meth:`DirectoryLock.acquire` would if another trainer has the lock; nothing is made or changed.

    Raises
    ------
    FailedPreconditionError
        If another trainer is at work there.
    """
    path = os.path.join(directory, LOCK_FILE)
    if fcntl is None or not os.path.exists(path):
        return
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return  # whoever takes the lock will say what is wrong
    try:
        fcntl.flock(
            descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB
        )  # shared: two that only look do not disturb each other
    except OSError as error:
        if error.errno in _BUSY:
            raise _busy(os.fspath(directory), descriptor) from cause_of(error)
    finally:
        os.close(descriptor)


def holder(directory: str | os.PathLike[str]) -> str | None:
    """Who trains in the directory, as a person is told; None if nobody does.

    The lock itself is asked only if the process that its file names may be alive: a trainer that starts at this very
    moment must not be refused for the sake of somebody who looks.
    """
    try:
        note = read_regular(os.path.join(directory, LOCK_FILE), _NOTE_BYTES)
    except errors.OpError:
        return None
    if has_ended(note):
        return None
    try:
        demand_unlocked(directory)
    except errors.FailedPreconditionError:
        return _told(note)
    return None


@contextlib.contextmanager
def briefly_locked(directory: str | os.PathLike[str]) -> Iterator[None]:
    """A block that one process at a time is in, for one directory; the others wait for it.

    It is for a few small files, and has nothing to do with the right to train. The lock is that of the directory
    itself, which an evaluator and a trainer take alike; where there is none, the block runs without.
    """
    descriptor = -1
    if fcntl is not None:
        with contextlib.suppress(OSError):
            descriptor = os.open(directory or os.curdir, os.O_RDONLY | os.O_CLOEXEC)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if descriptor >= 0:
            with contextlib.suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_UN)  # a child that was just forked may have it open
            os.close(descriptor)


@contextlib.contextmanager
def marked_as_used(directory: str | os.PathLike[str]) -> Iterator[None]:
    """A block in which the directory is marked as in use, for :func:`taken_if_abandoned`; no mark outlives its process.

    Raises
    ------
    FileNotFoundError
        If the directory is gone, because somebody took it for an abandoned one before it was marked: make it again.
    """
    descriptor = -1
    if fcntl is not None:
        descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
        with contextlib.suppress(OSError):  # no locks are here: then nothing counts as abandoned
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        if descriptor >= 0 and not _is_named(descriptor, os.fspath(directory)):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(directory))
        yield
    finally:
        if descriptor >= 0:
            os.close(descriptor)


@contextlib.contextmanager
def taken_if_abandoned(directory: str | os.PathLike[str]) -> Iterator[bool]:
    """A block that is told whether the process that had marked the directory has ended; within it nobody marks it.

    Where it cannot be known, it is not.
    """
    descriptor = -1
    try:
        is_free = False
        if fcntl is not None:
            with contextlib.suppress(OSError):
                descriptor = os.open(directory, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC)
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                is_free = True
        yield is_free
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _busy(directory: str, descriptor: int) -> errors.FailedPreconditionError:
    return errors.FailedPreconditionError(
        f"another trainer is at work in {directory!r}: {_read_note(descriptor)}. "
        "Wait for it to end, stop it, or use another model_dir. (evaluate and predict may run "
        "beside it.)"
    )


def _is_named(descriptor: int, path: str) -> bool:
    """Whether the locked file still has its name."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path, follow_symlinks=False))
    except FileNotFoundError:
        return False


def process_note() -> bytes:
    """A line that tells which process has written it."""
    note = {"pid": os.getpid(), "host": platform.node(), "boot_id": _boot_id(), "since": int(time.time())}
    return json.dumps(note).encode() + b"\n"


def is_own(note: bytes) -> bool:
    """Whether a process of this number on this machine, since it was started last, has written the note."""
    try:
        written = json.loads(note)
        return (written["pid"], written["host"], written["boot_id"]) == (
            os.getpid(),
            platform.node(),
            _boot_id(),
        )
    except _NO_NOTE:
        return False


def has_ended(note: bytes) -> bool:
    """Whether the process that wrote the note is known to be no more; one of another machine is not known."""
    try:
        written = json.loads(note)
        pid, host, boot_id = int(written["pid"]), str(written["host"]), str(written["boot_id"])
        if host != platform.node() or pid <= 0:
            return False
        if boot_id != _boot_id():
            return True
        os.kill(pid, 0)  # signal 0 only asks
    except ProcessLookupError:
        return True
    except (*_NO_NOTE, OverflowError):
        pass
    return False


def _write_note(descriptor: int) -> None:
    with contextlib.suppress(OSError):  # a full disk must not keep training out: the lock itself is held
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, process_note(), 0)


def _read_note(descriptor: int) -> str:
    try:
        return _told(os.pread(descriptor, _NOTE_BYTES, 0))
    except OSError:
        return "its process is not known"


def _told(contents: bytes) -> str:
    """Who wrote the note."""
    try:
        note = json.loads(contents)
        pid, host = int(note["pid"]), str(note["host"])[:255]
    except _NO_NOTE:
        return "its process is not known"
    if pid == os.getpid() and host == platform.node():
        return f"this very process (pid {pid}), in another train call"
    return f"process {pid} on host {host!r}"


def _boot_id() -> str:
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read().strip()
    except OSError:
        return ""


def _drop_in_child() -> None:
    """A forked worker must not keep the lock when its parent is killed; unlocking is the parent's."""
    for lock in list(_held):
        lock.close_copy()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_drop_in_child)
