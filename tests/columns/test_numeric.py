from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.columns.input_layer import input_layer
from estimator.columns.numeric import numeric_column
from estimator.functions.arrays import placeholder


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


def test_a_normalizer_gets_what_the_column_says_it_parses(run: Callable[..., Any]) -> None:
    x = placeholder("int32", [None])
    seen = []

    def normalizer(value: Any) -> Any:
        seen.append((value.dtype.name, value.dims))
        return value * 1

    for dtype in ("float32", "float64", "int64"):
        net = input_layer({"x": x}, [numeric_column("x", dtype=dtype, normalizer_fn=normalizer)])
        assert net.dtype == "float32"
    assert seen == [("float32", (None, 1)), ("float64", (None, 1)), ("int32", (None, 1))]
