"""Which file of the local file system a path means, and what the system's refusals are in TensorFlow's terms.

Source
------
tensorflow/core/platform/file_system.h (schemes), tensorflow/core/platform/error.cc (codes of refusals), TF 2.15
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Iterator

from estimator.core import errors
from estimator.core.tracebacks import cause_of

Path = str | bytes | os.PathLike[str] | os.PathLike[bytes]

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9.]*)://")
_LOCAL = "file"


def local_path(path: Path) -> str:
    """The path as the system wants it.

    Raises
    ------
    UnimplementedError
        If it has another scheme than ``file://``.
    TypeError
        If it is no path.
    """
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


@contextlib.contextmanager
def refused_as_in_tensorflow(path: str) -> Iterator[None]:
    """Turn an OSError inside into the error that TensorFlow raises.

    Raises
    ------
    NotFoundError, AlreadyExistsError, PermissionDeniedError, FailedPreconditionError, ResourceExhaustedError, \
InvalidArgumentError, UnknownError
        By what the system says.
    """
    try:
        yield
    except OSError as error:
        kind = _KINDS.get(error.errno or 0, errors.UnknownError)
        raise kind(f"{path}; {error.strerror or error}.") from cause_of(error)


_KINDS: dict[int, type[errors.OpError]] = {
    getattr(errno, name): kind
    for kind, names in {
        errors.NotFoundError: "ENOENT ENODEV ENXIO",
        errors.AlreadyExistsError: "EEXIST",
        errors.PermissionDeniedError: "EPERM EACCES EROFS",
        errors.FailedPreconditionError: "ENOTEMPTY EISDIR ENOTDIR EBADF EBUSY ETXTBSY EPIPE",
        errors.ResourceExhaustedError: "ENOSPC EDQUOT EMFILE ENFILE EMLINK ENOMEM",
        errors.InvalidArgumentError: "EINVAL ENAMETOOLONG ESPIPE ENOTTY",
        errors.OutOfRangeError: "EFBIG EOVERFLOW",
        errors.AbortedError: "EXDEV EDEADLK",
        errors.UnimplementedError: "ENOSYS ENOTSUP EOPNOTSUPP",
    }.items()
    for name in names.split()
    if hasattr(errno, name)
}
