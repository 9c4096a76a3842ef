"""Tests of special functions beyond the numbers that tests/values_of_tf.py has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf


@pytest.mark.parametrize(
    ("a", "b", "x", "is_broadcast"),
    [
        ([[1.0], [2.0]], [1.0, 2.0, 0.5], [0.25, 0.5, 0.75], True),
        ([1.0, 2.0, 0.5], 2.0, [0.25, 0.5, 0.75], False),
        (np.float32([[1.0, 2.0, 3.0]] * 2), [[2.0], [1.0]], 0.5, True),
    ],
)
def test_the_incomplete_beta_function_broadcasts_by_ops_of_its_own_only_where_it_must(
    a: Any, b: Any, x: Any, is_broadcast: bool
) -> None:
    result = tf.math.betainc(a, b, x)
    assert ("BroadcastTo" in {op.type for op in result.graph.get_operations()}) is is_broadcast
    rows = np.broadcast_arrays(*(np.float32(value) for value in (a, b, x)))
    one_by_one = [tf.math.betainc(*numbers) for numbers in zip(*(row.ravel() for row in rows), strict=True)]
    with tf.Session() as session:
        found, expected = session.run([result, tf.stack(one_by_one)])
    np.testing.assert_array_equal(found, expected.reshape(rows[0].shape))
