"""The same calls of train_and_evaluate here and in TensorFlow: what is evaluated, kept and given back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.checkpoint.reader import load_variable
from tests.calls.test_train_and_evaluate import Notes
from tests.interop.conftest import TensorFlow


def model_fn(features: Any, labels: Any, mode: str) -> Any:
    w = tf.get_variable("w", [2, 1], initializer=tf.zeros_initializer())
    y = tf.matmul(features["x"], w)
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, predictions={"y": y})
    loss = tf.losses.mean_squared_error(labels, y)
    train_op = tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


def ours(request: dict[str, Any]) -> dict[str, Any]:
    """What tf_train_and_evaluate.py does."""

    def input_fn() -> Any:
        x = np.linspace(-1, 1, 2 * request["rows"], dtype=np.float32).reshape(-1, 2)
        return tf.data.Dataset.from_tensor_slices(({"x": x}, x.sum(1, keepdims=True))).batch(1)

    folder, noted, results = request["model_dir"], [], []
    config = tf.estimator.RunConfig(
        folder,
        save_checkpoints_steps=request["save_steps"],
        save_at_start="before_first_step",
        progress=False,
    )
    for max_steps in request["calls"]:
        notes = Notes()
        metrics, exports = tf.estimator.train_and_evaluate(
            tf.estimator.Estimator(model_fn, config=config),
            tf.estimator.TrainSpec(input_fn, max_steps=max_steps),
            tf.estimator.EvalSpec(
                input_fn,
                steps=3,
                exporters=[notes, tf.estimator.BestExporter("best")],
                throttle_secs=request["throttle_secs"],
            ),
        )
        noted += [list(call) for call in notes.calls]
        results.append(None if metrics is None else [int(metrics["global_step"]), exports[0]])
    state = tf.train.get_checkpoint_state(folder)
    assert state is not None
    return {
        "exports": noted,
        "results": results,
        "kept": [Path(path).name for path in state.all_model_checkpoint_paths],
    }


@pytest.mark.parametrize(
    "request_",
    [
        {"save_steps": 3, "throttle_secs": 0, "calls": [8, 8, 14], "rows": 20},
        {"save_steps": 3, "throttle_secs": 600, "calls": [8, 20], "rows": 30},
        {"save_steps": 2, "throttle_secs": 0, "calls": [None, None], "rows": 7},
        {"save_steps": 100, "throttle_secs": 0, "calls": [5, 6], "rows": 9},
    ],
)
def test_the_same_is_evaluated_kept_and_given_back(
    tensorflow: TensorFlow, tmp_path: Path, request_: dict[str, Any]
) -> None:
    theirs = tensorflow.answer("tf_train_and_evaluate.py", request_ | {"model_dir": str(tmp_path / "theirs")})
    found = ours(request_ | {"model_dir": str(tmp_path / "ours")})
    assert found == theirs
    step = found["exports"][-1][1]
    np.testing.assert_allclose(
        load_variable(str(tmp_path / "ours" / f"model.ckpt-{step}"), "w"),
        load_variable(str(tmp_path / "theirs" / f"model.ckpt-{step}"), "w"),
        rtol=1e-6,
    )


def test_one_goes_on_where_the_other_has_stopped(tensorflow: TensorFlow, tmp_path: Path) -> None:
    request = {"model_dir": str(tmp_path), "save_steps": 3, "throttle_secs": 0, "rows": 40}
    steps = [call[1] for call in ours(request | {"calls": [8]})["exports"]]
    steps += [
        call[1]
        for call in tensorflow.answer("tf_train_and_evaluate.py", request | {"calls": [14]})["exports"]
    ]
    steps += [call[1] for call in ours(request | {"calls": [20]})["exports"]]
    assert steps == [3, 6, 8, 11, 14, 17, 20]
