"""A training that is interrupted goes on as if it had not been: by exceptions, signals, in threads and servers."""

from __future__ import annotations

import logging
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.checkpoint import resume
from estimator.checkpoint.reader import list_variables, load_variable
from estimator.estimators.estimator import Estimator
from estimator.functions.random import random_uniform
from estimator.graph import build
from estimator.graph.graph import get_default_graph
from estimator.models.spec import EstimatorSpec
from estimator.network import losses
from estimator.network.layers.dense import dense
from estimator.network.layers.dropout import dropout
from estimator.optimizers.adam import AdamOptimizer
from estimator.pipeline.dataset import Dataset
from estimator.pipeline.inputs import numpy_input_fn
from estimator.settings.run_config import RunConfig
from estimator.training.hooks.checkpoint_saver import CheckpointSaverHook, CheckpointSaverListener
from estimator.training.session_run_hook import SessionRunArgs, SessionRunHook
from estimator.variables.get_variable import get_variable
from estimator.variables.global_step import get_global_step
from estimator.variables.initializers import Zeros
from tests.bodies import branches, loop

X = np.arange(60, dtype=np.float32).reshape(30, 2) / 30
Y = X.sum(axis=1, keepdims=True)


def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
    """Dropout, so that the random counters count; Adam, so that there are slots and powers."""
    hidden = dropout(dense(features["x"], 4), rate=0.3, training=True)
    loss = losses.mean_squared_error(labels, dense(hidden, 1))
    return EstimatorSpec(
        mode, loss=loss, train_op=AdamOptimizer(0.01).minimize(loss, global_step=get_global_step())
    )


def shuffled() -> Dataset:
    return Dataset.from_tensor_slices(({"x": X}, Y)).shuffle(12).repeat().batch(4)


def mapped() -> Dataset:
    rows = Dataset.from_tensor_slices(({"x": X}, Y)).shuffle(30).batch(7)
    return rows.map(lambda features, labels: (features, labels)).repeat().prefetch(3)


def generated() -> Iterator[Any]:
    for number in range(1000):
        rows = np.arange(number, number + 4) % 30
        yield {"x": X[rows]}, Y[rows]


INPUTS: dict[str, Callable[[], Any]] = {
    "shuffle, repeat, batch": shuffled,
    "shuffle, batch, map, repeat, prefetch": mapped,
    "numpy_input_fn": numpy_input_fn({"x": X}, Y, batch_size=4, num_epochs=None, shuffle=True),
    "a generator": generated,
}


class Interrupts(Exception):
    """What stops a training from outside."""


class StopsAfter(SessionRunHook):
    """Calls a function after so many steps of the call."""

    def __init__(self, steps: int, function: Callable[[], Any]) -> None:
        self._left = steps
        self._function = function

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self._left -= 1
        if self._left == 0:
            self._function()


def raise_interrupts() -> None:
    raise Interrupts


def model(model_dir: Path, seed: int | None = 7, **config: Any) -> Estimator:
    return Estimator(model_fn, model_dir, RunConfig(tf_random_seed=seed, progress=False, **config))


def everything(model_dir: Path, step: int) -> dict[str, bytes]:
    """Every tensor of a checkpoint, bit for bit."""
    prefix = str(model_dir / f"model.ckpt-{step}")
    return {name: load_variable(prefix, name).tobytes() for name, _ in list_variables(prefix)}


# -- as if nothing had happened


@pytest.mark.parametrize("name", INPUTS)
def test_a_resumed_training_equals_an_uninterrupted_one_bit_for_bit(name: str, tmp_path: Path) -> None:
    input_fn = INPUTS[name]
    model(tmp_path / "whole", save_checkpoints_steps=10).train(input_fn, max_steps=40)
    with pytest.raises(Interrupts):  # after step 13, when 11 is the last that is saved
        stop = StopsAfter(13, raise_interrupts)
        model(tmp_path / "parts", save_checkpoints_steps=10).train(input_fn, max_steps=40, hooks=[stop])
    assert model(tmp_path / "parts").latest_checkpoint() == str(tmp_path / "parts" / "model.ckpt-11")
    model(tmp_path / "parts", save_checkpoints_steps=10).train(input_fn, max_steps=40)
    assert len(everything(tmp_path / "whole", 40)) == 15  # 4 weights, 8 slots, 2 powers, the step
    assert everything(tmp_path / "parts", 40) == everything(tmp_path / "whole", 40)


@pytest.mark.parametrize("name", INPUTS)
def test_so_does_one_without_a_seed(name: str, tmp_path: Path) -> None:
    class Copies(CheckpointSaverListener):
        """Keeps the model_dir as it is when step 11 is saved: what a kill at step 13 would leave."""

        def after_save(self, session: Any, global_step_value: int) -> None:
            if global_step_value == 11:
                shutil.copytree(
                    tmp_path / "whole", tmp_path / "killed", ignore=shutil.ignore_patterns(".lock")
                )

    whole = model(tmp_path / "whole", None, save_checkpoints_steps=10)
    whole.train(INPUTS[name], max_steps=40, saving_listeners=[Copies()])
    model(tmp_path / "killed", None).train(INPUTS[name], max_steps=40)
    assert everything(tmp_path / "killed", 40) == everything(tmp_path / "whole", 40)


def test_a_training_that_is_interrupted_again_and_again_too(tmp_path: Path) -> None:
    model(tmp_path / "whole").train(shuffled, max_steps=40)
    parts = model(tmp_path / "parts", save_checkpoints_steps=3)
    for _ in range(4):
        with pytest.raises(Interrupts):
            parts.train(shuffled, max_steps=40, hooks=[StopsAfter(8, raise_interrupts)])
    parts.train(shuffled, max_steps=40)
    assert everything(tmp_path / "parts", 40) == everything(tmp_path / "whole", 40)


def model_fn_with_bodies(features: Any, labels: Any, mode: str) -> EstimatorSpec:
    """Every other step adds noise, which a loop draws, and a branch keeps count of it in a variable."""
    step = get_global_step()

    def noisy() -> list[Any]:
        _, noise = loop(
            lambda i, noise: i < 2,
            lambda i, noise: [i + 1, noise + random_uniform([4])],
            [0, np.zeros(4, np.float32)],
        )
        seen = get_variable("seen", [4], initializer=Zeros(), trainable=False)
        with get_default_graph().control_dependencies([seen.assign_add(noise, read_value=False)]):
            return [build.Identity(noise)]

    (noise,) = branches(build.Equal(step % 2, 0), noisy, lambda: [np.zeros(4, np.float32)])
    loss = losses.mean_squared_error(labels, dense(dense(features["x"], 4) + noise, 1))
    return EstimatorSpec(mode, loss=loss, train_op=AdamOptimizer(0.01).minimize(loss, global_step=step))


def test_random_numbers_and_writes_inside_branches_and_loops_go_on_too(tmp_path: Path) -> None:
    def model(name: str) -> Estimator:
        config = RunConfig(tf_random_seed=7, progress=False, save_checkpoints_steps=5)
        return Estimator(model_fn_with_bodies, tmp_path / name, config)

    model("whole").train(shuffled, max_steps=20)
    with pytest.raises(Interrupts):
        model("parts").train(shuffled, max_steps=20, hooks=[StopsAfter(8, raise_interrupts)])
    model("parts").train(shuffled, max_steps=20)
    assert everything(tmp_path / "parts", 20) == everything(tmp_path / "whole", 20)
    seen = load_variable(str(tmp_path / "whole"), "seen")
    assert len(np.unique(seen)) == 4
    np.testing.assert_allclose(seen, 10, atol=4)  # 10 steps of two draws around a half


def numbers_seen(model_dir: Path, **arguments: Any) -> list[int]:
    """Which elements of 0, 1, 2, ... a training call uses."""
    seen: list[int] = []

    class Looks(SessionRunHook):
        def before_run(self, run_context: Any) -> Any:
            return SessionRunArgs("IteratorGetNext:0")

        def after_run(self, run_context: Any, run_values: Any) -> None:
            seen.append(int(run_values.results[0, 0]))

    hooks = [Looks(), *arguments.pop("hooks", [])]
    data = np.arange(100, dtype=np.float32)[:, None].repeat(2, axis=1)
    dataset = Dataset.from_tensor_slices(({"x": data}, data[:, :1])).batch(1)
    try:
        model(model_dir, save_checkpoints_steps=5).train(lambda: dataset, hooks=hooks, **arguments)
    except Interrupts:
        pass
    return seen


def test_an_interrupted_input_goes_on_and_a_finished_one_starts_afresh(tmp_path: Path) -> None:
    interrupted = StopsAfter(8, raise_interrupts)
    assert numbers_seen(tmp_path, max_steps=10, hooks=[interrupted]) == [0, 1, 2, 3, 4, 5, 6, 7]
    assert numbers_seen(tmp_path, max_steps=10) == [6, 7, 8, 9]  # 6 steps were saved
    assert numbers_seen(tmp_path, steps=3) == [0, 1, 2]
    assert numbers_seen(tmp_path, steps=2) == [0, 1]


def test_a_call_whose_last_step_is_a_scheduled_save_counts_as_finished(tmp_path: Path) -> None:
    """That checkpoint is written before the loop knows of its end, and is not written again."""
    assert numbers_seen(tmp_path, steps=6) == [
        0,
        1,
        2,
        3,
        4,
        5,
    ]  # saved at 1 and 6, as each fifth step after it
    assert numbers_seen(tmp_path, max_steps=8) == [0, 1]


def test_a_scheduled_save_before_the_last_step_counts_as_interrupted(tmp_path: Path) -> None:
    assert numbers_seen(tmp_path, steps=9, hooks=[StopsAfter(7, raise_interrupts)]) == [0, 1, 2, 3, 4, 5, 6]
    assert numbers_seen(tmp_path, steps=1) == [6]


def test_interrupted_with_steps_says_what_the_same_call_does_now(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Interrupts):
        model(tmp_path, save_checkpoints_steps=119).train(
            shuffled, steps=200, hooks=[StopsAfter(121, raise_interrupts)]
        )
    caplog.clear()
    model(tmp_path).train(shuffled, steps=200)
    message = "interrupted at 120 of 200; steps=200 now trains to 320, max_steps=200 finishes it."
    assert [each.levelno for each in caplog.records if each.message == message] == [logging.WARNING]
    assert model(tmp_path).get_variable_value("global_step") == 320


def test_interrupted_with_max_steps_needs_no_such_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Interrupts):
        model(tmp_path, save_checkpoints_steps=5).train(
            shuffled, max_steps=20, hooks=[StopsAfter(9, raise_interrupts)]
        )
    caplog.clear()
    model(tmp_path).train(shuffled, max_steps=20)
    assert "interrupted at" not in caplog.text


def test_continuing_is_said_with_the_step_and_the_age(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "estimator")
    model(tmp_path).train(shuffled, max_steps=4)
    assert "continuing from" not in caplog.text
    model(tmp_path).train(shuffled, max_steps=6)
    assert "continuing from step 4 (model.ckpt-4, saved 0 s ago)." in caplog.text


# -- an input that cannot be continued


def interrupted(model_dir: Path, input_fn: Callable[[], Any] = shuffled) -> None:
    """A model_dir whose call was interrupted after its first checkpoint."""
    with pytest.raises(Interrupts):
        model(model_dir).train(input_fn, max_steps=9, hooks=[StopsAfter(3, raise_interrupts)])


def test_another_input_starts_from_its_beginning_and_one_line_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    interrupted(tmp_path)
    caplog.set_level("INFO", "estimator")
    caplog.clear()
    model(tmp_path).train(lambda: shuffled().take(100), max_steps=9)
    lines = [each.message for each in caplog.records if each.message.startswith("the input")]
    assert lines == ["the input is not the one of the interrupted call: it starts from its beginning."]


DAMAGES: dict[str, Callable[[Any], Any]] = {
    "another type": lambda state: 7,
    "no iterator": lambda state: {},
    "another iterator": lambda state: {"elsewhere": 3},
    "half of it": lambda state: {name: {"stage": each["stage"]} for name, each in state.items()},
    "numbers for structures": lambda state: dict.fromkeys(state, {"stage": 1, "rows": 2}),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_position_starts_the_input_afresh_and_one_line_says_so(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(tmp_path / "damaged")
    interrupted(tmp_path / "fresh")
    decode = resume.decode_resume
    fired = []

    def damaged(tensor: Any, source: str) -> Any:
        state = decode(tensor, source)
        assert state is not None
        if "damaged" in source:
            state.input["state"] = DAMAGES[name](state.input["state"])
            fired.append(source)
        else:
            state.input["fingerprint"] = "another input"
        return state

    monkeypatch.setattr("estimator.checkpoint.saver.decode_resume", damaged)
    model(tmp_path / "fresh").train(shuffled, max_steps=9)
    caplog.clear()
    model(tmp_path / "damaged").train(shuffled, max_steps=9)
    assert fired
    (line,) = {each.message for each in caplog.records if "input" in each.message}
    assert line.startswith("the saved input position is not used, the input starts from its beginning: ")
    assert everything(tmp_path / "damaged", 9) == everything(tmp_path / "fresh", 9)


# -- signals


@pytest.mark.parametrize(
    ("number", "raised"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)]
)
def test_a_signal_ends_the_step_saves_and_is_raised(
    number: signal.Signals, raised: type[BaseException], tmp_path: Path
) -> None:
    handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    hook = StopsAfter(5, lambda: signal.raise_signal(number))
    with pytest.raises(raised) as caught:
        model(tmp_path).train(shuffled, max_steps=40, hooks=[hook])
    if raised is SystemExit:
        assert caught.value.code == 128 + signal.SIGTERM  # 143, a shell's exit code for it
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == handlers
    assert model(tmp_path).latest_checkpoint() == str(tmp_path / "model.ckpt-5")
    # and it goes on from there as if nothing had happened
    model(tmp_path).train(shuffled, max_steps=40)
    model(tmp_path / "whole").train(shuffled, max_steps=40)
    assert everything(tmp_path, 40) == everything(tmp_path / "whole", 40)


def test_the_handlers_are_back_after_a_normal_end_and_after_an_error(tmp_path: Path) -> None:
    handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    model(tmp_path).train(shuffled, steps=1)
    with pytest.raises(Interrupts):
        model(tmp_path).train(shuffled, steps=2, hooks=[StopsAfter(1, raise_interrupts)])
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == handlers


def test_a_handler_of_the_scripts_own_finds_the_step_saved_and_training_goes_on(tmp_path: Path) -> None:
    """With a saver of the training's own, and with one that the script brings."""
    found: list[str | None] = []

    def handler(number: int, frame: Any) -> None:
        found.append(model(tmp_path).latest_checkpoint())

    before = signal.signal(signal.SIGTERM, handler)
    try:
        for end, own in ((10, []), (20, [CheckpointSaverHook(tmp_path, save_steps=1000)])):
            hooks = [StopsAfter(5, lambda: signal.raise_signal(signal.SIGTERM)), *own]
            model(tmp_path).train(shuffled, max_steps=end, hooks=hooks)
            assert found.pop() == str(tmp_path / f"model.ckpt-{end - 5}")
            assert model(tmp_path).latest_checkpoint() == str(tmp_path / f"model.ckpt-{end}")
        assert signal.getsignal(signal.SIGTERM) is handler
    finally:
        signal.signal(signal.SIGTERM, before)
