"""Learning rates that decay: the formula of TensorFlow's, at the global step."""

from __future__ import annotations

import pytest

from estimator import tf
from estimator.experiments.rates import Decay, DecayedOptimizer
from estimator.functions.decay import exponential_decay, piecewise_constant
from estimator.optimizers.gradient_descent import GradientDescentOptimizer


def at_step(decay: Decay, step: int) -> float:
    """The rate at a step."""
    with tf.Graph().as_default(), tf.Session() as session:
        rate = decay()
        session.run(tf.global_variables_initializer())
        session.run(tf.assign(tf.train.get_global_step(), step))
        return float(session.run(rate))


def test_it_is_that_of_the_global_step() -> None:
    decay = Decay(exponential_decay, {"learning_rate": 0.5, "decay_steps": 10, "decay_rate": 0.9})
    assert at_step(decay, 25) == pytest.approx(0.5 * 0.9**2.5, rel=1e-6)


def test_a_piecewise_constant_goes_by_it_too() -> None:
    decay = Decay(piecewise_constant, {"boundaries": [10, 20], "values": [1.0, 0.1, 0.01]})
    assert [at_step(decay, step) for step in (10, 11, 21)] == pytest.approx([1.0, 0.1, 0.01])


def test_an_optimizer_is_made_in_the_graph_that_asks_for_it() -> None:
    decay = Decay(exponential_decay, {"learning_rate": 0.5, "decay_steps": 10, "decay_rate": 0.9})
    optimizer = DecayedOptimizer(GradientDescentOptimizer, {"learning_rate": decay})
    optimizer.check()
    with tf.Graph().as_default() as graph:
        assert isinstance(optimizer(), GradientDescentOptimizer)
        assert any("ExponentialDecay" in operation.name for operation in graph.get_operations())


def test_arguments_that_do_not_fit_are_refused() -> None:
    decay = Decay(piecewise_constant, {"boundaries": [10], "values": [1.0]})
    with pytest.raises(ValueError, match="the length of boundaries should be 1 less"):
        DecayedOptimizer(GradientDescentOptimizer, {"learning_rate": decay}).check()
