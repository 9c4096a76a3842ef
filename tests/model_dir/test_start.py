"""What stands in for a checkpoint that a trainer deletes while it is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from estimator.core import errors
from estimator.formats.bundle import BundleReader
from estimator.model_dir.best import Ranking, rank
from estimator.model_dir.commit import write_checkpoint
from estimator.model_dir.series import CheckpointSeries
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


def test_the_best_may_move_while_it_is_read(tmp_path: Path) -> None:
    series = CheckpointSeries(tmp_path, keep_max=1)
    ranking, read_from = Ranking("accuracy", "max"), []
    series.save("model.ckpt-1", {"w": np.zeros(2)})
    rank(tmp_path, "model.ckpt-1", 0.5, ranking)
    start = Start.best(tmp_path)

    def read(prefix: str) -> str:
        read_from.append(prefix)
        if len(read_from) == 1:  # meanwhile there is a better one, and the next save lets this one go
            series.save("model.ckpt-2", {"w": np.ones(2)})
            rank(tmp_path, "model.ckpt-2", 0.6, ranking)
            series.save("model.ckpt-3", {"w": np.ones(2)})
        with BundleReader(prefix) as reader:
            reader.get("w")
        return prefix

    assert start.use(read) == str(tmp_path / "model.ckpt-2")
    assert read_from == [str(tmp_path / "model.ckpt-1"), str(tmp_path / "model.ckpt-2")]


def test_without_a_best_there_is_none_to_start_from(tmp_path: Path) -> None:
    assert Start.best(tmp_path).prefix is None
