"""A list of tensors as jax has it: its elements lie in one array, one behind the other.

What :class:`~estimator.ops._lists.TensorList` is for the host. jax compiles for fixed shapes, so an array of rows is as
long as the list may become, and the length is a number of its own: known while a segment is traced, or counted by it. A
list of lists has the arrays of its elements stacked. Rows behind the end are zeros, so that an element which was never
set is.

A list whose elements differ in shape, or whose end nobody knows in time, is none of these: then the host keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import DType, resource, variant
from estimator.core.shapes import Dims, is_static, merge, show
from estimator.ops._lists import ListValue
from estimator.runtime.executors.jax.library import jax, jnp, lax
from estimator.runtime.executors.jax.traced import CannotLower, is_known


class DeviceList(ListValue):
    """One version of a list.

    Parameters
    ----------
    dtype : DType
        Of the elements: a type of arrays, variant for lists, or resource for handles, of which it has but one.
    dims : Dims
        What is known of the shape of each element.
    length : int or tracer
    limit : int
        How long it may become by pushing; negative for any length.
    rows : array or DeviceList, optional
        The elements along a first axis, as many as there is room for; None as long as nothing was set.
    """

    __slots__ = ("dims", "dtype", "length", "limit", "rows")

    def __init__(self, dtype: DType, dims: Dims, length: Any, limit: int = -1, rows: Any = None) -> None:
        self.dtype, self.dims, self.length, self.limit, self.rows = dtype, dims, length, limit, rows

    @property
    def _has_arrays(self) -> bool:
        return self.dtype is not variant and self.dtype is not resource

    @property
    def is_counted(self) -> bool:
        """Whether only the run tells how long it is."""
        return not is_known(self.length)

    @property
    def room(self) -> int:
        """How many elements it has a row for."""
        leaves = jax.tree.leaves(self.rows)
        if leaves:
            return int(leaves[0].shape[0])
        return 0 if self.is_counted else int(self.length)

    @property
    def common_dims(self) -> tuple[int, ...] | None:
        """The shape of all elements, if they are arrays and it is known."""
        return self.rows.shape[1:] if self.rows is not None and self._has_arrays else None

    def known_length(self) -> int:
        """The length.

        Raises
        ------
        CannotLower
            If only the run tells.
        """
        if self.is_counted:
            raise CannotLower("only the run tells how long a list is, and a shape depends on it")
        return int(self.length)

    def element_dims(self, asked: Dims = None) -> Dims:
        """What is known of the shape of the elements, which is to be `asked`."""
        dims = merge(self.dims, asked)
        if self.rows is None or not self._has_arrays:
            return dims
        return merge(dims, self.rows.shape[1:])

    def item(self, index: Any, asked: Dims) -> Any:
        """The element at a position that exists."""
        if self.rows is None:
            return self.unset(asked)
        if self._has_arrays:
            merge(asked, self.rows.shape[1:])
        return jax.tree.map(lambda rows: lax.dynamic_index_in_dim(rows, index, keepdims=False), self.rows)

    def unset(self, asked: Dims) -> Any:
        """What an element counts as that was never set: zeros."""
        dims = self.element_dims(asked)
        if not self._has_arrays or not is_static(dims):
            raise CannotLower(
                f"an element that was never set is asked for, and nothing says of which shape {show(dims)} it is"
            )
        return jnp.zeros(dims, self.dtype.np)

    def with_element(self, index: Any, value: Any) -> DeviceList:
        """The list in which the element at a position that exists is the value."""
        made = self.with_rows_like(value)
        rows = jax.tree.map(
            lambda rows, leaf: lax.dynamic_update_index_in_dim(rows, leaf, index, 0), made.rows, value
        )
        return made.having(rows=rows)

    def pushed(self, value: Any) -> DeviceList:
        """The list with one more element; one that is counted must have room for it."""
        longer = self.with_room(self.room + 1) if not self.is_counted and self.room == self.length else self
        made = longer.having(length=self.length + 1)
        return made.with_element(self.length, value)

    def popped(self) -> DeviceList:
        """The list without its last element, which it must have."""
        last = self.length - 1
        if not self.is_counted:
            return self.resized(last)
        if self.rows is None:
            return self.having(length=last)
        cleared = jax.tree.map(
            lambda rows: lax.dynamic_update_index_in_dim(rows, jnp.zeros_like(rows[0]), last, 0),
            self.rows,
        )
        return self.having(rows=cleared, length=last)

    def resized(self, length: int) -> DeviceList:
        """The list with so many elements, both lengths known: the last ones dropped, or new ones that were not set."""
        if length < self.known_length():
            return self.having(rows=_map(self.rows, lambda rows: rows[:length]), length=length)
        return self.with_room(length).having(length=length)

    def cut(self) -> DeviceList:
        """The same list of a known length, without rows behind the end."""
        length = self.known_length()
        return self if length == self.room else self.having(rows=_map(self.rows, lambda rows: rows[:length]))

    def with_room(self, room: int) -> DeviceList:
        """The same list, with rows for so many elements."""
        more = room - self.room
        if self.rows is None or more <= 0:
            return self
        return self.having(rows=_map(self.rows, lambda rows: _padded(rows, more)))

    def with_rows_like(self, value: Any) -> DeviceList:
        """The same list, with rows for elements like this one.

        Raises
        ------
        ValueError
            If the shape is not what was said of the elements.
        CannotLower
            If it is not that of other elements.
        """
        if self._has_arrays:
            try:
                merge(self.dims, value.shape)
            except ValueError:
                raise ValueError(
                    f"an element of shape {show(value.shape)} in a list of elements {show(self.dims)}"
                ) from None
        if self.rows is None:
            room = self.room
            return self.having(
                rows=jax.tree.map(lambda leaf: jnp.zeros((room, *leaf.shape), leaf.dtype), value)
            )
        wanted = jax.tree.map(lambda rows: rows[0:1], self.rows) if self.room else None
        if wanted is not None and not _is_alike(wanted, value):
            raise CannotLower("the elements of a list differ in shape")
        return self

    def stacked(self, asked: Dims) -> Any:
        """All elements as the rows of one tensor.

        Raises
        ------
        CannotLower
            If the run alone tells how many they are.
        """
        length = self.known_length()
        if self.rows is None:
            dims = self.element_dims(asked)
            if not is_static(dims):
                raise CannotLower(
                    f"no element of a list was set, and nothing says of which shape {show(dims)} they are"
                )
            return jnp.zeros((length, *dims), self.dtype.np)  # type: ignore[misc]  # it is static
        merge(asked, self.rows.shape[1:])
        return self.rows[:length]

    def zeros(self) -> DeviceList:
        """A list of as many elements of the same shapes, all zero."""
        return self.having(rows=_map(self.rows, jnp.zeros_like))

    def __add__(self, other: DeviceList) -> DeviceList:
        if self.is_counted != other.is_counted or (not self.is_counted and self.length != other.length):
            raise CannotLower("lists of lengths that are not known to be equal are added")
        if self.rows is None or other.rows is None:
            return other if self.rows is None else self
        room = max(self.room, other.room)
        left, right = self.with_room(room).rows, other.with_room(room).rows
        return self.having(rows=jax.tree.map(lambda one, two: one + two, left, right))

    def having(self, **changes: Any) -> DeviceList:
        """The same list but for these attributes."""
        return DeviceList(
            self.dtype,
            self.dims,
            changes.get("length", self.length),
            self.limit,
            changes.get("rows", self.rows),
        )

    def counted(self, room: int) -> DeviceList:
        """The same list, its length counted by the run, with rows for so many elements, if it has any."""
        return self.with_room(room).having(length=jnp.asarray(self.length, jnp.int32))


def _map(rows: Any, function: Callable[[Any], Any]) -> Any:
    return jax.tree.map(function, rows)


def _padded(rows: Any, more: int) -> Any:
    return jnp.concatenate([rows, jnp.zeros((more, *rows.shape[1:]), rows.dtype)])


def _is_alike(wanted: Any, value: Any) -> bool:
    """Whether a value has the structure and the shapes of rows of one."""
    if jax.tree.structure(wanted) != jax.tree.structure(value):
        return False
    pairs = zip(jax.tree.leaves(wanted), jax.tree.leaves(value), strict=True)
    return all(rows.shape[1:] == leaf.shape and rows.dtype == leaf.dtype for rows, leaf in pairs)


def _flattened(values: DeviceList) -> tuple[tuple[Any, Any], tuple[Any, ...]]:
    known = None if values.is_counted else int(values.length)
    counted = values.length if values.is_counted else None
    return (values.rows, counted), (values.dtype, values.dims, values.limit, known)


def _unflattened(known: tuple[Any, ...], parts: tuple[Any, Any]) -> DeviceList:
    dtype, dims, limit, length = known
    rows, counted = parts
    return DeviceList(dtype, dims, counted if length is None else length, limit, rows)


jax.tree_util.register_pytree_node(DeviceList, _flattened, _unflattened)
