"""Shape rules that several op families share.

A rule takes a :class:`~estimator.graph.op.ShapeScope` and returns the output's Dims, or a list of
them for an op with several outputs. A ValueError says what does not fit; the graph adds the op, its
inputs and the user's line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from estimator.core.shapes import Dims, broadcast, is_static, merge, show
from estimator.graph.op import ShapeScope


def no_output(s: ShapeScope) -> list[Dims]:
    """For ops without outputs."""
    return []


def scalar(s: ShapeScope) -> Dims:
    """The result is a scalar, whatever the inputs are."""
    return ()


def unknown(s: ShapeScope) -> Dims:
    """Nothing is known before the op has run."""
    return None


def like_first(s: ShapeScope) -> Dims:
    """The shape of the first input."""
    return s.shapes[0]


def broadcasting(s: ShapeScope) -> Dims:
    """Element-wise with broadcasting."""
    return broadcast(s.shapes)


def all_alike(s: ShapeScope) -> Dims:
    """All inputs have one shape, which is the output's."""
    dims: Dims = None
    for shape in s.shapes:
        dims = merge(dims, shape)
    return dims


def from_attr(name: str) -> Callable[[ShapeScope], Dims]:
    """The shape in an attribute."""

    def rule(s: ShapeScope) -> Dims:
        dims: Dims = s.attrs[name]
        return dims

    return rule


def from_value(index: int) -> Callable[[ShapeScope], Dims]:
    """The shape that input `index` holds as its value."""

    def rule(s: ShapeScope) -> Dims:
        return s.dims(index)

    return rule


def vector(s: ShapeScope) -> Dims:
    """A vector of a length that is not known."""
    return (None,)


def with_rank(dims: Dims, rank: int, what: str) -> tuple[int | None, ...]:
    """`dims`, known to have that rank.

    Raises
    ------
    ValueError
        If it has another.
    """
    if dims is None:
        return (None,) * rank
    if len(dims) != rank:
        raise ValueError(f"{what} must have {rank} dimensions, given: {show(dims)}.")
    return dims


def check_scalars(s: ShapeScope, **inputs: int) -> None:
    """The inputs at these places, called so in the message, are scalars as far as is known.

    Raises
    ------
    ValueError
        If one is not.
    """
    for name, place in inputs.items():
        if s.shapes[place]:
            raise ValueError(f"{name} must be a scalar, given the shape {show(s.shapes[place])}.")


def same_size(left: int | None, right: int | None, what: str) -> int | None:
    """The size that two dimensions share.

    Raises
    ------
    ValueError
        If they differ.
    """
    if left is not None and right is not None and left != right:
        raise ValueError(f"{what} differ: {left} and {right}.")
    return right if left is None else left


def normal_axes(axes: Sequence[int], rank: int) -> tuple[int, ...]:
    """Axes counted from the front, sorted and without repetition.

    Raises
    ------
    ValueError
        If one is out of range.
    """
    for axis in axes:
        if not -rank <= axis < rank:
            raise ValueError(f"axis {axis} is out of range for {rank} dimensions.")
    return tuple(sorted({int(axis) % rank for axis in axes}))


def known(dims: Dims) -> tuple[int, ...] | None:
    """The shape if every size is known, else None."""
    return dims if is_static(dims) else None  # type: ignore[return-value]
