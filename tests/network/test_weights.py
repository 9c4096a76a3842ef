"""Weights of losses and of metrics fit values by one rule, which a run checks where the graph could not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.functions.arrays import placeholder
from estimator.graph.gradients import gradients
from estimator.graph.graph import Graph
from estimator.network.weights import broadcast_weights, fitting_weights

Run = Callable[..., Any]


def check(run: Run, values: Any, weights: Any, shapes: tuple[Any, Any]) -> Any:
    """What becomes of weights whose shapes the graph knows so far."""
    value, weight = (placeholder("float32", shape) for shape in shapes)
    both = [fitting_weights(weight, value, "test") * value, broadcast_weights(weight, value, "test") * value]
    first, second = run(both, {value: values, weight: weights})
    np.testing.assert_array_equal(first, second)
    return first


FITTING = [
    ((2, 3), ()),
    ((2, 3), (2, 1)),
    ((2, 3), (1, 3)),
    ((2, 3), (2, 3)),
    ((3,), (1,)),
    ((), ()),
    ((0, 3), (0, 1)),
]
OTHERS = [
    ((1,), (3,)),
    ((2, 3), (3,)),
    ((1, 3), (2, 3)),
    ((2,), (3,)),
    ((3,), (1, 3)),
    ((), (1,)),
    ((2, 1), (2, 3)),
]


def known(dims: tuple[int, ...], knows: str) -> Any:
    return {"all": dims, "ranks": [None] * len(dims), "nothing": None}[knows]


@pytest.mark.parametrize("knows", ["all", "ranks", "nothing"])
@pytest.mark.parametrize(("dims", "weights"), FITTING)
def test_what_fits_is_taken_whatever_the_graph_knows(
    graph: Graph, run: Run, dims: Any, weights: Any, knows: str
) -> None:
    shapes = known(dims, knows), known(weights, knows)
    w = np.arange(np.prod(weights, dtype=int), dtype=np.float32).reshape(weights)
    np.testing.assert_array_equal(check(run, np.ones(dims), w, shapes), np.ones(dims) * w)


@pytest.mark.parametrize("knows", ["all", "ranks", "nothing"])
@pytest.mark.parametrize(("dims", "weights"), OTHERS)
def test_what_does_not_fit_is_refused_when_it_is_known(
    graph: Graph, run: Run, dims: Any, weights: Any, knows: str
) -> None:
    shapes = known(dims, knows), known(weights, knows)
    expected = (
        ValueError
        if knows == "all" or (knows == "ranks" and len(dims) != len(weights))
        else InvalidArgumentError
    )
    with pytest.raises(expected, match=r"can not be broadcast to values|broadcast_weights.*broadcast to"):
        check(run, np.ones(dims), np.ones(weights), shapes)


def test_gradients_reach_weights_that_are_repeated(graph: Graph, run: Run) -> None:
    value, weight = placeholder("float32", [None, 2]), placeholder("float32", [None, 1])
    (slope,) = gradients(fitting_weights(weight, value, "test") * value, weight)
    assert run(slope, {value: [[1, 2], [3, 4]], weight: [[1], [1]]}).tolist() == [[3], [7]]
    assert run(slope, {value: [[1, 2], [3, 4]], weight: [[1]]}).tolist() == [[10]]
