"""Lists of tensors made of the rows or parts of one tensor, and joined to one again; see :mod:`estimator.ops.lists`.

Source: TensorFlow 2.15, core/ops/list_ops.cc; core/kernels/list_kernels.cc; gradients of python/ops/list_ops.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.shapes import Dims, is_static, merge, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._lists import TensorList, dims_of, element_dims, shape_of

_TYPE = {"element_dtype": DType}


def _checked_rows(tensor: int, element_shape: int) -> Callable[[ShapeScope], Dims]:
    """The rule of an op that makes a list of the rows of an input."""

    def rule(s: ShapeScope) -> Dims:
        dims = s.shapes[tensor]
        if dims == ():
            raise ValueError("a scalar has no rows to make a list of.")
        merge(None if dims is None else dims[1:], element_dims(s, element_shape))
        return ()

    return rule


def _row_shape(b: Any, tensor: Any) -> Any:
    """The shape of the rows of a tensor, as an input `element_shape`."""
    return shape_of(b, tensor, 1)


def _rows(tensor: Any) -> list[Any]:
    """The rows, as views of one copy."""
    copy = np.array(tensor)
    return [copy[index, ...] for index in range(len(copy))]  # with the dots a scalar is an array, too


# -- taken apart -------------------------------------------------------------------------------------------------------


@op(
    "TensorListFromTensor",
    "tensor: element_dtype, element_shape: shape_type -> output_handle: variant",
    shape=_checked_rows(0, 1),
    host=True,
)
def tensor_list_from_tensor(xp: Any, tensor: Any, element_shape: Any, element_dtype: DType) -> Any:
    """The list of the rows of a tensor.

    Shape   tensor [n, ...] -> n elements [...]
    Source  TF op TensorListFromTensor, list_ops.cc
    """
    dims = merge(dims_of(element_shape), tensor.shape[1:])
    return TensorList.of(element_dtype, dims, _rows(tensor))


@tensor_list_from_tensor.gradient
def tensor_list_from_tensor_gradient(b: Any, op: Any, dlist: Any) -> Any:
    tensor = op.inputs[0]
    rows = -1 if tensor.dims is None or tensor.dims[0] is None else tensor.dims[0]
    return b.TensorListStack(
        dlist, _row_shape(b, tensor), element_dtype=tensor.dtype, num_elements=rows
    ), None


@op(
    "TensorListScatterV2",
    "tensor: element_dtype, indices: int32, element_shape: shape_type, num_elements: int32 -> output_handle: variant",
    shape=_checked_rows(0, 2),
    host=True,
)
def tensor_list_scatter_v2(
    xp: Any, tensor: Any, indices: Any, element_shape: Any, num_elements: Any, element_dtype: DType
) -> Any:
    """A list in which the rows of a tensor stand at these positions; as long as they need if `num_elements` is -1.

    Shape   tensor [n, ...], indices [n]
    Source  TF op TensorListScatterV2, list_ops.cc
    """
    dims = merge(dims_of(element_shape), tensor.shape[1:])
    least = int(indices.max()) + 1 if indices.size else 0
    length = least if num_elements < 0 else int(num_elements)
    return _scattered(TensorList(element_dtype, dims, length), tensor, indices)


@op(
    "TensorListScatter",
    "tensor: element_dtype, indices: int32, element_shape: shape_type -> output_handle: variant",
    shape=_checked_rows(0, 2),
    host=True,
)
def tensor_list_scatter(xp: Any, tensor: Any, indices: Any, element_shape: Any, element_dtype: DType) -> Any:
    """A list as long as it must be, in which the rows of a tensor stand at these positions.

    Source  TF op TensorListScatter, list_ops.cc
    """
    return tensor_list_scatter_v2(xp, tensor, indices, element_shape, -1, element_dtype)


@op(
    "TensorListScatterIntoExistingList",
    "input_handle: variant, tensor: element_dtype, indices: int32 -> output_handle: variant",
    shape=rules.scalar,
    host=True,
)
def tensor_list_scatter_into(xp: Any, input_handle: Any, tensor: Any, indices: Any) -> Any:
    """The list with the rows of a tensor at these positions; it grows where it must.

    Source  TF op TensorListScatterIntoExistingList, list_ops.cc
    """
    least = int(indices.max()) + 1 if indices.size else 0
    longer = input_handle.resized(least) if least > input_handle.length else input_handle
    return _scattered(longer, tensor, indices)


def _scattered(values: TensorList, tensor: Any, indices: Any) -> TensorList:
    if len(indices) != len(tensor):
        raise ValueError(f"there are {len(indices)} positions for {len(tensor)} rows")
    for place, index in enumerate(indices.tolist()):
        values = values.with_element(index, tensor[place, ...])  # with the dots a scalar is an array, too
    return values


@tensor_list_scatter_v2.gradient
def tensor_list_scatter_v2_gradient(b: Any, op: Any, dlist: Any) -> Any:
    return _scattered_rows(b, op.inputs[0], op.inputs[1], dlist), None, None, None


@tensor_list_scatter.gradient
def tensor_list_scatter_gradient(b: Any, op: Any, dlist: Any) -> Any:
    return _scattered_rows(b, op.inputs[0], op.inputs[1], dlist), None, None


@tensor_list_scatter_into.gradient
def tensor_list_scatter_into_gradient(b: Any, op: Any, dlist: Any) -> Any:
    values, tensor, indices = op.inputs
    rows = _scattered_rows(b, tensor, indices, dlist)
    rest = b.TensorListScatterIntoExistingList(dlist, b.ZerosLike(tensor), indices)
    return b.TensorListResize(rest, b.TensorListLength(values)), rows, None


def _scattered_rows(b: Any, tensor: Any, indices: Any, dlist: Any) -> Any:
    return b.TensorListGather(dlist, indices, _row_shape(b, tensor), element_dtype=tensor.dtype)


@op(
    "TensorListSplit",
    "tensor: element_dtype, element_shape: shape_type, lengths: int64 -> output_handle: variant",
    shape=rules.scalar,
    host=True,
)
def tensor_list_split(xp: Any, tensor: Any, element_shape: Any, lengths: Any, element_dtype: DType) -> Any:
    """The list of consecutive parts of a tensor, of these numbers of rows.

    Shape   tensor [sum of lengths, ...] -> elements [length, ...]
    Source  TF op TensorListSplit, list_ops.cc
    """
    if not tensor.ndim:
        raise ValueError("a scalar cannot be split")
    if lengths.sum() != len(tensor) or (lengths < 0).any():
        raise ValueError(f"lengths {lengths.tolist()} do not divide the {len(tensor)} rows of the tensor")
    rest = merge(tensor.shape[1:], _without_first(dims_of(element_shape)))
    ends = np.cumsum(lengths)
    copy = np.array(tensor)
    parts = [copy[end - length : end] for end, length in zip(ends, lengths, strict=True)]
    return TensorList.of(element_dtype, (None, *rest), parts)  # type: ignore[misc]  # it has a rank


@tensor_list_split.gradient
def tensor_list_split_gradient(b: Any, op: Any, dlist: Any) -> Any:
    tensor, element_shape, lengths = op.inputs
    joined, _ = b.TensorListConcatV2(dlist, element_shape, lengths, element_dtype=tensor.dtype)
    return joined, None, None


def _without_first(dims: Dims) -> Dims:
    return None if dims is None else dims[1:]


# -- joined ------------------------------------------------------------------------------------------------------------


def _stacked_shape(s: ShapeScope) -> Dims:
    count, dims = s.attrs["num_elements"], element_dims(s, 1)
    return None if dims is None else (None if count < 0 else count, *dims)


@op(
    "TensorListStack",
    "input_handle: variant, element_shape: int32 -> tensor: element_dtype",
    attrs={"num_elements": -1},
    shape=_stacked_shape,
    host=True,
)
def tensor_list_stack(
    xp: Any, input_handle: Any, element_shape: Any, element_dtype: DType, num_elements: int
) -> Any:
    """The elements as the rows of one tensor.

    Shape   n elements [...] -> [n, ...]
    Source  TF op TensorListStack, list_ops.cc
    """
    if 0 <= num_elements != input_handle.length:
        raise ValueError(
            f"the list has {input_handle.length} elements, but num_elements={num_elements} is wanted"
        )
    return _stack(input_handle, range(input_handle.length), element_shape, element_dtype)


def _stack(values: TensorList, indices: Any, element_shape: Any, dtype: DType) -> Any:
    dims = values.element_dims(dims_of(element_shape))
    if not is_static(dims):
        raise ValueError(
            f"no element of the list was set, and its element_shape {show(dims)} does not say of which shape they are"
        )
    rows = [values.element(index) for index in indices]
    if any(row is None for row in rows):
        rows = [values.unset(dims) if row is None else row for row in rows]
    result = np.empty((len(rows), *dims), dtype.np)  # type: ignore[misc]  # it is static
    if dims and rows:
        return np.concatenate(rows, out=result.reshape(-1, *dims[1:])).reshape(result.shape)
    for place, row in enumerate(rows):
        result[place] = row[()]
    return result


@tensor_list_stack.gradient
def tensor_list_stack_gradient(b: Any, op: Any, dtensor: Any) -> Any:
    return b.TensorListFromTensor(dtensor, _row_shape(b, dtensor)), None


def _gathered_shape(s: ShapeScope) -> Dims:
    dims, indices = element_dims(s, 2), s.shapes[1]
    return None if dims is None else (None if indices is None else indices[0], *dims)


@op(
    "TensorListGather",
    "input_handle: variant, indices: int32, element_shape: int32 -> values: element_dtype",
    shape=_gathered_shape,
    host=True,
)
def tensor_list_gather(
    xp: Any, input_handle: Any, indices: Any, element_shape: Any, element_dtype: DType
) -> Any:
    """The elements at these positions as the rows of one tensor.

    Shape   indices [n], elements [...] -> [n, ...]
    Source  TF op TensorListGather, list_ops.cc
    """
    return _stack(input_handle, indices.tolist(), element_shape, element_dtype)


@tensor_list_gather.gradient
def tensor_list_gather_gradient(b: Any, op: Any, dvalues: Any) -> Any:
    values, indices, _ = op.inputs
    shape = b.TensorListElementShape(values, shape_type="int32")
    return b.TensorListScatterV2(dvalues, indices, shape, b.TensorListLength(values)), None, None


def _joined_shape(s: ShapeScope) -> list[Dims]:
    dims = element_dims(s, 1)
    return [None if dims is None else (None, *dims[1:]), (None,)]


@op(
    "TensorListConcatV2",
    "input_handle: variant, element_shape: shape_type, leading_dims: int64 -> tensor: element_dtype, lengths: int64",
    attrs=_TYPE,
    shape=_joined_shape,
    host=True,
)
def tensor_list_concat(
    xp: Any, input_handle: Any, element_shape: Any, leading_dims: Any, element_dtype: DType
) -> Any:
    """The elements one behind the other, and how many rows each has; `leading_dims` says it of those that are not set.

    Shape   elements [n, ...] -> [sum of n, ...], lengths [number of elements]
    Source  TF op TensorListConcatV2, list_ops.cc
    """
    parts = input_handle.elements()
    dims = merge(input_handle.dims, dims_of(element_shape))
    if dims == () or any(part is not None and not part.ndim for part in parts):
        raise ValueError("scalars cannot be joined: each element of the list needs rows")
    for part in parts:
        if part is not None:
            dims = merge(dims, (None, *part.shape[1:]))
    if dims is None or None in dims[1:]:
        raise ValueError(f"nothing says of which shape the elements of the list are: {show(dims)}")
    for place, part in enumerate(parts):
        if part is None:
            sizes = leading_dims[place : place + 1].tolist() or dims[:1]
            if sizes == (None,):
                raise ValueError(
                    f"element {place} of the list was never set, and leading_dims has no size for it"
                )
            parts[place] = input_handle.unset((*sizes, *dims[1:]))
    nothing: Any = np.empty((0, *dims[1:]), element_dtype.np)
    return np.concatenate([nothing, *parts]), np.array([len(part) for part in parts], np.int64)


@tensor_list_concat.gradient
def tensor_list_concat_gradient(b: Any, op: Any, dtensor: Any, _: Any) -> Any:
    shape = b.TensorListElementShape(op.inputs[0], shape_type="int32")
    return b.TensorListSplit(dtensor, shape, op.outputs[1]), None, None
