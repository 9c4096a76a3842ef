"""optimize_loss and create_train_op: what tf_slim makes of the same calls, and what is refused.

tests/data/tf/slim.json was written by tf_slim 1.1.0 on TensorFlow 2.15.1; tests/network/slim/test_cases.py says how.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.optimizers.optimize_loss import optimize_loss
from estimator.tf.contrib import layers, slim, training
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Ones, Zeros
from tests.optimizers.training_cases import CASES, record

ANSWERS = json.loads((Path(__file__).parents[1] / "data" / "tf" / "slim.json").read_text())["training"]


@pytest.mark.parametrize("call", CASES)
def test_a_training_goes_as_with_tf_slim(call: str) -> None:
    found, expected = record(tf, slim, training, call), ANSWERS[call]
    for key in ("name", "summaries", "train_ops"):
        assert found[key] == expected[key], key
    np.testing.assert_allclose(found["losses"], expected["losses"], rtol=1e-5)
    assert list(found["variables"]) == list(expected["variables"])
    for name, value in found["variables"].items():
        np.testing.assert_allclose(value, expected["variables"][name], rtol=1e-5, atol=1e-6, err_msg=name)


def test_every_case_is_stored() -> None:
    assert list(ANSWERS) == CASES


def test_noise_is_added_to_gradients_of_any_kind(graph: Graph, run: Callable[..., Any]) -> None:
    table = get_variable("table", [4, 2], initializer=Zeros())
    loss = tf.reduce_sum(tf.nn.embedding_lookup(table, [1, 1]))
    train = optimize_loss(loss, None, 1.0, "SGD", gradient_noise_scale=0.5)
    run(train)
    rows = run(table)
    assert np.all(
        rows != 0
    )  # the rows that were not looked up get the noise alone, of at most two deviations
    assert np.abs(rows[[0, 2, 3]]).max() <= 1.0
    np.testing.assert_allclose(rows[1], -2.0, atol=1.0)


def test_all_mistakes_are_told_at_once_and_nothing_is_made(graph: Graph) -> None:
    loss = tf.reduce_sum(get_variable("w", [2], initializer=Ones()))
    before = graph.version
    with pytest.raises(ValueError) as caught:
        optimize_loss(
            loss, None, -0.1, "Adagard", summaries=["losses"], clip_gradients="much",
            learning_rate_decay_fn=lambda rate, step: rate,
        )  # type: ignore[arg-type]  # fmt: skip
    for part in (
        "Invalid learning_rate -0.1",
        "you provided Adagard. Did you mean 'Adagrad'",
        "you provided 'losses'. Did you mean 'loss'",
        "Unknown type str for clip_gradients",
        "global_step is required for learning_rate_decay_fn",
    ):
        assert part in str(caught.value)
    assert graph.version == before


@pytest.mark.parametrize(
    ("rate", "optimizer", "message"),
    [
        (None, "SGD", r"Learning rate is None, .* \(SGD\)"),
        (None, GradientDescentOptimizer, r"Learning rate is None, .*\(GradientDescentOptimizer\)"),
        ("fast", "SGD", "Learning rate should be 0d Tensor or float. Got 'fast'"),
        (True, "SGD", "Learning rate should be 0d Tensor or float. Got True"),
        (0.1, 3, "Unrecognized optimizer: .* Got 3"),
        (0.1, lambda rate: rate, "function should return subclass of Optimizer"),
    ],
)
def test_a_learning_rate_or_optimizer_that_is_none_is_refused(
    graph: Graph, rate: Any, optimizer: Any, message: str
) -> None:
    loss = tf.reduce_sum(get_variable("w", [2], initializer=Ones()))
    with pytest.raises(ValueError, match=message):
        optimize_loss(loss, None, rate, optimizer)


def test_a_loss_that_is_no_scalar_is_refused(graph: Graph) -> None:
    with pytest.raises(ValueError, match=r"the loss must be a scalar, and w.* has the shape \(2,\)"):
        optimize_loss(get_variable("w", [2], initializer=Ones()), None, 0.1, "SGD")


def test_what_batch_norm_moves_moves_with_a_step(graph: Graph, run: Callable[..., Any]) -> None:
    y = layers.fully_connected(np.ones((4, 2), np.float32), 2, normalizer_fn=layers.batch_norm)
    run(optimize_loss(tf.reduce_sum(y), None, 0.1, "SGD"))
    (moving,) = [variable for variable in tf.global_variables() if "moving_variance" in variable.name]
    np.testing.assert_allclose(run(moving), 0.999, rtol=1e-6)  # a batch of equal rows has the variance 0
    assert len(graph.get_collection(GraphKeys.UPDATE_OPS)) == 2
