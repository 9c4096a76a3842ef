"""The functions of :mod:`estimator.files.tree` under the names and arguments of tf.gfile.

Source
------
tf.gfile, TF 1.15 platform/gfile.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from estimator.core.files import Path
from estimator.core.keywords import near_keywords_of_functions
from estimator.files.tree import (
    FileStatistics,
    copy,
    exists,
    glob,
    isdir,
    listdir,
    makedirs,
    remove,
    rename,
    rmtree,
    stat,
    walk,
)
from estimator.files.tree import (
    mkdir as make_one,
)


def Exists(filename: Path) -> bool:
    """Whether a file or directory has that name: see :func:`~estimator.files.tree.exists`."""
    return exists(filename)


def IsDirectory(dirname: Path) -> bool:
    """Whether it is a directory: see :func:`~estimator.files.tree.isdir`."""
    return isdir(dirname)


def ListDirectory(dirname: Path) -> list[str]:
    """The names in a directory, sorted: see :func:`~estimator.files.tree.listdir`."""
    return listdir(dirname)


def MkDir(dirname: Path) -> None:
    """Make a directory: see :func:`~estimator.files.tree.mkdir`."""
    make_one(dirname)


def MakeDirs(dirname: Path) -> None:
    """Make a directory, and those it is in: see :func:`~estimator.files.tree.makedirs`."""
    makedirs(dirname)


def Remove(filename: Path) -> None:
    """Remove a file: see :func:`~estimator.files.tree.remove`."""
    remove(filename)


def Rename(oldname: Path, newname: Path, overwrite: bool = False) -> None:
    """Give a file or directory another name: see :func:`~estimator.files.tree.rename`."""
    rename(oldname, newname, overwrite)


def Copy(oldpath: Path, newpath: Path, overwrite: bool = False) -> None:
    """Copy a file: see :func:`~estimator.files.tree.copy`."""
    copy(oldpath, newpath, overwrite)


def DeleteRecursively(dirname: Path) -> None:
    """Remove a directory and all that is in it: see :func:`~estimator.files.tree.rmtree`."""
    rmtree(dirname)


def Glob(filename: Path | Iterable[Path]) -> list[str]:
    """The files and directories that fit a pattern, sorted: see :func:`~estimator.files.tree.glob`."""
    return glob(filename)


def Stat(filename: Path) -> FileStatistics:
    """What is known of a file or directory: see :func:`~estimator.files.tree.stat`."""
    return stat(filename)


def Walk(top: Path, in_order: bool = True) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each directory below one, itself included: see :func:`~estimator.files.tree.walk`."""
    return walk(top, in_order)


near_keywords_of_functions(__name__)
