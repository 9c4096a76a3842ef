"""Products, biases and softmax, also of nothing and of what is not finite."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.core.errors import UsageError
from tests.onnx_export.runtime import check_op

TYPES = ["float32", "float64", "int32", "int64"]


def _numbers(dtype: str, *shape: int) -> np.ndarray:
    return np.resize(np.array([1, -2, 3, 5, -7], dtype), shape)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("transpose_a", [False, True])
@pytest.mark.parametrize("transpose_b", [False, True])
def test_a_product_of_turned_matrices(dtype: str, transpose_a: bool, transpose_b: bool) -> None:
    a = _numbers(dtype, *((3, 2) if transpose_a else (2, 3)))
    b = _numbers(dtype, *((4, 3) if transpose_b else (3, 4)))
    check_op("MatMul", [a, b], transpose_a=transpose_a, transpose_b=transpose_b)


@pytest.mark.parametrize("dtype", TYPES)
def test_products_of_nothing(dtype: str) -> None:
    check_op("MatMul", [_numbers(dtype, 0, 3), _numbers(dtype, 3, 2)])
    check_op("MatMul", [_numbers(dtype, 2, 0), _numbers(dtype, 0, 3)])  # zeros


@pytest.mark.parametrize("dtype", TYPES)
def test_products_of_many_matrices(dtype: str) -> None:
    check_op("BatchMatMulV2", [_numbers(dtype, 4, 3, 2), _numbers(dtype, 1, 3, 2)], adj_y=True)
    check_op("BatchMatMulV2", [_numbers(dtype, 4, 3, 2), _numbers(dtype, 4, 3, 2)], adj_x=True)


@pytest.mark.parametrize("dtype", TYPES)
def test_biases_of_the_last_axis_and_of_channels_that_come_first(dtype: str) -> None:
    check_op("BiasAdd", [_numbers(dtype, 3, 2), _numbers(dtype, 2)])
    check_op("BiasAdd", [_numbers(dtype, 2, 3, 4, 5), _numbers(dtype, 3)], data_format="NCHW")


@pytest.mark.parametrize(
    ("op_type", "dtype"), [("Softmax", "float32"), ("Softmax", "float64"), ("LogSoftmax", "float32")]
)
def test_softmax_of_what_is_large_or_not_finite(op_type: str, dtype: str) -> None:
    nan, inf = np.nan, np.inf
    rows = [
        [1, 2, 3],
        [1000, -1000, 1000],
        [nan, 1, 2],
        [1, 2, nan],
        [-inf, 0, 1],
        [inf, 0, 1],
        [-inf, -inf, -inf],
    ]
    check_op(op_type, [np.array(rows, dtype)])
    check_op(op_type, [np.zeros((0, 3), dtype)])


def test_sums_over_letters() -> None:
    a, b = np.float32([[1, 2, 3], [4, 5, 6]]), np.float32([[1, -1], [2, 0], [0, 3]])
    check_op("Einsum", [[a, b]], equation="ij,jk->ki")
    check_op("Einsum", [[a]], equation="...j->...")
    with pytest.raises(UsageError, match="an ellipsis, which ONNX does not broadcast"):
        check_op("Einsum", [[a, b]], equation="...j,jk->...k")
    with pytest.raises(UsageError, match="gives a diagonal"):
        check_op("Einsum", [[a[0]]], equation="i->ii")
