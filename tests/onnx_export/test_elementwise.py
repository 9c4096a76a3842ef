"""What gives a number for each number, at the edges of every type."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.core.dtypes import as_dtype
from estimator.core.errors import UsageError
from estimator.onnx_export.elementwise import RULES
from tests.onnx_export.runtime import check_op

_FLOATS = [0, -0.0, 0.5, -0.5, 1.5, 2.5, -1.5, 1e-6, -1e-6, 3, -3, 20, -20, 100, -100, 1e30, -1e30]
_NOT_FINITE = [np.inf, -np.inf, np.nan]
EDGES: dict[str, Any] = {
    "float32": np.array([*_FLOATS, *_NOT_FINITE], np.float32),
    "float64": np.array([*_FLOATS, *_NOT_FINITE]),
    "int32": np.array([0, 1, -1, 7, -7, 2**31 - 1, -(2**31)], np.int32),
    "int64": np.array([0, 1, -1, 7, -7, 2**63 - 1, -(2**63)], np.int64),
    "bool": np.array([True, False]),
    "uint8": np.array([0, 1, 255], np.uint8),
    "int8": np.array([0, 1, -128, 127], np.int8),
}
UNARY = (
    "Abs Acos Acosh AsString Asin Asinh Atan Atanh Ceil Cos Cosh Elu Erf Exp Expm1 Floor Inv IsFinite IsInf IsNan LeakyRelu Log "
    "Log1p LogicalNot Neg OnesLike Reciprocal Relu Relu6 Rint Round Rsqrt Selu Sigmoid Sign Sin Sinh Softplus Softsign "
    "Sqrt Square Tan Tanh ZerosLike"
).split()
BINARY = (
    "Add AddV2 DivNoNan Equal Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr Maximum Minimum Mul NotEqual Pow "
    "RealDiv SquaredDifference Sub"
).split()
DIVISIONS = "Div FloorDiv FloorMod Mod TruncateDiv TruncateMod".split()
OTHERS = "AddN Cast ClipByValue Select SelectV2".split()  # each has tests of its own


def of_types(op_types: list[str]) -> list[tuple[str, str]]:
    """Each op with each type of which it is exported."""
    return [
        (op_type, name) for op_type in op_types for name in EDGES if as_dtype(name) in RULES[op_type].types
    ]


def test_every_rule_is_in_a_table_of_this_file() -> None:
    assert sorted([*UNARY, *BINARY, *DIVISIONS, *OTHERS]) == sorted(RULES)


@pytest.mark.parametrize(("op_type", "dtype"), of_types(UNARY))
def test_a_function_of_one_number(op_type: str, dtype: str) -> None:
    check_op(op_type, [EDGES[dtype]])
    check_op(op_type, [EDGES[dtype][:0]])


@pytest.mark.parametrize(("op_type", "dtype"), of_types(BINARY))
def test_a_function_of_two_numbers_of_all_pairs(op_type: str, dtype: str) -> None:
    edges = EDGES[dtype]
    check_op(op_type, [edges[:, None], edges[None, :]])
    check_op(op_type, [edges[:0], edges[:1]])


@pytest.mark.parametrize(("op_type", "dtype"), of_types(DIVISIONS))
def test_a_division_rounds_as_tensorflows(op_type: str, dtype: str) -> None:
    edges = EDGES[dtype]
    if edges.dtype.kind == "f":
        check_op(op_type, [edges[:, None], edges[None, :]])
    for divisor in (2, -3, 7, -2):
        check_op(op_type, [edges, np.array(divisor, edges.dtype)], constants=[1])


@pytest.mark.parametrize("op_type", DIVISIONS)
@pytest.mark.parametrize("divisor", [0, -1])
def test_a_division_that_would_end_the_process_is_refused(op_type: str, divisor: int) -> None:
    with pytest.raises(UsageError, match="integers are divided by 0 or -1"):
        check_op(op_type, [np.int32([1]), np.int32(divisor)], constants=[1])
    with pytest.raises(UsageError, match="as a constant, but that depends on what is fed"):
        check_op(op_type, [np.int32([1]), np.int32([divisor])])


@pytest.mark.parametrize("source", EDGES)
@pytest.mark.parametrize("target", EDGES)
def test_a_cast_is_that_of_c(source: str, target: str) -> None:
    is_refused = source.startswith("float") and target in ("uint8", "int8")
    if is_refused:
        with pytest.raises(UsageError, match="differ from runtime to runtime"):
            check_op("Cast", [EDGES[source]], DstT=as_dtype(target))
    else:
        check_op("Cast", [EDGES[source]], DstT=as_dtype(target))


@pytest.mark.parametrize("dtype", [*EDGES, "string"])
def test_a_choice(dtype: str) -> None:
    values = EDGES[dtype] if dtype != "string" else np.array([b"a", b"", b"c"], object)
    rows, others = np.resize(values, (3, 2)), np.resize(values[::-1], (3, 2))
    check_op("Select", [np.array([True, False, True]), rows, others])
    check_op("SelectV2", [np.array([[True], [False], [True]]), rows, others])


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
def test_limits_and_sums(dtype: str) -> None:
    values = EDGES[dtype]
    check_op("ClipByValue", [values, np.array(-1, values.dtype), np.array(2, values.dtype)])
    check_op("AddN", [[values, values, values]])


def test_texts_are_compared_with_one_text() -> None:
    words = np.array([b"", b"a", "\u00e9".encode()], object)
    for word in (b"", b"a", "\u00e9".encode()):
        check_op("Equal", [words, np.array(word, object)], constants=[1])
        check_op("NotEqual", [np.array(word, object), words], constants=[0])
    with pytest.raises(UsageError, match="texts are only compared with one text"):
        check_op("Equal", [words, words])


def test_a_width_of_digits_is_refused() -> None:
    with pytest.raises(UsageError, match="a width is given"):
        check_op("AsString", [np.int32([1])], width=3)
