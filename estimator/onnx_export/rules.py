"""What a family of rules is made of, and what a rule sees of the export that it takes part in.

A rule takes the export, an operation and the names of its inputs, and gives the name of its output, or a list for
several, in which last ones may lack::

    @rules("Rsqrt", FLOATS)
    def rsqrt(export: Nodes, op: Operation, x: str) -> str:
        return export.add("Reciprocal", export.add("Sqrt", x))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, Protocol, TypeAlias, TypeVar

from estimator.core import dtypes
from estimator.core.dtypes import DType
from estimator.core.named_tuple import NamedTuple
from estimator.graph.tensor import Tensor

Types: TypeAlias = "frozenset[DType]"

# What onnxruntime computes with; of other types it mostly only moves values.
FLOAT = frozenset([dtypes.float32])
FLOATS = frozenset([dtypes.float32, dtypes.float64])
INTS = frozenset([dtypes.int32, dtypes.int64])
NUMBERS = FLOATS | INTS
BOOL = frozenset([dtypes.bool])
TEXT = frozenset([dtypes.string])
ANY = NUMBERS | BOOL | TEXT | {dtypes.uint8, dtypes.int8}


class Untranslatable(Exception):
    """An operation cannot be exported; the message says why."""


class Nodes(Protocol):
    """The export, as rules see it."""

    def add(self, op_type: str, *inputs: str, domain: str = "", **attrs: Any) -> str:
        """Add a node with one output; the output's name."""

    def add_several(self, count: int, op_type: str, *inputs: str, **attrs: Any) -> list[str]:
        """Add a node with several outputs; their names."""

    def constant(self, value: Any, dtype: DType = dtypes.int64) -> str:
        """Add a constant; its name."""

    def value(self, tensor: Tensor) -> Any:
        """The value of a tensor that depends on nothing that is fed.

        Raises
        ------
        Untranslatable
            If it depends on what is fed.
        """

    def text(self, tensor: Tensor) -> str:
        """The text that a tensor without axes is; see :meth:`value`."""

    def entries(self, handle: Tensor) -> dict[Any, Any]:
        """The keys of a lookup table that never changes, and their values.

        Raises
        ------
        Untranslatable
            If it may change, or cannot be exported.
        """

    def cast(self, name: str, dtype: DType) -> str:
        """Add a conversion to another type; the result's name."""

    def like(self, name: str, value: Any, dtype: DType) -> str:
        """Add what repeats a number in the shape of a tensor; the result's name."""


Translator: TypeAlias = Callable[..., "str | list[str]"]
T = TypeVar("T", bound=Translator)


class Rule(NamedTuple):
    """How operations of a type are exported, and of which element types."""

    translate: Translator
    types: Types


class Rules(dict[str, Rule]):
    """The rules of a family, by op type."""

    def __call__(self, op_types: str, types: Types) -> Callable[[T], T]:
        """Decorate the rule of some op types, separated by blanks."""

        def register(translate: T) -> T:
            self.update({op_type: Rule(translate, types) for op_type in op_types.split()})
            return translate

        return register

    def rename(self, op_type: str, onnx_type: str, types: Types, **attrs: Any) -> None:
        """State that an op is the same as one of ONNX with these attributes."""
        self[op_type] = Rule(lambda export, op, *inputs: export.add(onnx_type, *inputs, **attrs), types)


def refuse(reason: str) -> NoReturn:
    """End a rule.

    Raises
    ------
    Untranslatable
        Always.
    """
    raise Untranslatable(reason)


def rank_of(tensor: Tensor) -> int:
    """The number of its axes.

    Raises
    ------
    Untranslatable
        If only a run tells.
    """
    if tensor.dims is None:
        refuse(f"the number of axes of {tensor.name!r} is not known before a run: use tensor.set_shape")
    return len(tensor.dims)


def axis_of(value: Any, rank: int) -> int:
    """An axis, counted from the front."""
    axis = int(value)
    return axis + rank if axis < 0 else axis
