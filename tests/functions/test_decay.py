"""Expectations: TensorFlow 2.15's functions of the same arguments at steps 0, 2, 3, 5 and 9."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.functions import decay
from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (
            lambda s: decay.exponential_decay(0.1, s, 4, 0.5),
            [0.1, 0.07071068, 0.05946035, 0.04204482, 0.02102241],
        ),
        (lambda s: decay.exponential_decay(0.1, s, 4, 0.5, staircase=True), [0.1, 0.1, 0.1, 0.05, 0.025]),
        (
            lambda s: decay.natural_exp_decay(0.1, s, 4, 0.5),
            [0.1, 0.07788008, 0.06872893, 0.05352614, 0.03246525],
        ),
        (lambda s: decay.inverse_time_decay(0.1, s, 4, 0.5), [0.1, 0.08, 0.07272727, 0.06153846, 0.04705882]),
        (lambda s: decay.polynomial_decay(0.1, s, 4, 0.01, power=2.0), [0.1, 0.0325, 0.015625, 0.01, 0.01]),
        (
            lambda s: decay.polynomial_decay(0.1, s, 4, 0.01, cycle=True),
            [0.1, 0.055, 0.0325, 0.04375, 0.0325],
        ),
        (lambda s: decay.cosine_decay(0.1, s, 4, 0.1), [0.1, 0.055, 0.0231802, 0.01, 0.01]),
        (lambda s: decay.piecewise_constant(s, [2, 5], [1.0, 0.5, 0.1]), [1.0, 1.0, 0.5, 0.5, 0.1]),
    ],
)
def test_rates_are_tensorflows(
    graph: Graph, run: Callable[..., Any], rate: Any, expected: list[float]
) -> None:
    step = placeholder("int64", [])
    tensor = rate(step)
    np.testing.assert_allclose([run(tensor, {step: each}) for each in (0, 2, 3, 5, 9)], expected, rtol=1e-5)


def test_a_missing_step_and_a_missing_value_are_named(graph: Graph) -> None:
    with pytest.raises(ValueError, match="global_step is required for cosine_decay"):
        decay.cosine_decay(0.1, None, 4)
    with pytest.raises(ValueError, match="2 boundaries and 2 values"):
        decay.piecewise_constant(graph.constant(1), [1, 2], [0.1, 0.2])


def test_the_noise_of_a_rate_has_its_variance_and_is_drawn_in_each_run() -> None:
    """initial_variance / (1 + step) ^ variance_decay, around linear_cosine_decay of the same arguments."""
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        step = tf.constant(3)
        plain = tf.train.linear_cosine_decay(0.5, step, 10, alpha=0.1)
        without = tf.train.noisy_linear_cosine_decay(0.5, step, 10, initial_variance=0.0, alpha=0.1)
        noisy = tf.train.noisy_linear_cosine_decay(
            learning_rate=0.5,
            global_step=step,
            decay_steps=10,
            initial_variance=2.0,
            variance_decay=0.5,
            alpha=0.1,
        )
        with tf.Session() as session:
            line, same = session.run([plain, without])
            drawn = np.array([session.run(noisy) for _ in range(2000)])
    wave = 0.5 * 0.5 * (1.0 + np.cos(np.pi * 0.3))
    np.testing.assert_allclose(same, line, rtol=1e-6)
    assert len(set(drawn.tolist())) > 1990
    assert abs(drawn.mean() - line) < 4 * wave * np.sqrt(1.0 / 2000)
    np.testing.assert_allclose(drawn.std(), wave * np.sqrt(2.0 / 4.0**0.5), rtol=0.08)
