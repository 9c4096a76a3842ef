"""What create_train_op and its kin refuse; tests/optimizers/test_optimize_loss.py compares what they make."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.optimizers.train_op import (
    add_gradients_summaries,
    clip_gradient_norms,
    create_train_op,
    multiply_gradients,
)
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Ones

SGD = GradientDescentOptimizer(0.1)


def test_a_loss_that_is_not_finite_is_an_error_unless_it_is_not_checked(
    graph: Graph, run: Callable[..., Any]
) -> None:
    loss = tf.reduce_sum(get_variable("w", [2], initializer=Ones())) / 0.0
    checked, free = create_train_op(loss, SGD), create_train_op(loss, SGD, check_numerics=False)
    assert np.isinf(run(free))
    with pytest.raises(InvalidArgumentError, match="LossTensor is inf or nan"):
        run(checked)


def test_updates_that_are_left_out_are_told(graph: Graph, caplog: pytest.LogCaptureFixture) -> None:
    w = get_variable("w", [], initializer=Ones())
    graph.add_to_collection(GraphKeys.UPDATE_OPS, w.assign_add(1.0))
    with caplog.at_level(logging.WARNING, "estimator"):
        create_train_op(w * 2.0, SGD, update_ops=[])
    assert "does not contain all the update_ops" in caplog.text


def test_variables_must_be_there_and_trained(graph: Graph) -> None:
    with pytest.raises(ValueError, match="there are no variables to train"):
        create_train_op(tf.constant(1.0), SGD)
    fixed = get_variable("fixed", [], initializer=Ones(), trainable=False)
    with pytest.raises(ValueError, match="fixed:0 in variables_to_train was made with trainable=False"):
        create_train_op(fixed * 2.0, SGD, variables_to_train=[fixed])


def test_a_variable_without_gradient_is_left_alone(graph: Graph) -> None:
    w = get_variable("w", [2], initializer=Ones())
    assert clip_gradient_norms([(None, w)], 1.0) == [(None, w)]
    assert add_gradients_summaries([(None, w)]) == []
    with pytest.raises(
        ValueError, match="Requested multiple of `None` gradient: the loss does not depend on w"
    ):
        multiply_gradients([(None, w)], {"w": 2.0})


@pytest.mark.parametrize(
    ("pairs", "multipliers", "message"),
    [((), {"w": 1.0}, "must be a list"), ([], {}, "not empty"), ([], [1.0], "must be a dict")],
)
def test_multipliers_are_a_dict_and_pairs_a_list(pairs: Any, multipliers: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        multiply_gradients(pairs, multipliers)
