"""Lists of tensors as values: pushed to, popped from, stacked, taken apart.

TensorArrays stand on them, and what a loop keeps for its gradient. A list is a scalar of type variant; its kernels
share the class :class:`~estimator.ops._lists.TensorList`, of which no operation changes a value that another may see.
What is put into a list is copied: the array of a plan is written over in the next round.

Source: TensorFlow 2.15, core/ops/list_ops.cc; core/kernels/list_kernels.cc; gradients of python/ops/list_ops.py.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.shapes import Dims, compatible, merge
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._lists import TensorList, dims_of, element_dims, shape_of

_TYPE = {"element_dtype": DType}


# -- making ------------------------------------------------------------------------------------------------------------


@op(
    "EmptyTensorList",
    "element_shape: shape_type, max_num_elements: int32 -> handle: variant",
    attrs=_TYPE,
    shape=rules.scalar,
    differentiable=False,
    host=True,
)
def empty_tensor_list(xp: Any, element_shape: Any, max_num_elements: Any, element_dtype: DType) -> Any:
    """A list without elements, to be pushed to.

    Source  TF op EmptyTensorList, list_ops.cc
    """
    return TensorList(element_dtype, dims_of(element_shape), limit=int(max_num_elements))


@empty_tensor_list.emit
def empty_tensor_list_emit(p: Any, op: Any, element_shape: Any, max_num_elements: Any) -> Any:
    dtype, shape, most = op.attrs["element_dtype"], element_shape.value, max_num_elements.value
    if shape is None or most is None:
        return p.value(op, empty_tensor_list, np, element_shape, max_num_elements, dtype)
    return p.value(op, partial(TensorList, dtype, dims_of(shape), limit=int(most)))


@op(
    "TensorListReserve",
    "element_shape: shape_type, num_elements: int32 -> handle: variant",
    attrs=_TYPE,
    shape=rules.scalar,
    differentiable=False,
    host=True,
)
def tensor_list_reserve(xp: Any, element_shape: Any, num_elements: Any, element_dtype: DType) -> Any:
    """A list of so many elements that are not set yet.

    Source  TF op TensorListReserve, list_ops.cc
    """
    if num_elements < 0:
        raise ValueError(f"a list cannot have {int(num_elements)} elements")
    return TensorList(element_dtype, dims_of(element_shape), int(num_elements))


# -- one element -------------------------------------------------------------------------------------------------------


@op(
    "TensorListPushBack",
    "input_handle: variant, tensor: element_dtype -> output_handle: variant",
    shape=rules.scalar,
    host=True,
)
def tensor_list_push_back(xp: Any, input_handle: Any, tensor: Any) -> Any:
    """The list with one more element at its end.

    Source  TF op TensorListPushBack, list_ops.cc
    """
    return input_handle.pushed(tensor)


@tensor_list_push_back.emit
def tensor_list_push_back_emit(p: Any, op: Any, input_handle: Any, tensor: Any) -> Any:
    return p.method(op, input_handle, "pushed", tensor)


@tensor_list_push_back.gradient
def tensor_list_push_back_gradient(b: Any, op: Any, dlist: Any) -> Any:
    tensor = op.inputs[1]
    return b.TensorListPopBack(dlist, shape_of(b, tensor), element_dtype=tensor.dtype)


def _popped_shape(s: ShapeScope) -> list[Dims]:
    return [(), element_dims(s, 1)]


@op(
    "TensorListPopBack",
    "input_handle: variant, element_shape: int32 -> output_handle: variant, tensor: element_dtype",
    shape=_popped_shape,
    host=True,
)
def tensor_list_pop_back(xp: Any, input_handle: Any, element_shape: Any) -> Any:
    """The list without its last element, and that.

    Source  TF op TensorListPopBack, list_ops.cc
    """
    if not input_handle.length:
        raise ValueError("there is nothing to be taken from an empty list")
    last = input_handle.length - 1
    return input_handle.resized(last), input_handle.item(last, dims_of(element_shape))


@tensor_list_pop_back.gradient
def tensor_list_pop_back_gradient(b: Any, op: Any, dlist: Any, delement: Any) -> Any:
    rest, element = op.outputs
    if dlist is None:
        dlist = b.ZerosLike(rest)
    return b.TensorListPushBack(dlist, b.ZerosLike(element) if delement is None else delement), None


def _item_shape(s: ShapeScope) -> Dims:
    rules.check_scalars(s, index=1)
    asked, common = element_dims(s, 2), s.elements(0)
    return merge(asked, common) if compatible(asked, common) else asked  # the run says what does not fit


@op(
    "TensorListGetItem",
    "input_handle: variant, index: int32, element_shape: int32 -> item: element_dtype",
    shape=_item_shape,
    host=True,
)
def tensor_list_get_item(xp: Any, input_handle: Any, index: Any, element_shape: Any) -> Any:
    """The element at a position.

    Source  TF op TensorListGetItem, list_ops.cc
    """
    return input_handle.item(index, dims_of(element_shape))


@tensor_list_get_item.emit
def tensor_list_get_item_emit(p: Any, op: Any, input_handle: Any, index: Any, element_shape: Any) -> Any:
    return p.method(op, input_handle, "item", index, p.facts.dims[op.outputs[0]])


@tensor_list_get_item.gradient
def tensor_list_get_item_gradient(b: Any, op: Any, ditem: Any) -> Any:
    values, index, _ = op.inputs
    return b.TensorListSetItem(_unset_like(b, values, ditem.dtype), index, ditem), None, None


def _unset_like(b: Any, values: Any, dtype: DType) -> Any:
    """A list as long as another, of elements of the same shape that are not set: zeros that cost nothing."""
    shape = b.TensorListElementShape(values, shape_type="int32")
    return b.TensorListReserve(shape, b.TensorListLength(values), element_dtype=dtype)


@op(
    "TensorListSetItem",
    "input_handle: variant, index: int32, item: element_dtype -> output_handle: variant",
    attrs={"resize_if_index_out_of_bounds": False},
    shape=rules.scalar,
    host=True,
)
def tensor_list_set_item(
    xp: Any, input_handle: Any, index: Any, item: Any, resize_if_index_out_of_bounds: bool
) -> Any:
    """The list with another element at a position, which may lie behind its end if it is to be resized then.

    Source  TF op TensorListSetItem, list_ops.cc
    """
    return input_handle.with_element(index, item, resize_if_index_out_of_bounds)


@tensor_list_set_item.emit
def tensor_list_set_item_emit(p: Any, op: Any, input_handle: Any, index: Any, item: Any) -> Any:
    return p.method(op, input_handle, "with_element", index, item, op.attrs["resize_if_index_out_of_bounds"])


@tensor_list_set_item.gradient
def tensor_list_set_item_gradient(b: Any, op: Any, dlist: Any) -> Any:
    values, index, item = op.inputs
    ditem = b.TensorListGetItem(dlist, index, shape_of(b, item), element_dtype=item.dtype)
    rest = b.TensorListSetItem(dlist, index, b.ZerosLike(item))
    if op.attrs["resize_if_index_out_of_bounds"]:
        rest = b.TensorListResize(rest, b.TensorListLength(values))
    return rest, None, ditem


@op(
    "TensorListResize",
    "input_handle: variant, size: int32 -> output_handle: variant",
    shape=rules.scalar,
    host=True,
)
def tensor_list_resize(xp: Any, input_handle: Any, size: Any) -> Any:
    """The list with so many elements: those behind are dropped, or new ones are not set.

    Source  TF op TensorListResize, list_ops.cc
    """
    return input_handle.resized(int(size))


@tensor_list_resize.gradient
def tensor_list_resize_gradient(b: Any, op: Any, dlist: Any) -> Any:
    return b.TensorListResize(dlist, b.TensorListLength(op.inputs[0])), None


# -- what is known of a list -------------------------------------------------------------------------------------------


@op(
    "TensorListLength",
    "input_handle: variant -> length: int32",
    shape=rules.scalar,
    differentiable=False,
    host=True,
)
def tensor_list_length(xp: Any, input_handle: Any) -> Any:
    """The number of elements.

    Source  TF op TensorListLength, list_ops.cc
    """
    return np.int32(input_handle.length)


@op(
    "TensorListElementShape",
    "input_handle: variant -> element_shape: shape_type",
    attrs={"shape_type": DType},
    shape=rules.unknown,
    differentiable=False,
    host=True,
)
def tensor_list_element_shape(xp: Any, input_handle: Any, shape_type: DType) -> Any:
    """What is known of the shape of the elements: -1 for a size that is not, the scalar -1 if nothing is.

    Source  TF op TensorListElementShape, list_ops.cc
    """
    dims = input_handle.dims
    sizes = -1 if dims is None else [-1 if size is None else size for size in dims]
    return np.array(sizes, shape_type.np)
