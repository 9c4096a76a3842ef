from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.network.layers.dropout import dropout

Run = Callable[..., Any]
X = np.ones((200, 50), np.float32)


def test_outside_training_nothing_changes(run: Run) -> None:
    x = placeholder("float32", [None, 50])
    np.testing.assert_array_equal(run(dropout(x, 0.4), {x: X}), X)


def test_in_training_a_part_is_dropped_and_the_rest_scaled(run: Run) -> None:
    x = placeholder("float32", [None, 50])
    y = run(dropout(x, 0.2, training=True), {x: X})
    np.testing.assert_allclose(np.unique(y), [0, 1.25])
    assert (y > 0).mean() == pytest.approx(0.8, abs=0.02)


def test_training_may_be_a_tensor(run: Run) -> None:
    x, training = placeholder("float32", [None, 50]), placeholder("bool", [])
    y = dropout(x, 0.5, training=training)
    assert (run(y, {x: X, training: True}) == 0).any()
    np.testing.assert_array_equal(run(y, {x: X, training: False}), X)


def test_noise_shape_drops_whole_rows(run: Run) -> None:
    x = placeholder("float32", [200, 50])
    y = run(dropout(x, 0.5, noise_shape=[200, 1], training=True), {x: X})
    assert all(len(set(row)) == 1 for row in y.tolist())


def test_a_rate_outside_of_zero_and_one_is_refused(graph: Graph) -> None:
    with pytest.raises(
        ValueError, match=r"rate must be in \[0, 1\), given: 1.5. It is the part that is dropped"
    ):
        dropout(placeholder("float32", [1]), 1.5)
