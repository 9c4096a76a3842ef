"""Static shapes: plain tuples inside, :class:`TensorShape` for people.

Inside the package a shape is ``Dims``: a tuple of ``int`` and ``None`` (unknown size), or ``None``
(unknown rank). :class:`TensorShape` wraps it with the methods that scripts call.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

Dims: TypeAlias = "tuple[int | None, ...] | None"


def _itself(value: Any) -> Any:
    return value


class Dimension:
    """One size, or unknown (``value is None``); compares and computes like its value."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value: int | None = _as_size(value)
        if value == -1:
            raise ValueError("a size must be >= 0, or None if it is not known; given: -1.")

    def __int__(self) -> int:
        if self.value is None:
            raise TypeError(
                "the size of this dimension is not known before the graph runs; use tf.shape(x)[i]."
            )
        return self.value

    __index__ = __int__

    def __bool__(self) -> bool:
        return bool(self.value)

    def __hash__(self) -> int:
        return hash(self.value)

    def is_compatible_with(self, other: Any) -> bool:
        """Whether one size could be both."""
        return compatible((self.value,), as_dims([other]))

    def assert_is_compatible_with(self, other: Any) -> None:
        """Nothing, if one size could be both.

        Raises
        ------
        ValueError
            If none could.
        """
        self.merge_with(other)

    def merge_with(self, other: Any) -> Dimension:
        """The size that is both.

        Raises
        ------
        ValueError
            If none is.
        """
        right = Dimension(dimension_value(other))
        if not self.is_compatible_with(right):
            raise ValueError(f"Dimensions {self} and {right} are not compatible.")
        return right if self.value is None else self

    def _with(self, other: object, result: Callable[[int, int], Any], make: Callable[[Any], Any]) -> Any:
        """The result for this size and a number, None or a size; what is neither has its own say."""
        right = other.value if isinstance(other, Dimension) else other
        if right is not None and not hasattr(right, "__index__"):
            return NotImplemented
        return make(
            None if self.value is None or right is None else result(self.value, operator.index(right))
        )

    def __add__(self, other: object) -> Any:
        return self._with(other, operator.add, Dimension)

    def __sub__(self, other: object) -> Any:
        return self._with(other, operator.sub, Dimension)

    def __rsub__(self, other: object) -> Any:
        return self._with(other, lambda right, left: left - right, Dimension)

    def __mul__(self, other: object) -> Any:
        return self._with(other, operator.mul, Dimension)

    def __floordiv__(self, other: object) -> Any:
        return self._with(other, operator.floordiv, Dimension)

    def __rfloordiv__(self, other: object) -> Any:
        return self._with(other, lambda right, left: left // right, Dimension)

    def __mod__(self, other: object) -> Any:
        return self._with(other, operator.mod, Dimension)

    def __rmod__(self, other: object) -> Any:
        return self._with(other, lambda right, left: left % right, Dimension)

    __radd__, __rmul__ = __add__, __mul__

    # None, where one of the sizes is not known.
    def __eq__(self, other: object) -> Any:
        return self._with(other, operator.eq, _itself)

    def __ne__(self, other: object) -> Any:
        return self._with(other, operator.ne, _itself)

    def __lt__(self, other: object) -> Any:
        return self._with(other, operator.lt, _itself)

    def __le__(self, other: object) -> Any:
        return self._with(other, operator.le, _itself)

    def __gt__(self, other: object) -> Any:
        return self._with(other, operator.gt, _itself)

    def __ge__(self, other: object) -> Any:
        return self._with(other, operator.ge, _itself)

    def __repr__(self) -> str:
        return f"Dimension({self.value})"

    def __str__(self) -> str:
        return "?" if self.value is None else str(self.value)


class TensorShape:
    """The static shape of a tensor.

    Parameters
    ----------
    dims : None, TensorShape or iterable of int or None
        ``None`` for unknown rank.
    """

    __slots__ = ("_dims",)

    def __init__(self, dims: Any) -> None:
        self._dims: Dims = as_dims(dims)

    @property
    def tuple(self) -> Dims:
        """The shape as a plain tuple, or None."""
        return self._dims

    @property
    def dims(self) -> list[Dimension] | None:
        """The dimensions, or None if the rank is unknown."""
        return None if self._dims is None else [Dimension(size) for size in self._dims]

    @property
    def rank(self) -> int | None:
        """The number of dimensions, or None."""
        return None if self._dims is None else len(self._dims)

    ndims = rank

    def as_list(self) -> list[int | None]:
        """The sizes as a list.

        Raises
        ------
        ValueError
            If the rank is unknown.
        """
        if self._dims is None:
            raise ValueError("as_list() is not defined on a shape of unknown rank.")
        return list(self._dims)

    def is_fully_defined(self) -> bool:
        """Whether every size is known."""
        return is_static(self._dims)

    def num_elements(self) -> int | None:
        """The product of the sizes, or None if one is unknown."""
        return math.prod(self._dims) if is_static(self._dims) else None  # type: ignore[arg-type]

    def merge_with(self, other: Any) -> TensorShape:
        """The shape that satisfies both.

        Raises
        ------
        ValueError
            If no shape does.
        """
        return TensorShape(merge(self._dims, as_dims(other)))

    def is_compatible_with(self, other: Any) -> bool:
        """Whether one shape could satisfy both."""
        return compatible(self._dims, as_dims(other))

    def with_rank(self, rank: int) -> TensorShape:
        """This shape, known to have `rank` dimensions.

        Raises
        ------
        ValueError
            If it has another number of them.
        """
        if self._dims is not None and len(self._dims) != rank:
            raise ValueError(f"Shape {show(self._dims)} must have rank {rank}.")
        return self.merge_with([None] * rank)

    def with_rank_at_least(self, rank: int) -> TensorShape:
        """This shape, which has `rank` dimensions or more, if it is known how many.

        Raises
        ------
        ValueError
            If it has fewer.
        """
        if self._dims is not None and len(self._dims) < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}.")
        return self

    def with_rank_at_most(self, rank: int) -> TensorShape:
        """This shape, which has `rank` dimensions or fewer, if it is known how many.

        Raises
        ------
        ValueError
            If it has more.
        """
        if self._dims is not None and len(self._dims) > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}.")
        return self

    def most_specific_compatible_shape(self, other: Any) -> TensorShape:
        """The closest shape that both satisfy: what differs is unknown."""
        return TensorShape(common(self._dims, as_dims(other)))

    def assert_is_compatible_with(self, other: Any) -> None:
        """Nothing, if one shape could satisfy both.

        Raises
        ------
        ValueError
            If none could.
        """
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {show(self._dims)} and {show(as_dims(other))} are incompatible.")

    def assert_is_fully_defined(self) -> None:
        """Nothing, if every size is known.

        Raises
        ------
        ValueError
            If one is not.
        """
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined.")

    def assert_has_rank(self, rank: int) -> None:
        """Nothing, if it may have `rank` dimensions.

        Raises
        ------
        ValueError
            If it has another number of them.
        """
        self.with_rank(rank)

    def assert_same_rank(self, other: Any) -> None:
        """Nothing, if both may have the same number of dimensions.

        Raises
        ------
        ValueError
            If they have not.
        """
        right = TensorShape(other)
        if None not in (self.rank, right.rank) and self.rank != right.rank:
            raise ValueError(f"Shapes {self} and {right} must have the same rank.")

    def concatenate(self, other: Any) -> TensorShape:
        """This shape followed by the other."""
        right = as_dims(other)
        return TensorShape(None if self._dims is None or right is None else self._dims + right)

    def __add__(self, other: Any) -> TensorShape:
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:
        return TensorShape(other).concatenate(self)

    def __getitem__(self, key: Any) -> Any:
        if self._dims is None:
            return TensorShape(_unknown_part(key)) if isinstance(key, slice) else Dimension(None)
        picked = self._dims[key]
        return TensorShape(picked) if isinstance(key, slice) else Dimension(picked)

    def __iter__(self) -> Iterator[Dimension]:
        return iter(Dimension(size) for size in self.as_list())

    def __len__(self) -> int:
        return len(self.as_list())

    def __bool__(self) -> bool:
        return self._dims is not None

    def __eq__(self, other: object) -> bool:
        try:
            return self._dims == as_dims(other)
        except (TypeError, ValueError):
            return False

    def __hash__(self) -> int:
        return hash(self._dims)

    def __repr__(self) -> str:
        return f"TensorShape({self.dims})"

    def __str__(self) -> str:
        return show(self._dims)


def _unknown_part(key: slice) -> Dims:
    """What a slice is of a shape of unknown rank: so many unknown sizes, if its bounds tell how many."""
    start, stop = key.start or 0, key.stop
    if stop is None or stop < 0 or start < 0 or key.step not in (None, 1):
        return None
    return (None,) * max(0, stop - start)


ShapeLike: TypeAlias = (
    "TensorShape | Dimension | int | Iterable[int | Dimension | None]"  # what as_dims takes
)


def dimension_value(dimension: Any) -> int | None:
    """The number that a size is, or None: of a :class:`Dimension`, or of what stands for it without one."""
    return dimension.value if isinstance(dimension, Dimension) else dimension


def dimension_at_index(shape: TensorShape, index: int) -> Dimension:
    """A size of a shape as a :class:`Dimension`, which is unknown in a shape of unknown rank.

    Raises
    ------
    IndexError
        If the shape has fewer.
    TypeError
        If it is no TensorShape.
    """
    if not isinstance(shape, TensorShape):
        raise TypeError(f"expected a TensorShape, given: {shape!r}; write tf.TensorShape({shape!r}).")
    dims = shape._dims
    return Dimension(None if dims is None else dims[index])


def as_dims(shape: Any) -> Dims:
    """A shape in any spelling as a plain tuple.

    Raises
    ------
    TypeError
        If it is not a shape.
    ValueError
        If a size is negative (-1 counts as unknown).
    """
    if shape is None:
        return None
    if isinstance(shape, TensorShape):
        return shape._dims
    if type(shape) in (list, tuple):  # nearly always
        return tuple([_as_size(size) for size in shape])
    if hasattr(shape, "unknown_rank"):  # a TensorShapeProto
        return None if shape.unknown_rank else as_dims([dim.size for dim in shape.dim])
    if isinstance(shape, (str, bytes)):
        raise TypeError(f"{shape!r} is not a shape; write a list of sizes such as [None, 4].")
    if hasattr(shape, "__index__") and not hasattr(shape, "__len__"):
        shape = (shape,)
    return tuple(_as_size(size) for size in shape)


def _as_size(size: Any) -> int | None:
    if type(size) is int and size >= 0:
        return size
    if isinstance(size, Dimension):
        return size.value
    if size is None:
        return None
    if not hasattr(size, "__index__"):
        raise TypeError(f"a size must be a whole number or None, given: {size!r}.")
    value = operator.index(size)
    if value < -1:
        raise ValueError(f"a size must be >= 0 (or None if unknown), given: {value}.")
    return None if value == -1 else value


def show(dims: Dims) -> str:
    """``(?, 4)`` as TensorFlow prints shapes; ``<unknown>`` without rank."""
    if dims is None:
        return "<unknown>"
    sizes = ["?" if size is None else str(size) for size in dims]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def is_static(dims: Dims) -> bool:
    """Whether every size is known."""
    return dims is not None and None not in dims


def compatible(left: Dims, right: Dims) -> bool:
    """Whether one shape could satisfy both."""
    if left is None or right is None:
        return True
    if len(left) != len(right):
        return False
    for a, b in zip(left, right, strict=True):
        if a != b and a is not None and b is not None:
            return False
    return True


def merge(left: Dims, right: Dims) -> Dims:
    """The shape that satisfies both.

    Raises
    ------
    ValueError
        If no shape does.
    """
    if left == right:
        return left
    if not compatible(left, right):
        raise ValueError(f"shapes {show(left)} and {show(right)} are not compatible.")
    if left is None or right is None:
        return right if left is None else left
    return tuple(b if a is None else a for a, b in zip(left, right, strict=True))


def common(left: Dims, right: Dims) -> Dims:
    """The closest shape that both satisfy: what differs is unknown."""
    if left is None or right is None or len(left) != len(right):
        return None
    return tuple(a if a == b else None for a, b in zip(left, right, strict=True))


def broadcast(shapes: Sequence[Dims]) -> Dims:
    """The shape of the element-wise result of tensors of these shapes.

    Raises
    ------
    ValueError
        If they do not broadcast.
    """
    if None in shapes:
        return None
    known: list[Any] = [dims for dims in shapes if dims]  # a scalar goes with everything
    if known.count(known[0] if known else ()) == len(known):
        return known[0] if known else ()
    rank = max(map(len, known))
    result: list[int | None] = []
    for axis in range(-rank, 0):
        sizes = {dims[axis] for dims in known if len(dims) >= -axis}
        fixed = {size for size in sizes if size not in (None, 1)}
        if len(fixed) > 1:
            raise ValueError(f"shapes {' and '.join(map(show, shapes))} do not broadcast to one shape.")
        result.append(fixed.pop() if fixed else None if None in sizes else 1)
    return tuple(result)
