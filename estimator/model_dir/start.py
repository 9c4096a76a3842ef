"""Where variables get their first values: one checkpoint, the latest one of a directory, or none."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from estimator.core.frozen import frozen
from estimator.model_dir.background import wait_for_saves
from estimator.model_dir.best import best_checkpoints
from estimator.model_dir.finding import (
    CheckpointInfo,
    LatestPrefix,
    latest_prefix,
    use_latest,
    use_moving,
    use_named,
)

T = TypeVar("T")


@frozen
class Start:
    """A checkpoint to start from, and whether a newer one may take its place.

    Parameters
    ----------
    prefix : str or None
        Of the checkpoint; None: the variables are initialised.
    may_move : bool
        Whether the latest checkpoint beside it stands in, if a trainer has deleted this one meanwhile. A checkpoint
        that somebody asked for by name is not replaced.
    find : callable, optional
        Finds what stands in instead of the latest.
    """

    prefix: str | None = None
    may_move: bool = False
    find: Callable[[], CheckpointInfo | None] | None = None

    def __post_init__(self) -> None:
        if self.prefix is not None:
            wait_for_saves(os.path.dirname(self.prefix))  # it may be the one that is being saved

    @classmethod
    def latest(cls, directory: str | os.PathLike[str]) -> Start:
        """The latest checkpoint of the directory, or whichever is the latest when it is read.

        Raises
        ------
        OpError
            If there are checkpoints but none is whole.
        """
        return cls(latest_prefix(directory), may_move=True)

    @classmethod
    def best(cls, directory: str | os.PathLike[str]) -> Start:
        """The best checkpoint of the directory, or whichever is the best when it is read."""

        def find() -> CheckpointInfo | None:
            return next(best_checkpoints(directory), None)

        found = find()
        return cls(None if found is None else found.prefix, may_move=True, find=find)

    @classmethod
    def named(cls, prefix: str | os.PathLike[str]) -> Start:
        """The checkpoint of that prefix; one that was looked up as the latest may move."""
        return cls(os.fspath(prefix), may_move=isinstance(prefix, LatestPrefix))

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> Start:
        """The latest checkpoint of a directory, or the one of that prefix or index file.

        Raises
        ------
        OpError
            As :meth:`latest`.
        """
        if isinstance(path, LatestPrefix):
            return cls.named(path)
        text = os.path.expanduser(os.fspath(path))
        return cls.latest(text) if os.path.isdir(text) else cls(text.removesuffix(".index"))

    def use(self, read: Callable[[str], T]) -> T | None:
        """What `read` makes of the prefix of the checkpoint; None if there is none.

        Raises
        ------
        OpError, ValueError
            What `read` raises, unless a newer checkpoint may take the place of this one and is there, or another was
            saved under its name meanwhile; then `read` is called again.
        """
        if self.prefix is None:
            return None
        if self.find is not None:
            return use_moving(self.prefix, read, self.find)
        if not self.may_move:
            return use_named(self.prefix, read)
        return use_latest(os.path.dirname(self.prefix), read, self.prefix)
