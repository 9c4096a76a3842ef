"""The one door through which this package writes into a model_dir.

:class:`FileOps` is the list of the things that are done to files, one method per system call;
:class:`LocalFileOps` does them on the local file system. Whoever wants to see the order of the
calls, or to make one of them fail, wraps it. On top of it stand :class:`NewFile`, which writes a
file front to back and makes it durable, :func:`write_atomically`, which replaces a file as a whole
(under a temporary name, synced, then renamed; with :func:`replacing` in parts), and
:func:`make_directory`. No file is ever opened for writing under its final name, so a reader sees
the old contents or the new ones and never a part.

Source
------
rename(2), fsync(2) and open(2) of POSIX: a rename is atomic, and it is durable once its
directory has been synced.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import threading
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol, TypeVar

from estimator.core.errors import AlreadyExistsError, CancelledError
from estimator.core.files import explained, local_path, read_regular
from estimator.model_dir.file_names import temporary_name

T = TypeVar("T")

_MOST_READ = 256 << 20  # the index of millions of tensors; what is read here is ours and far smaller
_BUFFER_BYTES = 1 << 20  # small tensors are collected to writes of about this size

_CREATE_FLAGS = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL  # a name that exists, also as a link, is an error: nothing is ever written over
    | os.O_APPEND  # after a file has been truncated, its next byte stands at its end
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)  # Windows would translate line ends
)
_EXTEND_FLAGS = (
    os.O_WRONLY
    | os.O_APPEND
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a FIFO that somebody has put there is an error, not a wait for ever
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class FileOps(Protocol):
    """What is done to the files of a model_dir, one system call per method.

    All methods raise OSError as the system does; `read_bytes` raises the package's error of the same meaning.
    `write` may write less than it was given, and every method may raise InterruptedError; callers repeat.
    """

    def create(self, path: str) -> int:
        """A descriptor for writing a new file; FileExistsError if the name is taken."""
        ...

    def extend(self, path: str) -> int:
        """A descriptor for writing at the end of a file that is there; a link is an error."""
        ...

    def append_all(self, path: str, data: bytes) -> None:
        """Write all of `data` at the end of a file, which is made if it is not there."""
        ...

    def truncate(self, path: str, size: int) -> None:
        """Remove what the file has behind its first `size` bytes."""
        ...

    def write(self, descriptor: int, data: memoryview) -> int:
        """Write some of `data` and return how many bytes."""
        ...

    def fsync(self, descriptor: int) -> None:
        """Return when the file's contents are on the disk."""
        ...

    def close(self, descriptor: int) -> None:
        """Close the descriptor; one that was interrupted is closed all the same."""
        ...

    def fsync_dir(self, path: str) -> None:
        """Return when the names in the directory are on the disk."""
        ...

    def rename(self, source: str, target: str) -> None:
        """Give the file another name, replacing what has it."""
        ...

    def link(self, source: str, target: str) -> None:
        """Give the file a second name; FileExistsError if it is taken."""
        ...

    def unlink(self, path: str) -> None:
        """Remove the name; a link itself, never what it points to."""
        ...

    def mkdir(self, path: str) -> None:
        """Make the directory, in one that is there; fine if it is there itself."""
        ...

    def rmdir(self, path: str) -> None:
        """Remove an empty directory."""
        ...

    def listdir(self, path: str) -> list[str]:
        """The names in a directory, sorted."""
        ...

    def stat(self, path: str) -> os.stat_result:
        """The status of the name itself, links not followed."""
        ...

    def read_bytes(self, path: str) -> bytes:
        """The contents of a regular file."""
        ...

    def free_bytes(self, path: str) -> int | None:
        """How many bytes may still be written there; None if that is not known."""
        ...


class LocalFileOps:
    """The local file system.

    New files get the permissions that the umask gives to any file: what is readable at the end may
    be readable while it is being written, and the umask of a process with threads cannot be read
    safely.
    """

    def create(self, path: str) -> int:
        """Do what :meth:`FileOps.create` says, by open(2), which makes nothing but new files."""
        return os.open(path, _CREATE_FLAGS, 0o666)

    def extend(self, path: str) -> int:
        """Do what :meth:`FileOps.extend` says, by open(2)."""
        return os.open(path, _EXTEND_FLAGS)

    def append_all(self, path: str, data: bytes) -> None:
        """Do what :meth:`FileOps.append_all` says, by open(2) and write(2)."""
        with open(path, "ab") as file:
            file.write(data)

    def truncate(self, path: str, size: int) -> None:
        """Do what :meth:`FileOps.truncate` says, by truncate(2)."""
        os.truncate(path, size)

    def write(self, descriptor: int, data: memoryview) -> int:
        """Do what :meth:`FileOps.write` says, by write(2)."""
        return os.write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        """Do what :meth:`FileOps.fsync` says, by fsync(2)."""
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        """Do what :meth:`FileOps.close` says, by close(2)."""
        os.close(descriptor)

    def fsync_dir(self, path: str) -> None:
        """Do what :meth:`FileOps.fsync_dir` says; nothing on Windows."""
        if os.name == "nt":  # it cannot open a directory; NTFS journals renames itself
            return
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # file systems that do not know the call
                raise
        finally:
            os.close(descriptor)

    def rename(self, source: str, target: str) -> None:
        """Do what :meth:`FileOps.rename` says, by rename(2), which replaces."""
        os.replace(source, target)

    def link(self, source: str, target: str) -> None:
        """Do what :meth:`FileOps.link` says, by link(2)."""
        os.link(source, target)

    def unlink(self, path: str) -> None:
        """Do what :meth:`FileOps.unlink` says, by unlink(2)."""
        os.unlink(path)

    def mkdir(self, path: str) -> None:
        """Do what :meth:`FileOps.mkdir` says, by mkdir(2)."""
        try:
            os.mkdir(path)
        except FileExistsError:
            if not os.path.isdir(path):
                raise

    def rmdir(self, path: str) -> None:
        """Do what :meth:`FileOps.rmdir` says, by rmdir(2)."""
        os.rmdir(path)

    def listdir(self, path: str) -> list[str]:
        """Do what :meth:`FileOps.listdir` says, by readdir(3), sorted."""
        return sorted(os.listdir(path))

    def stat(self, path: str) -> os.stat_result:
        """Do what :meth:`FileOps.stat` says, by lstat(2)."""
        return os.lstat(path)

    def read_bytes(self, path: str) -> bytes:
        """Do what :meth:`FileOps.read_bytes` says, by a look at what it is, and read(2)."""
        return read_regular(path, _MOST_READ)

    def free_bytes(self, path: str) -> int | None:
        """Do what :meth:`FileOps.free_bytes` says, by statvfs(3)."""
        try:
            found = os.statvfs(path)
        except (OSError, AttributeError):  # Windows has no statvfs
            return None
        return found.f_bavail * found.f_frsize


LOCAL = LocalFileOps()


class _Thread(threading.local):
    """What is said of the files that this thread writes."""

    is_wanted: Callable[[], bool] | None = None


_thread = _Thread()


@contextlib.contextmanager
def written_while(is_wanted: Callable[[], bool]) -> Iterator[None]:
    """A block in which this thread writes new files only as long as they are wanted.

    Raises
    ------
    CancelledError
        From whatever is writing in the block, once they are not.
    """
    _thread.is_wanted = is_wanted
    try:
        yield
    finally:
        _thread.is_wanted = None


class NewFile:
    """A new file, written front to back; what the writer of a tensor bundle wants as its data file.

    Parameters
    ----------
    ops : FileOps
        Where it is made.
    path : str
        Its name, which must be free.

    Raises
    ------
    OSError
        From the constructor and every method, with the file's name in it.
    """

    def __init__(self, ops: FileOps, path: str) -> None:
        self.path = path
        self.size = 0
        self._ops = ops
        self._buffer = bytearray()
        self._descriptor: int | None = retried(ops.create, path)

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Append all of `data` and return its length in bytes."""
        view = data if isinstance(data, bytes) else memoryview(data).cast("B")
        size = len(view)
        if len(self._buffer) + size > _BUFFER_BYTES:
            self._flush()
        if size >= _BUFFER_BYTES:
            self._write_all(memoryview(view))
        else:
            self._buffer += view
        self.size += size
        return size

    def finish(self) -> None:
        """Return when everything is on the disk and the file is closed."""
        self._flush()
        with _named(self.path):
            retried(self._ops.fsync, self._open_descriptor())
        self.close()

    def publish(self, path: str) -> None:
        """Finish the file and give it its name, replacing what has it."""
        self.finish()
        retried(self._ops.rename, self.path, path)

    def close(self) -> None:
        """Close the file without a sync: it survives the end of the process, not that of the machine."""
        self._flush()
        with _named(self.path):
            self._close()

    def abandon(self) -> None:
        """Close the file and remove it; trouble in doing so is not reported, another error is."""
        with contextlib.suppress(OSError):
            self._close()
        with contextlib.suppress(OSError):
            retried(self._ops.unlink, self.path)

    def _flush(self) -> None:
        if self._buffer:
            collected, self._buffer = self._buffer, bytearray()
            self._write_all(memoryview(collected))

    def _write_all(self, view: memoryview) -> None:
        descriptor = self._open_descriptor()
        with _named(self.path):
            while len(view):
                if _thread.is_wanted is not None and not _thread.is_wanted():
                    raise CancelledError(f"{self.path!r} is not wanted any more.")
                written = retried(self._ops.write, descriptor, view)
                if written <= 0:
                    raise OSError(errno.EIO, "the file system wrote nothing")
                view = view[written:]

    def _open_descriptor(self) -> int:
        if self._descriptor is None:
            raise ValueError(f"{self.path!r} is closed.")
        return self._descriptor

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(InterruptedError):  # the descriptor is closed all the same
                self._ops.close(descriptor)


def write_atomically(path: str | os.PathLike[str], data: bytes, ops: FileOps = LOCAL) -> None:
    """Replace the file as a whole: temporary file, fsync, rename, fsync of the directory.

    Raises
    ------
    OpError
        If the system refuses: see :func:`explained`. The old file is then as it was, or already
        replaced if only the last sync failed; the temporary file is gone.
    """
    final = os.fspath(path)
    with (
        explained(f"cannot write {final!r}", os.path.dirname(final), size_bytes=len(data)),
        replacing(final, ops) as new,
    ):
        new.write(data)


@contextlib.contextmanager
def replacing(path: str, ops: FileOps = LOCAL) -> Iterator[NewFile]:
    """A file to write, which takes the name when the block has ended; what has it until then stays whole.

    Raises
    ------
    OSError
        If the system refuses, or a directory has the name; as :func:`write_atomically` says otherwise.
    AlreadyExistsError
        If a device or a pipe has the name.
    """
    _refuse_what_is_no_file(path)
    directory, name = os.path.split(path)
    new = NewFile(ops, os.path.join(directory, temporary_name(name)))
    try:
        yield new
        new.publish(path)
    except BaseException:
        new.abandon()
        raise
    retried(ops.fsync_dir, directory or os.curdir)


def _refuse_what_is_no_file(path: str) -> None:
    """Renaming would take a device such as /dev/null away from the whole machine, and its link /dev/stdout."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return
    if stat.S_ISDIR(mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if not stat.S_ISREG(mode):
        raise AlreadyExistsError(
            f"{path!r} is a device, a pipe or a socket, which no file replaces: choose another name."
        )


def open_stream(path: str | os.PathLike[str]) -> BinaryIO:
    """A new file, open for writing, in place of one of that name: for what grows while people read it.

    Raises
    ------
    OpError
        If the system refuses; the message names the file.
    """
    with explained(f"cannot write {os.fspath(path)!r}", os.path.dirname(path) or os.curdir):
        return open(path, "wb")


def append(path: str | os.PathLike[str], data: bytes, ops: FileOps = LOCAL) -> None:
    """Put bytes behind those of a file that people read, which is made if need be; a crash may leave a part of them.

    Raises
    ------
    OpError
        If the system refuses; the message names the file.
    """
    with explained(f"cannot write {os.fspath(path)!r}", os.path.dirname(path) or os.curdir):
        retried(ops.append_all, os.fspath(path), data)


def cut_to(path: str | os.PathLike[str], size: int, ops: FileOps = LOCAL) -> None:
    """Remove what a file has behind its first `size` bytes.

    Raises
    ------
    OpError
        If the system refuses; the message names the file.
    """
    with explained(f"cannot write {os.fspath(path)!r}", os.path.dirname(path) or os.curdir):
        retried(ops.truncate, os.fspath(path), size)


def make_directory(path: str | os.PathLike[str], ops: FileOps = LOCAL) -> None:
    """Make the directory and those above it; each is there for good when this returns.

    Raises
    ------
    OpError
        If the system refuses: see :func:`estimator.core.files.explained`; if it is of another file system, as gs://.
    """
    name = local_path(path)
    with explained(f"cannot make the directory {name!r}", name):
        for level in reversed(missing_levels(name) or [name]):
            retried(ops.mkdir, level)
            # A directory that may be written but not read cannot be synced, and is no reason to give up.
            with contextlib.suppress(PermissionError):
                retried(ops.fsync_dir, os.path.dirname(level) or os.curdir)


def missing_levels(directory: str) -> list[str]:
    """The directories that have to be made for this one to be there, the innermost first."""
    missing = []
    current = os.path.normpath(directory)
    while current and not os.path.lexists(current):
        missing.append(current)
        current = os.path.dirname(current)
    return missing


def sync_folders(path: str, ops: FileOps = LOCAL) -> None:
    """Return when the names in a directory and in all below it are on the disk.

    Raises
    ------
    OSError
        If the system refuses.
    """
    for name in retried(ops.listdir, path):
        below = os.path.join(path, name)
        if stat.S_ISDIR(retried(ops.stat, below).st_mode):
            sync_folders(below, ops)
    retried(ops.fsync_dir, path)


def remove_tree(path: str, ops: FileOps = LOCAL) -> None:
    """Remove a directory and what is in it; of a link the link itself.

    Raises
    ------
    OSError
        If the system refuses; what has not been removed is still there.
    """
    if not stat.S_ISDIR(retried(ops.stat, path).st_mode):
        retried(ops.unlink, path)
        return
    for name in retried(ops.listdir, path):
        remove_tree(os.path.join(path, name), ops)
    retried(ops.rmdir, path)


@contextlib.contextmanager
def _named(path: str) -> Iterator[None]:
    """Put the file's name into an OSError of a call that only knows the descriptor."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = path
        raise


def retried(call: Callable[..., T], *args: object) -> T:
    """The result of `call`, repeated as long as a signal interrupts it."""
    while True:
        try:
            return call(*args)
        except InterruptedError:
            continue
