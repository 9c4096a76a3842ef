"""From a call of an op to inputs and attributes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.dtypes import DType, as_dtype, float32, float64, int32, int64, string
from estimator.graph import build
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor


@pytest.fixture(autouse=True)
def graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def given(dtype: Any = float32, dims: Any = (2,), name: str = "x") -> Tensor:
    result: Tensor = build.Placeholder(dtype=dtype, shape=dims, name=name)
    return result


# -- types -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [float32, float64, as_dtype("float16"), as_dtype("bfloat16")])
def test_a_number_takes_the_type_of_the_tensor_beside_it(dtype: Any) -> None:
    for product in (build.Mul(given(dtype), 2), build.Mul(2, given(dtype)), given(dtype) * 2.5):
        assert product.dtype is dtype
        assert [tensor.dtype for tensor in product.op.inputs] == [dtype, dtype]
        assert product.op.attrs["T"] is dtype


def test_what_types_and_flags_decide_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    x, found = given(), []
    first = build.Cumsum(x, given(int32, ()), reverse=True)
    monkeypatch.setattr("estimator.graph.apply.Call", lambda *call: found.append(call))  # would fail
    again = build.Cumsum(x, first.op.inputs[1], reverse=True)
    assert (again.op.attrs, again.dtype, found) == (first.op.attrs, float32, [])


def test_a_call_of_other_types_or_flags_is_another_call() -> None:
    x, axis = given(), given(int32, ())
    flags = [build.Cumsum(x, axis, reverse=reverse).op.attrs["reverse"] for reverse in (True, False, None)]
    assert flags == [True, False, False]
    assert build.Cumsum(given(float64), axis, reverse=True).op.attrs["T"] is float64
    for _ in range(2):
        with pytest.raises(TypeError, match="1 is neither True nor False"):
            build.Cumsum(x, axis, reverse=1)  # equal to True, and no flag
        with pytest.raises(TypeError, match="'y' is float64, but 'x' is float32"):
            build.Mul(x, given(float64))


def test_a_variable_is_read_where_a_tensor_of_its_type_was(graph: Graph) -> None:
    x, variable = given(), tf.get_variable("v", initializer=[1.0, 2.0])
    build.Mul(x, x)
    product = build.Mul(variable, x)
    assert [tensor.name for tensor in product.op.inputs] == ["v/read:0", "x:0"]


def test_among_numbers_the_first_decides() -> None:
    assert build.AddV2(1.0, 2).dtype is float32
    assert build.AddV2(1, 2).dtype is int32
    assert build.AddN([1, 2, 3]).dtype is int32


def test_numpy_arrays_keep_their_type() -> None:
    assert build.Neg(np.float64(1.0)).dtype is float64
    assert build.Neg(np.arange(3)).dtype is int64


def test_lists_give_their_number_and_their_types(graph: Graph) -> None:
    total = build.AddN([given(), [1.0, 2.0], given()])
    assert (total.op.attrs["N"], len(total.op.inputs)) == (3, 3)
    check = build.Assert(True, [given(), 1, "text"])
    assert check.attrs["T"] == [float32, int32, string]


def test_a_list_that_holds_tensors_is_packed() -> None:
    packed = build.Neg([given(dims=()), 2.0])
    assert packed.op.inputs[0].op.type == "Pack"
    assert packed.dims == (2,)


def test_type_attributes_without_an_input_are_given() -> None:
    assert build.Cast(given(), DstT="int32").op.attrs == {
        "SrcT": float32, "DstT": int32, "Truncate": False,
    }  # fmt: skip


def test_attributes_not_given_have_their_defaults() -> None:
    product = build.MatMul(given(dims=(2, 3)), given(dims=(4, 3)), transpose_b=True)
    assert (product.op.attrs["transpose_a"], product.op.attrs["transpose_b"]) == (False, True)
    assert product.dims == (2, 4)


def test_inputs_may_come_by_name() -> None:
    difference = build.Sub(y=given(name="b"), x=given(name="a"))
    assert [tensor.name for tensor in difference.op.inputs] == ["a:0", "b:0"]


def test_constants_are_named_after_the_input_they_are() -> None:
    product = build.Mul(given(), 2.0, name="scaled")
    total = build.AddN([given(), [1.0, 1.0]], name="total")
    assert product.op.inputs[1].name == "scaled/y:0"
    assert total.op.inputs[1].name == "total/inputs_1:0"


# -- what does not fit -------------------------------------------------------------------------------


def test_tensors_of_two_types_are_named_with_the_way_out() -> None:
    with pytest.raises(
        TypeError,
        match=r"Mul 'loss': input 'y' is float64, but 'x' is float32; cast one .*tf.cast\(y, tf.float32\)\. "
        r"'y' is Placeholder '.*' \(created at .*test_apply.py:\d+ in given\)\.$",
    ):
        build.Mul(given(), given(float64), name="loss")


@pytest.mark.parametrize(("first", "second"), [(int32, float32), (float32, int32)])
def test_it_is_the_integers_that_are_to_be_cast_to_floating_point(first: DType, second: DType) -> None:
    integers = "x" if first is int32 else "y"
    with pytest.raises(
        TypeError, match=rf"cast one of them, for example tf.cast\({integers}, tf.float32\)\. "
    ):
        build.Sub(given(first), given(second))


def test_a_type_given_as_attribute_is_named_as_such() -> None:
    with pytest.raises(TypeError, match="input 'resource' must be resource, given: float32; use tf.cast"):
        build.ReadVariableOp(given(), dtype=float32)
    with pytest.raises(TypeError, match="input 'x' is float32, but the argument is int32"):
        build.Neg(given(), T=int32)


@pytest.mark.parametrize("value", [1.5, "text", [1.0, 2.5], 2**40])
def test_a_value_that_cannot_be_the_type_wanted_is_shown(value: Any) -> None:
    with pytest.raises(TypeError, match="AddV2 'AddV2': input 'y': .*int32"):
        build.AddV2(given(int32), value)


def test_none_is_no_value() -> None:
    with pytest.raises(ValueError, match="AddV2 'AddV2': input 'y': None values not supported"):
        build.AddV2(given(int32), None)


def test_a_type_that_the_op_does_not_take_is_answered_with_those_it_takes() -> None:
    with pytest.raises(
        TypeError, match="Exp 'Exp': the type of 'x' is int32; it takes float32, float64, .* Use tf.cast"
    ):
        build.Exp(given(int32))
    with pytest.raises(TypeError, match="Shape 'Shape': out_type=float32; it takes int32, int64"):
        build.Shape(given(), out_type=float32)


def test_missing_and_unknown_arguments_are_answered() -> None:
    with pytest.raises(TypeError, match="MatMul needs the input 'b'; its inputs are: a, b"):
        build.MatMul(given(dims=(2, 2)))
    with pytest.raises(TypeError, match=r"MatMul takes 2 inputs \(a, b\), given: 3"):
        build.MatMul(1, 2, 3)
    with pytest.raises(TypeError, match="MatMul has no attribute 'transpose_c'. Did you mean 'transpose_"):
        build.MatMul(given(dims=(2, 2)), given(dims=(2, 2)), transpose_c=True)
    with pytest.raises(TypeError, match="AddN 'AddN': attribute 'N': 'x' is not a number."):
        build.AddN([given()], N="x")
    with pytest.raises(TypeError, match=r"Placeholder 'Placeholder' needs the attribute 'dtype' \(type\)"):
        build.Placeholder(shape=None)
    with pytest.raises(TypeError, match="input 'inputs' must be a list of tensors"):
        build.AddN(given())


def test_shapes_that_do_not_fit_are_shown_with_the_line_of_the_user() -> None:
    with pytest.raises(
        ValueError,
        match=r"MatMul 'scores' \(created at .*test_apply.py:\d+ in test_shapes.*Inputs: x:0 \(2, 3\) float32",
    ):
        build.MatMul(given(dims=(2, 3)), given(dims=(2, 3)), name="scores")


def test_an_op_that_is_not_there_is_answered() -> None:
    with pytest.raises(AttributeError, match="unknown op 'MatMuul'. Did you mean 'MatMul'"):
        build.MatMuul(1.0, 2.0)
    assert "MatMul" in dir(build)


def test_types_that_are_stated_are_those_of_the_inputs() -> None:
    x, y = build.Const(value=np.float32(1), dtype=float32), build.Const(value=np.int32(2), dtype=int32)
    assert len(build.IdentityN([x, y], T=[float32, int32])) == 2
    with pytest.raises(
        TypeError,
        match=r"IdentityN 'n': input 'input' is of the types \(float32, int32\), but T is \(float32\)\.",
    ):
        build.IdentityN([x, y], T=[float32], name="n")


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (np.array([1, 0]), int64),
        (np.array([1, 0], np.int16), int32),  # which every int16 fits into, and the op takes no int16
        ([1, 0], int32),
        ([np.int64(1), np.int64(0)], int32),
    ],
)
def test_an_array_keeps_its_type_where_a_list_gets_the_default(value: Any, dtype: DType) -> None:
    assert build.InvertPermutation(value).dtype is dtype  # as TensorFlow 2.15.1


def test_none_stands_for_the_default_of_an_attribute() -> None:
    result = build.MatMul(given(dims=(2, 3)), given(dims=(3, 2)), transpose_a=None)
    assert result.op.get_attr("transpose_a") is False
    with pytest.raises(TypeError, match="attribute 'transpose_a': 'no' is neither True nor False"):
        build.MatMul(given(dims=(2, 3)), given(dims=(3, 2)), transpose_a="no")


def test_a_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match=r"a name is a text, given: 3 \(int\)"):
        build.Identity(given(dims=(2,)), name=3)
