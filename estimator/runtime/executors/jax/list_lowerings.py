"""How the operations of :mod:`estimator.ops.lists` and :mod:`estimator.ops.list_rows` are done with jax's arrays.

Each is a function of the trace, the operation and its inputs, which gives its outputs. What the kernels refuse is
refused here while the segment is traced, if it is known then; else the run finds that a demand does not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.shapes import is_static, merge, show
from estimator.graph.tensor import Operation
from estimator.ops._lists import dims_of
from estimator.runtime.executors.jax.device_lists import DeviceList
from estimator.runtime.executors.jax.library import jnp
from estimator.runtime.executors.jax.lower import lowers
from estimator.runtime.executors.jax.outcomes import on_device
from estimator.runtime.executors.jax.traced import CannotLower, Trace, is_known


def _known(value: Any, what: str) -> Any:
    if not is_known(value):
        raise CannotLower(f"only the run tells {what}")
    return value


def _dims(element_shape: Any) -> Any:
    return dims_of(np.asarray(_known(element_shape, "of which shape the elements of a list are")))


def _demand_index(trace: Trace, values: DeviceList, index: Any) -> Any:
    """The index, which must be one of an element."""
    if is_known(index) and is_known(values.length):
        if not 0 <= int(index) < int(values.length):
            raise ValueError(f"there is no element {int(index)} in a list of {int(values.length)}")
        return int(index)
    trace.demand((index >= 0) & (index < values.length))
    return index


# -- making ------------------------------------------------------------------------------------------------------------


@lowers("EmptyTensorList")
def _empty(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    element_shape, most = inputs
    limit = int(_known(most, "how long a list may become"))
    return [DeviceList(op.attrs["element_dtype"], _dims(element_shape), 0, limit)]


@lowers("TensorListReserve")
def _reserved(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    element_shape, count = inputs
    length = int(_known(count, "how many elements a list has"))
    if length < 0:
        raise ValueError(f"a list cannot have {length} elements")
    return [DeviceList(op.attrs["element_dtype"], _dims(element_shape), length)]


@lowers("TensorListFromTensor")
def _from_tensor(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    tensor, element_shape = inputs
    dims = merge(_dims(element_shape), tensor.shape[1:])
    return [_list_of_rows(op, dims, jnp.asarray(tensor))]


def _list_of_rows(op: Operation, dims: Any, rows: Any) -> DeviceList:
    return DeviceList(op.attrs["element_dtype"], dims, len(rows), rows=rows)


@lowers("TensorListScatterV2")
def _scattered(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    tensor, indices, element_shape, count = inputs
    count = _known(count, "how many elements a list has")
    if count < 0:
        places = _known(indices, "at which positions of a list rows are put")
        count = int(places.max()) + 1 if places.size else 0
    dims = merge(_dims(element_shape), tensor.shape[1:])
    values = DeviceList(op.attrs["element_dtype"], dims, int(count))
    return [_with_rows(trace, values, tensor, indices)]


@lowers("TensorListScatter")
def _scattered_of_old(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    return _scattered(trace, op, [*inputs, -1])


@lowers("TensorListScatterIntoExistingList")
def _scattered_into(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    values, tensor, indices = inputs
    places = _known(indices, "at which positions of a list rows are put")
    least = int(places.max()) + 1 if places.size else 0
    longer = values.resized(least) if least > values.known_length() else values
    return [_with_rows(trace, longer, tensor, places)]


def _with_rows(trace: Trace, values: DeviceList, tensor: Any, indices: Any) -> DeviceList:
    """The list in which the rows of a tensor stand at these positions."""
    if len(indices) != len(tensor):
        raise ValueError(f"there are {len(indices)} positions for {len(tensor)} rows")
    if not len(tensor):
        return values
    if is_known(indices) and is_known(values.length):
        for index in indices.tolist():
            _demand_index(trace, values, index)
    else:
        trace.demand(((indices >= 0) & (indices < values.length)).all())
    made = values.with_rows_like(tensor[0])
    return made.having(rows=made.rows.at[indices].set(tensor))


@lowers("TensorListSplit")
def _split(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    tensor, element_shape, lengths = inputs
    sizes = set(_known(lengths, "how long the parts of a list are").tolist())
    if len(sizes) != 1:
        raise CannotLower("the elements of a list differ in shape")
    (size,) = sizes
    if size * len(lengths) != len(tensor):
        raise ValueError(f"lengths {lengths.tolist()} do not divide the {len(tensor)} rows of the tensor")
    dims = _dims(element_shape)
    rest = merge(tensor.shape[1:], None if dims is None else dims[1:])
    rows = tensor.reshape(len(lengths), size, *tensor.shape[1:])
    return [_list_of_rows(op, (None, *rest), jnp.asarray(rows))]  # type: ignore[misc]  # it has a rank


# -- one element -------------------------------------------------------------------------------------------------------


@lowers("TensorListPushBack")
def _pushed(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    values, tensor = inputs
    if not values.is_counted and 0 <= values.limit <= values.length:
        raise ValueError(
            f"the list is full: it has {values.length} elements, as many as max_num_elements allows"
        )
    if values.is_counted:
        trace.demand(values.length < (min(values.room, values.limit) if values.limit >= 0 else values.room))
    return [values.pushed(on_device(tensor))]


@lowers("TensorListPopBack")
def _popped(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    values, element_shape = inputs
    if values.is_counted:
        trace.demand(values.length > 0)
    elif not values.length:
        raise ValueError("there is nothing to be taken from an empty list")
    return [values.popped(), values.item(values.length - 1, _dims(element_shape))]


@lowers("TensorListGetItem")
def _item(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    values, index, element_shape = inputs
    return [values.item(_demand_index(trace, values, index), _dims(element_shape))]


@lowers("TensorListSetItem")
def _with_element(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    values, index, item = inputs
    if op.attrs["resize_if_index_out_of_bounds"] and is_known(index) and is_known(values.length):
        values = values if int(index) < values.length else values.resized(int(index) + 1)
    elif op.attrs["resize_if_index_out_of_bounds"] and values.is_counted:
        trace.demand((index >= 0) & (index < values.room))
        longer = values.having(length=jnp.maximum(values.length, index + 1))
        return [longer.with_element(index, on_device(item))]
    return [values.with_element(_demand_index(trace, values, index), on_device(item))]


@lowers("TensorListResize")
def _resized(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    values, size = inputs
    if size is values.length:  # counted, and to stay as it is
        return [values]
    length = int(_known(size, "how many elements a list has"))
    if length < 0:
        raise ValueError(f"a list cannot have {length} elements")
    return [values.resized(length)]


# -- what is known of a list -------------------------------------------------------------------------------------------


@lowers("TensorListLength")
def _length(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    (values,) = inputs
    return [values.length if values.is_counted else np.array(values.length, np.int32)]


@lowers("TensorListElementShape")
def _element_shape(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    dims = inputs[0].element_dims()
    sizes = -1 if dims is None else [-1 if size is None else size for size in dims]
    return [np.array(sizes, op.attrs["shape_type"].np)]


# -- joined ------------------------------------------------------------------------------------------------------------


@lowers("TensorListStack")
def _stacked(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    values, element_shape = inputs
    wanted = op.attrs["num_elements"]
    if values.is_counted and 0 <= wanted <= values.room:
        trace.demand(values.length == wanted)
        values = values.having(length=wanted)
    if 0 <= wanted != values.known_length():
        raise ValueError(f"the list has {values.length} elements, but num_elements={wanted} is wanted")
    return [values.stacked(_dims(element_shape))]


@lowers("TensorListGather")
def _gathered(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    values, indices, element_shape = inputs
    asked = _dims(element_shape)
    if is_known(indices) and is_known(values.length):
        for index in indices.tolist():
            _demand_index(trace, values, index)
    else:
        trace.demand(((indices >= 0) & (indices < values.length)).all())
    if values.rows is None:
        dims = values.element_dims(asked)
        if not is_static(dims):
            raise CannotLower(f"nothing says of which shape {show(dims)} the elements of a list are")
        return [jnp.zeros((len(indices), *dims), values.dtype.np)]
    merge(asked, values.rows.shape[1:])
    return [jnp.take(values.rows, jnp.asarray(indices), axis=0, mode="clip")]


@lowers("TensorListConcatV2")
def _joined(trace: Trace, op: Operation, inputs: Sequence[Any]) -> list[Any]:
    values, element_shape, _ = inputs
    length = values.known_length()
    if values.rows is None:
        raise CannotLower("no element of a list was set that is to be joined")
    merge(_dims(element_shape), values.rows.shape[1:])
    if values.rows.ndim < 2:
        raise ValueError("scalars cannot be joined: each element of the list needs rows")
    size, *rest = values.rows.shape[1:]
    joined = values.rows[:length].reshape(length * size, *rest)
    return [joined, np.full(length, size, np.int64)]
