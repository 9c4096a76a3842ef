"""Sections of an experiment: known keys, checked numbers, hooks and exporters made for each call."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from estimator.core.errors import DataLossError, NotFoundError, UsageError
from estimator.experiments import Experiment

TEXT = """
model_dir: {folder}/model
estimator: LinearRegressor
columns: [{{numeric_column: {{key: x}}}}]
train:
  input: {{csv: {folder}/a.csv, label: y, epochs: 2, batch_size: 3}}
  hooks: [{{StepCounterHook: {{every_n_steps: 5}}}}, {{LoggingTensorHook: {{tensors: [global_step], every_n_iter: 9}}}}]
  early_stopping:
    - stop_if_higher_hook: {{metric_name: loss, threshold: 1e9}}
    - EarlyStoppingHook: {{metric: loss, mode: min, patience: 100}}
evaluate:
  input: {{csv: {folder}/a.csv}}
  name: held_out
  exporters:
    - BestExporter
    - FinalExporter: {{name: last}}
run_config: {{progress: false, keep_best: [loss, min, 2], save_summary_steps: 0}}
"""


@pytest.fixture
def text(tmp_path: Path) -> str:
    """The experiment, with its data."""
    (tmp_path / "a.csv").write_text("x,y\n1,2\n2,4\n3,6\n")
    return TEXT.format(folder=tmp_path)


def test_hooks_exporters_and_early_stopping_are_made_for_each_call(text: str) -> None:
    experiment = Experiment.read(text)
    first, second = experiment.train_spec(), experiment.train_spec()
    assert [type(hook).__name__ for hook in first.hooks][:2] == ["StepCounterHook", "LoggingTensorHook"]
    assert len(first.hooks) == 4
    assert not set(map(id, first.hooks)) & set(map(id, second.hooks))
    assert [exporter.name for exporter in experiment.eval_spec().exporters] == ["best_exporter", "last"]


def test_they_do_their_work(text: str, tmp_path: Path) -> None:
    Experiment.read(text, {"train.max_steps": 2}).train()
    assert sorted(os.listdir(tmp_path / "model" / "export")) == ["best_exporter", "last"]
    assert (tmp_path / "model" / "eval_held_out").is_dir()


def test_early_stopping_looks_where_the_evaluation_writes(text: str, tmp_path: Path) -> None:
    experiment = Experiment.read(text, {"train.input.epochs": None, "run_config.save_checkpoints_steps": 2})
    experiment = Experiment.read(
        experiment.to_yaml(),
        {
            "train.early_stopping": {"EarlyStoppingHook": {"metric": "loss", "mode": "max", "patience": 1}},
            "evaluate.every_n_steps": 2,
        },
    )
    experiment.train()
    assert experiment.estimator().get_variable_value("global_step") < 100


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("  name: held_out", "  nme: held_out", "unknown key 'nme' of evaluate. Did you mean 'name'"),
        ("  name: held_out", "  name: a/b", "evaluate: name becomes the folder eval_<name>"),
        ("  name: held_out", "  throttle_secs: -1", "Must specify throttle_secs >= 0, given: -1"),
        ("  name: held_out", "  steps: 0", "Must specify steps > 0, given: 0"),
        ("  hooks:", "  steps: 0\n  hooks:", "train: Must specify steps > 0, given: 0"),
        (
            "  hooks:",
            "  steps: 3\n  max_steps: 9\n  hooks:",
            "train: steps and max_steps exclude one another.",
        ),
        (
            "StepCounterHook: {every_n_steps: 5}",
            "StepCounterHook: {every_n_step: 5}",
            "Did you mean 'every_n_steps'",
        ),
        ("mode: min,", "mode: least,", "mode must be 'min' or 'max', given: 'least'."),
        ("name: last", "name: best_exporter", "`exporters` must have unique names"),
        (
            "LinearRegressor",
            "LinearRegresor",
            "unknown ready-made model 'LinearRegresor'. Did you mean 'LinearRegress",
        ),
        ("keep_best: [loss, min, 2]", "keep_best: [loss]", "keep_best should be (metric"),
        (
            "keep_best: [loss, min, 2]",
            "device_fn: f",
            "device_fn is no argument of run_config here: an object of Pyt",
        ),
        (
            "/model\n",
            "/model\nseed: 3\n",
            "unknown key 'seed' of an experiment. It has: model_dir, estimator",
        ),
    ],
    ids=range(13),
)
def test_what_a_section_cannot_say_is_named(
    old: str, new: str, complaint: str, text: str, tmp_path: Path
) -> None:
    assert old in text
    with pytest.raises(UsageError) as caught:
        Experiment.read(text.replace(old, new, 1))
    assert complaint in str(caught.value)
    assert not (tmp_path / "model").exists()


def test_a_section_that_is_not_there_is_named(text: str) -> None:
    with pytest.raises(UsageError, match="there is no section 'predict', which says where the data is"):
        next(Experiment.read(text).predict())
    with pytest.raises(UsageError, match="train needs an input: where its data is"):
        Experiment.read("model_dir: m\nestimator: {BaselineRegressor: {}}\ntrain: {max_steps: 3}\n")


def test_steps_count_from_the_latest_checkpoint(text: str) -> None:
    changes = {"train.steps": 3, "train.input.epochs": None}
    Experiment.read(text, changes).train()
    again = Experiment.read(text, changes)
    assert again.train_spec().max_steps == 6
    again.train()
    assert again.estimator().get_variable_value("global_step") == 6


def test_the_model_dir_may_come_from_tf_config(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_CONFIG", f'{{"model_dir": "{tmp_path}/elsewhere"}}')
    experiment = Experiment.read(text.replace(f"model_dir: {tmp_path}/model", "#"))
    assert experiment.model_dir == f"{tmp_path}/elsewhere"


def test_without_a_model_dir_nothing_is_made_before_it_is_asked_for(text: str, tmp_path: Path) -> None:
    experiment = Experiment.read(text.replace(f"model_dir: {tmp_path}/model", "#"))
    assert experiment.model_dir is None
    assert experiment.resolved()["model_dir"] is None


@pytest.mark.parametrize("source", ["fifo.yaml", "folder.yaml", "nothing.yaml"])
def test_what_is_no_file_is_refused_at_once(source: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.yaml")
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises((DataLossError, NotFoundError)):
        Experiment.read(tmp_path / source)


def test_a_mapping_is_read_as_text_is(text: str) -> None:
    resolved = Experiment.read(text).resolved()
    assert Experiment.read(resolved).resolved() == resolved
    resolved["train"]["max_step"] = 3
    with pytest.raises(UsageError, match=r"^the experiment, train.max_step: unknown key 'max_step' of train"):
        Experiment.read(resolved)


def test_a_folder_that_no_experiment_trained_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="was not trained by an experiment, or not last"):
        Experiment.of_model_dir(tmp_path)


def test_what_is_recorded_has_no_model_dir_and_names_its_file_in_messages(text: str, tmp_path: Path) -> None:
    Experiment.read(text).train()
    moved = tmp_path / "moved"
    (tmp_path / "model").rename(moved)
    experiment = Experiment.of_model_dir(moved)
    assert experiment.model_dir == str(moved)
    assert experiment.evaluate()["global_step"] == 2
    with pytest.raises(UsageError) as caught:
        Experiment.of_model_dir(moved, {"train.max_steps": -1})
    assert "changes['train.max_steps']: train: Must specify max_steps > 0, given: -1" in str(caught.value)


def test_resolved_has_every_setting(text: str) -> None:
    settings: dict[str, Any] = Experiment.read(text).resolved()["run_config"]
    assert settings["keep_best"] == ["loss", "min", 2]
    assert settings["save_checkpoints_secs"] == 600
    assert "device_fn" not in settings
