"""What a plan knows before it runs.

With the shapes of the inputs given, that is the shape of almost every tensor, and the values of those
that only depend on shapes (sizes, reduction axes, broadcast arguments), which are then computed once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, is_static, merge, show
from estimator.graph.constant import FOLD_LIMIT, run_kernel
from estimator.graph.handles import handle_dims
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.program import Array, Program, located

# Where something else is fed, the static shapes of the graph, which rest on its value, are not believed.
_MEANT_TO_BE_GIVEN = ("Placeholder", "PlaceholderWithDefault", "IteratorGetNext")


class Facts:
    """Shapes and values known at planning time.

    Parameters
    ----------
    program : Program
    shapes : sequence of tuple
        The shapes of ``program.given``.

    Attributes
    ----------
    dims : dict
        Tensor to its shape; sizes that only the run will tell are None.
    values : dict
        Tensor to its value, where it is known.
    """

    def __init__(self, program: Program, shapes: Sequence[tuple[int, ...]]) -> None:
        self._given = frozenset(program.given)
        self._believes = all(tensor.op.type in _MEANT_TO_BE_GIVEN for tensor in program.given)
        self.dims: dict[Tensor, Dims] = dict(zip(program.given, shapes, strict=True))
        self.values: dict[Tensor, Array] = {}
        for op in program.order:
            self._visit(op)

    def is_static(self, tensor: Tensor) -> bool:
        """Whether the shape is known."""
        return is_static(self.dims[tensor])

    def is_given(self, tensor: Tensor) -> bool:
        """Whether each run is given the value."""
        return tensor in self._given

    def is_folded(self, op: Operation) -> bool:
        """Whether all its outputs are known values, so that nothing is left to run."""
        return bool(op.outputs) and all(tensor in self.values for tensor in op.outputs)

    def _visit(self, op: Operation) -> None:
        try:
            shapes = op.definition.shape(_PlanScope(op, self))
        except ValueError as error:
            raise located(op, [self.dims[tensor] for tensor in op.inputs], error) from error
        for tensor, dims in zip(op.outputs, shapes if isinstance(shapes, list) else [shapes], strict=True):
            self.dims.setdefault(tensor, _merged(tensor, dims) if self._believes else dims)
        if op.type == "Const" and op.outputs[0] not in self._given:
            self.values[op.outputs[0]] = np.asarray(op.attrs["value"], order="C")
        elif self._can_fold(op):
            for tensor, value in zip(op.outputs, self._fold(op), strict=True):
                self.values.setdefault(tensor, np.asarray(value, order="C"))

    def _can_fold(self, op: Operation) -> bool:
        definition = op.definition
        if op.effect != "pure" or definition.kernel is None or definition.takes_run or not op.outputs:
            return False
        if not self._given.isdisjoint(op.outputs):
            return False
        if op.type in ("Shape", "Size", "Rank", "ShapeN"):
            return all(self.is_static(tensor) for tensor in op.inputs)
        if not op.inputs or not all(tensor in self.values for tensor in op.inputs):
            return False
        return all(self.is_static(t) and math.prod(self._shape(t)) <= FOLD_LIMIT for t in op.outputs)

    def _shape(self, tensor: Tensor) -> tuple[int, ...]:
        """The shape of a tensor whose shape is known."""
        return self.dims[tensor]  # type: ignore[return-value]

    def _fold(self, op: Operation) -> list[Any]:
        values = [self.values.get(tensor) for tensor in op.inputs]
        if any(value is None for value in values):  # only the shape counts
            values = [np.broadcast_to(np.zeros((), each.dtype.np), self._shape(each)) for each in op.inputs]
        try:
            with np.errstate(all="ignore"):
                return run_kernel(op, np, values)
        except Exception as error:
            raise located(op, [self.dims[tensor] for tensor in op.inputs], error) from error


def _merged(tensor: Tensor, dims: Dims) -> Dims:
    """What the rule says and what was stated when the graph was built."""
    try:
        return merge(dims, tensor.dims)
    except ValueError as error:
        raise InvalidArgumentError(
            f"{tensor.op.describe()} gives shape {show(dims)} where {show(tensor.dims)} was declared.",
            tensor.op,
        ) from error


class _PlanScope:
    """The view of a shape rule on an operation being planned."""

    def __init__(self, op: Operation, facts: Facts) -> None:
        self._op = op
        self._facts = facts
        self.shapes: Sequence[Dims] = [facts.dims[tensor] for tensor in op.inputs]
        self.attrs: Mapping[str, Any] = op.attrs

    def value(self, index: int) -> Array | None:
        return self._facts.values.get(self._op.inputs[index])

    def dims(self, index: int) -> Dims:
        tensor = self._op.inputs[index]
        value = self._facts.values.get(tensor)
        if value is not None:
            return tuple(None if size < 0 else int(size) for size in np.atleast_1d(value))
        shape = self._facts.dims[tensor]
        return (None,) * shape[0] if shape is not None and len(shape) == 1 and shape[0] is not None else None

    def variable_dims(self, index: int) -> Dims:
        return handle_dims(self._op.inputs[index])

    def body(self, attr: str) -> Any:
        return self._op.body(attr)
