"""A list of tensors as a value: never changed, and yet an element is added or replaced in constant time.

All versions of a list share what the newest one holds. What makes a new version of that hands it on, with one element
changed, and remembers of the older version what stood there; from an older one a copy is made first. So a loop that
pushes, or writes here and there, takes constant time a round, and whoever holds an earlier version goes on seeing that.

An element that was never set has no value: it is zeros of the shape that the others have, or that is asked for.

Source
------
TensorFlow 2.15, core/kernels/tensor_list.h and list_kernels.cc, where a list in use twice is copied
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, string, variant
from estimator.core.shapes import Dims, is_static, merge, show
from estimator.graph.op import ShapeScope

_FAR = 8  # newer versions that a read looks through before the older one gets elements of its own


class ListValue:
    """What a tensor of type variant holds that is a list, wherever its elements lie."""

    __slots__ = ()

    def zeros(self) -> Any:
        """A list of as many elements of the same shapes, all zero."""
        raise NotImplementedError

    def __add__(self, other: Any) -> Any:
        """A list of the sums of elements."""
        raise NotImplementedError


class TensorList(ListValue):
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

    __slots__ = ("_blanks", "_newer", "_replaced", "_shapes", "_values", "dims", "dtype", "length", "limit")

    def __init__(self, dtype: DType, dims: Dims, length: int = 0, limit: int = -1) -> None:
        self.dtype, self.dims, self.length, self.limit = dtype, dims, length, limit
        self._values: dict[int, Any] | None = {}  # what was set; None if a newer version has it now
        self._newer: TensorList | None = None  # that version, which is this one but for
        self._replaced: tuple[int, Any] = -1, None  # this element, and what stands there here
        self._blanks: Sequence[Any] = ()  # what stands for elements that were not set
        self._shapes: frozenset[tuple[int, ...]] = frozenset()  # of what was set here or in earlier versions

    @property
    def common_dims(self) -> tuple[int, ...] | None:
        """The shape of every element that was ever set, if it is known to be one."""
        return next(iter(self._shapes)) if len(self._shapes) == 1 and self.dtype is not variant else None

    @classmethod
    def of(cls, dtype: DType, dims: Dims, elements: Iterable[Any], blanks: Sequence[Any] = ()) -> TensorList:
        """A list of these elements, None for one without a value, or with the value of `blanks` as zeros."""
        made = cls(dtype, dims)
        made._blanks = blanks
        values: dict[int, Any] = {}
        for element in elements:
            if element is not None:
                values[made.length] = element
            made.length += 1
        made._values = values
        made._shapes = frozenset(getattr(value, "shape", ()) for value in (*values.values(), *blanks))
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
        if value is None and index < len(self._blanks):
            return self._blanks[index]
        return value

    def item(self, index: Any, asked: Dims) -> Any:
        """The element, or zeros that stand for it, of a shape that is to be `asked`.

        It is the array that the list holds, which nobody may change.

        Raises
        ------
        ValueError
            If the list is not so long, the element has another shape, or nothing says which one it has.
        """
        index = int(index)
        value = None if self._values is None else self._values.get(index)
        if value is not None and self.dtype is not variant and value.shape == asked:  # in a loop it mostly is
            return value
        value = self.element(index)
        if value is None:
            return self.unset(asked)
        if self.dtype is not variant:
            merge(asked, value.shape)
        return value

    def elements(self) -> list[Any]:
        """All elements, as :meth:`element` gives them."""
        set_values, blanks = self._own(), self._blanks
        if not blanks:
            return [set_values.get(index) for index in range(self.length)]
        return [self.element(index) for index in range(self.length)]

    def with_element(self, index: Any, value: Any, grows: bool = False) -> TensorList:
        """The list in which that element is replaced by a copy of the value; if it `grows`, one behind its end, too.

        Raises
        ------
        ValueError
            If the list is not so long, or the value has another shape than its elements.
        """
        index = int(index)
        if grows and index >= self.length:
            return self.resized(index + 1).with_element(index, value)
        self._check_index(index)
        return self._next(index, value if self.dtype is variant else value.copy(), self.length)

    def pushed(self, value: Any) -> TensorList:
        """The list with one more element, a copy of the value.

        Raises
        ------
        ValueError
            If the list is full, or the value has another shape than its elements.
        """
        if 0 <= self.limit <= self.length:
            raise ValueError(
                f"the list is full: it has {self.length} elements, as many as max_num_elements allows"
            )
        return self._next(self.length, value if self.dtype is variant else value.copy(), self.length + 1)

    def resized(self, length: int) -> TensorList:
        """The list with so many elements: the last ones dropped, or new ones that were never set.

        Raises
        ------
        ValueError
            If the length is negative.
        """
        if length < 0:
            raise ValueError(f"a list cannot have {length} elements")
        if length == self.length - 1:
            return self._next(length, None, length)
        kept = {index: value for index, value in self._own().items() if index < length}
        made = copy(self)
        made._values, made.length = kept, length
        made._blanks = self._blanks[: self.length]  # what was dropped does not come back
        return made

    def zeros(self) -> TensorList:
        """A list of as many elements of the same shapes, all zero."""
        common = self.common_dims
        if common is not None and len(self._own()) == self.length:  # one array stands for all
            return self._blank([_zeros(self.dtype.np, common)] * self.length)
        return self._blank([None if element is None else _zeros_like(element) for element in self.elements()])

    def __add__(self, other: TensorList) -> TensorList:
        if self.length != other.length:
            raise ValueError(f"lists of {self.length} and of {other.length} elements cannot be added")
        total, rest = (self, other) if len(self._own()) >= len(other._own()) else (other, self)
        for index, value in rest._own().copy().items():  # it may be the same list
            present = total._set_value(index)
            total = total._next(index, value if present is None else _sum(present, value), total.length)
        return total

    def element_dims(self, asked: Dims) -> Dims:
        """What is known of the shape of the elements, which is to be `asked`.

        Raises
        ------
        ValueError
            If the elements have another shape, or different ones.
        """
        dims = merge(self.dims, asked)
        if self.dtype is not variant:
            for shape in dict.fromkeys(element.shape for element in self.elements() if element is not None):
                dims = merge(dims, shape)
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

    def _check_shape(self, shape: tuple[int, ...]) -> None:
        try:
            merge(self.dims, shape)
        except ValueError:
            raise ValueError(
                f"an element of shape {show(shape)} in a list of elements {show(self.dims)}"
            ) from None

    def _check_index(self, index: int) -> None:
        if not 0 <= index < self.length:
            raise ValueError(f"there is no element {index} in a list of {self.length}")

    def _set_value(self, index: int) -> Any:
        version, distance = self, 0
        while version._values is None:
            place, value = version._replaced
            if place == index:
                return value
            version, distance = version._newer, distance + 1  # type: ignore[assignment]  # whoever has no values has one
        if distance > _FAR:
            self._own()
        return version._values.get(index)

    def _own(self) -> dict[int, Any]:
        """What was set; it stays with this version until a newer one is made of that."""
        if self._values is not None:
            return self._values
        changes: list[tuple[int, Any]] = []
        version = self
        while version._values is None:
            changes.append(version._replaced)
            version = version._newer  # type: ignore[assignment]
        values = version._values | dict(reversed(changes))
        self._values = {index: value for index, value in values.items() if value is not None}
        self._newer = None
        return self._values

    def _next(self, index: int, value: Any, length: int) -> TensorList:
        """The version of that length in which a value stands there that may stand in this list, or none."""
        shapes, shape = self._shapes, getattr(value, "shape", ())  # lists have none of their own
        if shape not in shapes and value is not None:
            self._check_shape(shape)
            shapes = shapes | {shape}
        values = self._own() if self._values is None else self._values
        made = TensorList.__new__(TensorList)  # one by one is what takes the least time: loops do little else
        made.dtype = self.dtype
        made.dims = self.dims
        made.limit = self.limit
        made.length = length
        made._values = values
        made._blanks = self._blanks
        made._shapes = shapes
        self._replaced, self._newer, self._values = (index, values.get(index)), made, None
        if value is None:
            values.pop(index, None)
        else:
            values[index] = value
        return made

    def _blank(self, blanks: Sequence[Any]) -> TensorList:
        return TensorList.of(self.dtype, self.dims, [None] * self.length, blanks)


def _sum(left: Any, right: Any) -> Any:
    total = left + right
    return total if isinstance(total, TensorList) else np.asarray(total)


def _zeros_like(element: Any) -> Any:
    """Zeros of the shape of an element."""
    if isinstance(element, TensorList):
        return element.zeros()
    return _zeros(element.dtype, element.shape)


def _zeros(dtype: Any, shape: tuple[int, ...]) -> Any:
    zeros = np.zeros(shape, dtype)
    zeros.flags.writeable = False  # whoever reads it gets the array itself
    return zeros


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
