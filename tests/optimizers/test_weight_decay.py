"""Which variables decay, and what can be extended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.tf.contrib import opt


def test_only_listed_variables_decay(run: Callable[..., Any]) -> None:
    u, v = (tf.get_variable(name, [], initializer=tf.ones_initializer()) for name in "uv")
    kind = opt.extend_with_decoupled_weight_decay(tf.train.GradientDescentOptimizer)
    step = kind(weight_decay=0.25, learning_rate=0.5).minimize(u + v, decay_var_list=[v])
    run(step)
    assert run([u, v]) == [0.5, 0.25]
    assert kind.__name__ == "GradientDescentOptimizerW"


def test_a_gradient_is_of_what_the_variable_was(run: Callable[..., Any]) -> None:
    """Every variable is updated after all gradients are known, and decays no sooner."""
    u, v = (tf.get_variable(name, [], initializer=tf.ones_initializer()) for name in "uv")
    step = opt.MomentumWOptimizer(0.5, learning_rate=1.0, momentum=0.0).minimize(u * v)
    run(step)
    assert run([u, v]) == [-0.5, -0.5]  # 1 - 0.5 - 1


def test_a_decay_may_be_a_tensor(run: Callable[..., Any]) -> None:
    v = tf.get_variable("v", [2], initializer=tf.ones_initializer())
    decay = tf.placeholder(tf.float32, [])
    step = opt.AdamWOptimizer(decay, learning_rate=0.0).minimize(tf.reduce_sum(v))
    run(step, {decay: 0.5})
    np.testing.assert_array_equal(run(v), [0.5, 0.5])


def test_only_optimizers_are_extended() -> None:
    with pytest.raises(TypeError, match="a class of optimizers is wanted.*given: 'Adam'"):
        opt.extend_with_decoupled_weight_decay("Adam")


def test_an_optimizer_of_ones_own_is_extended(run: Callable[..., Any]) -> None:
    class Signs(tf.train.Optimizer):  # type: ignore[misc]
        def __init__(self, use_locking: bool = False, name: str = "Signs") -> None:
            super().__init__(use_locking, name)

        def _resource_apply_dense(self, grad: Any, var: Any) -> Any:
            return var.assign_sub(tf.sign(grad), read_value=False)

    class SignsW(opt.DecoupledWeightDecayExtension, Signs):  # type: ignore[misc]
        pass

    v = tf.get_variable("v", [], initializer=tf.constant_initializer(4.0))
    run(SignsW(0.5).minimize(v * v))
    assert run(v) == 1.0
