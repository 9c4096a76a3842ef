"""Arrays of tensors that a loop reads and writes one by one.

Source
------
tf.TensorArray, TF 1.15 tensor_array_ops.py; its operations are those of lists, as TF 2.15 has it under control flow v2
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.core.dtypes import DType, as_dtype, int32, int64
from estimator.core.keywords import near_keywords_of_methods
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims, TensorShape, merge, show
from estimator.functions.arguments import function_scope
from estimator.graph import build as b
from estimator.graph.composite import Composite
from estimator.graph.static import static_value
from estimator.graph.tensor import Operation, Tensor

if TYPE_CHECKING:
    from typing import Self


class _Components(NamedTuple):
    """What a TensorArray consists of."""

    flow: Any


@near_keywords_of_methods
class TensorArray(Composite):
    """An array of tensors; whatever changes it gives a new one, and leaves this as it was.

    An element that was never written counts as zeros of the shape that others have. An element may be read and written
    several times.

    Parameters
    ----------
    dtype : DType
        Of the elements.
    size : int or Tensor, optional
        How many elements there are; needed unless there is a `flow`.
    dynamic_size : bool, optional
        Whether writing behind the end makes it longer.
    flow : Tensor, optional
        Of another TensorArray, whose elements these are.
    infer_shape : bool
        Whether all elements must have the shape of the first one that is written.
    element_shape : TensorShape, optional
        What is known of the shape of the elements.
    name : str, optional
    clear_after_read, tensor_array_name, handle, colocate_with_first_write_call : optional
        Accepted for old scripts; nothing depends on them.

    Raises
    ------
    ValueError
        If there is neither a size nor a flow.

    Example
    -------
    >>> from estimator import tf
    >>> squares = tf.TensorArray(tf.float32, size=3)
    >>> for i in range(3):
    ...     squares = squares.write(i, float(i * i))
    >>> print(tf.Session().run(squares.stack()))
    [0. 1. 4.]
    """

    made_dense_by = "stack()"

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Any = None,
        flow: Tensor | None = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        if size is None and flow is None:
            raise ValueError("a TensorArray needs a size, or the flow of another one; given: neither.")
        self._dtype = as_dtype(dtype)
        self._is_dynamic = bool(dynamic_size)
        self._size = size
        self._infers = infer_shape
        self._dims: Dims = TensorShape(element_shape).tuple
        with function_scope(name, "TensorArrayV2", size, flow) as (graph, scope):
            if flow is None:
                self._size = graph.convert(size, int32, "size")
                flow = b.TensorListReserve(self._shape(), self._size, element_dtype=self._dtype, name=scope)
            self.values = flow

    # -- what it is ----------------------------------------------------------------------------------------------------

    @property
    def components(self) -> _Components:
        """Its flow alone."""
        return _Components(self.flow)

    def mapped(self, function: Any) -> Self:
        """The same kind of array with `function` of its flow."""
        other = self._with_flow(function(self.flow))
        if (
            isinstance(self._size, Tensor)
            and self._size.graph.is_function
            and other.graph is not self._size.graph
        ):
            other._size = None  # a tensor of a body that the array leaves: the flow knows its length
        return other

    @property
    def flow(self) -> Tensor:
        """The tensor that carries the elements."""
        return self.values

    @property
    def handle(self) -> None:
        """None: the elements are in the flow."""

    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        return self._dtype

    @property
    def dynamic_size(self) -> bool:
        """Whether writing behind the end makes it longer."""
        return self._is_dynamic

    @property
    def element_shape(self) -> TensorShape:
        """What is known of the shape of the elements."""
        return TensorShape(self._dims)

    def size(self, name: str | None = None) -> Tensor:
        """How many elements there are."""
        if self._size is not None and not self._is_dynamic:
            return self.flow.graph.at_work().convert(self._size)
        result: Tensor = b.TensorListLength(self.flow, name=name)
        return result

    def __repr__(self) -> str:
        return f"<tf.TensorArray {self.name!r} element_shape={show(self._dims)} dtype={self._dtype.name}>"

    # -- one element ---------------------------------------------------------------------------------------------------

    def read(self, index: Any, name: str | None = None) -> Tensor:
        """The element at a position."""
        with function_scope(name, "TensorArrayV2Read", self.flow, index):
            result: Tensor = b.TensorListGetItem(self.flow, index, self._shape(), element_dtype=self._dtype)
            return result

    def write(self, index: Any, value: Any, name: str | None = None) -> Self:
        """The array with another element at a position.

        Raises
        ------
        TypeError
            If the value has another type.
        ValueError
            If it has another static shape than the other elements.
        """
        with function_scope(name, "TensorArrayV2Write", self.flow, index, value) as (graph, _):
            tensor = graph.convert(value, self._dtype, "value")
            dims = self._merged(tensor.dims)
            flow = b.TensorListSetItem(
                self.flow, index, tensor, resize_if_index_out_of_bounds=self._is_dynamic
            )
            return self._with_flow(flow, dims)

    # -- several -------------------------------------------------------------------------------------------------------

    def stack(self, name: str | None = None) -> Tensor:
        """All elements as the rows of one tensor."""
        count = None if self._size is None or self._is_dynamic else self._static_size()
        with function_scope(name, "TensorArrayV2Stack", self.flow):
            result: Tensor = b.TensorListStack(
                self.flow,
                self._shape(),
                element_dtype=self._dtype,
                num_elements=-1 if count is None else count,
            )
            return result

    def gather(self, indices: Any, name: str | None = None) -> Tensor:
        """The elements at these positions as the rows of one tensor."""
        result: Tensor = b.TensorListGather(
            self.flow, indices, self._shape(), element_dtype=self._dtype, name=name
        )
        return result

    def concat(self, name: str | None = None) -> Tensor:
        """The elements one behind the other, along their first axis."""
        tensor: Tensor = b.TensorListConcatV2(
            self.flow, self._shape(), np.zeros(0, np.int64), element_dtype=self._dtype, name=name
        )[0]
        return tensor

    def unstack(self, value: Any, name: str | None = None) -> Self:
        """An array of the rows of a tensor.

        Raises
        ------
        TypeError, ValueError
            If these do not fit, as for :meth:`write`; or if it is a scalar.
        """
        with function_scope(name, "TensorArrayUnstack", self.flow, value) as (graph, _):
            tensor = graph.convert(value, self._dtype, "value")
            dims = self._merged(_of_rows(tensor))
            return self._with_flow(b.TensorListFromTensor(tensor, _shape_input(_of_rows(tensor))), dims)

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> Self:
        """The array with the rows of a tensor at these positions.

        Raises
        ------
        TypeError, ValueError
            As for :meth:`unstack`.
        """
        with function_scope(name, "TensorArrayScatter", self.flow, value) as (graph, _):
            tensor = graph.convert(value, self._dtype, "value")
            dims = self._merged(_of_rows(tensor))
            return self._with_flow(b.TensorListScatterIntoExistingList(self.flow, tensor, indices), dims)

    def split(self, value: Any, lengths: Any, name: str | None = None) -> Self:
        """An array of consecutive parts of a tensor, of these numbers of rows.

        Raises
        ------
        TypeError, ValueError
            As for :meth:`unstack`.
        """
        with function_scope(name, "TensorArraySplit", self.flow, value, lengths) as (graph, _):
            tensor = graph.convert(value, self._dtype, "value")
            counts = graph.cast(graph.convert(lengths, None, "lengths"), int64)
            rows, known = _of_rows(tensor), static_value(counts)
            is_even = known is not None and known.size > 0 and (known == known[0]).all()
            dims: Dims = None if rows is None else (int(known[0]) if is_even else None, *rows)  # type: ignore[index]
            merged = self._merged(dims) if is_even else self._dims
            return self._with_flow(b.TensorListSplit(tensor, _shape_input(dims), counts), merged)

    # -- the array as a whole ------------------------------------------------------------------------------------------

    def identity(self) -> Self:
        """The array, as an operation of its own that waits for the control dependencies around it."""
        return self._with_flow(b.Identity(self.flow))

    def close(self, name: str | None = None) -> Operation:
        """An operation that does nothing: there is nothing to close."""
        result: Operation = b.NoOp(name=name)
        return result

    def grad(self, source: str, flow: Tensor | None = None, name: str | None = None) -> Self:
        """Nothing: gradients flow through the array itself.

        Raises
        ------
        NotImplementedError
            Always.
        """
        raise NotImplementedError(
            "a TensorArray has no array of gradients: use tf.gradients on what is read of it."
        )

    def _with_flow(self, flow: Tensor, dims: Dims | None = None) -> Self:
        other = copy.copy(self)
        other.values = flow
        other._dims = self._dims if dims is None else dims
        return other

    def _static_size(self) -> int | None:
        value = static_value(self._size)
        return None if value is None else int(value)

    def _merged(self, dims: Dims) -> Dims:
        """What is known of all elements if one has this shape."""
        try:
            merged = merge(self._dims, dims)
        except ValueError:
            raise ValueError(
                f"inconsistent shapes: {self!r} is given an element of shape {show(dims)}; infer_shape=False allows it."
            ) from None
        return merged if self._infers else self._dims

    def _shape(self) -> np.ndarray[Any, Any]:
        return _shape_input(self._dims)


def _of_rows(tensor: Tensor) -> Dims:
    if tensor.dims == ():
        raise ValueError(f"{tensor} is a scalar and has no rows.")
    return None if tensor.dims is None else tensor.dims[1:]


def _shape_input(dims: Dims) -> np.ndarray[Any, Any]:
    """A shape as the input `element_shape` of an op."""
    return np.array(-1 if dims is None else [-1 if size is None else size for size in dims], np.int32)
