"""Functions that sort, and that look for values in what is sorted, under TensorFlow's names.

Source: names and arguments of tf.* in TensorFlow 1.15.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import as_dtype, int32
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.arrays import shape, transpose
from estimator.functions.reductions import reduce_all
from estimator.graph import build as b
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list


class ListDiff(NamedTuple):
    """What :func:`setdiff1d` gives."""

    out: Tensor
    idx: Tensor


def sort(values: Value, axis: Any = -1, direction: str = "ASCENDING", name: str | None = None) -> Tensor:
    """The values in order along an axis.

    Parameters
    ----------
    direction : {"ASCENDING", "DESCENDING"}

    Raises
    ------
    ValueError
        If the direction is neither, or the axis is no number that is known before the graph runs.
    """
    with function_scope(name, "sort", values):
        return _in_order(values, axis, direction)[0]


def argsort(
    values: Value,
    axis: Any = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> Tensor:
    """The places, int32, that put the values in order along an axis; see :func:`sort`. Equal ones stay as they come."""
    with function_scope(name, "argsort", values):
        return _in_order(values, axis, direction)[1]


def _in_order(values: Value, axis: Any, direction: str) -> tuple[Tensor, Tensor]:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(f"direction must be 'ASCENDING' or 'DESCENDING', given: {direction!r}.")
    x, place = tensor_of(values, name="values"), static_value(tensor_of(axis, name="axis"))
    if place is None or place.ndim:
        raise ValueError(f"axis must be one number that is known before the graph runs, given: {axis!r}.")
    order = _with_last(x, int(place))
    moved = order is not None
    rows = transpose(x, order) if moved else x
    size = shape(rows)[-1]
    found, places = _descending(rows, size) if direction == "DESCENDING" else _ascending(rows, size)
    return (transpose(found, order), transpose(places, order)) if moved else (found, places)


def _with_last(x: Tensor, axis: int) -> Any:
    """The order of axes in which that one and the last have changed places; None if it is the last."""
    if axis == -1:
        return None
    if x.dims is None:
        places = b.Range(0, b.Rank(x), 1)
        last, own = b.Sub(b.Rank(x), 1), axis if axis >= 0 else b.AddV2(b.Rank(x), axis)
        there = b.SelectV2(b.Equal(places, last), own, places)
        return b.SelectV2(b.Equal(places, own), last, there)
    order = list(range(len(x.dims)))
    order[axis], order[-1] = order[-1], order[axis]
    return order if order != sorted(order) else None


def _descending(x: Tensor, size: Tensor) -> tuple[Tensor, Tensor]:
    found, places = b.TopKV2(x, size)
    return found, places


def _ascending(x: Tensor, size: Tensor) -> tuple[Tensor, Tensor]:
    """The greatest of what is turned round: of integers ~x = -x - 1, since -x has no room for the least."""
    if not x.dtype.is_integer:
        found, places = b.TopKV2(-x, size)
        return -found, places
    found, places = b.TopKV2(b.Invert(x), size)
    return b.Invert(found), places


def searchsorted(
    sorted_sequence: Value, values: Value, side: str = "left", out_type: Any = int32, name: str | None = None
) -> Tensor:
    """Where in a sorted row each value can stand: at the first such place, or at the last one for ``side="right"``.

    Shape
    -----
    sorted_sequence [..., n], values [..., m] -> [..., m]

    Raises
    ------
    ValueError
        If `side` is neither "left" nor "right".
    """
    if side not in ("left", "right"):
        raise ValueError(f"side must be 'left' or 'right', given: {side!r}.")
    rows, wanted = tensor_of(sorted_sequence), tensor_of(values)
    op = b.LowerBound if side == "left" else b.UpperBound
    places = op(
        b.Reshape(rows, b.Pack([-1, shape(rows)[-1]])),
        b.Reshape(wanted, b.Pack([-1, shape(wanted)[-1]])),
        out_type=as_dtype(out_type),
        name=name,
    )
    result: Tensor = b.Reshape(places, shape(wanted))
    return result


def setdiff1d(x: Value, y: Value, index_dtype: Any = int32, name: str | None = None) -> ListDiff:
    """The values of the vector x that y does not have, in their order, and their places in x."""
    return ListDiff(*b.ListDiff(x, y, out_idx=as_dtype(index_dtype), name=name))


def is_non_decreasing(x: Value, name: str | None = None) -> Tensor:
    """Whether no value of x, as one vector, is below the one before it."""
    with function_scope(name, "is_non_decreasing", x):
        return reduce_all(b.LessEqual(0, _steps(x)))


def is_strictly_increasing(x: Value, name: str | None = None) -> Tensor:
    """Whether each value of x, as one vector, is above the one before it."""
    with function_scope(name, "is_strictly_increasing", x):
        return reduce_all(b.Less(0, _steps(x)))


def _steps(x: Value) -> Tensor:
    """The differences of neighbours.

    Raises
    ------
    TypeError
        If x holds no numbers.
    """
    tensor = tensor_of(x, name="x")
    if not (tensor.dtype.is_floating or tensor.dtype.is_integer):
        raise TypeError(f"{tensor} is {tensor.dtype.name}: only numbers increase.")
    vector = b.Reshape(tensor, [-1])
    return vector[1:] - vector[:-1]


near_keywords_of_functions(__name__)
