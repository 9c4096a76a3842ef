from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.columns.identity import categorical_column_with_identity
from estimator.columns.indicator import indicator_column
from estimator.columns.input_layer import input_layer
from estimator.columns.numeric import numeric_column
from estimator.columns.sequence import sequence_categorical_column_with_identity
from estimator.columns.sequence_input_layer import sequence_input_layer
from estimator.columns.sequence_numeric import sequence_numeric_column
from estimator.core.errors import InvalidArgumentError
from estimator.functions.sparse import sparse_placeholder
from estimator.graph.graph import Graph
from estimator.graph.sparse import SparseTensorValue

Run = Callable[..., Any]

STEPS = indicator_column(sequence_categorical_column_with_identity("steps", 2))


def test_columns_are_joined_step_by_step_in_the_order_of_their_names(graph: Graph, run: Run) -> None:
    features = {
        "steps": [[0, 1], [1, -1]],
        "x": SparseTensorValue([[0, 0], [0, 1], [1, 0]], [5.0, 6.0, 7.0], [2, 2]),
    }
    net, lengths = sequence_input_layer(features, [sequence_numeric_column("x"), STEPS])
    assert net.op.name == "sequence_input_layer/concat"
    values, sizes = run([net, lengths])
    np.testing.assert_array_equal(values, [[[1, 0, 5], [0, 1, 6]], [[0, 1, 7], [0, 0, 0]]])
    np.testing.assert_array_equal(sizes, [2, 1])


def test_sequences_of_different_length_are_refused_when_they_meet(graph: Graph, run: Run) -> None:
    features = {
        "steps": [[0, 1], [1, -1]],
        "x": SparseTensorValue([[0, 0], [1, 0], [1, 1]], [5.0, 6.0, 7.0], [2, 2]),
    }
    outputs = sequence_input_layer(features, [sequence_numeric_column("x"), STEPS])
    with pytest.raises(
        InvalidArgumentError, match="column 'steps_indicator' and of column 'x' differ in length"
    ):
        run(outputs[1])


def test_a_batch_without_any_step_has_no_time(graph: Graph, run: Run) -> None:
    features = {"steps": sparse_placeholder("int64")}
    net, lengths = sequence_input_layer(features, [STEPS])
    empty = SparseTensorValue(np.zeros((0, 2)), np.zeros(0), [3, 0])
    values, sizes = run([net, lengths], {features["steps"]: empty})
    assert values.shape == (3, 0, 2)
    np.testing.assert_array_equal(sizes, [0, 0, 0])


def test_columns_of_examples_and_of_sequences_are_told_apart(graph: Graph) -> None:
    with pytest.raises(
        ValueError, match="must be a SequenceDenseColumn here. Given: NumericColumn.* sequence_numeric_column"
    ):
        sequence_input_layer({"x": [1.0]}, [numeric_column("x")])
    with pytest.raises(
        ValueError, match="must be of type SequenceCategoricalColumn to use sequence_input_layer"
    ):
        sequence_input_layer({"i": [1]}, [indicator_column(categorical_column_with_identity("i", 3))])
    with pytest.raises(ValueError, match="use a non-sequence categorical_column_with"):
        input_layer({"steps": [[1]]}, [STEPS])
    with pytest.raises(ValueError, match="wants a SparseTensor.*key: x"):
        sequence_input_layer({"x": [[1.0]]}, [sequence_numeric_column("x")])
