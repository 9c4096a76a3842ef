from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.columns.column import FixedLenFeature, make_parse_example_spec
from estimator.columns.numeric import numeric_column
from estimator.core.dtypes import float32, float64


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"key": 3}, ValueError, "key must be a string. Got: type int. Given key: 3"),
        ({"key": "a", "shape": "x"}, TypeError, r"shape dimensions must be integer. shape: \('x',\), key: a"),
        ({"key": "a", "shape": (1, 0)}, ValueError, r"must be greater than 0. shape: \(1, 0\), key: a"),
        ({"key": "a", "shape": (1.5,)}, TypeError, r"must be integer. shape: \(1.5,\)"),
        (
            {"key": "a", "dtype": "string"},
            ValueError,
            "dtype must be convertible to float. dtype: string, key: a",
        ),
        ({"key": "a", "shape": (2,), "default_value": [1, 2, 3]}, ValueError, "must be equal to given shape"),
        ({"key": "a", "default_value": "q"}, TypeError, "default_value must be compatible with dtype"),
        ({"key": "a", "default_value": 1.5, "dtype": "int32"}, TypeError, "default_value: 1.5, dtype: int32"),
        ({"key": "a", "normalizer_fn": 3}, TypeError, "normalizer_fn must be a callable. Given: 3"),
    ],
)
def test_a_wrong_argument_is_named_as_in_tensorflow(
    arguments: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        numeric_column(**arguments)


@pytest.mark.parametrize(
    ("arguments", "shape", "default"),
    [
        ({}, (1,), None),
        ({"default_value": 2}, (1,), (2,)),
        ({"shape": 2, "default_value": 2}, (2,), (2, 2)),
        ({"shape": [2, 2], "default_value": [[2, 3], [1, 2]]}, (2, 2), ((2, 3), (1, 2))),
        ({"shape": np.int64(3)}, (3,), None),
    ],
)
def test_shape_and_default_are_kept_as_tuples(arguments: Any, shape: Any, default: Any) -> None:
    column = numeric_column("a", **arguments)
    assert (column.name, column.shape, column.default_value) == ("a", shape, default)


def test_columns_are_values_that_can_be_keys() -> None:
    assert numeric_column("a", 2) == numeric_column("a", [2])
    assert len({numeric_column("a"), numeric_column("a"), numeric_column("b")}) == 2


def test_the_parse_spec_has_a_fixed_length_feature_for_each_column() -> None:
    columns = [numeric_column("a", 2), numeric_column("b", dtype=float64, default_value=1.0)]
    assert make_parse_example_spec(columns) == {
        "a": FixedLenFeature((2,), float32, None),
        "b": FixedLenFeature((1,), float64, (1.0,)),
    }


def test_one_feature_parsed_in_two_ways_is_refused() -> None:
    with pytest.raises(ValueError, match="different parse_spec for key a"):
        make_parse_example_spec([numeric_column("a", 2), numeric_column("a", 3)])
    with pytest.raises(ValueError, match="must be feature columns. Given: 'a'"):
        make_parse_example_spec(["a"])
