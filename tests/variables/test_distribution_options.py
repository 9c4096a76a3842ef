"""Names for copies of a variable have the numbers that TensorFlow's have."""

from __future__ import annotations

from estimator import tf


def test_the_numbers_are_tensorflows() -> None:
    assert {option.name: option.value for option in tf.VariableSynchronization} == {
        "AUTO": 0, "NONE": 1, "ON_WRITE": 2, "ON_READ": 3,
    }  # fmt: skip
    assert {option.name: option.value for option in tf.VariableAggregation} == {
        "NONE": 0, "SUM": 1, "MEAN": 2, "ONLY_FIRST_REPLICA": 3,
    }  # fmt: skip
