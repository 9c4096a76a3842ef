"""What the ops on sparse tensors share: where entries are, whether they are in order, and what does not go together.

A sparse tensor is indices [n, rank], values [n] and a shape [rank]; entries are in order when their positions
ascend row after row.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, merge
from estimator.graph import rules
from estimator.graph.conditions import holds
from estimator.graph.op import ShapeScope


def entries(s: ShapeScope, indices: int, values: int | None, shape: int) -> tuple[int | None, int | None]:
    """The number of entries and the rank, of a sparse tensor whose parts are these inputs.

    Raises
    ------
    ValueError
        If the parts do not go together.
    """
    count, rank = rules.with_rank(s.shapes[indices], 2, "the indices of a sparse tensor")
    if values is not None:
        (count,) = merge(s.shapes[values], (count,))  # type: ignore[misc]  # a merged shape has a rank
    (rank,) = merge(s.shapes[shape], (rank,))  # type: ignore[misc]
    return count, rank


def sparse_dims(s: ShapeScope, indices: int, values: int | None, shape: int) -> Dims:
    """What is known of the shape of the dense tensor."""
    _, rank = entries(s, indices, values, shape)
    dims = s.dims(shape)
    return merge(dims, None if rank is None else (None,) * rank)


def sizes(shape: Any) -> tuple[int, ...]:
    """A shape tensor as plain numbers.

    Raises
    ------
    InvalidArgumentError
        If one is negative.
    """
    plain = tuple(int(size) for size in shape)
    if any(size < 0 for size in plain):
        raise InvalidArgumentError(f"the sizes of a shape must not be negative, given: {list(plain)}.")
    return plain


def check_inside(indices: Any, shape: tuple[int, ...]) -> None:
    """Refuse entries that lie outside of the shape.

    Raises
    ------
    InvalidArgumentError
        Naming the first one.
    """
    is_outside = (indices < 0) | (indices >= np.array(shape, np.int64))
    if not holds(~is_outside.any()):
        place = int(is_outside.any(axis=1).argmax())
        raise InvalidArgumentError(
            f"indices[{place}] = {indices[place].tolist()} is outside of the shape {list(shape)}."
        )


def steps(xp: Any, indices: Any) -> Any:
    """Which way it goes from each entry to the next: above 0 onwards, 0 nowhere, below 0 backwards."""
    if indices.shape[1] == 0:
        return xp.zeros(max(len(indices) - 1, 0), xp.int64)
    moves = indices[1:] - indices[:-1]
    first = (moves != 0).argmax(axis=1)
    return moves[xp.arange(len(moves)), first]


def demand_ascending(xp: Any, indices: Any) -> None:
    """Refuse entries that are out of order, or at one position.

    Raises
    ------
    InvalidArgumentError
        Naming the first one.
    """
    ascends = steps(xp, indices) > 0
    if not holds(ascends.all()):
        here = int(ascends.argmin()) + 1
        fault = "repeated" if (indices[here] == indices[here - 1]).all() else "out of order"
        raise InvalidArgumentError(
            f"indices[{here}] = {indices[here].tolist()} is {fault}; tf.sparse_reorder sorts entries, and "
            "validate_indices=False takes them as they are."
        )


def in_order(xp: Any, indices: Any) -> Any:
    """The places of entries in the order of their positions; equal ones stay in theirs."""
    if isinstance(indices, np.ndarray) and not (steps(xp, indices) < 0).any():
        return xp.arange(len(indices))
    return xp.lexsort(indices.T[::-1])


def numbered(xp: Any, *parts: Any) -> list[Any]:
    """A number for each entry of each part: equal ones for equal positions, in the order of the positions."""
    together = xp.concatenate(parts)
    order = in_order(xp, together)
    is_new = steps(xp, together[order]) != 0
    numbers = xp.zeros(len(together), xp.int64)
    numbers[order[1:]] = xp.cumsum(is_new)
    return xp.split(numbers, xp.cumsum(xp.array([len(part) for part in parts[:-1]], int)))


def demand_countable(shape: tuple[int, ...]) -> None:
    """Refuse a shape whose positions cannot be numbered.

    Raises
    ------
    InvalidArgumentError
        If there are more than fit into int64.
    """
    if math.prod(shape) >= 2**63:
        raise InvalidArgumentError(f"a tensor of shape {list(shape)} has more positions than fit into int64.")


def row_major(xp: Any, indices: Any, shape: tuple[int, ...]) -> Any:
    """The number of each position, counted row after row through a tensor of that shape.

    Raises
    ------
    InvalidArgumentError
        If the tensor has more positions than can be counted.
    """
    demand_countable(shape)
    numbers = xp.zeros(len(indices), xp.int64)
    for axis, size in enumerate(shape):
        numbers = numbers * size + indices[:, axis]
    return numbers


def positions(xp: Any, numbers: Any, shape: tuple[int, ...]) -> Any:
    """The positions that :func:`row_major` has given these numbers."""
    columns: list[Any] = []
    for size in reversed(shape):
        numbers, column = xp.divmod(numbers, max(size, 1))
        columns.append(column)
    return xp.stack(columns[::-1], axis=1) if columns else xp.zeros((len(numbers), 0), xp.int64)
