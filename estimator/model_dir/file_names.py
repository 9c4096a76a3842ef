"""What the files of a model_dir are called.

A checkpoint called ``model.ckpt-200`` is ``model.ckpt-200.index``, its shards
``model.ckpt-200.data-00000-of-00001`` and, if the graph was saved with it, ``model.ckpt-200.meta``.
It exists when its index does. Everything that is still being written is called ``.tmp.*``:
TensorFlow and TensorBoard ignore such names, and recovery may delete them.

Source
------
Saver and tensor bundle of TensorFlow 2.15: names of index, shards and meta files.
"""

from __future__ import annotations

import os
import re

STATE_FILE = "checkpoint"
LOCK_FILE = ".lock"
TEMP_PREFIX = ".tmp."
DEFAULT_BASENAME = "model.ckpt"
ONE_SHARD = ".data-00000-of-00001"

_STEP = re.compile(r"(?P<basename>.+)-(?P<step>[0-9]{1,19})", re.DOTALL)
_NOTE = TEMP_PREFIX + "saving."
_SHARD = re.compile(r"(?P<name>.+)\.data-[0-9]{5}-of-(?P<count>[0-9]{5})", re.DOTALL)


def checkpoint_name(basename: str, step: int | None) -> str:
    """``model.ckpt-200``, or the bare basename of a checkpoint without a step."""
    return basename if step is None else f"{basename}-{step}"


def split_step(name: str) -> tuple[str, int | None]:
    """The basename and the step of a checkpoint's name; the step is None if it has none."""
    found = _STEP.fullmatch(name)
    return (found["basename"], int(found["step"])) if found else (name, None)


def step_of(name: str) -> int | None:
    """The step in the name, or None."""
    return split_step(name)[1]


def shards_counted(file_name: str) -> int | None:
    """How many data files the name of one says there are; None for other files."""
    found = _SHARD.fullmatch(file_name)
    return int(found["count"]) if found else None


def data_owner(file_name: str) -> str | None:
    """The checkpoint to which a data file belongs; None for other files."""
    found = _SHARD.fullmatch(file_name)
    return None if found is None or is_temporary(file_name) else found["name"]


def owner_of(file_name: str) -> str | None:
    """The checkpoint to which an index, data or meta file belongs; None for other files."""
    found = _SHARD.fullmatch(file_name)
    if found:
        return found["name"]
    for suffix in (".index", ".meta"):
        if file_name.endswith(suffix) and file_name != suffix:
            return file_name.removesuffix(suffix)
    return None


def is_temporary(file_name: str) -> bool:
    """Whether the file is one of ours that was never finished."""
    return file_name.startswith(TEMP_PREFIX)


def temporary_prefix(step: int | None) -> str:
    """A fresh prefix for the files of a checkpoint that is being written."""
    return f"{TEMP_PREFIX}{'none' if step is None else step}.{_random()}"


def temporary_name(final_name: str) -> str:
    """A fresh name for a file that will be called `final_name`."""
    return f"{TEMP_PREFIX}{_random()}.{final_name}"


def note_name() -> str:
    """A fresh name for the note of what a save is about to do."""
    return _NOTE + _random()


def _random() -> str:
    return os.urandom(16).hex()  # by the system: what `secrets` is for loads a library of cryptography


def is_note(file_name: str) -> bool:
    """Whether the file is such a note."""
    return file_name.startswith(_NOTE)
