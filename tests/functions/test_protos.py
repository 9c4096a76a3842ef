"""Tests of arrays as TensorProto messages; formats/test_tensors.py has their bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.functions.protos import make_ndarray, make_tensor_proto


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (1.5, "float32"),
        ([1, 2], "int32"),
        (["a", b"b"], "object"),
        (np.float64([1, 2]), "float64"),
        (True, "bool"),
    ],
)
def test_a_value_comes_back_with_the_type_it_would_have_as_a_constant(value: Any, kind: str) -> None:
    array = make_ndarray(make_tensor_proto(value))
    assert array.dtype == kind
    assert array.tolist() == ([b"a", b"b"] if kind == "object" else np.asarray(value).tolist())


def test_a_message_stays_what_it_is() -> None:
    proto = make_tensor_proto([1, 2], "int64")
    assert make_tensor_proto(proto) is proto and make_ndarray(proto).dtype == np.int64


def test_values_take_another_shape_and_the_last_one_is_repeated() -> None:
    assert make_ndarray(make_tensor_proto([1, 2, 3, 4], shape=[2, 2])).tolist() == [[1, 2], [3, 4]]
    assert make_ndarray(make_tensor_proto([1, 2], shape=[2, 2])).tolist() == [[1, 2], [2, 2]]
    assert make_ndarray(make_tensor_proto(7, shape=[3], allow_broadcast=True)).tolist() == [7, 7, 7]


def test_a_shape_that_does_not_fit_is_refused() -> None:
    with pytest.raises(TypeError, match=r"have shape \(2,\); wanted: \(3,\)"):
        make_tensor_proto([1, 2], shape=[3], verify_shape=True)
    with pytest.raises(TypeError, match="wanted"):
        make_tensor_proto([1, 2], shape=[3], allow_broadcast=True)
    with pytest.raises(ValueError, match="3 values do not fill"):
        make_tensor_proto([1, 2, 3], shape=[2])
    with pytest.raises(ValueError, match="only one of"):
        make_tensor_proto([1], shape=[1], verify_shape=True, allow_broadcast=True)
