"""Curves of events files: both forms of a number, several runs and files, rewinds, damages; smoothed as TensorBoard's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.summary import Writer
from tensorboardX import SummaryWriter

from estimator.core.errors import NotFoundError
from estimator.formats import messages
from estimator.summaries.curves import by_tag, curves_of, runs_below, smoothed
from estimator.summaries.protos import scalars, tensor, text
from estimator.summaries.writer import FileWriter


def points(directory: Path, tag: str = "loss") -> list[tuple[int, float]]:
    curve = curves_of(directory)[tag]
    return list(zip(curve.steps.tolist(), curve.values.tolist(), strict=True))


def write(directory: Path, *steps: int, tag: str = "loss", suffix: str = "") -> Path:
    with FileWriter(directory, filename_suffix=suffix) as writer:
        for step in steps:
            writer.add_summary(scalars({tag: float(step)}), step)
    return sorted(directory.glob(f"*{suffix}"))[-1]


def test_numbers_of_tensorflow_1(tmp_path: Path) -> None:
    write(tmp_path, 1, 101)
    assert points(tmp_path) == [(1, 1.0), (101, 101.0)]


def test_numbers_of_tensorflow_2_whose_plugin_is_told_once(tmp_path: Path) -> None:
    writer = Writer(str(tmp_path / "whole"))
    for step in (1, 2):
        writer.add_scalar("loss", step / 4, step)
    writer.close()
    (path,) = (tmp_path / "whole").iterdir()
    events = list(EventFileLoader(str(path)).Load())
    told = [event for event in events if event.HasField("summary")]
    told[1].summary.value[0].ClearField("metadata")  # as the writer of TensorFlow 2 leaves it out
    with FileWriter(tmp_path / "as_tensorflow") as ours:
        for event in told:
            ours.add_event(messages.Event.FromString(event.SerializeToString()))
    for name in ("whole", "as_tensorflow"):
        assert points(tmp_path / name) == [(1, 0.25), (2, 0.5)]


def test_numbers_of_tensorboardx(tmp_path: Path) -> None:
    with SummaryWriter(str(tmp_path)) as writer:
        writer.add_scalar("loss", 0.5, 7)
    assert points(tmp_path) == [(7, 0.5)]


def test_what_is_no_number_makes_no_curve(tmp_path: Path) -> None:
    hostile = messages.Summary()
    value = hostile.value.add(tag="hostile")
    value.tensor.dtype = 9999
    with FileWriter(tmp_path) as writer:
        for summary in (text("words", "a"), tensor("matrix", np.eye(2)), hostile):
            writer.add_summary(summary, 1)
        writer.add_summary(tensor("one", np.array(3)), 1)
    assert list(curves_of(tmp_path)) == ["one"]


def test_a_session_takes_back_its_step_and_later_ones_in_every_file(tmp_path: Path) -> None:
    first = write(tmp_path, 1, 2, 3, suffix=".a")
    with FileWriter(tmp_path, filename_suffix=".b") as writer:
        writer.begin_session(2, takes_back=True)
        writer.add_summary(scalars({"other": 5.0}), 2)
    first.rename(tmp_path / "events.out.tfevents.0000000001.host.a")
    assert points(tmp_path) == [(1, 1.0)]
    assert points(tmp_path, "other") == [(2, 5.0)]


def test_an_earlier_step_ends_the_curve_before_it_as_on_the_page(tmp_path: Path) -> None:
    write(tmp_path, 1, 2, 3, 2, 4)
    assert points(tmp_path) == [(1, 1.0), (2, 2.0), (4, 4.0)]


def test_a_file_that_is_cut_off_has_the_points_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write(tmp_path, 1, 2, 3)
    path.write_bytes(path.read_bytes()[:-2])
    assert points(tmp_path) == [(1, 1.0), (2, 2.0)]
    assert not caplog.messages  # it may be growing


def test_a_damaged_file_is_told_and_the_others_are_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write(tmp_path, 1, 2, suffix=".a")
    data = path.read_bytes()
    path.write_bytes(data[:-6] + bytes([data[-6] ^ 1]) + data[-5:])
    path.rename(tmp_path / "events.out.tfevents.0000000001.host.a")
    write(tmp_path, 3, suffix=".b")
    assert points(tmp_path) == [(1, 1.0), (3, 3.0)]
    assert any("damage" in line and ".host.a" in line for line in caplog.messages)


def test_the_runs_of_a_model_dir_and_of_a_directory_above_some(tmp_path: Path) -> None:
    for name in ("iris", "iris/eval", "iris/eval_other", "deep/a"):
        write(tmp_path / name, 1)
    (tmp_path / "iris" / "export").mkdir()
    iris, deep = str(tmp_path / "iris"), str(tmp_path / "deep")
    found = runs_below([iris, deep, iris])
    assert list(found) == ["iris", "iris/eval", "iris/eval_other", "deep/a"]
    assert found["iris/eval"] == str(tmp_path / "iris" / "eval")
    assert set(runs_below([str(tmp_path)])) == {f"{tmp_path.name}/{name}" for name in found}


def test_runs_of_one_name_are_called_by_their_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("old/iris", "new/iris"):
        write(tmp_path / name, 1)
    assert list(runs_below(["old/iris", "new/iris/"])) == ["old/iris", "new/iris"]


@pytest.mark.parametrize(
    ("path", "answer"),
    [("none", "there is no directory .*none"), ("empty", "empty.* has no events files.*model_dir")],
)
def test_a_directory_without_runs_is_told(tmp_path: Path, path: str, answer: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFoundError, match=answer):
        runs_below([str(tmp_path / path)])


def test_the_loss_comes_first_then_what_more_runs_have(tmp_path: Path) -> None:
    for run, tags in {"a": ("zeta", "alpha", "loss"), "b": ("zeta",)}.items():
        for tag in tags:
            write(tmp_path / run, 1, tag=tag)
    found = by_tag({"a": str(tmp_path / "a"), "b": str(tmp_path / "b")})
    assert {tag: list(runs) for tag, runs in found.items()} == {
        "loss": ["a"],
        "zeta": ["a", "b"],
        "alpha": ["a"],
    }
    assert list(found) == ["loss", "zeta", "alpha"]


@pytest.mark.parametrize("weight", [0.0, 0.6, 0.999])
def test_smoothing_is_the_weighted_mean_of_what_came_before(weight: float) -> None:
    values = np.random.default_rng(0).normal(size=20)
    for place in range(20):
        weights = weight ** np.arange(place, -1, -1.0)
        expected = (weights * values[: place + 1]).sum() / weights.sum()
        assert smoothed(values, weight)[place] == pytest.approx(expected)


def test_what_is_not_finite_counts_for_nothing() -> None:
    found: Any = smoothed(np.array([1.0, np.nan, np.inf, 3.0]), 0.5)
    assert np.isnan(found[1]) and np.isinf(found[2])
    assert found[3] == pytest.approx(smoothed(np.array([1.0, 3.0]), 0.5)[1])
