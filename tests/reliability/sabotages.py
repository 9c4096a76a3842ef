"""Faults that are put into the writer on purpose: a proof that does not find them proves nothing."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import Any

from estimator.model_dir import claim, commit, series, state, storage
from estimator.model_dir.file_names import ONE_SHARD


def _index_first() -> None:
    """The index gets its name before the data has its own."""

    def committed(save: Any) -> None:
        save._place(".index", ".index")
        save._place(ONE_SHARD, ONE_SHARD)
        save._place_meta()

    commit._Save.commit = committed  # type: ignore[method-assign]


def _state_in_place() -> None:
    """The state file is written under its own name, as a script might."""

    def written(path: str, data: bytes, ops: Any = storage.LOCAL) -> None:
        with contextlib.suppress(FileNotFoundError):
            ops.unlink(path)
        file = storage.NewFile(ops, os.fspath(path))
        file.write(data)
        file.finish()

    state.write_atomically = written  # type: ignore[assignment]


def _no_recovery() -> None:
    """A start does not look for what a crash has left."""
    claim.recover = lambda directory, ops=None: []  # type: ignore[assignment]
    claim.needs_recovery = lambda directory, ops=None: False  # type: ignore[assignment]


def _state_first() -> None:
    """The state file names the checkpoint before it is written."""
    real = series.CheckpointSeries._write

    def written(self: Any, note: str, name: str, *args: Any) -> None:
        with contextlib.suppress(Exception):
            self._acknowledge(self.plan(name), is_new=True)
        real(self, note, name, *args)

    series.CheckpointSeries._write = written  # type: ignore[method-assign]


SABOTAGES: dict[str, Callable[[], None]] = {
    "the index first": _index_first,
    "the state file in place": _state_in_place,
    "the state file first": _state_first,
    "no recovery": _no_recovery,
}
