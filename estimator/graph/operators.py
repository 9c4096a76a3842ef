"""What Python's operators add to a graph where that is more than one op: of several types of numbers, of truth values.

A tensor knows which op its operators are (:class:`estimator.graph.tensor.Tensor`), and asks here where its type or
shape decides.

Source
------
TF 1.15 math_ops.py: the names of the operations, and the types that integers are divided in
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from estimator.core.dtypes import DType
from estimator.core.shapes import Dims


class _Operand(Protocol):
    """A tensor, as operators see it."""

    dtype: DType

    @property
    def graph(self) -> Any:
        """The graph it belongs to."""

    @property
    def dims(self) -> Dims:
        """The static shape."""


T = TypeVar("T", bound=_Operand)


def divide(tensor: T, left: Any, right: Any) -> T:
    """``left / right``, one of them the tensor; integers become float64, those of 8 and 16 bits float32."""
    graph, dtype = tensor.graph.at_work(), tensor.dtype
    if not dtype.is_integer:
        result: T = graph.apply("RealDiv", (left, right), {"name": "truediv"})
        return result
    target = "float32" if dtype.size <= 2 else "float64"
    with graph.name_scope("truediv") as scope:
        operands = graph.convert(left, dtype, "x"), graph.convert(right, dtype, "y")
        result = graph.apply(
            "RealDiv", [graph.cast(operand, target) for operand in operands], {"name": scope}
        )
    return result


def multiply_matrices(left: T, right: T) -> T:
    """``left @ right``, of two tensors."""
    batched = any(operand.dims is None or len(operand.dims) > 2 for operand in (left, right))
    op_type = "BatchMatMulV2" if batched else "MatMul"
    result: T = left.graph.at_work().apply(op_type, (left, right), {"name": "matmul"})
    return result


def magnitude(tensor: T) -> T:
    """``abs(tensor)``."""
    attrs = {"Tout": tensor.dtype.real_dtype} if tensor.dtype.is_complex else {}
    op_type = "ComplexAbs" if attrs else "Abs"
    result: T = tensor.graph.at_work().apply(op_type, (tensor,), {**attrs, "name": "Abs"})
    return result


def combine_bits(tensor: T, kind: str, left: Any, right: Any) -> T:
    """``left & right`` ("And") or ``left | right`` ("Or"), one the tensor: of truth values, or of integers' bits."""
    graph = tensor.graph.at_work()
    if tensor.dtype.is_bool:
        result: T = graph.apply(f"Logical{kind}", (left, right), {"name": kind.lower()})
        return result
    with graph.name_scope(kind.lower()):
        result = graph.apply(f"Bitwise{kind}", (left, right), {"name": f"Bitwise{kind}"})
    return result


def exclude(tensor: T, left: Any, right: Any) -> T:
    """``left ^ right``: one of both, not both; of truth values TensorFlow has no op of its own for it."""
    if not tensor.dtype.is_bool:
        return combine_bits(tensor, "Xor", left, right)
    graph = tensor.graph.at_work()
    with graph.name_scope("xor") as scope:
        x, y = graph.convert(left, tensor.dtype, "x"), graph.convert(right, tensor.dtype, "y")
        one = graph.apply("LogicalOr", (x, y), {"name": "LogicalOr"})
        both = graph.apply("LogicalAnd", (x, y), {"name": "LogicalAnd"})
        result: T = graph.apply("LogicalAnd", (one, graph.apply("LogicalNot", (both,), {})), {"name": scope})
    return result
