"""What a path means to the system, and what the system's refusals are in TensorFlow's terms.

Source
------
tensorflow/core/platform/error.cc (codes of refusals), TF 2.15
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator

from estimator.core import errors
from estimator.core.files import Path, local_path
from estimator.core.tracebacks import cause_of
from estimator.model_dir.background import wait_for_saves


def settled_path(path: Path) -> str:
    """The path as the system wants it, when nothing there or beside it is being saved by a thread of this process.

    Raises
    ------
    UnimplementedError
        If it is on no local file system.
    """
    name = local_path(path)
    wait_for_saves(name)
    wait_for_saves(os.path.dirname(name))
    return name


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
