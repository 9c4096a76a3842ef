"""Covariance and correlation over batches, against numpy's over all examples at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.tf.contrib import metrics

RNG = np.random.default_rng(6)
X = (1000.0 + RNG.standard_normal((3, 4))).astype(np.float32)
Y = (X * 0.5 + RNG.standard_normal((3, 4))).astype(np.float32)
WEIGHTS = RNG.integers(0, 4, (3, 4)).astype(np.float32)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["each", "weights"])
def test_batches_add_up(run: Callable[..., Any], weights: Any) -> None:
    x, y, w = (tf.placeholder(tf.float32, [None]) for _ in range(3))
    weight = None if weights is None else w
    covariance = metrics.streaming_covariance(x, y, weight)
    correlation = metrics.streaming_pearson_correlation(predictions=x, labels=y, weights=weight)
    for batch in range(3):
        feeds = {x: X[batch], y: Y[batch], w: WEIGHTS[batch]}
        updates = run([covariance[1], correlation[1]], feeds)
    counts = None if weights is None else WEIGHTS.ravel().astype(int)
    expected = np.cov(X.ravel(), Y.ravel(), fweights=counts)
    np.testing.assert_allclose(run(covariance[0]), expected[0, 1], rtol=1e-5)
    r = expected[0, 1] / np.sqrt(expected[0, 0] * expected[1, 1])
    np.testing.assert_allclose(run(correlation[0]), r, rtol=1e-5)
    np.testing.assert_array_equal(updates, run([covariance[0], correlation[0]]))


def test_one_example_does_not_vary(run: Callable[..., Any]) -> None:
    pairs = metrics.streaming_covariance([3.0], [2.0]), metrics.streaming_pearson_correlation([3.0], [2.0])
    assert np.isnan(run([update for _, update in pairs])).all()


def test_shapes_must_fit() -> None:
    with pytest.raises(
        ValueError, match=r"streaming_covariance: labels have the shape \(2,\), predictions \(3,\)"
    ):
        metrics.streaming_covariance([1.0, 2.0, 3.0], [1.0, 2.0])
