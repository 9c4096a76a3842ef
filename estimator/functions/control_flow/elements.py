"""The elements of tensors that are walked along their first axis: what map_fn, scan and folds have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core import nest
from estimator.core.shapes import Dims, merge, show
from estimator.functions.control_flow.tensor_array import TensorArray
from estimator.graph import build as b
from estimator.graph.composite import Composite
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor


class Elements:
    """Tensors of the same length, taken apart along their first axis.

    Parameters
    ----------
    graph : Graph
    elems : object
        Tensors or Python values, perhaps nested.
    caller : str
        Who walks along them, for messages.

    Attributes
    ----------
    count : int or Tensor
        How many elements there are.
    static_count : int, optional
        The same if it is known before the graph runs.

    Raises
    ------
    ValueError
        If there is no tensor, or one is a scalar, or they have different lengths.
    TypeError
        If one is a SparseTensor or another value of several tensors.
    """

    def __init__(self, graph: Graph, elems: Any, caller: str) -> None:
        self._structure = elems
        leaves = nest.flatten(elems)
        _demand_dense(leaves, caller)
        tensors = [graph.convert(leaf, None, "elems") for leaf in leaves]
        _demand_rows(tensors, leaves, caller)
        self.static_count = _common_length(tensors, caller)
        self.count: Any = self.static_count
        if self.count is None:
            self.count = b.StridedSlice(b.Shape(tensors[0]), [0], [1], [1], shrink_axis_mask=1)
        self._arrays = [
            TensorArray(tensor.dtype, self.count, infer_shape=False, element_shape=_row_shape(tensor)).unstack(tensor)
            for tensor in tensors
        ]  # fmt: skip

    @property
    def dtypes(self) -> Any:
        """The types, nested as `elems` is."""
        return nest.pack_as(self._structure, [array.dtype for array in self._arrays])

    def at(self, position: Any) -> Any:
        """The element at a position, nested as `elems` is."""
        return nest.pack_as(self._structure, [array.read(position) for array in self._arrays])

    def joined(self, arrays: list[TensorArray]) -> list[Tensor]:
        """Arrays of one entry for each element as tensors."""
        tensors = [array.stack() for array in arrays]
        for tensor, array in zip(tensors, arrays, strict=True):
            rest = array.element_shape.tuple
            tensor.set_shape(None if rest is None else (self.static_count, *rest))
        return tensors


def _demand_dense(leaves: list[Any], caller: str) -> None:
    if not leaves:
        raise ValueError(f"elems of {caller} must contain at least one tensor, given: none.")
    for leaf in leaves:
        if isinstance(leaf, Composite):
            raise TypeError(
                f"elems of {caller} must be dense tensors, given: {leaf}. {leaf.made_dense_by} makes one of it."
            )


def _demand_rows(tensors: list[Tensor], leaves: list[Any], caller: str) -> None:
    for tensor, leaf in zip(tensors, leaves, strict=True):
        if tensor.dims == ():
            raise ValueError(
                f"elements in elems must be 1+ dimensional tensors, not scalars: {caller} walks along the first axis, "
                f"given: {leaf}. A list of numbers is a structure of scalars: make it a tensor with tf.constant."
            )


def _common_length(tensors: list[Tensor], caller: str) -> int | None:
    """How many elements all have along their first axis, if the graph knows it."""
    first: Dims = (None,)
    for tensor in tensors:
        try:
            first = merge(first, None if tensor.dims is None else tensor.dims[:1])
        except ValueError:
            shapes = ", ".join(show(other.dims) for other in tensors)
            raise ValueError(f"elems of {caller} must be of one length, given: {shapes}.") from None
    return first[0] if first else None


def _row_shape(tensor: Tensor) -> Dims:
    return None if tensor.dims is None else tensor.dims[1:]


def demand_function(fn: Callable[..., Any]) -> None:
    """Refuse what cannot be called.

    Raises
    ------
    TypeError
    """
    if not callable(fn):
        raise TypeError(f"fn must be a function of an element, given: {fn!r}.")
