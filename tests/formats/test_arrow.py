"""Columns of several chunks as one: tests/formats/test_arrow_memory.py joins every type; here, what is missing in some."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.formats.arrow import Fixed, Flat, Listed, Struct, Unread, joined

GONE = np.array([False, True])
VALUES = Flat(np.array([1, 2]))
# without and with a row missing: two rows each
PAIRS: dict[str, tuple[Any, Any]] = {
    "flat": (VALUES, Flat(np.array([3, 4]), GONE)),
    "listed": (Listed(VALUES, np.array([0, 1, 2])), Listed(VALUES, np.array([0, 0, 2]), GONE)),
    "fixed": (Fixed(VALUES, (1,), 2), Fixed(VALUES, (1,), 2, GONE)),
    "records": (Struct({"a": VALUES}), Struct({"a": VALUES}, GONE)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_what_is_missing_in_one_chunk_is_missing_in_all_of_them(name: str) -> None:
    whole, gone = PAIRS[name]
    for parts, missing in (
        ([whole, gone], [0, 0, 0, 1]),
        ([gone, whole], [0, 1, 0, 0]),
        ([gone, gone], [0, 1, 0, 1]),
    ):
        found: Any = joined(parts)
        assert found.missing.tolist() == list(map(bool, missing))
    assert joined([whole, whole]).missing is None  # type: ignore[union-attr]


def test_splits_go_on_where_the_chunk_before_ends() -> None:
    found = joined(list(PAIRS["listed"]))
    assert isinstance(found, Listed) and isinstance(found.inner, Flat)
    assert found.splits.tolist() == [0, 1, 2, 2, 4]
    assert found.inner.values.tolist() == [1, 2, 1, 2]


def test_records_without_fields_and_columns_that_were_not_read_are_joined() -> None:
    assert joined([Unread("dates or times", 2), Unread("dates or times", 3)]) == Unread("dates or times", 5)
    assert joined([Struct({}), Struct({})]) == Struct({})
