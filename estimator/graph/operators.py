"""What Python's operators add to a graph: an op for most; for some its type or shape decides which, or several.

Source
------
TF 1.15 math_ops.py: the names of the operations, and the types that integers are divided in
"""

from __future__ import annotations

from typing import Any, Self, TypeVar

from estimator.core.dtypes import DType, string
from estimator.core.shapes import Dims


class Operators:
    """What Python's operators mean for a tensor."""

    __slots__ = ()

    dtype: DType

    @property
    def graph(self) -> Any:
        """The graph it belongs to."""

    @property
    def dims(self) -> Dims:
        """The static shape as a plain tuple, None for unknown."""

    def _apply(self, op_type: str, left: Any, right: Any, name: str) -> Any:
        if _has_a_say(right):
            return NotImplemented
        result: Self = self.graph.at_work().apply(op_type, (left, right), {"name": name})
        return result

    def __add__(self, other: Any) -> Self:
        return self._apply(self._adding(), self, other, "add")

    def __radd__(self, other: Any) -> Self:
        return self._apply(self._adding(), other, self, "add")

    def _adding(self) -> str:
        """The op of ``+``: AddV2 is of numbers alone."""
        return "Add" if self.dtype is string else "AddV2"

    def __sub__(self, other: Any) -> Self:
        return self._apply("Sub", self, other, "sub")

    def __rsub__(self, other: Any) -> Self:
        return self._apply("Sub", other, self, "sub")

    def __mul__(self, other: Any) -> Self:
        if hasattr(other, "dense_shape") and not hasattr(other, "as_tensor"):
            return NotImplemented  # a SparseTensor has its say
        return self._apply("Mul", self, other, "mul")

    def __rmul__(self, other: Any) -> Self:
        return self._apply("Mul", other, self, "mul")

    def __truediv__(self, other: Any) -> Self:
        return NotImplemented if _has_a_say(other) else divide(self, self, other)

    def __rtruediv__(self, other: Any) -> Self:
        return divide(self, other, self)

    def __floordiv__(self, other: Any) -> Self:
        return self._apply("FloorDiv", self, other, "floordiv")

    def __rfloordiv__(self, other: Any) -> Self:
        return self._apply("FloorDiv", other, self, "floordiv")

    def __mod__(self, other: Any) -> Self:
        return self._apply("FloorMod", self, other, "mod")

    def __rmod__(self, other: Any) -> Self:
        return self._apply("FloorMod", other, self, "mod")

    def __pow__(self, other: Any) -> Self:
        return self._apply("Pow", self, other, "pow")

    def __rpow__(self, other: Any) -> Self:
        return self._apply("Pow", other, self, "pow")

    def __matmul__(self, other: Any) -> Self:
        return multiply_matrices(self, self.graph.at_work().convert(other, self.dtype))

    def __rmatmul__(self, other: Any) -> Self:
        return multiply_matrices(self.graph.at_work().convert(other, self.dtype), self)

    def __neg__(self) -> Self:
        result: Self = self.graph.at_work().apply("Neg", (self,), {})
        return result

    def __abs__(self) -> Self:
        return magnitude(self)

    def __invert__(self) -> Self:
        result: Self = self.graph.at_work().apply(
            "LogicalNot" if self.dtype.is_bool else "Invert", (self,), {}
        )
        return result

    def __and__(self, other: Any) -> Self:
        return NotImplemented if _has_a_say(other) else combine_bits(self, "And", self, other)

    def __rand__(self, other: Any) -> Self:
        return combine_bits(self, "And", other, self)

    def __or__(self, other: Any) -> Self:
        return NotImplemented if _has_a_say(other) else combine_bits(self, "Or", self, other)

    def __ror__(self, other: Any) -> Self:
        return combine_bits(self, "Or", other, self)

    def __xor__(self, other: Any) -> Self:
        return NotImplemented if _has_a_say(other) else exclude(self, self, other)

    def __rxor__(self, other: Any) -> Self:
        return exclude(self, other, self)

    def __lt__(self, other: Any) -> Self:
        return self._apply("Less", self, other, "Less")

    def __le__(self, other: Any) -> Self:
        return self._apply("LessEqual", self, other, "LessEqual")

    def __gt__(self, other: Any) -> Self:
        return self._apply("Greater", self, other, "Greater")

    def __ge__(self, other: Any) -> Self:
        return self._apply("GreaterEqual", self, other, "GreaterEqual")

    def __getitem__(self, key: Any) -> Self:
        return self.graph.at_work().strided_slice(self, key)


def _has_a_say(other: Any) -> bool:
    """Whether an operand knows by itself what an operator does with it: a RaggedTensor."""
    return getattr(other, "has_operators", False)


T = TypeVar("T", bound=Operators)


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
