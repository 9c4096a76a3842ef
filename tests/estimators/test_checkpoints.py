"""Which checkpoints an Estimator writes, reads and refuses. Numbers and sentences are TensorFlow's (1.7, 2.15)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.calls import training
from estimator.checkpoint.reader import list_variables, load_variable
from estimator.checkpoint.warm_start import WarmStartSettings
from estimator.columns.numeric import numeric_column
from estimator.core import errors
from estimator.estimators.dnn import DNNClassifier
from estimator.estimators.estimator import Estimator
from estimator.formats.bundle_data import DataFiles
from estimator.training.session_run_hook import SessionRunHook
from tests.conftest import FakeClock
from tests.tiny import batches, estimator

ROOT = Path(__file__).parents[2]


def steps_in(model_dir: Path) -> list[int]:
    """The steps of the checkpoints on disk."""
    return sorted(int(each.stem.removeprefix("model.ckpt-")) for each in model_dir.glob("model.ckpt-*.index"))


def snapshot(model_dir: Path) -> dict[str, tuple[int, bytes | None]]:
    """Every file and folder with its time and contents."""
    return {
        str(each.relative_to(model_dir)): (
            each.stat().st_mtime_ns,
            each.read_bytes() if each.is_file() else None,
        )
        for each in [model_dir, *sorted(model_dir.rglob("*"))]
    }


# -- when


def test_the_first_step_every_hundredth_from_there_and_the_last_are_saved(tmp_path: Path) -> None:
    config = {"save_checkpoints_steps": 100, "keep_checkpoint_max": None}
    estimator(tmp_path, **config).train(batches(), steps=250)
    assert steps_in(tmp_path) == [1, 101, 201, 250]
    estimator(tmp_path, **config).train(batches(), steps=150)
    assert steps_in(tmp_path) == [1, 101, 201, 250, 251, 351, 400]


def test_a_short_training_saves_its_first_and_last_step(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    model.train(batches(), steps=200)
    assert steps_in(tmp_path) == [1, 200]
    model.train(batches(), steps=200)
    assert steps_in(tmp_path) == [1, 200, 201, 400]


def test_tensorflows_later_schedule_saves_before_the_first_step(tmp_path: Path) -> None:
    config = {"save_checkpoints_steps": 3, "keep_checkpoint_max": None, "save_at_start": "before_first_step"}
    model = estimator(tmp_path, **config)
    model.train(batches(), steps=10)
    assert steps_in(tmp_path) == [0, 3, 6, 9, 10]
    model.train(batches(), steps=4)
    assert steps_in(tmp_path) == [0, 3, 6, 9, 10, 13, 14]


def test_a_restored_step_is_not_written_again(tmp_path: Path) -> None:
    model = estimator(tmp_path, save_at_start="before_first_step")
    model.train(batches(), steps=5)
    before = snapshot(tmp_path)["model.ckpt-5.index"]
    model.train(batches(), steps=1)
    assert snapshot(tmp_path)["model.ckpt-5.index"] == before


def test_neither_start_nor_end_need_be_saved(tmp_path: Path) -> None:
    model = estimator(tmp_path, save_checkpoints_steps=4, save_at_start="none", save_at_end=False)
    model.train(batches(), steps=10)
    assert steps_in(tmp_path) == [4, 8]


def test_checkpoints_every_second_follow_the_clock(tmp_path: Path, clock: FakeClock) -> None:
    model = estimator(tmp_path, save_checkpoints_secs=1, keep_checkpoint_max=None)
    seconds = 0.4
    hooks = (_Advance(clock, seconds),)
    arguments = training.TrainArguments(batches(), hooks, 10, None, ())
    training.train(model._model, arguments, clock)
    # saved at 1, when 1 s has passed since (three steps of 0.4 s), and so on; 10 is the last as well
    assert steps_in(tmp_path) == [1, 4, 7, 10]


class _Advance(SessionRunHook):
    """Lets time pass after each step."""

    def __init__(self, clock: FakeClock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self._clock.advance(self._seconds)


def test_the_end_of_the_input_is_saved(tmp_path: Path) -> None:
    estimator(tmp_path).train(batches(7))
    assert steps_in(tmp_path) == [1, 7]


def test_switched_off_nothing_is_saved(tmp_path: Path) -> None:
    estimator(tmp_path, save_checkpoints_steps=None, save_checkpoints_secs=None).train(batches(), steps=3)
    assert steps_in(tmp_path) == []


# -- which stay, and what else lies there


def test_only_the_newest_stay_over_several_calls(tmp_path: Path) -> None:
    config = {"save_checkpoints_steps": 3, "keep_checkpoint_max": 2}
    estimator(tmp_path, **config).train(batches(), steps=10)
    assert steps_in(tmp_path) == [7, 10]
    estimator(tmp_path, **config).train(batches(), steps=4)
    assert steps_in(tmp_path) == [11, 14]
    lines = (tmp_path / "checkpoint").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        'model_checkpoint_path: "model.ckpt-14"',
        *(f'all_model_checkpoint_paths: "model.ckpt-{step}"' for step in (11, 14)),
    ]


def test_the_directory_holds_tensorflows_files(tmp_path: Path) -> None:
    estimator(tmp_path).train(batches(), steps=200)
    parts = ("data-00000-of-00001", "index", "meta")
    listed = {each for each in os.listdir(tmp_path) if not each.startswith(("events.out.tfevents.", "."))}
    assert listed - {"metadata.yaml"} == {
        "checkpoint",
        "graph.pbtxt",
        *(f"model.ckpt-{step}.{part}" for step in (1, 200) for part in parts),
    }
    assert len(list(tmp_path.glob("events.out.tfevents.*"))) == 1


def test_without_the_graph_there_is_neither_pbtxt_nor_meta(tmp_path: Path) -> None:
    estimator(tmp_path, checkpoint_save_graph_def=False).train(batches(), steps=2)
    assert not (tmp_path / "graph.pbtxt").exists()
    assert not list(tmp_path.glob("*.meta"))


def test_a_moved_model_dir_goes_on(tmp_path: Path) -> None:
    estimator(tmp_path / "a").train(batches(), steps=5)
    (tmp_path / "a").rename(tmp_path / "b")
    estimator(tmp_path / "b").train(batches(), steps=5)
    assert steps_in(tmp_path / "b") == [1, 5, 6, 10]
    assert not (tmp_path / "a").exists()


@pytest.mark.slow
def test_another_process_goes_on_where_this_one_ended(tmp_path: Path) -> None:
    estimator(tmp_path).train(batches(), steps=5)
    script = (
        "import sys; from tests.tiny import batches, estimator; "
        "estimator(sys.argv[1]).train(batches(), max_steps=9)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    assert steps_in(tmp_path) == [1, 5, 6, 9]
    assert estimator(tmp_path).evaluate(batches(1))["global_step"] == 9


# -- how long


def test_steps_and_max_steps_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Can not provide both steps and max_steps"):
        estimator(tmp_path / "m").train(batches(), steps=1, max_steps=1)
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("name", ["steps", "max_steps"])
def test_the_number_of_steps_is_positive(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=f"Must specify {name} > 0, given: 0"):
        estimator(tmp_path / "m").train(batches(), **{name: 0})
    assert not (tmp_path / "m").exists()


def test_max_steps_that_are_reached_change_no_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    model = estimator(tmp_path)
    model.train(batches(), max_steps=5)
    before = snapshot(tmp_path)
    with caplog.at_level("INFO", "estimator"):
        model.train(batches(), max_steps=5)
    assert "Skipping training since max_steps has already saved. max_steps=5" in caplog.text
    assert snapshot(tmp_path) == before


# -- what does not fit


CALLS: dict[str, Callable[[Estimator], Any]] = {
    "train": lambda model: model.train(batches(), steps=1),
    "evaluate": lambda model: model.evaluate(batches(1)),
    "predict": lambda model: next(iter(model.predict(batches(1)))),
}


@pytest.mark.parametrize("call", CALLS)
def test_another_width_is_refused_and_no_file_is_changed(tmp_path: Path, call: str) -> None:
    estimator(tmp_path, units=3).train(batches(), steps=2)
    before = snapshot(tmp_path)
    with pytest.raises(errors.InvalidArgumentError) as caught:
        CALLS[call](estimator(tmp_path, units=5))
    text = str(caught.value)
    # kernel [2,3], bias [3], the kernel [3,1] of the next layer; in training their slots too
    assert f"{6 if call == 'train' else 3} shapes differ, 0 missing" in text
    assert "hidden/kernel" in text and "[2,3]" in text and "[2,5]" in text
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("call", CALLS)
def test_missing_variables_are_not_found_and_no_file_is_changed(tmp_path: Path, call: str) -> None:
    estimator(tmp_path).train(batches(), steps=2)
    before = snapshot(tmp_path)
    with pytest.raises(errors.NotFoundError, match="Key extra/bias not found in checkpoint"):
        CALLS[call](estimator(tmp_path, extra=3))
    assert snapshot(tmp_path) == before


def classifier(model_dir: Path, hidden_units: list[int]) -> DNNClassifier:
    columns = [numeric_column(name) for name in ("a", "b", "c", "d")]
    return DNNClassifier(hidden_units, columns, str(model_dir), n_classes=3)


def flowers() -> tuple[dict[str, Any], Any]:
    features = {name: np.arange(6, dtype=np.float32) for name in "abcd"}
    return features, np.array([0, 1, 2, 0, 1, 2])


CLASSIFIER_CALLS: dict[str, Callable[[DNNClassifier], Any]] = {
    "train": lambda model: model.train(flowers, steps=1),
    "evaluate": lambda model: model.evaluate(flowers, steps=1),
    "predict": lambda model: next(iter(model.predict(flowers))),
}


def test_other_hidden_units_are_named_as_the_cause_and_no_file_is_changed(tmp_path: Path) -> None:
    classifier(tmp_path, [10, 10]).train(flowers, steps=1)
    before = snapshot(tmp_path)
    for call in CLASSIFIER_CALLS.values():
        with pytest.raises(errors.InvalidArgumentError) as caught:
            call(classifier(tmp_path, [20, 20]))
        assert "hidden_units changed from [10, 10] to [20, 20]" in str(caught.value)
        assert (
            "tensor_name = dnn/hiddenlayer_0/bias; shape in shape_and_slice spec [20] does not match the shape stored "
            "in checkpoint: [10]" in str(caught.value)
        )
    assert snapshot(tmp_path) == before


# -- warm start


def test_a_new_model_dir_begins_with_another_ones_weights(tmp_path: Path) -> None:
    estimator(tmp_path / "old").train(batches(), steps=20)
    new = estimator(
        tmp_path / "new", warm_start_from=str(tmp_path / "old"), save_at_start="before_first_step"
    )
    new.train(batches(), steps=1)
    assert steps_in(tmp_path / "new") == [0, 1]
    old, first = str(tmp_path / "old" / "model.ckpt-20"), str(tmp_path / "new" / "model.ckpt-0")
    for name, _ in list_variables(old):
        same = np.array_equal(load_variable(old, name), load_variable(first, name))
        assert same == (not name.endswith("Adagrad") and name != "global_step"), name


def test_a_warm_start_counts_only_while_there_is_no_checkpoint(tmp_path: Path) -> None:
    estimator(tmp_path / "old").train(batches(), steps=20)
    estimator(tmp_path / "new").train(batches(), steps=1)
    new = estimator(
        tmp_path / "new", warm_start_from=str(tmp_path / "old"), save_at_start="before_first_step"
    )
    before = load_variable(tmp_path / "new", "out/kernel")
    assert new.evaluate(batches(1))["global_step"] == 1
    new.train(batches(), steps=1)
    assert np.abs(load_variable(tmp_path / "new", "out/kernel") - before).max() <= 0.1 + 1e-6


def test_with_the_global_step_the_numbering_goes_on(tmp_path: Path) -> None:
    estimator(tmp_path / "old").train(batches(), steps=12)
    settings = WarmStartSettings(str(tmp_path / "old"), vars_to_warm_start=[".*"])
    estimator(tmp_path / "new", warm_start_from=settings).train(batches(), steps=2)
    assert steps_in(tmp_path / "new") == [13, 14]


@pytest.mark.parametrize("call", ["evaluate", "predict"])
def test_without_training_the_warm_start_is_what_is_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, call: str
) -> None:
    old = estimator(tmp_path / "old")
    old.train(batches(), steps=20)
    new = estimator(tmp_path / "new", warm_start_from=str(tmp_path / "old"))
    with caplog.at_level("INFO", "estimator"):
        result, expected = CALLS[call](new), CALLS[call](old)
    key = "loss" if call == "evaluate" else "y"
    assert result[key] == expected[key]
    assert f"Warm-started 4 variables from {tmp_path}/old/model.ckpt-20" in caplog.text
    assert "untrained" not in caplog.text


@pytest.mark.parametrize("call", CALLS)
def test_a_warm_start_that_does_not_fit_writes_nothing(tmp_path: Path, call: str) -> None:
    estimator(tmp_path / "old", units=3).train(batches(), steps=2)
    before = snapshot(tmp_path)
    with pytest.raises(ValueError, match="warm start: 3 problems"):
        CALLS[call](estimator(tmp_path / "new", units=5, warm_start_from=str(tmp_path / "old")))
    assert snapshot(tmp_path) == before


def test_the_argument_is_checked_when_the_estimator_is_made(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match="warm_start_from must be a string or a WarmStartSettings, instead got"
    ):
        estimator(tmp_path, warm_start_from=3)


# -- reading again


@pytest.mark.parametrize("call", ["evaluate", "predict"])
def test_an_unchanged_checkpoint_is_not_read_twice(
    tmp_path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = estimator(tmp_path)
    model.train(batches(), steps=2)
    data = tmp_path / "model.ckpt-2.data-00000-of-00001"
    were_read: list[str] = []
    read = DataFiles.read

    def noting(files: DataFiles, name: str, *arguments: Any) -> None:
        were_read.append(name)
        read(files, name, *arguments)

    monkeypatch.setattr(DataFiles, "read", noting)
    first = CALLS[call](model)
    assert "hidden/kernel" in were_read
    were_read.clear()
    again = CALLS[call](model)
    assert not were_read
    key = "loss" if call == "evaluate" else "y"
    assert again[key] == first[key]
    data.write_bytes(bytes(data.stat().st_size))  # now it is changed, and the one before is used instead
    assert np.any(CALLS[call](model)[key] != first[key])


# -- where there is none, or only a broken one


def test_without_a_checkpoint_evaluate_warns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert estimator(tmp_path).evaluate(batches(1))["global_step"] == 0
    assert f"Could not find trained model in model_dir: {tmp_path}" in caplog.text
    assert "initial, untrained weights" in caplog.text


@pytest.mark.parametrize("call", ["evaluate", "predict"])
def test_a_required_checkpoint_is_missed(tmp_path: Path, call: str) -> None:
    with pytest.raises(errors.NotFoundError, match=r"require_checkpoint=True\) refuses to " + call):
        CALLS[call](estimator(tmp_path / "m", require_checkpoint=True))
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("call", ["evaluate", "predict"])
def test_a_named_checkpoint_that_is_not_there(tmp_path: Path, call: str) -> None:
    model = estimator(tmp_path)
    model.train(batches(), steps=2)
    path = str(tmp_path / "model.ckpt-7")
    arguments = {"checkpoint_path": path}
    with pytest.raises(ValueError, match=f"The passed save_path is not a valid checkpoint: {path}"):
        result = getattr(model, call)(batches(1), **arguments)
        next(iter(result))


def test_a_model_dir_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "m").write_text("")
    with pytest.raises(ValueError, match="is a file, not a directory"):
        estimator(tmp_path / "m")


def test_a_model_dir_that_is_a_url() -> None:
    with pytest.raises(ValueError, match=r"'gs://bucket/m' is a URL; only local"):
        estimator("gs://bucket/m")


def test_a_model_dir_in_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    model = estimator("~/m")
    assert model.model_dir == str(tmp_path / "m")
    model.train(batches(), steps=1)
    assert steps_in(tmp_path / "m") == [1]


def test_a_state_file_of_garbage_is_passed_over_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = estimator(tmp_path)
    model.train(batches(), steps=3)
    (tmp_path / "checkpoint").write_bytes(b"\x00\xff garbage")
    assert model.evaluate(batches(1))["global_step"] == 3
    assert "using 'model.ckpt-3', the newest complete one there" in caplog.text


@pytest.mark.parametrize("call", CALLS)
def test_a_state_file_that_leads_out_is_refused(tmp_path: Path, call: str) -> None:
    estimator(tmp_path / "other").train(batches(), steps=1)
    estimator(tmp_path / "m").train(batches(), steps=1)
    (tmp_path / "m" / "checkpoint").write_text('model_checkpoint_path: "../other/model.ckpt-1"\n')
    before = snapshot(tmp_path)
    with pytest.raises(errors.InvalidArgumentError, match="other/model.ckpt-1"):
        CALLS[call](estimator(tmp_path / "m"))
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("call", CALLS)
def test_checkpoints_that_are_all_gone_are_an_error(tmp_path: Path, call: str) -> None:
    model = estimator(tmp_path)
    model.train(batches(), steps=1)
    for each in tmp_path.glob("model.ckpt-*"):
        each.unlink()
    before = snapshot(tmp_path)
    with pytest.raises(errors.NotFoundError, match="names 'model.ckpt-1'"):
        CALLS[call](model)
    assert snapshot(tmp_path) == before
