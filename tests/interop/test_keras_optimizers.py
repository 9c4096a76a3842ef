"""Optimizers of tf.keras: what TensorFlow computes, keeps and calls it is what is stored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from estimator import tf
from estimator.graph.graph import Graph
from estimator.keras import optimizers
from tests.interop.conftest import TensorFlow
from tests.keras.optimizers.trainings import cases, made

STORED = Path(__file__).parents[1] / "data/tf/keras_optimizers.json"


def test_tensorflow_leaves_what_is_stored(tensorflow: TensorFlow) -> None:
    answered = tensorflow.answer("../keras/optimizers/trainings.py", {})
    stored: Any = json.loads(STORED.read_text("utf-8"))
    assert answered == stored


def begun(family: str, name: str, arguments: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Weights, their optimizer and the operation of a step, in the default graph."""
    module = optimizers if family == "today" else optimizers.legacy
    weights, optimizer = (
        tf.Variable([1.0, 2.0], name="w"),
        made(module, optimizers.schedules, name, arguments),
    )
    return weights, optimizer, optimizer.minimize(tf.reduce_sum(weights * weights), [weights])


def test_optimizers_go_on_from_checkpoints_of_either_side(tensorflow: TensorFlow, tmp_path: Path) -> None:
    wanted, requests = [], []
    for number, case in enumerate(cases()):
        with Graph().as_default(), tf.Session() as session:
            weights, optimizer, step = begun(*case)
            session.run(tf.global_variables_initializer())
            for _ in range(3):
                session.run(step)
            checkpoint = tf.train.Checkpoint(w=weights, optimizer=optimizer)
            prefix = checkpoint.save(str(tmp_path / f"ours_{number}"), session=session)
            session.run(step)
            wanted.append(session.run(weights))
            requests.append([*case, prefix, str(tmp_path / f"theirs_{number}")])
    answers = tensorflow.answer("tf_keras_optimizers.py", requests)
    for case, after, answered in zip(cases(), wanted, answers, strict=True):
        np.testing.assert_allclose(answered["after"], after, 1e-6, 1e-6, err_msg=str(case))
        with Graph().as_default(), tf.Session() as session:
            weights, optimizer, step = begun(*case)
            session.run(tf.global_variables_initializer())
            status = tf.train.Checkpoint(w=weights, optimizer=optimizer).restore(answered["own"])
            status.assert_consumed().run_restore_ops(session)
            session.run(step)
            np.testing.assert_allclose(session.run(weights), answered["next"], 1e-6, 1e-6, err_msg=str(case))
