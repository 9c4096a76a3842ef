"""Matrix products, biases, softmax."""

from __future__ import annotations

from estimator.graph.tensor import Operation, Tensor
from estimator.onnx_export.rules import FLOAT, FLOATS, NUMBERS, Nodes, Rules, rank_of, refuse

RULES = rules = Rules()
rules.rename("Softmax", "Softmax", FLOATS, axis=-1)
rules.rename("LogSoftmax", "LogSoftmax", FLOAT, axis=-1)  # of float64 onnxruntime gives numbers for a NaN


@rules("MatMul", NUMBERS)
def _matmul(export: Nodes, op: Operation, a: str, b: str) -> str:
    return _product(export, op, a, b, op.attrs["transpose_a"], op.attrs["transpose_b"])


@rules("BatchMatMul BatchMatMulV2", NUMBERS)
def _batch_matmul(export: Nodes, op: Operation, x: str, y: str) -> str:
    return _product(export, op, x, y, op.attrs["adj_x"], op.attrs["adj_y"])


def _product(export: Nodes, op: Operation, a: str, b: str, turn_a: bool, turn_b: bool) -> str:
    left = _turned(export, op.inputs[0], a) if turn_a else a
    right = _turned(export, op.inputs[1], b) if turn_b else b
    return export.add("MatMul", left, right)


def _turned(export: Nodes, tensor: Tensor, name: str) -> str:
    """With the last two axes exchanged."""
    *batch, rows, columns = range(rank_of(tensor))
    return export.add("Transpose", name, perm=[*batch, columns, rows])


@rules("Einsum", FLOATS)
def _einsum(export: Nodes, op: Operation, *inputs: str) -> str:
    equation = op.attrs["equation"]
    given, _, result = equation.partition("->")
    if "..." in given and len(inputs) > 1:
        refuse(f"{equation!r} has an ellipsis, which ONNX does not broadcast")
    if any(result.count(letter) > 1 for letter in result if letter.isalpha()):
        refuse(f"{equation!r} gives a diagonal")
    return export.add("Einsum", *inputs, equation=equation)


@rules("BiasAdd", NUMBERS)
def _bias_add(export: Nodes, op: Operation, value: str, bias: str) -> str:
    if op.attrs["data_format"] == "NCHW":
        axes = export.constant(list(range(1, rank_of(op.inputs[0]) - 1)))
        bias = export.add("Unsqueeze", bias, axes)
    return export.add("Add", value, bias)
