"""TensorFlow's arithmetic functions: operand conversion, division, types."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import float32, float64, int32, uint8
from estimator.functions import math
from estimator.graph import build as b
from estimator.graph.slices import IndexedSlices
from estimator.runtime.session import Session


def run(fetches: Any, feeds: Any = None) -> Any:
    with Session() as session:
        return session.run(fetches, feeds)


def ints(*values: int) -> Any:
    return b.Const(value=np.array(values, np.int32), dtype="int32")


def test_python_numbers_take_the_type_of_the_tensor() -> None:
    x = b.Placeholder(dtype="float64", shape=[])
    assert math.add(x, 1).dtype is float64
    assert math.maximum(0, x).dtype is float64


def test_tensors_of_two_types_are_not_mixed_and_the_error_says_cast() -> None:
    with pytest.raises(TypeError, match=r"tf\.cast"):
        math.add(b.Placeholder(dtype="float32", shape=[]), ints(1))


def test_the_operations_have_tensorflows_names() -> None:
    x = b.Placeholder(dtype="float32", shape=[])
    assert [y.op.name for y in (math.add(x, x), math.divide(x, x), math.pow(x, x))] == [
        "Add",
        "truediv",
        "Pow",
    ]


def test_true_division_of_integers_gives_float64() -> None:
    quotient = math.truediv(ints(1, 3), 2)
    assert quotient.dtype is float64
    np.testing.assert_array_equal(run(quotient), [0.5, 1.5])


def test_true_division_of_small_integers_gives_float32() -> None:
    x = b.Placeholder(dtype="uint8", shape=[])
    assert math.divide(x, x).dtype is float32


def test_div_rounds_integers_down_as_python_2_did() -> None:
    np.testing.assert_array_equal(run(math.div(ints(7, -7), 2)), [3, -4])


def test_add_n_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one tensor"):
        math.add_n([])


def test_a_cast_to_its_own_type_adds_nothing() -> None:
    x = b.Placeholder(dtype="float32", shape=[])
    assert math.cast(x, float32) is x
    assert math.to_float(x) is x


def test_casting_slices_casts_their_values() -> None:
    slices = IndexedSlices(b.Placeholder(dtype="float32", shape=[None, 2]), ints(0, 1))
    cast = math.cast(slices, float64)
    assert cast.dtype is float64
    assert cast.indices is slices.indices


def test_a_saturating_cast_keeps_to_the_range() -> None:
    x = b.Placeholder(dtype="float32", shape=[3])
    assert run(math.saturate_cast(x, uint8), {x: [-5, 7.9, 300]}).tolist() == [0, 7, 255]
    assert math.saturate_cast(ints(1), int32).dtype is int32


def test_log_sigmoid_of_large_negative_numbers_is_finite() -> None:
    x = b.Placeholder(dtype="float32", shape=[2])
    np.testing.assert_allclose(run(math.log_sigmoid(x), {x: [-200, 200]}), [-200, 0], atol=1e-6)


@pytest.mark.parametrize("left", ["a", b"a", np.array("a"), np.array("a", object), "tensor"])
def test_texts_are_added_by_the_op_that_takes_them(left: Any) -> None:
    given = b.Const(value="a", dtype="string") if isinstance(left, str) and left == "tensor" else left
    total = math.add(given, "b")
    assert (total.op.type, run(total)) == ("Add", b"ab")
    assert run(math.add(["a", "b"], "c")).tolist() == [b"ac", b"bc"]


def test_operands_of_two_types_are_named() -> None:
    with pytest.raises(
        TypeError, match="AddV2 'Add': input 'y' is float32, but 'x' is int32; cast one of them"
    ):
        math.add(ints(1), b.Placeholder(dtype=float32, shape=[]))


def test_rows_are_multiplied_by_a_scalar_and_stay_rows() -> None:
    slices = IndexedSlices(b.Placeholder(dtype="float32", shape=[None, 2]), ints(0, 1), ints(5, 2))
    half = math.scalar_mul(0.5, slices)
    assert (half.indices, half.dense_shape) == (slices.indices, slices.dense_shape)
    assert run(half.values, {slices.values: [[1, 2], [3, 4]]}).tolist() == [[0.5, 1], [1.5, 2]]
    assert run(math.scalar_mul(2, ints(3, 4))).tolist() == [6, 8]


def test_only_one_number_is_a_scalar() -> None:
    with pytest.raises(ValueError, match=r"must be a 0-D value. Received shape \(1,\)"):
        math.scalar_mul([2], ints(3, 4))
    with pytest.raises(TypeError, match="int32"):
        math.scalar_mul(2.5, ints(3, 4))


def test_what_accumulate_n_is_told_must_hold() -> None:
    x = b.Placeholder(dtype=float32, shape=(None, 2))
    assert math.accumulate_n([x, x], shape=[3, 2], tensor_dtype=float32).shape == [3, 2]
    with pytest.raises(TypeError, match="tensor_dtype is int32, but the inputs are float32"):
        math.accumulate_n([x, x], tensor_dtype=int32)
    with pytest.raises(ValueError, match=r"\(\?, 2\)|\(2,\)"):
        math.accumulate_n([x, x], shape=[2])
