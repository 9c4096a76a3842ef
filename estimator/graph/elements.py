"""Of which shapes the elements of lists are, as far as a plan can tell before they are made.

A plan that reads a list goes by the one shape that all its elements have. What it makes of such a list has elements of
known shapes again, so that a loop which reads a list and writes it need not look at it in each round.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from estimator.core.shapes import Dims, is_static
from estimator.graph.tensor import Operation, Tensor

Shapes: TypeAlias = (
    frozenset[tuple[int, ...]] | None
)  # those of all that was ever set; None if that is not known

_EMPTY = ("EmptyTensorList", "TensorListReserve")
_LIKE_ALL = ("Add", "AddV2", "AddN", "Identity", "ZerosLike")  # elements as those of all inputs
_WITH_ONE = {"TensorListPushBack": 1, "TensorListSetItem": 2}  # one more, at that place among the inputs


def element_shapes(
    op: Operation, of_list: Callable[[Tensor], Shapes], dims_of: Callable[[Tensor], Dims]
) -> Shapes:
    """The shapes of the elements of the list that an operation gives first.

    Parameters
    ----------
    op : Operation
    of_list : callable
        The same for a list that it is given.
    dims_of : callable
        The shape of a tensor that it is given.
    """
    if op.type in _EMPTY:
        return frozenset()
    if op.type == "TensorListFromTensor":
        dims = dims_of(op.inputs[0])
        return frozenset((dims[1:],)) if is_static(dims) else None  # type: ignore[index, arg-type]  # it is static
    if op.type in _WITH_ONE:
        before, dims = of_list(op.inputs[0]), dims_of(op.inputs[_WITH_ONE[op.type]])
        return before | {dims} if before is not None and is_static(dims) else None  # type: ignore[arg-type]
    if op.type in _LIKE_ALL:
        shapes = [of_list(tensor) for tensor in op.inputs]
        known = [found for found in shapes if found is not None]
        return frozenset().union(*known) if len(known) == len(shapes) else None
    if op.type in ("TensorListPopBack", "TensorListResize"):
        return of_list(op.inputs[0])
    return None
