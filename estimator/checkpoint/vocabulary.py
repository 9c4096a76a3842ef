"""Tables whose rows or columns stand for the lines of a vocabulary, moved from an old vocabulary to a new one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError, raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.formats.vocabulary_files import read_lines

Array = np.ndarray[Any, Any]


@near_keywords
@frozen
class VocabInfo:
    """How a table moves from an old vocabulary to a new one, an entry a line in both files.

    What an entry's row was in the old table it is in the new one, wherever its line is now. Entries that the old
    vocabulary lacks, and all OOV buckets, begin anew.

    Parameters
    ----------
    new_vocab : str or path
        The vocabulary of the model that is trained now.
    new_vocab_size : int
        How many of its lines count.
    num_oov_buckets : int
        How many buckets the new table has behind the vocabulary.
    old_vocab : str or path
        The vocabulary of the model in the checkpoint.
    old_vocab_size : int
        How many of its lines count; -1 for all.
    backup_initializer : callable, optional
        What gives new entries and buckets their values; by default they are zero. It is asked for a value of the
        variable's shape, so that what goes by fans sees the variable's.
    axis : int
        0 where the rows stand for the entries (embeddings, linear weights, the bias of class vocabularies), 1 where
        the columns do (the kernel of an output layer).

    Raises
    ------
    ValueError
        If an argument is wrong; all problems at once.

    Source
    ------
    tf.estimator.VocabInfo, TF 1.15 warm_starting_util.py
    """

    new_vocab: str | os.PathLike[str]
    new_vocab_size: int
    num_oov_buckets: int
    old_vocab: str | os.PathLike[str]
    old_vocab_size: int = -1
    backup_initializer: Any = None
    axis: int = 0

    def __post_init__(self) -> None:
        raise_problems("VocabInfo", list(self._problems()))

    def _problems(self) -> Iterator[str]:
        for name in ("new_vocab", "old_vocab"):
            path = getattr(self, name)
            if not path or not isinstance(path, (str, os.PathLike)):
                yield f"{name} must be the path of a vocabulary file, given: {path!r}."
        for name, meaning, is_fine in (
            ("new_vocab_size", "the number of lines that count, at least 1", lambda size: size > 0),
            ("num_oov_buckets", "at least 0", lambda size: size >= 0),
            ("old_vocab_size", "the number of lines that count, or -1 for all", lambda s: s > 0 or s == -1),
        ):
            size = getattr(self, name)
            if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or not is_fine(size):
                yield f"{name} must be {meaning}, given: {size!r}."
        if self.axis not in (0, 1):
            yield f"The only supported values for the axis argument are 0 and 1. Provided axis: {self.axis!r}."
        if self.backup_initializer is not None and not callable(self.backup_initializer):
            yield (
                "backup_initializer must be a function such as tf.zeros_initializer(), given: "
                f"{self.backup_initializer!r}."
            )

    @property
    def size(self) -> int:
        """The new table's size along the axis."""
        return self.new_vocab_size + self.num_oov_buckets


def old_places(info: VocabInfo) -> Array:
    """For each place of the new table, the one in the old table that its entry had; -1 where it begins anew.

    Shape
    -----
    [new_vocab_size + num_oov_buckets], int64

    Raises
    ------
    NotFoundError, PermissionDeniedError, DataLossError, InvalidArgumentError
        If a file cannot be read, has too few lines, or has one twice.
    """
    old: dict[bytes, int] = {}
    for number, entry in enumerate(_lines(info.old_vocab, info.old_vocab_size)):
        if old.setdefault(entry, number) != number:
            raise InvalidArgumentError(
                f"the vocabulary file {os.fspath(info.old_vocab)!r} has {entry.decode('utf-8', 'backslashreplace')!r} "
                f"twice, in lines {old[entry] + 1} and {number + 1}: which row is meant?"
            )
    places = np.full(info.size, -1, np.int64)
    places[: info.new_vocab_size] = [
        old.get(entry, -1) for entry in _lines(info.new_vocab, info.new_vocab_size)
    ]
    return places


def _lines(path: str | os.PathLike[str], size: int) -> list[bytes]:
    return read_lines(os.path.expanduser(os.fspath(path)), size)
