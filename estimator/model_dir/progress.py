"""What a trainer and an evaluator, processes of their own on one model_dir, tell one another and whoever follows them.

The trainer notes that its training has begun, and that it has ended with all that belongs to it. No checkpoint says so
of itself: the last one may have been written before anybody knew that the input ends, or before a process was killed
that was to evaluate it. The evaluator notes, for each folder of its summaries, which checkpoint it has evaluated and
exported last; killed and started again, it goes on from there. A checkpoint is known by its name and by the checksum of
its index, in which those of all tensors are: a name may be saved again.
"""

from __future__ import annotations

import os
from dataclasses import asdict

from estimator.core.errors import OpError
from estimator.core.files import read_regular
from estimator.core.frozen import frozen
from estimator.formats.checksum import crc32c
from estimator.model_dir.memo import read_memo, write_memo
from estimator.model_dir.storage import LOCAL, FileOps, make_directory

TRAINING, EVALUATED = ".training", ".evaluated"
_MOST_INDEX_BYTES = 256 << 20


@frozen
class Training:
    """What is noted of a training.

    Parameters
    ----------
    max_steps : int or None
        What it was asked for; another number is another training.
    is_over : bool
        Whether it has ended, and its last checkpoint was evaluated by whoever was to do it in this process.
    """

    max_steps: int | None
    is_over: bool


def note_training(directory: str, training: Training, ops: FileOps = LOCAL) -> None:
    """Say that a training goes on, or has ended.

    Raises
    ------
    OpError
        If the system refuses.
    """
    make_directory(directory, ops)
    write_memo(os.path.join(directory, TRAINING), asdict(training), ops)


def read_training(directory: str) -> Training | None:
    """What is noted of the last training, if anything is."""
    noted = read_memo(os.path.join(directory, TRAINING))
    return None if noted is None else Training(**noted)


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
