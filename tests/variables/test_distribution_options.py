"""Names for copies of a variable have the numbers that TensorFlow's have, and are checked."""

from __future__ import annotations

import pytest

from estimator import tf
from estimator.graph.graph import Graph


def test_the_numbers_are_tensorflows() -> None:
    assert {option.name: option.value for option in tf.VariableSynchronization} == {
        "AUTO": 0, "NONE": 1, "ON_WRITE": 2, "ON_READ": 3,
    }  # fmt: skip
    assert {option.name: option.value for option in tf.VariableAggregation} == {
        "NONE": 0, "SUM": 1, "MEAN": 2, "ONLY_FIRST_REPLICA": 3,
    }  # fmt: skip


def test_options_that_are_none_are_refused_all_at_once(graph: Graph) -> None:
    with pytest.raises(ValueError) as caught:
        tf.Variable(1.0, name="w", synchronization="AUTO", aggregation=1)
    assert (
        "variable 'w': synchronization is 'AUTO'; it takes one of tf.VariableSynchronization.AUTO, "
        in str(caught.value)
    )
    assert "variable 'w': aggregation is 1; it takes one of tf.VariableAggregation.NONE, " in str(
        caught.value
    )
    assert not graph.get_operations()


def test_get_variable_checks_them_too(graph: Graph) -> None:
    with (
        pytest.raises(ValueError, match="variable 's/w': aggregation is 'sum'; it takes one of"),
        tf.variable_scope("s"),
    ):
        tf.get_variable("w", [2], aggregation="sum")


def test_none_is_as_good_as_the_default(graph: Graph) -> None:
    assert tf.Variable(1.0, synchronization=None, aggregation=None).trainable
