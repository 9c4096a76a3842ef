"""Statistics are TensorFlow 2.15's of the same initializer on [200, 300]; 60,000 draws give three digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.graph.graph import Graph
from estimator.variables import initializers

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("initializer", "std", "largest"),
    [
        (initializers.GlorotUniform(), 0.06308, 0.10954),
        (initializers.GlorotNormal(), 0.06333, 0.14380),
        (initializers.he_normal(), 0.10013, 0.22736),
        (initializers.VarianceScaling(), 0.07080, 0.16077),
        (initializers.TruncatedNormal(stddev=0.1), 0.08808, 0.2),
    ],
    ids=lambda value: type(value).__name__,
)
def test_spread_and_bounds_are_tensorflows(
    graph: Graph, run: Run, initializer: Any, std: float, largest: float
) -> None:
    values = run(initializer([200, 300]))
    assert values.dtype == np.float32
    assert values.std() == pytest.approx(std, rel=0.01)
    assert np.abs(values).max() == pytest.approx(largest, rel=0.001)
    assert abs(values.mean()) < 0.002


def test_uniform_and_normal_have_the_given_range_and_moments(graph: Graph, run: Run) -> None:
    uniform, normal = run(
        [initializers.RandomUniform(-1.0, 3.0)([20000]), initializers.RandomNormal(2.0, 0.5)([20000])]
    )
    assert -1.0 <= uniform.min() < -0.99 < 2.99 < uniform.max() < 3.0
    assert (normal.mean(), normal.std()) == (pytest.approx(2.0, abs=0.02), pytest.approx(0.5, rel=0.02))


def test_integers_are_drawn_below_the_maximum(graph: Graph, run: Run) -> None:
    values = run(initializers.RandomUniform(2, 5, dtype="int32")([1000]))
    assert set(values.tolist()) == {2, 3, 4}


def test_constants_fill_row_by_row_and_repeat_the_last_value(graph: Graph, run: Run) -> None:
    np.testing.assert_array_equal(run(initializers.Constant([1, 2])([2, 2])), [[1, 2], [2, 2]])
    np.testing.assert_array_equal(run(initializers.Zeros()([2], "int64")), [0, 0])
    np.testing.assert_array_equal(run(initializers.Ones()([1, 2])), [[1, 1]])
    np.testing.assert_array_equal(run(initializers.Identity(2.0)([2, 3])), [[2, 0, 0], [0, 2, 0]])


def test_too_many_constants_are_refused(graph: Graph) -> None:
    with pytest.raises(ValueError, match=r"3 values do not fill a variable of shape \(2,\)"):
        initializers.Constant([1, 2, 3])([2])
    with pytest.raises(ValueError, match="the value has shape"):
        initializers.Constant([1, 2], verify_shape=True)([2, 1])


@pytest.mark.parametrize(
    ("shape", "expected"), [([], (1, 1)), ([5], (5, 5)), ([4, 3], (4, 3)), ([3, 3, 2, 8], (18, 72))]
)
def test_fans_count_what_a_unit_sees_and_feeds(shape: list[int], expected: tuple[int, int]) -> None:
    assert initializers.fans(shape) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scale": 0.0}, "scale must be positive"),
        ({"mode": "fan"}, "mode must be"),
        ({"distribution": "gauss"}, "distribution must be"),
    ],
)
def test_odd_arguments_of_variance_scaling_are_named(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        initializers.VarianceScaling(**arguments)


def test_strings_need_an_initializer_of_their_own(graph: Graph) -> None:
    from estimator.variables.get_variable import get_variable

    with pytest.raises(ValueError, match="initializer for variable names of string is required"):
        get_variable("names", [2], dtype="string")
