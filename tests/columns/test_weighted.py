from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.columns.identity import categorical_column_with_identity
from estimator.columns.indicator import indicator_column
from estimator.columns.input_layer import input_layer
from estimator.columns.weighted import weighted_categorical_column
from estimator.core.errors import InvalidArgumentError
from estimator.graph.graph import Graph
from estimator.graph.sparse import SparseTensorValue


def test_a_dense_weight_of_zero_is_a_weight(graph: Graph, run: Callable[..., Any]) -> None:
    """TensorFlow drops it, and then misses it beside the id."""
    column = weighted_categorical_column(categorical_column_with_identity("i", 3), "w")
    features = {"i": [[1, 0], [-1, 2]], "w": np.float32([[0.0, 2.0], [5.0, 3.0]])}
    np.testing.assert_array_equal(
        run(input_layer(features, indicator_column(column))), [[2, 0, 0], [0, 0, 3]]
    )


def test_weights_that_are_not_as_many_as_the_ids_are_refused(graph: Graph, run: Callable[..., Any]) -> None:
    """One weight must not be repeated for all ids, as arrays of one are."""
    column = weighted_categorical_column(categorical_column_with_identity("i", 3), "w")
    features = {
        "i": SparseTensorValue([[0, 0], [1, 0]], [1, 2], [2, 1]),
        "w": SparseTensorValue([[0, 0]], [0.5], [2, 1]),
    }
    net = input_layer(features, indicator_column(column))
    with pytest.raises(InvalidArgumentError, match=r"'w' must have a weight .* 'i' has an id.*\[1\] \[2\]"):
        run(net)


def test_dense_weights_of_another_width_are_refused(graph: Graph) -> None:
    column = weighted_categorical_column(categorical_column_with_identity("i", 3), "w")
    for weights in (np.ones((2, 3), np.float32), np.ones(2, np.float32)):
        with pytest.raises(ValueError, match=r"'w', have the shape \(2, [13]\), and the ids of 'i' \(2, 2\)"):
            input_layer({"i": [[1, 2], [0, 0]], "w": weights}, indicator_column(column))
