"""Files that anybody may have put there: which a path means, opening them without harm, saying what was refused.

What lies in a model_dir is untrusted. A FIFO under the name of an index would let the reader wait for ever, a link to
a device or a sparse file of a terabyte would fill the memory. So a file is opened without waiting, looked at through
its descriptor (the name may point elsewhere a moment later), and read only if it is a regular file of a size that such
a file may have. Links to regular files are followed: people keep checkpoints in that way.

The lists that lie beside modules of this package may be in an archive, as ``python -m zipapp`` makes one.

Source
------
open(2) and fstat(2) of POSIX: O_NONBLOCK returns at once for a FIFO that nobody writes to, and means nothing to a
regular file. Schemes: tensorflow/core/platform/file_system.h
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from io import FileIO
from typing import TYPE_CHECKING, cast

from estimator.core import errors
from estimator.core.tracebacks import cause_of

if TYPE_CHECKING:
    from importlib.abc import ResourceLoader

Path = str | bytes | os.PathLike[str] | os.PathLike[bytes]

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9.]*)://")
_LOCAL = "file"
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)  # Windows would translate line ends
)
_HEAD_BYTES = 1 << 16
_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def local_path(path: Path) -> str:
    """The path as the system wants it.

    Raises
    ------
    UnimplementedError
        If it has another scheme than ``file://``.
    TypeError
        If it is no path.
    """
    if not isinstance(path, (str, bytes, os.PathLike)):
        raise TypeError(f"a path is text, bytes or a pathlib.Path, given: {path!r} ({type(path).__name__}).")
    text = os.fsdecode(path)
    match = _SCHEME.match(text)
    if match is None:
        return text
    if match[1] != _LOCAL:
        raise errors.UnimplementedError(
            f"file system scheme {match[1]!r} is not implemented (file: {text!r}); only local files are. "
            "Mount it, or copy what you need to a local directory."
        )
    return "/" + text[match.end() :].partition("/")[2]  # what comes before is a host


def open_regular(path: str | os.PathLike[str]) -> FileIO:
    """The file, open for reading.

    Raises
    ------
    NotFoundError
        If there is none.
    DataLossError
        If the name is that of a directory, a FIFO or a device.
    PermissionDeniedError, UnavailableError
        If the system refuses.
    UnimplementedError
        If the name has another scheme than ``file://``.
    """
    name = local_path(path)
    with explained(f"cannot read {name!r}", os.path.dirname(name)):
        descriptor = os.open(name, _OPEN_FLAGS)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        kind = _KINDS.get(stat.S_IFMT(mode), "no regular file")
        raise errors.DataLossError(
            f"{name!r} is {kind}, where a file is expected; nothing is read from it. Remove it, or put the file back "
            "from a copy."
        )
    return FileIO(name, opener=lambda *_: descriptor)  # with a name, for messages about what is in it


def read_regular(path: str | os.PathLike[str], most_bytes: int) -> bytes:
    """The contents of the file, unless it has more than `most_bytes`.

    Raises
    ------
    NotFoundError, PermissionDeniedError, UnavailableError
        As :func:`open_regular`.
    DataLossError
        If it is not a regular file, or too long; then nothing is read.
    """
    name = os.fspath(path)
    with open_regular(name) as file, explained(f"cannot read {name!r}", os.path.dirname(name)):
        size = os.fstat(file.fileno()).st_size
        if size > most_bytes:
            raise errors.DataLossError(
                f"{name!r} has {size} bytes, more than the {most_bytes} that such a file may have; it is damaged or of "
                "another kind."
            )
        head = file.read(_HEAD_BYTES)
        if len(head) == _HEAD_BYTES and not any(head):
            raise errors.DataLossError(
                f"{name!r} begins with {_HEAD_BYTES} zeros: a hole of a sparse file, or damage. Put the file back from "
                "a copy."
            )
        parts, rest = [head], size - len(head)  # not up to the end: somebody may be appending for ever
        while rest > 0 and (part := file.read(rest)):
            parts.append(part)
            rest -= len(part)
        return b"".join(parts)


@contextlib.contextmanager
def explained(
    doing: str, directory: str, size_bytes: int | Callable[[], int] | None = None
) -> Iterator[None]:
    """Turn an OSError inside into the package's error of the same meaning.

    Parameters
    ----------
    doing : str
        How the message begins: ``"cannot write 'models/iris/graph.pbtxt'"``.
    directory : str
        Where, for the message.
    size_bytes : int, or callable, optional
        How much room was needed; a function is called if something is refused.

    Raises
    ------
    ResourceExhaustedError
        Disk full or quota used up.
    PermissionDeniedError
        No permission, or a read-only file system.
    NotFoundError
        The file or directory is not there.
    AlreadyExistsError
        A directory or a link has the name that the file is to have.
    UnavailableError
        Any other failure of the system, for example EIO.
    """
    try:
        yield
    except errors.OpError:
        raise
    except OSError as error:
        needed = size_bytes() if callable(size_bytes) else size_bytes
        raise _as_op_error(error, doing, directory, needed) from cause_of(error)


def _as_op_error(error: OSError, doing: str, directory: str, size_bytes: int | None) -> errors.OpError:
    kind, advice = _ADVICE.get(error.errno or 0, (errors.UnavailableError, "Check the disk and run again."))
    needed = "" if size_bytes is None else f" ({size_bytes} bytes needed)"
    taken = error.filename2 if kind is errors.AlreadyExistsError else None  # of a renaming, the new name
    where = taken or error.filename or directory or "."
    code = errno.errorcode.get(error.errno or 0, "?")
    return kind(f"{doing}{needed}: {code}, {error.strerror or error} ({os.fsdecode(where)!r}). {advice}")


_FULL = (errors.ResourceExhaustedError, "Free space there and run again.")
_REFUSED = (errors.PermissionDeniedError, "Change the permissions or choose another directory.")
_GONE = (
    errors.NotFoundError,
    "The directory or file is not there, or was deleted meanwhile: check the name.",
)
_BLOCKED = (
    errors.NotFoundError,
    "It, or a part of its path, is a file and no directory: move that file away.",
)
_TAKEN = (errors.AlreadyExistsError, "A directory or a link has that name: move it away.")
_ADVICE: dict[int, tuple[type[errors.OpError], str]] = {
    errno.ENOSPC: _FULL,
    getattr(errno, "EDQUOT", errno.ENOSPC): _FULL,
    errno.EFBIG: _FULL,
    errno.EACCES: _REFUSED,
    errno.EPERM: _REFUSED,
    errno.EROFS: _REFUSED,
    errno.ENOENT: _GONE,
    errno.ENOTDIR: _BLOCKED,
    errno.EISDIR: _TAKEN,
    errno.ELOOP: _TAKEN,
}


def text_beside(module: str, file_name: str) -> str:
    """The text of a file that lies beside a module of this package, be that in a directory or in an archive.

    Parameters
    ----------
    module : str
        ``__name__`` of the module.
    file_name : str
    """
    found = sys.modules[module]
    loader = cast("ResourceLoader", found.__loader__)
    return loader.get_data(os.path.join(os.path.dirname(str(found.__file__)), file_name)).decode("ascii")
