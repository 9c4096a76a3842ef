"""What may be a model_dir, and checks of it before anything is made in it.

Source
------
tf.estimator creates a folder called ``gs:`` where it has no such file system; here it is refused.
"""

from __future__ import annotations

import os
import re

from estimator.core import errors
from estimator.core.files import local_path

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # two letters at least: C:/models is a path


def as_model_dir(value: object, what: str = "model_dir") -> str:
    """The directory's name as text, ``~`` expanded; a relative one stays relative. Nothing is looked up.

    Raises
    ------
    InvalidArgumentError
        If it is empty, a URL of another scheme than ``file://``, or no path at all.

    Example
    -------
    >>> as_model_dir("models/iris")
    'models/iris'
    """
    if not isinstance(value, (str, bytes, os.PathLike)):
        shown = repr(value)
        raise errors.InvalidArgumentError(
            f"{what} should be a str or a path, given: {shown if len(shown) <= 80 else 'a ' + type(value).__name__}."
        )
    name = os.fsdecode(value)
    if name.startswith("file://"):
        return local_path(name)
    if not name:
        raise errors.InvalidArgumentError(f"{what} should be non-empty: give the path of a directory.")
    if _URL.match(name):
        raise errors.InvalidArgumentError(
            f"{what} {name!r} is a URL; only local directories are supported. "
            "Train into a local directory and copy it, or mount the store and give its path."
        )
    if "\0" in name:
        raise errors.InvalidArgumentError(
            f"{what} {name!r} has a NUL character in it; give the path of a directory."
        )
    return os.path.expanduser(name)


def check_model_dir(
    path: str | os.PathLike[str], *, for_writing: bool = False, what: str = "model_dir"
) -> str:
    """The directory's path with ``~`` expanded; nothing is created.

    Parameters
    ----------
    path : path
        The model_dir. Relative paths stay relative.
    for_writing : bool
        Also require that files can be made in it, or it in the nearest directory that exists.
    what : str
        What the messages call it.

    Raises
    ------
    InvalidArgumentError
        If it is empty, a URL, or a file.
    PermissionDeniedError
        If it is to be written to and cannot.
    """
    expanded = as_model_dir(path, what)
    existing = _nearest_existing(expanded)
    if not os.path.isdir(existing):
        where = "is a file" if existing == expanded else f"lies below {existing!r}, which is a file"
        raise errors.InvalidArgumentError(
            f"{what} {expanded!r} {where}, not a directory. Choose another path."
        )
    if for_writing and not os.access(existing, os.W_OK | os.X_OK):
        place = "is" if existing == expanded else f"cannot be created: {existing!r} is"
        raise errors.PermissionDeniedError(
            f"{what} {expanded!r} {place} not writable. Make it writable or choose another path."
        )
    return expanded


def _nearest_existing(path: str) -> str:
    current = path
    while not os.path.lexists(current):
        parent = os.path.dirname(current)
        if parent == current:
            break
        current = parent or os.curdir
    return current
