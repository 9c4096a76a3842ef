"""What there is in directories, and changing it: tf.io.gfile.

Who asks while a thread of this process saves a checkpoint there waits for it, and finds what TensorFlow would have
written by then.

Source
------
tf.io.gfile, TF 1.15 lib/io/file_io.py
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from estimator.core import errors
from estimator.core.files import Path, local_path
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.core.patterns import matches
from estimator.core.texts import as_str_any
from estimator.files.paths import refused_as_in_tensorflow, settled_path
from estimator.model_dir.storage import LOCAL, missing_levels, remove_tree, replacing, retried

_COPIED_AT_ONCE = 1 << 24


class FileStatistics(NamedTuple):
    """What is known of a file: bytes, nanoseconds since 1970 of the last change, whether it is a directory."""

    length: int
    mtime_nsec: int
    is_directory: bool


def exists(path: Path) -> bool:
    """Whether a file or directory has that name; of a link, whether what it points to is there.

    Raises
    ------
    UnimplementedError
        If it is on no local file system (as of every function here).
    """
    return os.path.exists(settled_path(path))


def isdir(path: Path) -> bool:
    """Whether it is a directory."""
    return os.path.isdir(settled_path(path))


def listdir(path: Path) -> list[str]:
    """The names in a directory, sorted.

    Raises
    ------
    NotFoundError
        If there is no such directory.
    """
    name = settled_path(path)
    if not os.path.isdir(name):
        raise errors.NotFoundError(f"could not find directory {name}.")
    with refused_as_in_tensorflow(name):
        return sorted(os.listdir(name))


def mkdir(path: Path) -> None:
    """Make a directory; one that is there is left alone.

    Raises
    ------
    NotFoundError
        If the directory it should be in is not there.
    AlreadyExistsError
        If a file has the name.
    """
    name = local_path(path)
    with refused_as_in_tensorflow(name):
        retried(LOCAL.mkdir, name)


def makedirs(path: Path) -> None:
    """Make a directory, and those it is in.

    Raises
    ------
    FailedPreconditionError
        If a file is in the way.
    """
    name = local_path(path)
    for level in reversed(missing_levels(name)):
        with refused_as_in_tensorflow(level):
            retried(LOCAL.mkdir, level)
    if name and not os.path.isdir(name):
        raise errors.FailedPreconditionError(f"{name} is not a directory.")


def remove(path: Path) -> None:
    """Remove a file.

    Raises
    ------
    NotFoundError
        If there is none.
    FailedPreconditionError
        If it is a directory.
    """
    name = settled_path(path)
    with refused_as_in_tensorflow(name):
        retried(LOCAL.unlink, name)


def rename(src: Path, dst: Path, overwrite: bool = False) -> None:
    """Give a file or directory another name.

    Raises
    ------
    AlreadyExistsError
        If something has the name and `overwrite` is false.
    NotFoundError
        If there is no `src`, or no directory for `dst`.
    FailedPreconditionError
        If `dst` is a directory with something in it, or only one of both is a directory.
    """
    name, target = settled_path(src), settled_path(dst)
    _check_free(target, overwrite)
    with refused_as_in_tensorflow(name):
        retried(LOCAL.rename, name, target)


def copy(src: Path, dst: Path, overwrite: bool = False) -> None:
    """Copy a file; what has the name stays whole until the copy is.

    Raises
    ------
    AlreadyExistsError
        If something has the name and `overwrite` is false.
    NotFoundError
        If there is no `src`, or no directory for `dst`.
    FailedPreconditionError
        If one of both is a directory.
    """
    name, target = settled_path(src), settled_path(dst)
    _check_free(target, overwrite)
    with refused_as_in_tensorflow(name), open(name, "rb") as file:
        with refused_as_in_tensorflow(target), replacing(target) as new:
            while part := file.read(_COPIED_AT_ONCE):
                new.write(part)


def _check_free(target: str, overwrite: bool) -> None:
    if not overwrite and os.path.exists(target):
        raise errors.AlreadyExistsError(f"{target} exists already; remove it, or say overwrite=True.")


def rmtree(path: Path) -> None:
    """Remove a directory and all that is in it; of a link the link itself.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    name = settled_path(path)
    with refused_as_in_tensorflow(name):
        remove_tree(name)


def glob(pattern: Path | Iterable[Path]) -> list[str]:
    """The files and directories whose names fit a pattern, sorted; of several patterns, those of each in turn.

    `*` stands for any characters within one level, `?` for one, `[a-z]` and `[^a-z]` for one of some.
    """
    patterns = [pattern] if isinstance(pattern, (str, bytes, os.PathLike)) else pattern
    return [path for one in patterns for path in sorted(matches(settled_path(os.fsdecode(one))))]


def stat(path: Path) -> FileStatistics:
    """What is known of a file or directory.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    name = settled_path(path)
    with refused_as_in_tensorflow(name):
        found = os.stat(name)
    return FileStatistics(found.st_size, found.st_mtime_ns, os.path.isdir(name))


def walk(
    top: Path, topdown: bool = True, onerror: Callable[[errors.OpError], Any] | None = None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each directory below one, itself included: its path, the names of directories in it, the names of files.

    Parameters
    ----------
    top : str or path
        Where to begin; if it is no directory, nothing comes.
    topdown : bool
        Whether a directory comes before those in it, or behind them.
    onerror : callable, optional
        Gets the error of a directory that is not there.
    """
    path = as_str_any(os.fsdecode(top))
    try:
        names = listdir(path)
    except errors.NotFoundError as error:
        if onerror is not None:
            onerror(error)
        return
    directories = [name for name in names if isdir(join(path, name))]
    here = path, directories, [name for name in names if name not in directories]
    if topdown:
        yield here
    for name in directories:
        yield from walk(join(path, name), topdown, onerror)
    if not topdown:
        yield here


def join(path: Path, *paths: Path) -> str:
    """The path of a file below a directory."""
    return os.path.join(os.fsdecode(path), *map(os.fsdecode, paths))


def get_registered_schemes() -> list[str]:
    """The schemes of paths that are understood."""
    return ["", "file"]


near_keywords_of_functions(__name__)
