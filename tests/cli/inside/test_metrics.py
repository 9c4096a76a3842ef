"""Parts of metrics (2.15.1 gave the values)."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.cli.inside import metrics
from estimator.core.dtypes import float32, int32
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.runtime.session import Session
from estimator.variables.variable import local_variables_initializer


def test_cases_are_counted_over_batches() -> None:
    with Graph().as_default() as graph:
        values, updates = metrics.confusion_matrix_at_thresholds(
            [True, False, True], [0.2, 0.6, 0.9], [0.1, 0.5], includes=["tp", "fp", "fn"]
        )
        session = Session(graph=graph)
        session.run(local_variables_initializer())
    assert values.keys() == {"tp", "fp", "fn"}
    for _ in range(2):
        session.run(updates)
    found = {case: counts.tolist() for case, counts in session.run(values).items()}
    assert found == {"tp": [4.0, 2.0], "fp": [2.0, 2.0], "fn": [0.0, 2.0]}


def test_a_case_that_there_is_none_of_is_refused() -> None:
    with (
        Graph().as_default(),
        pytest.raises(ValueError, match="includes must be some of tp, fn, tn, fp; given: no"),
    ):
        metrics.confusion_matrix_at_thresholds([True], [0.2], [0.1], includes=["tp", "no"])


def test_a_variable_of_a_metric_is_local_and_zero() -> None:
    with Graph().as_default() as graph:
        variable = metrics.metric_variable([2], int32, name="counts")
        assert graph.get_collection(GraphKeys.LOCAL_VARIABLES) == [variable]
        session = Session(graph=graph)
        session.run(local_variables_initializer())
        assert (variable.op.name, session.run(variable).tolist()) == ("counts", [0, 0])


@pytest.mark.parametrize(
    ("predictions", "labels", "weights", "shapes"),
    [
        ([1.0, 2.0], [[1.0], [2.0]], 1.0, ([2], [2], [])),
        ([[1.0], [2.0]], [1.0, 2.0], [[1.0], [1.0]], ([2], [2], [2])),
        ([[1.0], [2.0]], None, [1.0, 1.0], ([2, 1], None, [2, 1])),
    ],
)
def test_columns_are_squeezed(predictions: Any, labels: Any, weights: Any, shapes: Any) -> None:
    with Graph().as_default():
        found = metrics.remove_squeezable_dimensions(predictions, labels, weights)
        assert tuple(None if part is None else part.shape.as_list() for part in found) == shapes


def test_weights_get_the_shape_of_the_values_or_are_refused() -> None:
    with Graph().as_default() as graph:
        weights = metrics.broadcast_weights([[1.0], [2.0]], graph.constant([[3, 3], [3, 3]]))
        assert weights.dtype is int32
        session = Session(graph=graph)
        assert session.run(weights).tolist() == [[1, 1], [2, 2]]
        session.run(metrics.assert_broadcastable(2.0, [1.0, 2.0]))
        with pytest.raises(ValueError, match="weights can not be broadcast to values"):
            metrics.assert_broadcastable([1.0, 2.0, 3.0], [1.0, 2.0])


def test_the_value_of_a_variable_is_listed_where_said() -> None:
    with Graph().as_default() as graph:
        value = metrics.aggregate_variable(metrics.metric_variable([], float32), ["mine"])
        assert graph.get_collection("mine") == [value]


def test_a_variable_may_grow_if_its_shape_is_not_validated() -> None:
    with Graph().as_default() as graph:
        variable = metrics.metric_variable([0], int32, validate_shape=False, name="seen")
        grown = variable.assign([1, 2])
        session = Session(graph=graph)
        session.run(local_variables_initializer())
        assert session.run(grown).tolist() == [1, 2]


def test_nothing_divided_by_nothing_is_nothing() -> None:
    with Graph().as_default() as graph:
        quotients = [metrics.safe_scalar_div(6.0, divisor) for divisor in (3.0, 0.0)]
        assert Session(graph=graph).run(quotients) == [2.0, 0.0]
