from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph
from estimator.optimizers.adagrad import AdagradOptimizer
from estimator.optimizers.clip_gradients import clip_gradients_by_global_norm, clip_gradients_by_norm
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Zeros


def loss_of(*factors: float) -> Any:
    """A loss whose gradient is the factors, by the variables v0, v1..."""
    variables = [get_variable(f"v{place}", [], initializer=Zeros()) for place in range(len(factors))]
    return tf.add_n([factor * variable for factor, variable in zip(factors, variables, strict=True)])


def test_all_gradients_are_scaled_by_one_factor(graph: Graph, run: Callable[..., Any]) -> None:
    optimizer = clip_gradients_by_norm(GradientDescentOptimizer(1.0), clip_norm=0.5)
    step = optimizer.minimize(loss_of(3.0, 4.0), tf.train.get_or_create_global_step())
    run(step)
    np.testing.assert_allclose(run(tf.trainable_variables()), [-0.3, -0.4], rtol=1e-6)
    assert run(tf.train.get_global_step()) == 1
    assert optimizer.get_name() == "ClipByNormGradientDescent"


def test_slots_are_those_of_the_optimizer_inside(graph: Graph) -> None:
    optimizer = clip_gradients_by_norm(AdagradOptimizer(1.0), 0.5)
    optimizer.minimize(loss_of(3.0))
    (variable,) = tf.trainable_variables()
    assert optimizer.get_slot_names() == ["accumulator"]
    assert optimizer.variables() == [optimizer.get_slot(variable, "accumulator")]
    assert optimizer.variables()[0].op.name == "v0/Adagrad"


def test_pairs_are_clipped_and_a_missing_gradient_stays(graph: Graph, run: Callable[..., Any]) -> None:
    pairs = clip_gradients_by_global_norm([(tf.constant(30.0), "a"), (None, "b"), (tf.constant(40.0), "c")])
    assert [name for _, name in pairs] == ["a", "b", "c"]
    assert pairs[1][0] is None
    np.testing.assert_allclose(run([pairs[0][0], pairs[2][0]]), [12.0, 16.0], rtol=1e-6)


def test_a_ready_made_model_takes_it(tmp_path: Path) -> None:
    optimizer = clip_gradients_by_norm(GradientDescentOptimizer(1.0), 1e-3)
    model = tf.estimator.LinearRegressor(
        [tf.feature_column.numeric_column("x")], tmp_path, optimizer=optimizer
    )

    def input_fn() -> Any:
        return tf.data.Dataset.from_tensors(({"x": [[3.0]]}, [[100.0]]))

    model.train(input_fn, steps=1)
    moved = [
        model.get_variable_value(f"linear/linear_model/{name}") for name in ("x/weights", "bias_weights")
    ]
    np.testing.assert_allclose(np.sqrt(sum(np.sum(value**2) for value in moved)), 1e-3, rtol=1e-5)


def test_something_else_than_an_optimizer_is_refused() -> None:
    with pytest.raises(TypeError, match="an Optimizer such as .* is needed, given: 'Adam'"):
        clip_gradients_by_norm("Adam", 1.0)  # type: ignore[arg-type]
