"""Where variables get their first values: one checkpoint, the latest one of a directory, or none."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from estimator.model_dir.finding import latest_checkpoint, use_latest

T = TypeVar("T")


@dataclass(frozen=True)
class Start:
    """A checkpoint to start from, and whether a newer one may take its place.

    Parameters
    ----------
    prefix : str or None
        Of the checkpoint; None: the variables are initialised.
    may_move : bool
        Whether the latest checkpoint beside it stands in, if a trainer has deleted this one meanwhile. A checkpoint
        that somebody asked for by name is not replaced.
    """

    prefix: str | None = None
    may_move: bool = False

    @classmethod
    def latest(cls, directory: str | os.PathLike[str]) -> Start:
        """The latest checkpoint of the directory, or whichever is the latest when it is read.

        Raises
        ------
        OpError
            If there are checkpoints but none is whole.
        """
        return cls(latest_checkpoint(directory), may_move=True)

    def use(self, read: Callable[[str], T]) -> T | None:
        """What `read` makes of the prefix of the checkpoint; None if there is none.

        Raises
        ------
        OpError, ValueError
            What `read` raises, unless a newer checkpoint may take the place of this one and is there.
        """
        if self.prefix is None:
            return None
        if not self.may_move:
            return read(self.prefix)
        return use_latest(os.path.dirname(self.prefix), read, self.prefix)
