"""What the random ops draw: the distributions, and when draws repeat."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.runtime.session import Session

SHAPE = np.array([200, 300], np.int32)


def draws(op: str, *inputs: Any, times: int = 1, **attrs: Any) -> list[np.ndarray]:
    with Graph().as_default():
        tensor = getattr(b, op)(*inputs, **{"seed": 5, "seed2": 7, **attrs})
        with Session() as session:
            return [session.run(tensor) for _ in range(times)]


def test_uniform_values_fill_their_range_evenly() -> None:
    (draw,) = draws("RandomUniform", SHAPE, dtype="float32")
    assert draw.dtype == np.float32
    assert 0 <= draw.min() < 1e-3 and 0.999 < draw.max() < 1
    # mean 1/2, deviation 1/sqrt(12); 60,000 values: standard error 0.0012
    np.testing.assert_allclose([draw.mean(), draw.std()], [0.5, 12**-0.5], atol=5e-3)


def test_half_precision_uniform_values_stay_below_one() -> None:
    (draw,) = draws("RandomUniform", SHAPE, dtype="float16")
    assert draw.dtype == np.float16
    assert 0 <= draw.min() and draw.max() < 1


def test_normal_values_have_mean_zero_and_deviation_one() -> None:
    (draw,) = draws("RandomStandardNormal", SHAPE, dtype="float32")
    np.testing.assert_allclose([draw.mean(), draw.std()], [0, 1], atol=0.02)
    assert np.abs(draw).max() > 3


def test_truncated_normal_values_stay_within_two_deviations() -> None:
    (draw,) = draws("TruncatedNormal", SHAPE, dtype="float32")
    # TensorFlow 2.15, stddev 0.1, same shape: min -0.19999, max 0.2, mean 0.00055, std 0.088076
    np.testing.assert_allclose([draw.mean(), draw.std()], [0, 0.88], atol=0.01)
    assert 1.99 < np.abs(draw).max() < 2


def test_integers_fill_their_range_without_its_end() -> None:
    (draw,) = draws("RandomUniformInt", SHAPE, np.int64(-2), np.int64(3))
    values, counts = np.unique(draw, return_counts=True)
    assert values.tolist() == [-2, -1, 0, 1, 2]
    np.testing.assert_allclose(counts / draw.size, 0.2, atol=0.01)


def test_an_empty_range_of_integers_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="minval must be below maxval, given: 3 and 3"):
        draws("RandomUniformInt", SHAPE, np.int32(3), np.int32(3))


def test_shuffled_rows_are_the_same_rows() -> None:
    rows = np.arange(40).reshape(20, 2)
    (draw,) = draws("RandomShuffle", rows)
    assert not np.array_equal(draw, rows)
    np.testing.assert_array_equal(draw[np.argsort(draw[:, 0])], rows)


def test_each_run_draws_anew_and_a_second_session_repeats_the_first() -> None:
    first, second = (draws("RandomUniform", SHAPE, dtype="float32", times=4) for _ in range(2))
    assert not np.array_equal(first[0], first[1])
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def test_another_seed_draws_other_values() -> None:
    (one,), (other,) = (draws("RandomUniform", SHAPE, dtype="float32", seed2=seed) for seed in (7, 8))
    assert not np.array_equal(one, other)
