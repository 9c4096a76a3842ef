"""RunConfig(on_save_error=...): a disk that refuses a checkpoint ends the training, or costs that checkpoint."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from estimator.core import errors
from estimator.model_dir.finding import list_checkpoints
from estimator.model_dir.storage import LocalFileOps
from estimator.training.hooks.checkpoint_saver import CheckpointSaverHook
from estimator.training.session_run_hook import SessionRunHook
from tests.tiny import batches, estimator


class Disk(SessionRunHook):
    """A disk that is full while the training is at certain steps.

    Attributes
    ----------
    refused : list of str
        The names of the files that could not be made or written.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, full_at: set[int], part: str = "") -> None:
        self.refused: list[str] = []
        self.step = 0
        self._full_at, self._part = full_at, part
        self._names: dict[int, str] = {}
        create, write = LocalFileOps.create, LocalFileOps.write

        def creating(ops: LocalFileOps, path: str) -> int:
            self._refuse(path)
            descriptor = create(ops, path)
            self._names[descriptor] = path
            return descriptor

        def writing(ops: LocalFileOps, descriptor: int, data: memoryview) -> int:
            self._refuse(self._names.get(descriptor, ""))
            return write(ops, descriptor, data)

        monkeypatch.setattr(LocalFileOps, "create", creating)
        monkeypatch.setattr(LocalFileOps, "write", writing)

    def _refuse(self, path: str) -> None:
        if self.step in self._full_at and self._part in os.path.basename(path):
            self.refused.append(os.path.basename(path))
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)

    def before_run(self, run_context: Any) -> None:
        self.step += 1


def train(directory: Path, disk: Disk, steps: int = 4, **config: Any) -> None:
    settings = {"save_checkpoints_steps": 1, "save_summary_steps": 1, "log_step_count_steps": None} | config
    estimator(directory, **settings).train(batches(), hooks=[disk], max_steps=steps)


def saved(directory: Path) -> list[int | None]:
    assert not [name for name in os.listdir(directory) if name.startswith(".tmp.")]
    return [info.step for info in list_checkpoints(directory, deep=True)]


def test_a_full_disk_ends_the_training_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch, {2})
    with pytest.raises(errors.ResourceExhaustedError, match="bytes needed.*ENOSPC"):
        train(tmp_path, disk)
    assert disk.refused and saved(tmp_path) == [1]


@pytest.mark.parametrize("in_thread", [False, True])
def test_the_training_goes_on_until_the_next_save_is_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, in_thread: bool
) -> None:
    disk = Disk(monkeypatch, {1, 2, 3, 4}, part=".tmp.2.")
    train(tmp_path, disk, on_save_error="continue", async_checkpoint=in_thread)
    assert disk.refused and saved(tmp_path) == [1, 3, 4]
    (line,) = [record.getMessage() for record in caplog.records if "is not saved" in record.getMessage()]
    assert line.startswith("step 2 is not saved: cannot write checkpoint") and "ENOSPC" in line
    assert "bytes needed" in line and line.endswith("tries again when the next save is due.")


def test_events_are_lost_with_one_warning_while_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    disk = Disk(monkeypatch, {2, 3}, part="tfevents")
    train(tmp_path, disk, on_save_error="continue")
    assert len(disk.refused) > 2 and saved(tmp_path) == [1, 2, 3, 4]
    told = [record.getMessage() for record in caplog.records if "Events are lost" in record.getMessage()]
    assert len(told) == 1 and "cannot write events" in told[0] and "bytes needed" in told[0]


def test_an_event_that_is_refused_ends_the_training_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(errors.ResourceExhaustedError, match="cannot write events.*bytes needed"):
        train(tmp_path, Disk(monkeypatch, {2}, part="tfevents"))


def test_the_graph_is_written_when_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch, {1}, part="graph.pbtxt")
    train(tmp_path, disk, steps=2, on_save_error="continue")
    assert disk.refused and saved(tmp_path) == [1, 2] and (tmp_path / "graph.pbtxt").exists()


@pytest.mark.parametrize("config", [{}, {"save_checkpoints_steps": 100}])
def test_the_last_step_has_to_be_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: dict[str, int]
) -> None:
    disk = Disk(monkeypatch, {4}, part="data-00000")
    with pytest.raises(errors.ResourceExhaustedError, match=r"model\.ckpt-4.*ENOSPC"):
        train(tmp_path, disk, on_save_error="continue", **config)
    assert disk.refused and 4 not in saved(tmp_path)


def test_a_value_that_is_no_number_ends_the_training_all_the_same(tmp_path: Path) -> None:
    def poisoned(features: Any, labels: Any, mode: str, params: Any) -> Any:
        from estimator import tf

        spoiled = tf.get_variable("spoiled", initializer=[1.0], trainable=False)
        step = tf.train.get_or_create_global_step()
        with tf.control_dependencies([tf.assign(spoiled, [float("nan")])]):
            train_op = tf.assign_add(step, 1)
        return tf.estimator.EstimatorSpec(mode, loss=tf.constant(1.0), train_op=train_op)

    from estimator.estimators.estimator import Estimator
    from estimator.settings.run_config import RunConfig

    config = RunConfig(on_save_error="continue", save_checkpoints_steps=1)
    with pytest.raises(errors.InvalidArgumentError, match="spoiled"):
        Estimator(poisoned, tmp_path, config).train(batches(), steps=3)


def test_another_word_is_an_error() -> None:
    with pytest.raises(ValueError, match="on_save_error should be 'raise' or 'continue', given: 'ignore'"):
        CheckpointSaverHook("models/mine", save_steps=1, on_save_error="ignore")  # type: ignore[arg-type]
