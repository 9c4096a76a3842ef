"""The interpreter holds no more than a run needs; what it computes is tested with the ops and the plan."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.runtime.session import Session
from estimator.variables.initializers import GlorotUniform
from estimator.variables.variable import Variable, global_variables_initializer

MIB = 2**20


def largest(run: Callable[[], Any]) -> float:
    """The MiB that a call has at most beyond what was there."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1] / MIB
    finally:
        tracemalloc.stop()


def test_a_value_is_given_up_after_its_last_reader() -> None:
    with Graph().as_default() as graph, Session(graph=graph, executor="interpreter") as session:
        x = b.Placeholder(dtype="float32", shape=(MIB // 4,))
        y = x
        for _ in range(20):
            y = b.Neg(y)
        data = np.ones(MIB // 4, np.float32)
        assert largest(lambda: session.run(b.Sum(y, 0), {x: data})) < 3.5


def test_random_first_values_take_little_more_than_the_variables() -> None:
    with Graph().as_default() as graph, Session(graph=graph) as session:
        for number in range(16):
            Variable(lambda: GlorotUniform()([512, 512]), name=f"kernel_{number}")
        assert 16 <= largest(lambda: session.run(global_variables_initializer())) < 1.3 * 16


def test_what_is_fetched_or_read_again_is_kept() -> None:
    with Graph().as_default() as graph, Session(graph=graph, executor="interpreter") as session:
        x = b.Placeholder(dtype="float32", shape=(2,))
        first = b.Neg(x)
        second = b.Mul(first, first)
        third = b.Sub(second, first)
        values = session.run([third, first, x, third], {x: [1.0, 2.0]})
        assert [value.tolist() for value in values] == [[2, 6], [-1, -2], [1, 2], [2, 6]]
        assert session.run([third, second], {x: [1.0, 2.0], first: [5.0, 5.0]})[0].tolist() == [20, 20]
