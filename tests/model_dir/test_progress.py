"""What trainer and evaluator note for one another."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from estimator.model_dir.progress import (
    Training,
    identity,
    note_evaluated,
    note_training,
    read_training,
    was_evaluated,
)
from estimator.model_dir.series import CheckpointSeries


def save(directory: Path, value: float = 1.0, name: str = "model.ckpt-1") -> str:
    return CheckpointSeries(directory).save(name, {"w": np.array(value)})


def test_what_is_noted_of_a_training_is_read(tmp_path: Path) -> None:
    directory = str(tmp_path / "new")
    assert read_training(directory) is None
    for training in (Training(None, False), Training(7, False), Training(7, True)):
        note_training(directory, training)
        assert read_training(directory) == training


def test_the_last_evaluated_checkpoint_is_known_by_name_and_contents(tmp_path: Path) -> None:
    folder = str(tmp_path / "eval")
    first, second = save(tmp_path), save(tmp_path, name="model.ckpt-2")
    assert not was_evaluated(folder, first)
    note_evaluated(folder, first)
    assert was_evaluated(folder, first) and not was_evaluated(folder, second)
    note_evaluated(folder, second)
    assert was_evaluated(folder, second)


def test_a_name_that_was_saved_again_was_not_evaluated(tmp_path: Path) -> None:
    note_evaluated(str(tmp_path / "eval"), save(tmp_path))
    assert not was_evaluated(str(tmp_path / "eval"), save(tmp_path, value=2.0))


def test_a_checkpoint_that_moved_with_its_directory_is_the_same(tmp_path: Path) -> None:
    note_evaluated(str(tmp_path / "old" / "eval"), save(tmp_path / "old"))
    (tmp_path / "old").rename(tmp_path / "new")
    assert was_evaluated(str(tmp_path / "new" / "eval"), str(tmp_path / "new" / "model.ckpt-1"))


def test_what_is_not_there_has_no_identity(tmp_path: Path) -> None:
    assert identity(str(tmp_path / "model.ckpt-1")) is None
