"""What stands in for a checkpoint that a trainer deletes while it is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from estimator.core import errors
from estimator.model_dir.commit import write_checkpoint
from estimator.model_dir.start import Start
from estimator.model_dir.state import CheckpointState, write_state
from estimator.model_dir.storage import LOCAL


def save_only(step: int, model_dir: Path) -> None:
    """The checkpoint of a step; those before it are deleted."""
    write_checkpoint(LOCAL, str(model_dir), f"model.ckpt-{step}", {"step": np.array([step])})
    write_state(model_dir, CheckpointState.of([f"model.ckpt-{step}"]))
    for file in model_dir.glob(f"model.ckpt-{step - 1}.*"):
        file.unlink()


def readings(start: Start, model_dir: Path) -> list[str]:
    """Which checkpoints are read, if the first one is gone the moment it is opened."""
    seen: list[str] = []

    def read(prefix: str) -> None:
        seen.append(Path(prefix).name)
        if len(seen) == 1:
            save_only(2, model_dir)
        if not Path(prefix + ".index").exists():
            raise errors.NotFoundError(f"{prefix} is gone")

    start.use(read)
    return seen


def test_the_newer_checkpoint_is_read_where_the_latest_was_meant(tmp_path: Path) -> None:
    save_only(1, tmp_path)
    assert readings(Start.latest(tmp_path), tmp_path) == ["model.ckpt-1", "model.ckpt-2"]


def test_a_checkpoint_that_was_asked_for_has_no_substitute(tmp_path: Path) -> None:
    save_only(1, tmp_path)
    with pytest.raises(errors.NotFoundError, match="model.ckpt-1 is gone"):
        readings(Start(str(tmp_path / "model.ckpt-1")), tmp_path)


def test_without_a_checkpoint_nothing_is_read(tmp_path: Path) -> None:
    assert Start.latest(tmp_path) == Start(None, may_move=True)
    assert readings(Start.latest(tmp_path), tmp_path) == []
