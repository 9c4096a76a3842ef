from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.graph.graph import Graph
from estimator.network.slim.initializers import variance_scaling_initializer, xavier_initializer
from estimator.variables.get_variable import get_variable

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("initializer", "shape", "variance"),
    [
        (xavier_initializer(), [100, 300], 2 / 400),
        (xavier_initializer(uniform=False, seed=3), [100, 300], 2 / 400),
        (xavier_initializer(), [3, 3, 10, 300], 2 / (9 * 310)),
        (variance_scaling_initializer(), [400, 30], 2 / 400),
        (variance_scaling_initializer(factor=1.0, mode="FAN_OUT", uniform=True, seed=2), [400, 30], 1 / 30),
    ],
)
def test_the_spread_goes_by_the_number_of_inputs_and_outputs(
    graph: Graph, run: Run, initializer: Any, shape: list[int], variance: float
) -> None:
    weights = run(get_variable("w", shape, initializer=initializer))
    np.testing.assert_allclose(weights.var(), variance, rtol=0.05)
    np.testing.assert_allclose(weights.mean(), 0.0, atol=4 * np.sqrt(variance / weights.size))


def test_uniform_weights_end_at_the_limit_and_normal_ones_at_two_deviations(graph: Graph, run: Run) -> None:
    made = [get_variable(name, [50, 50], initializer=xavier_initializer(name == "u")) for name in "un"]
    uniform, normal = run(made)
    limit = np.sqrt(6 / 100)
    assert 0.95 * limit < np.abs(uniform).max() <= limit
    assert np.abs(normal).max() <= 2 * np.sqrt(1.3 * 2 / 100)


def test_a_vector_counts_its_length_both_ways(graph: Graph, run: Run) -> None:
    weights = run(get_variable("w", [1000], initializer=variance_scaling_initializer(uniform=True)))
    assert np.abs(weights).max() <= np.sqrt(3 * 2 / 1000)


def test_a_type_or_mode_that_is_none_is_refused(graph: Graph) -> None:
    with pytest.raises(TypeError, match="non-floating point type: given int32"):
        xavier_initializer(dtype="int32")
    with pytest.raises(TypeError, match="mode must be one of FAN_IN, FAN_OUT, FAN_AVG; given: 'fan_in'"):
        variance_scaling_initializer(mode="fan_in")
    with pytest.raises(TypeError, match="non-floating point type: given int64"):
        get_variable("w", [2], "int64", xavier_initializer())
