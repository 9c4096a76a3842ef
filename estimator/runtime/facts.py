"""What a plan knows before it runs.

With the shapes of the inputs given, that is the shape of almost every tensor, and the values of those
that only depend on shapes (sizes, reduction axes, broadcast arguments), which are then computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from estimator.core.dtypes import variant
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, compatible, is_static, merge, show
from estimator.core.tracebacks import cause_of
from estimator.graph.elements import Shapes, element_shapes
from estimator.graph.static import KnownScope, folded
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.program import Array, Program, located

# Where something else is fed, the static shapes of the graph, which rest on its value, are not believed; nor in a body
# that is given another shape than it was built for, because of what was fed outside. Whatever else a body is given is
# what it would compute.
_MEANT_TO_BE_GIVEN = ("Placeholder", "PlaceholderWithDefault", "IteratorGetNext")


def is_meant_to_be_given(tensor: Tensor) -> bool:
    """Whether its static shape rests on nothing but what was said of it."""
    return tensor.op.type in _MEANT_TO_BE_GIVEN or tensor.op.definition.waits


class Facts:
    """Shapes and values known at planning time.

    Parameters
    ----------
    program : Program
    shapes : sequence of Dims
        The shapes of ``program.given``, as :meth:`Program.shapes_of` gives them.
    watch : callable
        Gives the operations of the program one by one; it may raise to give the matter up.
    known : mapping, optional
        The values of those of ``program.given`` that are always the same.

    Attributes
    ----------
    dims : dict
        Tensor to its shape; sizes that only the run will tell are None.
    values : dict
        Tensor to its value, where it is known.
    """

    def __init__(
        self,
        program: Program,
        shapes: Sequence[Dims],
        watch: Callable[[Iterable[Operation]], Iterator[Operation]] = iter,
        known: Mapping[Tensor, Array] | None = None,
    ) -> None:
        self._given = frozenset(program.given)
        listed = {program.given[position]: shapes[position] for position in program.listed}
        self._elements: dict[Tensor, Shapes] = {
            tensor: frozenset((dims,)) if is_static(dims) else None  # type: ignore[arg-type]  # it is static
            for tensor, dims in listed.items()
        }
        self.dims: dict[Tensor, Dims] = {
            tensor: () if tensor in listed else dims
            for tensor, dims in zip(program.given, shapes, strict=True)
        }
        self._believes = all(
            (program.is_body or is_meant_to_be_given(tensor)) and compatible(tensor.dims, dims)
            for tensor, dims in self.dims.items()
        )
        self.values: dict[Tensor, Array] = dict(known or {})
        for op in watch(program.order):
            self._visit(op)

    def is_static(self, tensor: Tensor) -> bool:
        """Whether the shape is known."""
        return is_static(self.dims[tensor])

    def is_given(self, tensor: Tensor) -> bool:
        """Whether each run is given the value."""
        return tensor in self._given

    def dims_of(self, tensor: Tensor) -> Dims:
        """The shape; sizes that only the run will tell are None."""
        return self.dims[tensor]

    def value_of(self, tensor: Tensor) -> Array | None:
        """The value, if it is known."""
        return self.values.get(tensor)

    def elements_of(self, tensor: Tensor) -> Dims:
        """The shape that every element of a list has, if it is known to be one."""
        shapes = self._elements.get(tensor)
        return next(iter(shapes)) if shapes is not None and len(shapes) == 1 else None

    def is_folded(self, op: Operation) -> bool:
        """Whether all its outputs are known values, so that nothing is left to run."""
        return bool(op.outputs) and all(tensor in self.values for tensor in op.outputs)

    def _visit(self, op: Operation) -> None:
        try:
            shapes = op.definition.shape(KnownScope(op, self))
        except ValueError as error:
            raise located(op, [self.dims[tensor] for tensor in op.inputs], error) from cause_of(error)
        for tensor, dims in zip(op.outputs, shapes if isinstance(shapes, list) else [shapes], strict=True):
            self.dims.setdefault(tensor, _merged(tensor, dims) if self._believes else dims)
        for tensor in op.outputs[:1]:
            if tensor.dtype is variant and tensor not in self._given:
                self._elements[tensor] = element_shapes(op, self._elements.get, self.dims_of)
        if self._given.isdisjoint(op.outputs):
            for tensor, value in zip(op.outputs, self._fold(op), strict=False):
                self.values[tensor] = np.asarray(value, order="C")

    def _fold(self, op: Operation) -> list[Array]:
        try:
            return folded(op, self) or []
        except Exception as error:
            raise located(op, [self.dims[tensor] for tensor in op.inputs], error) from cause_of(error)


def _merged(tensor: Tensor, dims: Dims) -> Dims:
    """What the rule says and what was stated when the graph was built."""
    try:
        return merge(dims, tensor.dims)
    except ValueError as error:
        raise InvalidArgumentError(
            f"{tensor.op.describe()} gives shape {show(dims)} where {show(tensor.dims)} was declared.",
            tensor.op,
        ) from cause_of(error)
