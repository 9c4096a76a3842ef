"""The curve of evaluations: one point a step, in every reader, whatever is evaluated in which order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from estimator.graph.graph import Graph
from estimator.summaries.evaluation import read_evaluations, write_evaluation
from estimator.summaries.protos import scalars
from estimator.summaries.writer import FileWriter, FileWriterCache
from tests.summaries.curves import curves
from tests.tiny import batches, estimator


@pytest.fixture(autouse=True)
def _no_open_writers() -> Iterator[None]:
    yield
    FileWriterCache.clear()


def write(folder: Path, step: int, loss: float = 1.0, began: float | None = None) -> None:
    write_evaluation(folder, {"loss": np.float32(loss)}, step, None, Graph(), began)


def shown(folder: Path) -> list[tuple[int, float]]:
    points = EventAccumulator(str(folder)).Reload().Scalars("loss")
    return [(point.step, point.value) for point in points]


def test_evaluations_in_order_need_no_session(tmp_path: Path) -> None:
    for step in (100, 200, 300):
        write(tmp_path / "eval", step)
    assert curves(tmp_path / "eval", "loss") == [[100, 200, 300]] * 3


def test_a_step_that_is_evaluated_again_has_its_new_value(tmp_path: Path) -> None:
    write(tmp_path / "eval", 100, 1.0)
    write(tmp_path / "eval", 100, 2.0)
    assert shown(tmp_path / "eval") == [(100, 2.0)]
    assert curves(tmp_path / "eval", "loss") == [[100]] * 3


def test_evaluations_of_a_training_that_was_taken_back_go(tmp_path: Path) -> None:
    for step in (100, 200, 300):
        write(tmp_path / "eval", step)
    write(tmp_path / "eval", 150, 2.0)  # there is no checkpoint of a later step
    assert shown(tmp_path / "eval") == [(100, 1.0), (150, 2.0)]
    assert curves(tmp_path / "eval", "loss") == [[100, 150]] * 3


def test_an_earlier_checkpoint_that_is_looked_at_takes_its_place_in_the_curve(tmp_path: Path) -> None:
    model = estimator(tmp_path, save_checkpoints_steps=2)
    model.train(batches(), steps=6)
    for step in (6, 1, 3, 5):  # the last one first, as somebody looks back
        model.evaluate(batches(2), checkpoint_path=tmp_path / f"model.ckpt-{step}")
    assert curves(tmp_path / "eval", "loss") == [[1, 3, 5, 6]] * 3
    files = map(str, (tmp_path / "eval").glob("events*"))
    values = dict(shown(tmp_path / "eval"))
    assert {step: metrics["loss"] for step, metrics in read_evaluations(files)} == values


def test_what_a_hook_of_the_evaluation_wrote_stays(tmp_path: Path) -> None:
    folder = tmp_path / "eval"
    write(folder, 100)
    began = time.time()
    with FileWriter(folder) as writer:
        writer.add_summary(scalars({"of_hook": 3.0}), 100)
    write(folder, 100, 2.0, began)
    assert shown(folder) == [(100, 2.0)]
    assert curves(folder, "of_hook") == [[100]] * 3


def test_the_same_holds_behind_a_file_of_somebody_else(tmp_path: Path) -> None:
    folder = tmp_path / "eval"
    with FileWriter(folder, filename_suffix=".theirs") as writer:  # no session, as tf.estimator writes them
        for step in (100, 200, 300):
            writer.add_summary(scalars({"loss": 1.0}), step)
    (theirs,) = folder.iterdir()
    theirs.rename(folder / "events.out.tfevents.0000000001.theirs")
    write(folder, 150, 2.0)
    assert [*curves(folder, "loss")[:2]] == [[100, 150]] * 2


def test_readers_of_evaluations_leave_out_what_was_taken_back(tmp_path: Path) -> None:
    for step in (100, 200, 300):
        write(tmp_path / "eval", step)
    write(tmp_path / "eval", 150, 2.0)
    files = map(str, sorted((tmp_path / "eval").glob("events*")))
    assert [(step, metrics["loss"]) for step, metrics in read_evaluations(files)] == [(100, 1.0), (150, 2.0)]
