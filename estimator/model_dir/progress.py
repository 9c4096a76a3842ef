"""What a trainer and an evaluator, processes of their own on one model_dir, tell one another and whoever follows them.

The trainer notes that its training has ended, which no checkpoint says of itself: the last one may have been written
before anybody knew that the input ends. The evaluator notes, for each folder of its summaries, which checkpoint it has
evaluated and exported last; killed and started again, it goes on from there. A checkpoint is known by its name and by
the checksum of its index, in which those of all tensors are: a name may be saved again.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

from estimator.core.errors import OpError
from estimator.core.files import read_regular
from estimator.formats.checksum import crc32c
from estimator.model_dir.memo import read_memo, write_memo
from estimator.model_dir.storage import LOCAL, FileOps, make_directory, retried

ENDED, EVALUATED = ".ended", ".evaluated"
_MOST_INDEX_BYTES = 256 << 20


@dataclass(frozen=True)
class Ending:
    """The end of a training.

    Parameters
    ----------
    latest : str or None
        The name of its last checkpoint.
    max_steps : int or None
        What it was asked for; another number is another training.
    """

    latest: str | None
    max_steps: int | None


def note_ending(directory: str, ending: Ending, ops: FileOps = LOCAL) -> None:
    """Say that the training has ended.

    Raises
    ------
    OpError
        If the system refuses.
    """
    make_directory(directory, ops)
    write_memo(os.path.join(directory, ENDED), {"latest": ending.latest, "max_steps": ending.max_steps}, ops)


def read_ending(directory: str) -> Ending | None:
    """The end of the training, if it has been noted."""
    noted = read_memo(os.path.join(directory, ENDED))
    return None if noted is None else Ending(noted.get("latest"), noted.get("max_steps"))


def forget_ending(directory: str, ops: FileOps = LOCAL) -> None:
    """Say that training goes on."""
    with contextlib.suppress(FileNotFoundError):
        retried(ops.unlink, os.path.join(directory, ENDED))


def note_evaluated(folder: str, prefix: str, ops: FileOps = LOCAL) -> None:
    """Say that a checkpoint has been evaluated into this folder, and exported.

    Raises
    ------
    OpError
        If the system refuses.
    """
    make_directory(folder, ops)
    contents = {"checkpoint": os.path.basename(prefix), "identity": identity(prefix)}
    write_memo(os.path.join(folder, EVALUATED), contents, ops)


def was_evaluated(folder: str, prefix: str) -> bool:
    """Whether this checkpoint is the last that was evaluated into this folder."""
    noted = read_memo(os.path.join(folder, EVALUATED)) or {}
    return noted.get("checkpoint") == os.path.basename(prefix) and noted.get("identity") == identity(prefix)


def identity(prefix: str) -> int | None:
    """A number that tells a checkpoint from another of its name; None if it is not there."""
    try:
        return crc32c(read_regular(f"{prefix}.index", _MOST_INDEX_BYTES))
    except OpError:
        return None
