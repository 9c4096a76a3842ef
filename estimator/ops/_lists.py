"""A list of tensors as a value: never changed, and yet an element is added or replaced in constant time.

All versions of a list share one log, whose entries say: this element became that. A version is how much of the log
counts for it, and how long it is. What makes a new version of the newest one adds an entry, which no older version
sees; from an older one a copy is made first, with a log of its own. So a loop that pushes, or writes here and there,
takes constant time a round, and whoever holds an earlier version goes on seeing that.

An element that was never set has no value: it is zeros of the shape that the others have, or that is asked for.

Source
------
TensorFlow 2.15, core/kernels/tensor_list.h and list_kernels.cc, where a list in use twice is copied
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, string, variant
from estimator.core.shapes import Dims, is_static, merge, show
from estimator.graph.op import ShapeScope

_SPARE = 16  # entries that a log may have beyond two for each element, before it is written anew


class _Log:
    """Entries (index, value); for each index the places of its entries, ascending; what stands there before any."""

    def __init__(self, blanks: Sequence[Any] = ()) -> None:
        self.entries: list[tuple[int, Any]] = []
        self.places: dict[int, list[int]] = defaultdict(list)
        self.blanks = blanks

    def add(self, index: int, value: Any) -> None:
        self.places[index].append(len(self.entries))
        self.entries.append((index, value))


class TensorList:
    """One version of a list.

    Parameters
    ----------
    dtype : DType
        Of the elements: a type of arrays, or variant for lists.
    dims : Dims
        What is known of the shape of each element.
    length : int
    limit : int
        How long it may become by pushing; negative for any length.

    Attributes
    ----------
    common_dims : tuple of int, optional
        The shape of every element that was ever set, if it is known to be one; plans go by it.
    """

    __slots__ = ("_log", "_shapes", "_version", "dims", "dtype", "length", "limit")

    def __init__(self, dtype: DType, dims: Dims, length: int = 0, limit: int = -1) -> None:
        self.dtype, self.dims, self.length, self.limit = dtype, dims, length, limit
        self._log = _Log()
        self._version = 0
        self._shapes: frozenset[tuple[int, ...]] = frozenset()  # of what was set here or in earlier versions

    @property
    def common_dims(self) -> tuple[int, ...] | None:
        """The shape of every element that was ever set, if it is known to be one."""
        return next(iter(self._shapes)) if len(self._shapes) == 1 and self.dtype is not variant else None

    @classmethod
    def of(cls, dtype: DType, dims: Dims, elements: Iterable[Any], blanks: Sequence[Any] = ()) -> TensorList:
        """A list of these elements, None for one without a value, or with the value of `blanks` as zeros."""
        made = cls(dtype, dims)
        made._log = log = _Log(blanks)
        for element in elements:
            if element is not None:
                log.add(made.length, element)
            made.length += 1
        made._version = len(log.entries)
        made._shapes = frozenset(np.shape(value) for _, value in log.entries) | {
            blank.shape for blank in blanks if isinstance(blank, np.ndarray)
        }
        return made

    def element(self, index: int) -> Any:
        """The element, or zeros that stand for it; None if it was never set.

        Raises
        ------
        ValueError
            If the list is not so long.
        """
        self._check_index(index)
        value = self._set_value(index)
        if value is None and index < len(self._log.blanks):
            return self._log.blanks[index]
        return value

    def elements(self) -> list[Any]:
        """All elements, as :meth:`element` gives them."""
        return [self.element(index) for index in range(self.length)]

    def with_element(self, index: int, value: Any) -> TensorList:
        """The list in which that element is replaced.

        Raises
        ------
        ValueError
            If the list is not so long, or the value has another shape than its elements.
        """
        self._check_index(index)
        self.check_shape(np.shape(value))
        return self._next(index, value, self.length)

    def pushed(self, value: Any) -> TensorList:
        """The list with one more element.

        Raises
        ------
        ValueError
            If the list is full, or the value has another shape than its elements.
        """
        if 0 <= self.limit <= self.length:
            raise ValueError(
                f"the list is full: it has {self.length} elements, as many as max_num_elements allows"
            )
        self.check_shape(np.shape(value))
        return self._next(self.length, value, self.length + 1)

    def resized(self, length: int) -> TensorList:
        """The list with so many elements: the last ones dropped, or new ones that were never set.

        Raises
        ------
        ValueError
            If the length is negative.
        """
        if length < 0:
            raise ValueError(f"a list cannot have {length} elements")
        if length < self.length:
            return self._version_of(self._log, self._version, length)
        added = [None] * (length - self.length)
        return self._like(
            [*map(self._set_value, range(self.length)), *added], self._log.blanks[: self.length]
        )

    def zeros(self) -> TensorList:
        """A list of as many elements of the same shapes, all zero."""
        common, log = self.common_dims, self._log
        is_whole = self._version == len(log.entries) and len(log.places) == self.length
        if common is not None and is_whole:  # one array stands for all
            return self._like([None] * self.length, [_zeros(self.dtype.np, common)] * self.length)
        blanks = [None if element is None else _zeros_like(element) for element in self.elements()]
        return self._like([None] * self.length, blanks)

    def __add__(self, other: TensorList) -> TensorList:
        if self.length != other.length:
            raise ValueError(f"lists of {self.length} and of {other.length} elements cannot be added")
        total, rest = (self, other) if self._version >= other._version else (other, self)
        for index in rest._set_indices():
            value, present = rest._set_value(index), total._set_value(index)
            total = total._next(index, value if present is None else _sum(present, value), total.length)
        return total

    def check_shape(self, shape: tuple[int, ...]) -> None:
        """Refuse an element of another shape.

        Raises
        ------
        ValueError
        """
        if shape in self._shapes:  # one like it was let in
            return
        try:
            merge(self.dims, shape)
        except ValueError:
            raise ValueError(
                f"an element of shape {show(shape)} in a list of elements {show(self.dims)}"
            ) from None

    def element_dims(self, asked: Dims) -> Dims:
        """What is known of the shape of the elements, which is to be `asked`.

        Raises
        ------
        ValueError
            If the elements have another shape, or different ones.
        """
        dims = merge(self.dims, asked)
        if self.dtype is not variant:
            for element in self.elements():
                if element is not None:
                    dims = merge(dims, element.shape)
        return dims

    def unset(self, asked: Dims) -> Any:
        """What an element that was never set counts as: zeros.

        Raises
        ------
        ValueError
            If nothing says of which shape.
        """
        dims = merge(self.dims, asked)
        dims = dims if is_static(dims) else self.element_dims(dims)
        if self.dtype is variant or not is_static(dims):
            raise ValueError(
                f"an element that was never set is asked for, and nothing says of which shape {show(dims)} it is"
            )
        empty = b"" if self.dtype is string else 0
        return np.full(dims, empty, self.dtype.np)

    def _check_index(self, index: int) -> None:
        if not 0 <= index < self.length:
            raise ValueError(f"there is no element {index} in a list of {self.length}")

    def _set_value(self, index: int) -> Any:
        for place in reversed(self._log.places.get(index, ())):
            if place < self._version:
                return self._log.entries[place][1]
        return None

    def _set_indices(self) -> list[int]:
        indices = dict.fromkeys(index for index, _ in self._log.entries[: self._version])
        return [index for index in indices if index < self.length]

    def _next(self, index: int, value: Any, length: int) -> TensorList:
        log = self._log
        is_newest = self._version == len(log.entries)
        if not is_newest or len(log.entries) > 2 * len(log.places) + _SPARE:
            copy = self._like(map(self._set_value, range(self.length)), log.blanks)
            return copy._next(index, value, length)
        log.add(index, value)
        made = self._version_of(log, len(log.entries), length)
        shape = np.shape(value)
        if shape not in self._shapes:
            made._shapes = self._shapes | {shape}
        return made

    def _version_of(self, log: _Log, version: int, length: int) -> TensorList:
        made = TensorList.__new__(TensorList)
        made.dtype, made.dims, made.limit = self.dtype, self.dims, self.limit
        made._log, made._version, made._shapes, made.length = log, version, self._shapes, length
        return made

    def _like(self, elements: Iterable[Any], blanks: Sequence[Any]) -> TensorList:
        made = TensorList.of(self.dtype, self.dims, elements, blanks)
        made.limit = self.limit
        return made


def _sum(left: Any, right: Any) -> Any:
    total = left + right
    return total if isinstance(total, TensorList) else np.asarray(total)


def _zeros_like(element: Any) -> Any:
    """Zeros of the shape of an element, which take no room."""
    if isinstance(element, TensorList):
        return element.zeros()
    return _zeros(element.dtype, element.shape)


def _zeros(dtype: Any, shape: tuple[int, ...]) -> Any:
    return np.broadcast_to(np.zeros((), dtype), shape)


# -- shapes of elements, as ops are given them -------------------------------------------------------------------------


def dims_of(element_shape: Any) -> Dims:
    """The shape that an input `element_shape` says; a scalar says nothing."""
    if not element_shape.ndim:
        return None
    return tuple(None if size < 0 else int(size) for size in element_shape)


def element_dims(s: ShapeScope, index: int) -> Dims:
    """The shape of elements by the input that says it, as far as it is known."""
    return None if s.shapes[index] == () else s.dims(index)


def shape_of(b: Any, tensor: Any, first_axis: int = 0) -> Any:
    if tensor.dtype is variant:
        return np.zeros(0, np.int32)
    if tensor.dims is not None and None not in tensor.dims:
        return np.array(tensor.dims[first_axis:], np.int32)
    shape = b.Shape(tensor)
    return shape[first_axis:] if first_axis else shape
