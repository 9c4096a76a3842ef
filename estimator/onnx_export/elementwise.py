"""Ops that give a number for each number, or pair of numbers: arithmetic, comparisons, activations."""

from __future__ import annotations

import numpy as np

from estimator.core import dtypes
from estimator.graph.tensor import Operation, Tensor
from estimator.onnx_export.rules import (
    ANY,
    BOOL,
    FLOAT,
    FLOATS,
    INTS,
    NUMBERS,
    TEXT,
    Nodes,
    Rules,
    rank_of,
    refuse,
)

RULES = rules = Rules()

for _name in "Abs Neg Sign".split():
    rules.rename(_name, _name, NUMBERS)
for _name in "Ceil Exp Floor Log Sigmoid Sqrt Tanh".split():
    rules.rename(_name, _name, FLOATS)
for _name in "Acos Acosh Asin Asinh Atan Atanh Cos Cosh Erf Sin Sinh Softplus Softsign Tan".split():
    rules.rename(_name, _name, FLOAT)
rules.rename("Reciprocal", "Reciprocal", FLOATS)
rules.rename("Inv", "Reciprocal", FLOATS)
rules.rename("Rint", "Round", FLOATS)  # both to even
rules.rename("Round", "Round", FLOATS)
rules.rename("IsNan", "IsNaN", FLOATS)
rules.rename("IsInf", "IsInf", FLOATS)
rules.rename("Relu", "Relu", FLOATS)
rules.rename("Elu", "Elu", FLOAT, alpha=1.0)
# Source: arXiv:1706.02515
rules.rename("Selu", "Selu", FLOAT, alpha=1.6732632423543772, gamma=1.0507009873554805)
for _name in "Add Sub Mul".split():
    rules.rename(_name, _name, NUMBERS)
rules.rename("AddV2", "Add", NUMBERS)
rules.rename("RealDiv", "Div", FLOATS)
rules.rename("Pow", "Pow", FLOATS)
rules.rename("Less", "Less", NUMBERS)
rules.rename("LessEqual", "LessOrEqual", NUMBERS)
rules.rename("Greater", "Greater", NUMBERS)
rules.rename("GreaterEqual", "GreaterOrEqual", NUMBERS)
rules.rename("LogicalAnd", "And", BOOL)
rules.rename("LogicalOr", "Or", BOOL)
rules.rename("LogicalNot", "Not", BOOL)


def number(export: Nodes, tensor: Tensor, value: float) -> str:
    """A number of the type of a tensor."""
    return export.constant(value, tensor.dtype)


@rules("Rsqrt", FLOATS)
def _rsqrt(export: Nodes, op: Operation, x: str) -> str:
    return export.add("Reciprocal", export.add("Sqrt", x))


@rules("Square", NUMBERS)
def _square(export: Nodes, op: Operation, x: str) -> str:
    return export.add("Mul", x, x)


@rules("SquaredDifference", NUMBERS)
def _squared_difference(export: Nodes, op: Operation, x: str, y: str) -> str:
    return _square(export, op, export.add("Sub", x, y))


@rules("IsFinite", FLOATS)
def _is_finite(export: Nodes, op: Operation, x: str) -> str:
    return export.add("Not", export.add("Or", export.add("IsNaN", x), export.add("IsInf", x)))


@rules("Log1p", FLOATS)
def _log1p(export: Nodes, op: Operation, x: str) -> str:
    # log(1 + x) loses the digits of a small x; what the rounded sum u has lost, x / (u - 1) puts right.
    one = number(export, op.inputs[0], 1.0)
    u = export.add("Add", x, one)
    corrected = export.add("Mul", export.add("Log", u), export.add("Div", x, export.add("Sub", u, one)))
    small = export.add("Equal", u, one)
    infinite = export.add("IsInf", x)
    return export.add("Where", small, x, export.add("Where", infinite, export.add("Log", u), corrected))


@rules("Expm1", FLOATS)
def _expm1(export: Nodes, op: Operation, x: str) -> str:
    # exp(x) - 1 loses the digits of a small x; tanh(x / 2) (exp(x) + 1) is the same
    half = export.add("Tanh", export.add("Mul", x, number(export, op.inputs[0], 0.5)))
    return export.add("Mul", half, export.add("Add", export.add("Exp", x), number(export, op.inputs[0], 1.0)))


@rules("Relu6", FLOATS)
def _relu6(export: Nodes, op: Operation, x: str) -> str:
    return export.add("Clip", x, number(export, op.inputs[0], 0.0), number(export, op.inputs[0], 6.0))


@rules("LeakyRelu", FLOAT)
def _leaky_relu(export: Nodes, op: Operation, x: str) -> str:
    return export.add("LeakyRelu", x, alpha=float(op.attrs["alpha"]))


@rules("Maximum", NUMBERS)
def _maximum(export: Nodes, op: Operation, x: str, y: str) -> str:
    return export.add("Max", x, y)


@rules("Minimum", NUMBERS)
def _minimum(export: Nodes, op: Operation, x: str, y: str) -> str:
    return export.add("Min", x, y)


@rules("ClipByValue", NUMBERS)
def _clip(export: Nodes, op: Operation, x: str, low: str, high: str) -> str:
    return export.add("Max", export.add("Min", x, high), low)


@rules("AddN", NUMBERS)
def _add_n(export: Nodes, op: Operation, first: str, *others: str) -> str:
    total = first
    for other in others:
        total = export.add("Add", total, other)
    return total


@rules("DivNoNan", FLOATS)
def _div_no_nan(export: Nodes, op: Operation, x: str, y: str) -> str:
    zero = number(export, op.inputs[0], 0.0)
    return export.add("Where", export.add("Equal", y, zero), zero, export.add("Div", x, y))


@rules("Equal", NUMBERS | BOOL | TEXT)
def _equal(export: Nodes, op: Operation, x: str, y: str) -> str:
    if not op.attrs.get("incompatible_shape_error", True):
        refuse("it compares tensors whose shapes do not fit, too")
    if op.inputs[0].dtype is dtypes.string:
        return _equal_texts(export, op, x, y)
    return export.add("Equal", x, y)


@rules("NotEqual", NUMBERS | BOOL | TEXT)
def _not_equal(export: Nodes, op: Operation, x: str, y: str) -> str:
    return export.add("Not", _equal(export, op, x, y))


def _equal_texts(export: Nodes, op: Operation, x: str, y: str) -> str:
    """Whether texts are a given one: ONNX compares texts only from opset 19 on, but finds them in a table."""
    for given, tensor in ((x, op.inputs[1]), (y, op.inputs[0])):
        if tensor.dims == ():
            text = export.text(tensor)
            found = export.add(
                "LabelEncoder",
                given,
                domain="ai.onnx.ml",
                keys_strings=[text],
                values_int64s=[1],
                default_int64=0,
            )
            return export.cast(found, dtypes.bool)
    refuse("texts are only compared with one text")


@rules("FloorDiv", NUMBERS)
def _floor_div(export: Nodes, op: Operation, x: str, y: str) -> str:
    quotient = export.add("Div", x, y)
    if op.inputs[0].dtype.is_floating:
        return export.add("Floor", quotient)
    # Div drops what is behind the point, so that a negative quotient with a remainder is one too large.
    _check_divisor(export, op)
    zero = number(export, op.inputs[0], 0)
    rest = export.add("Sub", x, export.add("Mul", quotient, y))
    signs_differ = export.add("Xor", export.add("Less", rest, zero), export.add("Less", y, zero))
    inexact = export.add("Not", export.add("Equal", rest, zero))
    too_large = export.cast(export.add("And", inexact, signs_differ), op.inputs[0].dtype)
    return export.add("Sub", quotient, too_large)


@rules("FloorMod", NUMBERS)
def _floor_mod(export: Nodes, op: Operation, x: str, y: str) -> str:
    if op.inputs[0].dtype.is_integer:
        _check_divisor(export, op)
        return export.add("Mod", x, y)  # of integers it has the divisor's sign
    rest, zero = export.add("Mod", x, y, fmod=1), number(export, op.inputs[0], 0.0)
    signs_differ = export.add("Xor", export.add("Less", rest, zero), export.add("Less", y, zero))
    inexact = export.add("Not", export.add("Equal", rest, zero))
    return export.add("Where", export.add("And", inexact, signs_differ), export.add("Add", rest, y), rest)


@rules("Div", NUMBERS)
def _div(export: Nodes, op: Operation, x: str, y: str) -> str:
    return export.add("Div", x, y) if op.inputs[0].dtype.is_floating else _truncate_div(export, op, x, y)


@rules("TruncateDiv", INTS)
def _truncate_div(export: Nodes, op: Operation, x: str, y: str) -> str:
    _check_divisor(export, op)
    return export.add("Div", x, y)


@rules("TruncateMod Mod", NUMBERS)
def _truncate_mod(export: Nodes, op: Operation, x: str, y: str) -> str:
    if op.inputs[0].dtype.is_integer:
        _check_divisor(export, op)
    return export.add("Mod", x, y, fmod=1)


def _check_divisor(export: Nodes, op: Operation) -> None:
    """Integers are divided by constants alone: by 0, and the least by -1, is the end of a process with onnxruntime."""
    divisors = np.asarray(export.value(op.inputs[1]))
    if np.isin(divisors, (0, -1)).any():
        refuse("integers are divided by 0 or -1, which ends the process of some runtimes")


@rules("Select", ANY)
def _select(export: Nodes, op: Operation, condition: str, x: str, y: str) -> str:
    missing = rank_of(op.inputs[1]) - rank_of(op.inputs[0])
    if rank_of(op.inputs[0]) == 1 and missing > 0:  # it chooses rows
        axes = export.constant(list(range(1, missing + 1)))
        condition = export.add("Unsqueeze", condition, axes)
    return _select_v2(export, op, condition, x, y)


@rules("SelectV2", ANY)
def _select_v2(export: Nodes, op: Operation, condition: str, x: str, y: str) -> str:
    if op.outputs[0].dtype is not dtypes.bool:
        return export.add("Where", condition, x, y)
    others = export.add("And", export.add("Not", condition), y)  # onnxruntime's Where takes no bool
    return export.add("Or", export.add("And", condition, x), others)


@rules("Cast", ANY)
def _cast(export: Nodes, op: Operation, x: str) -> str:
    source, target = op.inputs[0].dtype, op.outputs[0].dtype
    if dtypes.string in (source, target) or target not in ANY:
        refuse(f"from {source.name} to {target.name}")
    if source.is_floating and target.is_integer and target not in INTS:
        refuse(f"numbers outside of {target.name} differ from runtime to runtime")
    return export.cast(x, target)


@rules("AsString", INTS)
def _as_string(export: Nodes, op: Operation, x: str) -> str:
    if op.attrs["width"] != -1 or op.attrs["fill"]:
        refuse("a width is given")
    return export.cast(x, dtypes.string)


@rules("ZerosLike", ANY)
def _zeros_like(export: Nodes, op: Operation, x: str) -> str:
    dtype = op.inputs[0].dtype
    return export.like(x, b"" if dtype is dtypes.string else 0, dtype)


@rules("OnesLike", NUMBERS | BOOL)
def _ones_like(export: Nodes, op: Operation, x: str) -> str:
    return export.like(x, 1, op.inputs[0].dtype)
