"""Rows that are changed (numpy gave the values)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.cli.inside import inplace
from estimator.graph.graph import Graph
from estimator.runtime.session import Session

X = np.arange(6.0, dtype=np.float32).reshape(3, 2)


@pytest.mark.parametrize(
    ("function", "rows", "values", "expected"),
    [
        (inplace.inplace_update, [2, 0], [[1, 1], [2, 2]], [[2, 2], [2, 3], [1, 1]]),
        (inplace.alias_inplace_update, 1, [9, 9], [[0, 1], [9, 9], [4, 5]]),
        (inplace.alias_inplace_update, None, X + 1, X + 1),
        (inplace.alias_inplace_add, 1, [9, 9], [[0, 1], [11, 12], [4, 5]]),
        (inplace.inplace_add, None, X, X * 2),
        (inplace.inplace_sub, [0, 0], [[1, 1], [2, 2]], [[-3, -2], [2, 3], [4, 5]]),
        (inplace.alias_inplace_sub, None, X, X * 0),
    ],
)
def test_rows_are_changed(function: Any, rows: Any, values: Any, expected: Any) -> None:
    with Graph().as_default() as graph:
        found = Session(graph=graph).run(function(graph.constant(X), rows, values))
    np.testing.assert_array_equal(found, np.float32(expected))
