r"""Branches, loops and TensorArrays give TensorFlow's values and gradients, interpreted and planned.

tests/data/tf/control_flow.json was written by TensorFlow 2.15.1; make it again for a new case by

    .venv-tf/bin/python tests/interop/tf_control_flow.py |
        sed -E 's/(^\{|\],) ?("\w+": )/\1\n\2/g; s/\}$/\n}/' > tests/data/tf/control_flow.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.control_flow_of_tf import CASES, answers

ANSWERS = json.loads((Path(__file__).parent / "data" / "tf" / "control_flow.json").read_text())
RUNS = 4  # generic code first, plans from the second or third run on


def test_every_case_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == list(CASES)


@pytest.mark.parametrize("name", CASES)
def test_values_and_gradients_are_tensorflows(name: str) -> None:
    planned = answers(tf, CASES[name], RUNS)
    assert answers(tf, CASES[name], RUNS, executor="interpreter") == planned
    assert len(planned) == len(ANSWERS[name])
    for found, theirs in zip(planned, ANSWERS[name], strict=True):
        assert_close(found, theirs)


def assert_close(found: Any, theirs: Any) -> None:
    if theirs is None or isinstance(theirs, str):
        assert found == theirs
    else:
        assert np.shape(found) == np.shape(theirs)
        np.testing.assert_allclose(found, theirs, rtol=1e-5, atol=1e-6)


def model_fn(features: Any, labels: Any, mode: str) -> Any:
    """A cell with dropout that is called in a loop, and a branch with a variable of its own."""

    def step(i: Any, state: Any) -> Any:
        state = tf.layers.dense(state, 4, activation=tf.tanh, name="cell", reuse=tf.AUTO_REUSE)
        return i + 1, tf.layers.dropout(state, 0.3, training=mode == "train")

    state = tf.while_loop(lambda i, state: i < 3, step, [0, features])[1]
    score = tf.layers.dense(state, 1)[:, 0]
    scaled = tf.cond(
        tf.reduce_mean(score) > 0.0, lambda: score * tf.get_variable("scale", initializer=1.5), lambda: score
    )
    loss = tf.losses.mean_squared_error(labels, scaled)
    train = tf.train.AdamOptimizer(0.05).minimize(loss, global_step=tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train)


@pytest.mark.slow
def test_a_training_with_loops_that_is_interrupted_goes_on_to_the_same_weights(tmp_path: Path) -> None:
    x = np.random.default_rng(0).standard_normal((32, 4)).astype(np.float32)

    class Fault(tf.train.SessionRunHook):
        runs = 0

        def after_run(self, run_context: Any, run_values: Any) -> None:
            self.runs += 1
            if self.runs == 4:
                raise RuntimeError("a fault")

    def trained(name: str, hooks: list[Any]) -> Any:
        config = tf.estimator.RunConfig(tf_random_seed=3, save_checkpoints_steps=2)
        estimator = tf.estimator.Estimator(model_fn, str(tmp_path / name), config=config)
        for hook in hooks:
            with pytest.raises(RuntimeError, match="a fault"):
                estimator.train(input_fn, max_steps=8, hooks=[hook])
        estimator.train(input_fn, max_steps=8)
        return {key: estimator.get_variable_value(key).tobytes() for key in estimator.get_variable_names()}

    def input_fn() -> Any:
        return tf.data.Dataset.from_tensor_slices((x, x.sum(1))).shuffle(32).repeat().batch(8)

    assert trained("interrupted", [Fault()]) == trained("whole", [])
