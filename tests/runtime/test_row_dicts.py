"""Rows of arrays as dicts."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.runtime.row_dicts import rows_as_dicts


def test_a_row_has_the_keys_of_the_columns_in_their_order() -> None:
    rows = list(rows_as_dicts({"z": np.array([1, 2]), 7: np.array([[3.0], [4.0]])}))
    assert [list(row) for row in rows] == [["z", 7]] * 2
    assert [row["z"] for row in rows] == [1, 2]
    assert rows[1][7].shape == (1,)


def test_keys_that_are_equal_to_earlier_ones_stay_what_they_are() -> None:
    first, second = next(rows_as_dicts({1: [0]})), next(rows_as_dicts({True: [0]}))
    assert [type(next(iter(row))) for row in (first, second)] == [int, bool]


@pytest.mark.parametrize("count", [1, 2, 300])
def test_any_number_of_columns(count: int) -> None:
    columns = {f"key {number}": range(number, number + 3) for number in range(count)}
    assert list(rows_as_dicts(columns)) == [
        {key: column[row] for key, column in columns.items()} for row in range(3)
    ]


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        list(rows_as_dicts({"a": [1, 2], "b": [1]}))
