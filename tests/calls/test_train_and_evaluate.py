"""Training and evaluating in one process. Judge: TensorFlow 2.15.1, observed, but for the step of the first save."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.calls import evaluator
from estimator.calls.exporters import Exporter, FinalExporter, LatestExporter
from estimator.calls.specs import EvalSpec, TrainSpec
from estimator.calls.train_and_evaluate import train_and_evaluate
from estimator.estimators.estimator import Estimator
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.summaries.evaluation import read_evaluations
from estimator.training.hooks.checkpoint_saver import CheckpointSaverHook, CheckpointSaverListener
from estimator.training.session_run_hook import SessionRunHook
from tests.calls import test_interruption as interruption
from tests.conftest import FakeClock
from tests.tiny import batches, estimator


class Notes(Exporter):
    """Notes what it is called with; gives the step."""

    name = "notes"

    def __init__(self) -> None:
        self.calls: list[tuple[str, int, bool]] = []

    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str,
        eval_result: Any,
        is_the_final_export: bool,
    ) -> Any:
        step = int(eval_result["global_step"])
        assert (export_path, checkpoint_path) == (
            f"{estimator.model_dir}/export/{self.name}",
            f"{estimator.model_dir}/model.ckpt-{step}",
        )
        self.calls.append((Path(checkpoint_path).name, step, is_the_final_export))
        return step

    @property
    def steps(self) -> list[int]:
        return [step for _, step, _ in self.calls]


def evaluated(folder: Path) -> list[int]:
    """The steps of the evaluations in a folder."""
    return [step for step, _ in read_evaluations(map(str, sorted(folder.glob("events*"))))]


def counted(calls: list[str], name: str, count: int | None = None) -> Callable[[], Any]:
    """An input_fn that notes its calls."""

    def input_fn() -> Any:
        calls.append(name)
        return batches(count)()

    return input_fn


def spec(exporters: Any = None, **arguments: Any) -> EvalSpec:
    """An evaluation of each checkpoint."""
    settings = {"throttle_secs": 0, "steps": 2, "exporters": exporters} | arguments
    return EvalSpec(batches(2), **settings)


# -- the schedule


@pytest.mark.parametrize(
    ("config", "steps"),
    [
        ({}, [4, 7, 8]),  # saved at 1, 4, 7, 8; the start is not evaluated
        ({"save_at_start": "before_first_step"}, [3, 6, 8]),  # TensorFlow's, saved at 0, 3, 6, 8
        ({"save_at_start": "none"}, [3, 6, 8]),
    ],
)
def test_each_checkpoint_is_evaluated_but_the_start(
    tmp_path: Path, config: dict[str, Any], steps: list[int]
) -> None:
    notes = Notes()
    model = estimator(tmp_path, save_checkpoints_steps=3, **config)
    metrics, exports = train_and_evaluate(model, TrainSpec(batches(), max_steps=8), spec(notes))
    assert notes.calls == [(f"model.ckpt-{step}", step, step == 8) for step in steps]
    assert evaluated(tmp_path / "eval") == steps
    assert metrics == model.evaluate(batches(2)) and metrics["global_step"] == 8
    assert exports == [8]


def test_training_is_one_call_and_an_evaluation_begins_no_input_but_its_own(tmp_path: Path) -> None:
    calls: list[str] = []
    train_and_evaluate(
        estimator(tmp_path, save_checkpoints_steps=3),
        TrainSpec(counted(calls, "train"), max_steps=8),
        EvalSpec(counted(calls, "eval", 2), throttle_secs=0),
    )
    assert calls == ["train", "eval", "eval", "eval"]


def test_the_weights_are_those_of_a_training_alone(tmp_path: Path) -> None:
    together = estimator(tmp_path / "together", save_checkpoints_steps=3)
    train_and_evaluate(together, TrainSpec(batches(), max_steps=8), spec())
    alone = estimator(tmp_path / "alone").train(batches(), max_steps=8)
    for name in alone.get_variable_names():
        np.testing.assert_array_equal(together.get_variable_value(name), alone.get_variable_value(name))


def test_the_default_throttle_leaves_out_what_comes_too_early(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "estimator")
    notes = Notes()
    model = estimator(tmp_path, save_checkpoints_steps=3, save_at_start="before_first_step")
    train_and_evaluate(model, TrainSpec(batches(), max_steps=8), EvalSpec(batches(2), exporters=notes))
    assert notes.steps == [3, 8]
    assert "Skip the current checkpoint eval due to throttle secs (600 secs)." in caplog.text


def test_throttle_secs_count_from_the_beginning_of_the_evaluation_before(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ticks(SessionRunHook):
        """Lets a second pass with each step."""

        def after_run(self, run_context: Any, run_values: Any) -> None:
            clock.advance(1.0)

    monkeypatch.setattr(evaluator.SpecEvaluator.__init__, "__defaults__", (False, clock))
    notes = Notes()
    training = TrainSpec(batches(), max_steps=20, hooks=[Ticks()])
    model = estimator(tmp_path, save_checkpoints_steps=2)  # 1, 3, 5, ..., 19, 20
    train_and_evaluate(model, training, spec(notes, throttle_secs=5))
    assert notes.steps == [3, 9, 15, 20]


def test_every_n_steps_saves_and_evaluates_at_their_multiples(tmp_path: Path) -> None:
    notes = Notes()
    model = estimator(tmp_path, keep_checkpoint_max=None)  # the schedule of saves is 600 seconds
    train_and_evaluate(
        model, TrainSpec(batches(), max_steps=10), spec(notes, every_n_steps=4, throttle_secs=600)
    )
    train_and_evaluate(model, TrainSpec(batches(), max_steps=17), spec(notes, every_n_steps=4))
    assert notes.steps == [4, 8, 10, 12, 16, 17]
    saved = sorted(int(path.stem.split("-")[1]) for path in tmp_path.glob("*.index"))
    assert saved == [1, 4, 8, 10, 11, 12, 16, 17]


def test_each_of_several_specs_has_its_schedule_and_its_folder(tmp_path: Path) -> None:
    often, seldom = Notes(), Notes()
    seldom.name = "seldom"
    metrics, exports = train_and_evaluate(
        estimator(tmp_path, save_checkpoints_steps=2),
        TrainSpec(batches(), max_steps=6),
        [spec(often), spec(seldom, name="seldom", throttle_secs=600)],
    )
    assert (often.steps, seldom.steps) == ([3, 5, 6], [3, 6])
    assert evaluated(tmp_path / "eval") == [3, 5, 6] and evaluated(tmp_path / "eval_seldom") == [3, 6]
    assert {name: result["global_step"] for name, result in metrics.items()} == {None: 6, "seldom": 6}
    assert exports == {None: [6], "seldom": [6]}


# -- the end


def test_a_training_that_is_done_gives_nothing_and_evaluates_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = estimator(tmp_path).train(batches(), steps=3)
    assert train_and_evaluate(model, TrainSpec(batches(), max_steps=3), spec()) == (None, None)
    assert "Skipping training since max_steps has already saved" in caplog.text
    assert not (tmp_path / "eval").exists()


def test_what_was_cut_off_before_its_last_evaluation_gets_it_in_the_next_call(tmp_path: Path) -> None:
    def broken() -> Any:
        raise ValueError("killed here")

    notes, training = Notes(), TrainSpec(batches(), max_steps=3)
    with pytest.raises(ValueError, match="killed here"):
        train_and_evaluate(estimator(tmp_path), training, EvalSpec(broken))
    metrics, exports = train_and_evaluate(estimator(tmp_path), training, spec(notes))
    assert (metrics["global_step"], exports) == (3, [3]) and notes.calls == [("model.ckpt-3", 3, True)]
    assert train_and_evaluate(estimator(tmp_path), training, spec(notes)) == (None, None)


def test_a_training_cut_off_in_an_evaluation_goes_on_bit_for_bit(tmp_path: Path) -> None:
    def model(name: str) -> Estimator:
        return interruption.model(tmp_path / name, save_checkpoints_steps=10)

    training, evaluations = TrainSpec(interruption.shuffled, max_steps=40), []

    def input_fn() -> Any:
        evaluations.append(len(evaluations))
        if evaluations == [0, 1]:
            raise OSError("power is off")
        return interruption.shuffled()

    evaluation = EvalSpec(input_fn, steps=2, throttle_secs=0)
    with pytest.raises(OSError, match="power is off"):
        train_and_evaluate(model("parts"), training, evaluation)
    train_and_evaluate(model("parts"), training, evaluation)
    interruption.model(tmp_path / "whole").train(interruption.shuffled, max_steps=40)
    assert interruption.everything(tmp_path / "parts", 40) == interruption.everything(tmp_path / "whole", 40)


def test_an_input_that_ends_ends_it_and_no_export_is_final(tmp_path: Path) -> None:
    notes = Notes()
    final = FinalExporter("final", None)
    metrics, exports = train_and_evaluate(estimator(tmp_path), TrainSpec(batches(5)), spec([notes, final]))
    assert notes.calls == [("model.ckpt-5", 5, False)]
    assert metrics["global_step"] == 5 and exports == [5, None]


class Stops(SessionRunHook):
    """Asks to stop after so many steps."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self._left -= 1
        if self._left == 0:
            run_context.request_stop()


def test_a_hook_that_stops_ends_everything_with_an_evaluation(tmp_path: Path) -> None:
    notes = Notes()
    training = TrainSpec(batches(), max_steps=100, hooks=[Stops(4)])
    train_and_evaluate(estimator(tmp_path, save_checkpoints_steps=2), training, spec(notes))
    assert notes.steps == [3, 4]


def test_so_does_a_listener_which_is_called_before_the_evaluation(tmp_path: Path) -> None:
    notes = Notes()

    class StopsAtSave(CheckpointSaverListener):
        def after_save(self, session: Any, global_step_value: int) -> bool:
            assert global_step_value not in notes.steps
            return global_step_value >= 3

    training = TrainSpec(batches(), max_steps=100, saving_listeners=[StopsAtSave()])
    train_and_evaluate(estimator(tmp_path, save_checkpoints_steps=2), training, spec(notes))
    assert notes.steps == [3]


def test_a_last_step_that_is_not_to_be_saved_is_not_evaluated(tmp_path: Path) -> None:
    notes = Notes()
    model = estimator(tmp_path, save_checkpoints_steps=2, save_at_end=False)
    train_and_evaluate(model, TrainSpec(batches(), max_steps=4), spec(notes))
    assert notes.steps == [3]


def test_an_error_of_the_evaluation_ends_the_training_and_the_checkpoint_stays(tmp_path: Path) -> None:
    def broken() -> Any:
        raise ValueError("no such file")

    model = estimator(tmp_path, save_checkpoints_steps=2)
    with pytest.raises(ValueError, match="no such file"):
        train_and_evaluate(model, TrainSpec(batches(), max_steps=9), EvalSpec(broken))
    assert model.latest_checkpoint() == str(tmp_path / "model.ckpt-3")


# -- a signal


def endless() -> Iterator[Any]:
    """Batches, of which the third one comes with a signal."""
    for number, batch in enumerate(batches()()):
        if number == 2:
            signal.raise_signal(signal.SIGTERM)
        assert number < 1000, "the evaluation goes on"
        yield batch


def test_a_signal_during_an_evaluation_gives_it_up_and_ends(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "estimator")
    notes = Notes()
    model = estimator(tmp_path, save_checkpoints_steps=2)
    evaluation = EvalSpec(endless, steps=None, throttle_secs=0, exporters=notes)
    with pytest.raises(SystemExit) as caught:
        train_and_evaluate(model, TrainSpec(batches(), max_steps=100), evaluation)
    assert caught.value.code == 128 + signal.SIGTERM
    assert notes.calls == [] and "the evaluation of step 3 is given up" in caplog.text
    assert model.latest_checkpoint() == str(tmp_path / "model.ckpt-3")
    train_and_evaluate(model, TrainSpec(batches(), max_steps=6), spec(notes))
    assert notes.steps == [6]


def test_a_handler_of_the_scripts_own_decides_whether_training_goes_on(tmp_path: Path) -> None:
    received = []
    before = signal.signal(signal.SIGTERM, lambda *_: received.append("SIGTERM"))
    try:
        model = estimator(tmp_path, save_checkpoints_steps=2)
        evaluation = EvalSpec(endless, steps=None, throttle_secs=0)
        done = train_and_evaluate(model, TrainSpec(batches(), max_steps=5), evaluation)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert received == ["SIGTERM"] * 3  # during the evaluations of 3 and 5, and once more at the end
    assert done == (None, None) and model.latest_checkpoint() == str(tmp_path / "model.ckpt-5")


# -- what is refused


def other_names() -> Sequence[EvalSpec]:
    return [spec(LatestExporter("a", None), name="x"), spec(LatestExporter("a", None), name="x")]


BAD: dict[str, tuple[Callable[[Estimator], Any], type[Exception], str]] = {
    "no EvalSpec": (
        lambda model: train_and_evaluate(model, TrainSpec(batches()), None),  # type: ignore[arg-type]
        TypeError,
        "`eval_spec` must have type `tf.estimator.EvalSpec`.*Got: <class 'NoneType'>",
    ),
    "an empty list": (
        lambda model: train_and_evaluate(model, TrainSpec(batches()), []),
        TypeError,
        r"`eval_spec` must have type `tf.estimator.EvalSpec`.*Got: \[\]",
    ),
    "an estimator and a TrainSpec": (
        lambda model: train_and_evaluate(1, 2, spec()),  # type: ignore[arg-type]
        TypeError,
        "(?s)2 problems.*`estimator` must have type `tf.estimator.Estimator`. Got: <class 'int'>.*"
        "`train_spec` must have type `tf.estimator.TrainSpec`. Got: <class 'int'>",
    ),
    "names": (
        lambda model: train_and_evaluate(model, TrainSpec(batches()), other_names()),
        ValueError,
        r"(?s)names of their own, EvalSpec\(name=...\); given: \['x', 'x'\].*exporters of several",
    ),
    "no checkpoints": (
        lambda model: train_and_evaluate(
            estimator(model.model_dir, save_checkpoints_secs=None), TrainSpec(batches()), spec()
        ),
        ValueError,
        "There should be a CheckpointSaverHook to use saving_listeners",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_said_before_anything_is_written(name: str, tmp_path: Path) -> None:
    call, kind, message = BAD[name]
    with pytest.raises(kind, match=message):
        call(estimator(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_checkpoints_in_another_place_are_not_taken_for_the_models(tmp_path: Path) -> None:
    elsewhere = CheckpointSaverHook(tmp_path / "elsewhere", save_steps=2)
    training = TrainSpec(batches(), max_steps=4, hooks=[elsewhere])
    with pytest.raises(RuntimeError, match="no new checkpoint after the training. Eval status: missing"):
        train_and_evaluate(estimator(tmp_path / "model"), training, spec())


def test_the_log_says_what_tensorflows_says(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "estimator")
    train_and_evaluate(
        estimator(tmp_path, save_checkpoints_steps=3), TrainSpec(batches(), max_steps=2), spec()
    )
    assert "Running training and evaluation locally (non-distributed)." in caplog.messages
    assert (
        "Start train and evaluate loop. The evaluate will happen after every checkpoint. Checkpoint frequency is "
        "determined based on RunConfig arguments: save_checkpoints_steps 3 or save_checkpoints_secs None."
    ) in caplog.messages


def test_metrics_of_a_nan_are_told_and_training_goes_on(tmp_path: Path) -> None:
    def model_fn(features: Any, labels: Any, mode: str, params: Any) -> EstimatorSpec:
        from tests.tiny import model_fn as tiny

        made = tiny(features, labels, mode, params)
        return made._replace(loss=made.loss * np.nan) if mode == ModeKeys.EVAL else made

    model = Estimator(model_fn, tmp_path, estimator(tmp_path).config, {})
    metrics, _ = train_and_evaluate(model, TrainSpec(batches(), max_steps=3), spec())
    assert np.isnan(metrics["loss"]) and metrics["global_step"] == 3
