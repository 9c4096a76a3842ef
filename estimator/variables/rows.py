"""Functions that read and change rows of a variable where they lie, under TensorFlow's names.

All changes take ``(ref, indices, updates)`` and give a tensor that reads the variable after the write. ``scatter_*``
take a row (or one scalar for all) for each index, ``scatter_nd_*`` positions in the last axis of `indices`. Equal
indices count one after the other: sums add up, and of updates the last stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import int32, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, tensor_of
from estimator.graph.graph import graph_of
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Tensor


def _change(function: str, op_type: str) -> Callable[..., Any]:
    locks = function.endswith("update")  # by default; it makes no difference here

    def change(
        ref: Any, indices: Any, updates: Any, use_locking: bool = locks, name: str | None = None
    ) -> Any:
        with function_scope(name, op_type.removeprefix("Resource"), ref) as (graph, scope):
            places = _indices(function, ref, indices)
            with_rows = graph.convert(updates, ref.dtype, name="updates")
            write = graph.apply(op_type, (ref.handle, places, with_rows), {})
            with graph.control_dependencies([write]):
                return ref.as_tensor(scope)

    change.__name__ = change.__qualname__ = function
    change.__doc__ = f"""{_MEANING[function.rpartition("_")[2]]}.

    Parameters
    ----------
    ref : Variable
    indices : Tensor or list, int32 or int64
        Rows, or for ``scatter_nd_*`` positions in the last axis.
    updates : Tensor, array or number

    Returns
    -------
    Tensor
        The value after the write.

    Raises
    ------
    TypeError
        If `ref` is not a variable, or the indices are not integers.

    Source
    ------
    tf.{function}, TF 1.15 state_ops.py
    """
    return change


_MEANING = {
    "add": "Add updates to parts of a variable",
    "sub": "Subtract updates from parts of a variable",
    "mul": "Multiply rows of a variable by updates",
    "div": "Divide rows of a variable by updates",
    "min": "Take the smaller of rows of a variable and updates",
    "max": "Take the larger of rows of a variable and updates",
    "update": "Replace parts of a variable by updates",
}


def _indices(function: str, ref: Any, indices: Any) -> Tensor:
    if not hasattr(ref, "handle"):
        raise TypeError(f"{function} changes a variable, given: {ref!r} ({type(ref).__name__}).")
    tensor = tensor_of(indices, name="indices")
    if tensor.dtype not in (int32, int64):
        raise TypeError(f"{function} of {ref.name}: indices must be int32 or int64, given: {tensor}.")
    return tensor


scatter_add = _change("scatter_add", "ResourceScatterAdd")
scatter_sub = _change("scatter_sub", "ResourceScatterSub")
scatter_mul = _change("scatter_mul", "ResourceScatterMul")
scatter_div = _change("scatter_div", "ResourceScatterDiv")
scatter_min = _change("scatter_min", "ResourceScatterMin")
scatter_max = _change("scatter_max", "ResourceScatterMax")
scatter_update = _change("scatter_update", "ResourceScatterUpdate")
scatter_nd_add = _change("scatter_nd_add", "ResourceScatterNdAdd")
scatter_nd_sub = _change("scatter_nd_sub", "ResourceScatterNdSub")
scatter_nd_update = _change("scatter_nd_update", "ResourceScatterNdUpdate")


def batch_scatter_update(
    ref: Any, indices: Any, updates: Any, use_locking: bool = True, name: str | None = None
) -> Any:
    """Replace, in each entry of the leading dimensions, the parts at the indices of that entry.

    Parameters
    ----------
    ref : Variable
    indices : Tensor or list, int32 or int64
        Positions along the axis behind the leading dimensions, which are all of its dimensions but the last.
    updates : Tensor or array

    Shape
    -----
    ref [batch..., size, ...], indices [batch..., k], updates [batch..., k, ...]

    Returns
    -------
    Tensor
        The value after the write.

    Raises
    ------
    TypeError
        If `ref` is not a variable, or the indices are not integers.
    ValueError
        If the rank of the indices is not known.

    Source
    ------
    tf.batch_scatter_update, TF 1.15 state_ops.py
    """
    with function_scope(name, "batch_scatter_update", ref) as (graph, _):
        places = _indices("batch_scatter_update", ref, indices)
        if not places.dims:
            raise ValueError(
                f"batch_scatter_update of {ref.name}: the rank of {places} must be known, and not 0."
            )
        rank = len(places.dims)
        axes = [_along(graph, places, axis, rank) for axis in range(rank - 1)]
        positions = graph.apply("Pack", ([*axes, places],), {"axis": -1})
    return scatter_nd_update(ref, positions, updates)


def _along(graph: Any, places: Tensor, axis: int, rank: int) -> Tensor:
    """For each of the places its position along an axis."""
    size = graph.apply("Shape", (places,), {"out_type": places.dtype})[axis]
    numbers = graph.apply("Range", (0, size, 1), {"Tidx": places.dtype})
    column = graph.apply("Reshape", (numbers, [-1 if dim == axis else 1 for dim in range(rank)]), {})
    result: Tensor = places * 0 + column
    return result


def sparse_read(ref: Any, indices: Any, name: str | None = None) -> Tensor:
    """The rows of a variable at the indices, without reading the others."""
    places = _indices("sparse_read", ref, indices)
    result: Tensor = graph_of([ref]).apply(
        "ResourceGather", (ref.handle, places), {"dtype": ref.dtype, "name": name or "Gather"}
    )
    return result


def gather_nd(ref: Any, indices: Any, name: str | None = None) -> Tensor:
    """The parts of a variable at the positions that the last axis of the indices holds, without reading the others.

    Shape
    -----
    indices [..., k] -> [..., the sizes of the variable behind the first k]
    """
    places = _indices("gather_nd", ref, indices)
    result: Tensor = graph_of([ref]).apply(
        "ResourceGatherNd", (ref.handle, places), {"dtype": ref.dtype, "name": name or "GatherNd"}
    )
    return result


def by_slices(change: Callable[..., Any]) -> Callable[..., Any]:
    """A change of rows as a method: it takes the rows and their indices as IndexedSlices."""

    def method(self: Any, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Any:
        if not isinstance(sparse_delta, IndexedSlices):
            raise TypeError(
                f"{change.__name__} takes tf.IndexedSlices(values, indices), given: {sparse_delta!r}."
            )
        return change(self, sparse_delta.indices, sparse_delta.values, name=name)

    method.__name__, method.__doc__ = change.__name__, change.__doc__
    return method


def by_positions(change: Callable[..., Any]) -> Callable[..., Any]:
    """A change of parts as a method."""

    def method(self: Any, indices: Any, updates: Any, name: str | None = None) -> Any:
        return change(self, indices, updates, name=name)

    method.__name__, method.__doc__ = change.__name__, change.__doc__
    return method


near_keywords_of_functions(__name__)
