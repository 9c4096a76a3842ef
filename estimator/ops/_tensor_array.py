"""A TensorArray while a run lasts: elements that are written once and read once, or as often as one likes.

Source: TensorFlow 2.15, core/kernels/tensor_array.{h,cc}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, compatible, is_static, show

Array = np.ndarray[Any, Any]


class TensorArray:
    """Elements of one type.

    Parameters
    ----------
    name : str
        For messages.
    size : int
    dtype : DType
    element_shape : Dims
        The shape of all elements, as far as it is known.
    is_dynamic : bool
        Whether a write behind the end makes it longer.
    clears : bool
        Whether an element is forgotten when it is read.
    is_uniform : bool
        Whether the first element that is written tells the shape of all.
    adds : bool
        Whether what is written to an element that is there is added to it, as gradients are.
    """

    def __init__(
        self,
        name: str,
        size: int,
        dtype: DType,
        element_shape: Dims,
        *,
        is_dynamic: bool = False,
        clears: bool = True,
        is_uniform: bool = False,
        adds: bool = False,
    ) -> None:
        if size < 0:
            raise InvalidArgumentError(f"Size should be >= 0, given: {size}.")
        self.name = name
        self.dtype = dtype
        self.element_shape = element_shape
        self._is_dynamic = is_dynamic
        self._clears = clears
        self._is_uniform = is_uniform
        self._adds = adds
        self._values: list[Array | None] = [None] * size
        self._shapes: list[Dims] = [
            None
        ] * size  # kept when a value is forgotten: a gradient may ask for zeros
        self._is_read = [False] * size
        self._gradients: dict[str, TensorArray] = {}
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._values)

    @property
    def is_dynamic(self) -> bool:
        """Whether it can still grow."""
        return self._is_dynamic

    def close(self) -> None:
        """Forget all elements; nothing can be read or written from now on."""
        self._is_closed = True
        self._values.clear()

    def demand_open(self, dtype: DType) -> None:
        """Check that it can be used for elements of that type.

        Raises
        ------
        InvalidArgumentError
            If it has been closed, or is of another type.
        """
        if self._is_closed:
            raise InvalidArgumentError(f"TensorArray {self.name} has already been closed.")
        if dtype is not self.dtype:
            raise InvalidArgumentError(
                f"TensorArray {self.name} has elements of {self.dtype.name}, not of {dtype.name}."
            )

    # -- writing -------------------------------------------------------------------------------------------------------

    def write(self, index: int, value: Array) -> None:
        """Set an element, or add to it if this array adds.

        Raises
        ------
        InvalidArgumentError
            If it is out of range, of another shape, or has been written or read before.
        """
        self._reach(index)
        self._demand_shape(index, value.shape)
        before = self._values[index]
        if self._is_read[index]:
            raise self._refusal(f"write to TensorArray index {index} because it has already been read")
        if before is None:
            self._values[index], self._shapes[index] = value, value.shape
            return
        if not self._adds:
            raise self._refusal(f"write to TensorArray index {index} because it has already been written to")
        if before.shape != value.shape:
            raise self._refusal(
                f"aggregate to TensorArray index {index} because the existing shape is {list(before.shape)} but the "
                f"new input shape is {list(value.shape)}"
            )
        self._values[index] = before + value

    def _reach(self, index: int) -> None:
        """Make an array that may grow as long as the index wants."""
        if index < 0 or (index >= len(self) and not self._is_dynamic):
            raise InvalidArgumentError(
                f"TensorArray {self.name}: Tried to write to index {index} but array is not resizeable and size is: "
                f"{len(self)}."
            )
        more = index + 1 - len(self)
        if more > 0:
            self._values += [None] * more
            self._shapes += [None] * more
            self._is_read += [False] * more

    def _demand_shape(self, index: int, shape: tuple[int, ...]) -> None:
        if not compatible(self.element_shape, shape):
            raise self._refusal(
                f"write to TensorArray index {index} because the value shape is {list(shape)} which is incompatible "
                f"with the TensorArray's inferred element shape: {show(self.element_shape)} (consider setting "
                "infer_shape=False)"
            )
        if self._is_uniform:
            self.element_shape = shape

    def _refusal(self, what: str) -> InvalidArgumentError:
        return InvalidArgumentError(f"TensorArray {self.name}: Could not {what}.")

    # -- reading -------------------------------------------------------------------------------------------------------

    def read(self, index: int) -> Array:
        """An element; one that nobody has written is zeros, where its shape is known.

        Raises
        ------
        InvalidArgumentError
            If it is out of range, of unknown shape, or has been read before and was to be forgotten.
        """
        if not 0 <= index < len(self):
            raise InvalidArgumentError(f"Tried to read from index {index} but array size is: {len(self)}.")
        value = self._values[index]
        if value is None:
            value = self._zeros(index)
        if self._clears:
            self._values[index] = None
        self._is_read[index] = True
        return value

    def _zeros(self, index: int) -> Array:
        if self._is_read[index] and self._clears:
            raise self._refusal(
                f"read index {index} twice because it was cleared after a previous read (perhaps try setting "
                "clear_after_read = false?)"
            )
        dims = self.element_shape if self._shapes[index] is None else self._shapes[index]
        if not is_static(dims):
            raise self._refusal(
                f"read from TensorArray index {index}, which has not been written, and whose shape is not fully "
                f"known: {show(dims)}"
            )
        return np.zeros(dims, self.dtype.np)

    def read_all(self, indices: Sequence[int]) -> list[Array]:
        """Several elements."""
        return [self.read(index) for index in indices]

    # -- gradients -----------------------------------------------------------------------------------------------------

    def gradient(self, source: str, prepended: tuple[int, ...] = ()) -> TensorArray:
        """The array of the gradients of the elements, made when a source asks for it first; this one grows no more.

        Parameters
        ----------
        source : str
            Who differentiates; each call of tf.gradients has one of its own.
        prepended : tuple of int
            What stands before the shape of an element in that of its gradient.
        """
        self._is_dynamic = False
        found = self._gradients.get(source)
        if found is None:
            dims = None if self.element_shape is None else (*prepended, *self.element_shape)
            found = TensorArray(f"{self.name}@{source}", len(self), self.dtype, dims, adds=True)
            found._shapes = [None if shape is None else (*prepended, *shape) for shape in self._shapes]
            self._gradients[source] = found
        return found
