"""An Estimator whose input comes from queues: it starts what fills them, and ends it."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError
from tests.tiny import estimator

ROWS = np.linspace(-1, 1, 24, dtype=np.float32).reshape(12, 2)


def input_fn(epochs: int | None = 1, *, bad: bool = False) -> Any:
    x, y = tf.train.slice_input_producer([ROWS, ROWS.sum(1, keepdims=True)], num_epochs=epochs, shuffle=False)
    if bad:
        x = tf.check_numerics(x / (x[0] - ROWS[8, 0]), "row 8 is bad")
    x, y = tf.train.batch([x, y], 4, allow_smaller_final_batch=True)
    return {"x": x}, y


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("QueueRunnerThread")]


def test_training_goes_to_the_end_of_a_queue_and_leaves_no_thread(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    model.train(lambda: input_fn(epochs=2))
    assert model.get_variable_value("global_step") == 6
    model.train(lambda: input_fn(epochs=None), steps=5)
    assert model.get_variable_value("global_step") == 11
    assert threads() == []


def test_evaluation_and_prediction_read_a_queue_to_its_end(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    model.train(input_fn)
    arrays = ({"x": ROWS}, ROWS.sum(1, keepdims=True))
    loss = model.evaluate(input_fn)["loss"]
    assert loss == pytest.approx(model.evaluate(lambda: arrays)["loss"], rel=1e-6)
    found = [row["y"] for row in model.predict(lambda: input_fn()[0])]
    expected = [row["y"] for row in model.predict(lambda: arrays[0])]
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert threads() == []


def test_the_error_of_a_thread_is_the_error_of_the_training(tmp_path: Path) -> None:
    model = estimator(tmp_path)
    with pytest.raises(InvalidArgumentError, match="row 8 is bad"):
        model.train(lambda: input_fn(bad=True))
    assert (model.latest_checkpoint() or "-1").endswith("-1")  # after the first step; not at the end
    assert threads() == []


class Dries(tf.train.SessionRunHook):
    """Puts rows for two steps into a queue that nobody else fills; when they are used up a signal comes."""

    def __init__(self, number: int) -> None:
        self.put: Any = None
        self._number = number
        self._steps = 0
        self.thread: Any = None

    def after_create_session(self, session: Any, coord: Any) -> None:
        session.run(self.put)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self._steps += 1
        if self._steps == 2:
            self.thread = threading.Timer(0.05, signal.raise_signal, [self._number])
            self.thread.start()

    def input_fn(self) -> Any:
        queue = tf.FIFOQueue(100, tf.float32, [[2]])
        self.put = queue.enqueue_many([ROWS[:8]])
        x = tf.train.batch([queue.dequeue()], 4)
        return {"x": x}, tf.reduce_sum(x, 1, keepdims=True)


@pytest.mark.parametrize(
    ("number", "raised"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)]
)
def test_a_signal_ends_a_training_that_waits_and_its_steps_are_saved(
    number: int, raised: type[BaseException], tmp_path: Path
) -> None:
    model, hook = estimator(tmp_path), Dries(number)
    with pytest.raises(raised):
        model.train(hook.input_fn, hooks=[hook])
    hook.thread.join()
    assert model.get_variable_value("global_step") == 2
    assert threads() == []
