"""SyncReplicasOptimizer makes the steps of the optimizer inside, alone and with other processes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.calls.sync_replicas import SyncReplicasOptimizer
from estimator.distribution.collective import current
from estimator.graph.graph import Graph
from estimator.optimizers.adam import AdamOptimizer
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.optimizers.moving_averages import ExponentialMovingAverage
from estimator.runtime.session import Session
from estimator.training.session_run_hook import SessionRunHook
from estimator.variables.get_variable import get_variable
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.variable import global_variables_initializer
from tests.distribution.threads import in_threads


def _steps(rank: int, size: int, count: int = 3, **more: Any) -> tuple[float, int]:
    with Graph().as_default() as graph, Session(graph=graph) as session:
        step, weight = get_or_create_global_step(graph), get_variable("weight", initializer=1.0)
        optimizer = SyncReplicasOptimizer(
            GradientDescentOptimizer(0.5), size, total_num_replicas=size, **more
        )
        train_op = optimizer.minimize((weight - 2.0 * rank) ** 2, global_step=step)
        session.run([global_variables_initializer(), optimizer.get_init_tokens_op()])
        for _ in range(count):
            session.run(train_op)
        return float(session.run(weight)), int(session.run(step))


def test_alone_it_makes_the_steps_of_the_optimizer_inside() -> None:
    assert _steps(1, 1) == (2.0, 3)


def test_with_others_their_gradients_are_put_together_once() -> None:
    weight = 1.0
    for _ in range(3):
        weight -= 0.5 * np.mean([2 * (weight - 2.0 * rank) for rank in range(3)])
    found = in_threads(3, lambda rank: _steps(current().rank, 3))
    assert found == [(pytest.approx(weight), 3)] * 3


def test_averages_follow_the_steps() -> None:
    with Graph().as_default() as graph, Session(graph=graph) as session:
        step, weight = get_or_create_global_step(graph), get_variable("weight", initializer=1.0)
        average = ExponentialMovingAverage(0.5)
        optimizer = SyncReplicasOptimizer(
            GradientDescentOptimizer(0.25), 1, variable_averages=average, variables_to_average=[weight]
        )
        train_op = optimizer.minimize(weight**2, global_step=step)
        session.run(global_variables_initializer())
        session.run(train_op)
        assert session.run([weight, average.average(weight)]) == [0.5, 0.75]


def test_what_it_keeps_is_what_the_optimizer_inside_keeps() -> None:
    with Graph().as_default() as graph:
        weight = get_variable("weight", initializer=1.0)
        inside = AdamOptimizer()
        optimizer = SyncReplicasOptimizer(inside, 1)
        optimizer.minimize(weight**2, global_step=get_or_create_global_step(graph))
        assert optimizer.get_slot(weight, "m") is inside.get_slot(weight, "m")
        assert optimizer.get_slot_names() == ["m", "v"]
        assert optimizer.variables() == inside.variables()
        assert isinstance(optimizer.make_session_run_hook(True), SessionRunHook)


def test_mistakes_and_other_numbers_are_told(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(TypeError, match="around an optimizer"):
        SyncReplicasOptimizer(0.1, 1)  # type: ignore[arg-type]
    with Graph().as_default(), pytest.raises(ValueError, match="Global step is required"):
        SyncReplicasOptimizer(GradientDescentOptimizer(0.1), 1).minimize(
            get_variable("weight", initializer=1.0)
        )
    SyncReplicasOptimizer(GradientDescentOptimizer(0.1), 4)
    assert "replicas_to_aggregate is 4, and the gradients of 1 process are put together" in caplog.text
