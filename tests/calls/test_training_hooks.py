"""Which hooks a call has, in which order they are called, and what they can do.

The order is what TensorFlow 2.15 was observed to do, but for the watch over a NaN loss, which comes before the saver.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core import errors
from estimator.estimators.estimator import Estimator
from estimator.graph import build as b
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.settings.run_config import RunConfig
from estimator.training import monitored
from estimator.training.hooks.checkpoint_saver import CheckpointSaverHook, CheckpointSaverListener
from estimator.training.hooks.stop_at_step import StopAtStepHook
from estimator.training.scaffold import Scaffold
from estimator.training.session_run_hook import SessionRunArgs, SessionRunContext, SessionRunHook
from estimator.variables.global_step import get_global_step
from estimator.variables.variable import Variable
from tests.tiny import batches, estimator
from tests.training.loops import Diary


class Specs:
    """A model whose spec has hooks of every kind, which write into one diary."""

    def __init__(self, **parts: Any) -> None:
        self.entries: list[str] = []
        self.parts = parts

    def hook(self, name: str) -> Diary:
        return Diary(self.entries, name)

    def model_fn(self, features: Any, labels: Any, mode: str) -> EstimatorSpec:
        weight = Variable(np.float32(1.0), name="w")
        loss = b.Mul(weight, b.Mean(features["x"], [0, 1]), name="the_loss")
        with weight.graph.control_dependencies([weight.assign_add(1.0).op]):
            train_op = get_global_step().assign_add(1).op
        return EstimatorSpec(
            mode,
            loss=loss,
            train_op=train_op,
            predictions={"x": b.Mul(features["x"], weight)},
            training_hooks=[self.hook("spec.training")],
            training_chief_hooks=[self.hook("spec.chief")],
            evaluation_hooks=[self.hook("spec.evaluation")],
            prediction_hooks=[self.hook("spec.prediction")],
            **self.parts,
        )

    def estimator(self, model_dir: Path, **config: Any) -> Estimator:
        return Estimator(self.model_fn, model_dir, RunConfig(progress=False, **config))


@pytest.fixture
def hook_lists(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The names of the hooks of every session that is made."""
    found: list[list[str]] = []
    start = monitored.MonitoredSession.__init__

    def init(self: Any, creator: Any = None, hooks: Any = None, *rest: Any, **more: Any) -> None:
        found.append([getattr(hook, "name", None) or type(hook).__name__ for hook in hooks])
        start(self, creator, hooks, *rest, **more)

    monkeypatch.setattr(monitored.MonitoredSession, "__init__", init)
    return found


def public(names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith("_")]


def test_training_has_tensorflows_hooks_in_their_order(tmp_path: Path, hook_lists: list[list[str]]) -> None:
    specs = Specs()
    specs.estimator(tmp_path).train(batches(), steps=1, hooks=[specs.hook("user 1"), specs.hook("user 2")])
    assert public(hook_lists[0]) == [
        "NanTensorHook",  # TensorFlow has it after StopAtStepHook
        "CheckpointSaverHook",
        "spec.chief",
        "StepCounterHook",
        "SummarySaverHook",
        "user 1",
        "user 2",
        "StopAtStepHook",
        "LoggingTensorHook",
        "spec.training",
        "StopOnSignalHook",
    ]


def test_evaluation_and_prediction_have_theirs(tmp_path: Path, hook_lists: list[list[str]]) -> None:
    specs = Specs()
    model = specs.estimator(tmp_path)
    model.evaluate(batches(1), hooks=[specs.hook("user")])
    next(iter(model.predict(batches(1), hooks=[specs.hook("user")])))
    assert hook_lists == [
        ["user", "_StopAfter", "spec.evaluation", "_FinalValues"],
        ["user", "spec.prediction"],
    ]


def test_each_call_goes_through_the_hooks_in_order(tmp_path: Path) -> None:
    specs = Specs()
    specs.estimator(tmp_path).train(batches(), steps=2, hooks=[specs.hook("user")])
    names = ["spec.chief", "user", "spec.training"]
    calls = ["begin", "after_create_session", *["before_run", "after_run"] * 2, "end"]
    assert specs.entries == [f"{name} {call}" for call in calls for name in names]


def test_evaluation_goes_through_its_hooks_in_order(tmp_path: Path) -> None:
    specs = Specs()
    specs.estimator(tmp_path).evaluate(batches(2), steps=2, hooks=[specs.hook("user")])
    calls = ["begin", "after_create_session", *["before_run", "after_run"] * 2, "end"]
    assert specs.entries == [f"{name} {call}" for call in calls for name in ("user", "spec.evaluation")]


def test_prediction_goes_through_its_hooks_in_order(tmp_path: Path) -> None:
    specs = Specs()
    list(specs.estimator(tmp_path).predict(batches(1), hooks=[specs.hook("user")]))
    # the second run meets the end of the input: it has no after_run
    calls = ["begin", "after_create_session", "before_run", "after_run", "before_run", "end"]
    assert specs.entries == [f"{name} {call}" for call in calls for name in ("user", "spec.prediction")]


class Boom(Exception):
    """What a hook raises."""


class Raising(SessionRunHook):
    """Raises after a step."""

    def __init__(self, step: int) -> None:
        self._left = step

    def after_run(self, run_context: SessionRunContext, run_values: Any) -> None:
        self._left -= 1
        if not self._left:
            raise Boom(f"at step {int(run_context.session.run('global_step:0'))}")


def test_an_exception_fails_every_hook_and_ends_none(tmp_path: Path) -> None:
    specs = Specs()
    with pytest.raises(Boom, match="at step 3"):
        specs.estimator(tmp_path).train(
            batches(), steps=9, hooks=[specs.hook("before"), Raising(3), specs.hook("after")]
        )
    assert specs.entries.count("after after_run") == 2 and specs.entries.count("before after_run") == 3
    failed = [entry for entry in specs.entries if "failed" in entry or "end" in entry]
    assert failed == [f"{name} failed Boom" for name in ("spec.chief", "before", "after", "spec.training")]


def test_an_exception_saves_nothing_and_the_last_checkpoint_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = Specs().estimator(tmp_path, save_checkpoints_steps=2)
    with pytest.raises(Boom):
        model.train(batches(), steps=9, hooks=[Raising(4)])
    assert model.latest_checkpoint() == str(tmp_path / "model.ckpt-3")
    assert f"the last checkpoint is {tmp_path}/model.ckpt-3" in caplog.text


def test_between_two_log_lines_no_hook_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    after_run = StopAtStepHook.after_run

    def noted(self: Any, run_context: Any, run_values: Any) -> None:
        calls.append(int(run_values.results))
        after_run(self, run_context, run_values)

    monkeypatch.setattr(StopAtStepHook, "after_run", noted)
    estimator(tmp_path).train(batches(), steps=250)
    assert calls == [1, 100, 101, 200, 201, 249, 250]


def test_request_stop_ends_training_and_saves(tmp_path: Path) -> None:
    class Stop(SessionRunHook):
        def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
            return SessionRunArgs(get_global_step(run_context.session.graph))

        def after_run(self, run_context: SessionRunContext, run_values: Any) -> None:
            if run_values.results == 2:
                run_context.request_stop()

    model = Specs().estimator(tmp_path)
    model.train(batches(), steps=10, hooks=[Stop()])
    assert model.latest_checkpoint() == str(tmp_path / "model.ckpt-2")


def test_a_hook_may_add_to_the_graph_in_begin_and_fetch_and_feed(tmp_path: Path) -> None:
    class Adds(SessionRunHook):
        seen: list[Any] = []

        def begin(self) -> None:
            self.extra = b.Placeholder(dtype="float32", shape=[], name="extra")
            self.sum = b.Add(self.extra, 1.0)

        def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
            return SessionRunArgs({"sum": self.sum, "loss": "the_loss:0"}, feed_dict={self.extra: 41.0})

        def after_run(self, run_context: SessionRunContext, run_values: Any) -> None:
            self.seen.append(run_values.results["sum"])
            assert run_context.original_args.fetches is not None
            assert run_values.results["loss"].shape == ()

    Specs().estimator(tmp_path).train(batches(), steps=2, hooks=[Adds()])
    assert Adds.seen == [42.0, 42.0]


def test_the_graph_is_closed_after_begin(tmp_path: Path) -> None:
    class Late(SessionRunHook):
        def after_create_session(self, session: Any, coord: Any) -> None:
            b.Add(1.0, 2.0)

    with pytest.raises(RuntimeError, match="finalized"):
        Specs().estimator(tmp_path / "m").train(batches(), steps=1, hooks=[Late()])
    assert not (tmp_path / "m").exists()


# -- listeners


class Listener(CheckpointSaverListener):
    """Writes its calls down; stops the training after the save of one step."""

    def __init__(self, entries: list[str], name: str, stop_at: int | None = None) -> None:
        self._entries = entries
        self._name = name
        self._stop_at = stop_at

    def begin(self) -> None:
        self._entries.append(f"{self._name} begin")

    def before_save(self, session: Any, global_step_value: int) -> None:
        self._entries.append(f"{self._name} before {global_step_value}")

    def after_save(self, session: Any, global_step_value: int) -> bool | None:
        self._entries.append(f"{self._name} after {global_step_value}")
        return global_step_value == self._stop_at

    def end(self, session: Any, global_step_value: int) -> None:
        self._entries.append(f"{self._name} end {global_step_value}")


def test_listeners_are_called_around_every_save(tmp_path: Path) -> None:
    entries: list[str] = []
    model = Specs().estimator(tmp_path, save_checkpoints_steps=2)
    model.train(batches(), steps=4, saving_listeners=[Listener(entries, "a"), Listener(entries, "b")])
    saves = [f"{name} {call} {step}" for step in (1, 3, 4) for call in ("before", "after") for name in "ab"]
    assert entries == ["a begin", "b begin", *saves, "a end 4", "b end 4"]


def test_a_listener_can_stop_the_training(tmp_path: Path) -> None:
    entries: list[str] = []
    model = Specs().estimator(tmp_path, save_checkpoints_steps=2)
    model.train(batches(), steps=9, saving_listeners=[Listener(entries, "a", stop_at=3)])
    assert entries[-1] == "a end 3"
    assert model.latest_checkpoint() == str(tmp_path / "model.ckpt-3")


def test_a_checkpoint_is_on_the_disk_when_after_save_is_called(tmp_path: Path) -> None:
    class Looks(CheckpointSaverListener):
        seen: list[Any] = []

        def after_save(self, session: Any, global_step_value: int) -> None:
            self.seen.append(model.latest_checkpoint())

    model = Specs().estimator(tmp_path)
    model.train(batches(), steps=2, saving_listeners=[Looks()])
    assert Looks.seen == [str(tmp_path / "model.ckpt-1"), str(tmp_path / "model.ckpt-2")]


def test_a_saver_hook_of_the_users_own_is_the_only_one(tmp_path: Path, hook_lists: list[list[str]]) -> None:
    entries: list[str] = []
    own = CheckpointSaverHook(str(tmp_path / "own"), save_steps=5)
    model = Specs().estimator(tmp_path / "m")
    model.train(batches(), steps=3, hooks=[own], saving_listeners=[Listener(entries, "a")])
    assert hook_lists[0].count("CheckpointSaverHook") == 1
    assert entries[-1] == "a end 3"
    assert sorted(each.name for each in (tmp_path / "own").glob("*.index")) == [
        "model.ckpt-1.index",
        "model.ckpt-3.index",
    ]
    assert model.latest_checkpoint() is None


# -- what the spec brings


def test_a_scaffolds_init_function_gives_first_values(tmp_path: Path) -> None:
    def init(scaffold: Any, session: Any) -> None:
        (weight,) = [
            each for each in session.graph.get_collection("trainable_variables") if each.op.name == "w"
        ]
        weight.load(np.float32(10.0), session)

    model = Specs(scaffold=Scaffold(init_fn=init)).estimator(tmp_path)
    model.train(batches(), steps=1)
    assert model.get_variable_value("w") == 11


def test_a_loss_that_becomes_nan_is_not_saved(tmp_path: Path) -> None:
    def input_fn() -> Iterator[Any]:
        for number in range(9):
            yield {"x": np.full((2, 2), np.nan if number == 4 else 1.0, np.float32)}, np.zeros(2, np.float32)

    model = Specs().estimator(tmp_path, save_checkpoints_steps=1)
    with pytest.raises(errors.NanLossDuringTrainingError, match="NaN loss during training. It is at step 5"):
        model.train(input_fn, steps=9)
    assert model.latest_checkpoint() == str(tmp_path / "model.ckpt-4")
    assert not list(tmp_path.glob("model.ckpt-5*"))


def test_the_mode_decides_which_hooks_of_the_spec_are_used(tmp_path: Path) -> None:
    specs = Specs()
    model = specs.estimator(tmp_path)
    for mode, call in {
        ModeKeys.TRAIN: lambda: model.train(batches(), steps=1),
        ModeKeys.EVAL: lambda: model.evaluate(batches(1)),
        ModeKeys.PREDICT: lambda: list(model.predict(batches(1))),
    }.items():
        specs.entries.clear()
        call()
        kinds = {
            "train": {"spec.training", "spec.chief"},
            "eval": {"spec.evaluation"},
            "infer": {"spec.prediction"},
        }
        assert {entry.split()[0] for entry in specs.entries} == kinds[mode]


def test_a_hook_may_be_a_dataclass_and_be_given_with_its_equal(tmp_path: Path) -> None:
    @dataclass
    class Counts(SessionRunHook):
        runs: int = 0

        def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
            return SessionRunArgs("the_loss:0")

        def after_run(self, run_context: SessionRunContext, run_values: Any) -> None:
            assert run_values.results.shape == ()
            self.runs += 1

    hooks = [Counts(), Counts()]
    Specs().estimator(tmp_path).train(batches(), steps=3, hooks=hooks)
    assert hooks == [Counts(3), Counts(3)]
