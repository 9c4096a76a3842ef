"""TensorArrays of graphs that TensorFlow 1 has built: elements behind a handle, which live as long as a run.

A `flow`, a number that means nothing, goes from each operation to the next, so that they run in order. Functions of
this package make TensorLists instead, which are values. The array: :class:`estimator.ops._tensor_array.TensorArray`.

Source: TensorFlow 2.15, core/ops/data_flow_ops.cc; core/kernels/tensor_array_ops.cc
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.errors import InvalidArgumentError, UnimplementedError
from estimator.core.shapes import Dims, TensorShape, is_static, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._tensor_array import TensorArray
from estimator.ops.frames import refuse_gradient

# What they change lives in the run alone: for the session they are as pure as a read.
_TRAITS: dict[str, Any] = {"effect": "read", "framed": True}
_FLOW = np.zeros((), np.float32)


def _scalar_inputs(**places: int) -> Any:
    def rule(s: ShapeScope) -> list[Dims]:
        rules.check_scalars(s, **places)
        return [()]

    return rule


def _two_scalars(s: ShapeScope) -> list[Dims]:
    return [(), ()]


def _new_array(s: ShapeScope) -> list[Dims]:
    rules.check_scalars(s, size=0)
    return [(), ()]


@op(
    "TensorArrayV3",
    "size: int32 -> handle: resource, flow: float32",
    attrs={
        "dtype": DType,
        "element_shape": TensorShape(None),
        "dynamic_size": False,
        "clear_after_read": True,
        "identical_element_shapes": False,
        "tensor_array_name": "",
    },
    shape=_new_array,
    **_TRAITS,
)
def tensor_array_v3(
    xp: Any,
    size: Any,
    dtype: DType,
    element_shape: Dims,
    dynamic_size: bool,
    clear_after_read: bool,
    identical_element_shapes: bool,
    tensor_array_name: str,
) -> Any:
    """A new array of so many elements, none of which is written.

    Source  TF op TensorArrayV3, data_flow_ops.cc
    """
    array = TensorArray(
        tensor_array_name, int(size), dtype, element_shape,
        is_dynamic=dynamic_size, clears=clear_after_read, is_uniform=identical_element_shapes,
    )  # fmt: skip
    return array, _FLOW


@op(
    "TensorArrayGradV3",
    "handle: resource, flow_in: float32 -> grad_handle: resource, flow_out: float32",
    attrs={"source": str},
    shape=_two_scalars,
    **_TRAITS,
)
def tensor_array_grad_v3(xp: Any, handle: Any, flow_in: Any, source: str) -> Any:
    """The array of the gradients of an array's elements; what is written to one of its elements adds up.

    Source  TF op TensorArrayGradV3, data_flow_ops.cc
    """
    return handle.gradient(source), flow_in


@op(
    "TensorArrayGradWithShape",
    "handle: resource, flow_in: float32, shape_to_prepend: int32 -> grad_handle: resource, flow_out: float32",
    attrs={"source": str},
    shape=_two_scalars,
    **_TRAITS,
)
def tensor_array_grad_with_shape(
    xp: Any, handle: Any, flow_in: Any, shape_to_prepend: Any, source: str
) -> Any:
    """As TensorArrayGradV3, where the gradient of an element has more axes, in front.

    Source  TF op TensorArrayGradWithShape, data_flow_ops.cc
    """
    return handle.gradient(source, tuple(shape_to_prepend.tolist())), flow_in


@op(
    "TensorArrayWriteV3",
    "handle: resource, index: int32, value: T, flow_in: float32 -> flow_out: float32",
    shape=_scalar_inputs(index=1, flow_in=3),
    **_TRAITS,
)
def tensor_array_write_v3(xp: Any, handle: Any, index: Any, value: Any, flow_in: Any, T: DType) -> Any:
    """Write one element.

    Source  TF op TensorArrayWriteV3, data_flow_ops.cc
    """
    handle.demand_open(T)
    handle.write(int(index), value)
    return flow_in


def _unknown_element(s: ShapeScope) -> Dims:
    rules.check_scalars(s, index=1, flow_in=2)
    return None


@op(
    "TensorArrayReadV3",
    "handle: resource, index: int32, flow_in: float32 -> value: dtype",
    shape=_unknown_element,
    **_TRAITS,
)
def tensor_array_read_v3(xp: Any, handle: Any, index: Any, flow_in: Any, dtype: DType) -> Any:
    """One element.

    Source  TF op TensorArrayReadV3, data_flow_ops.cc
    """
    handle.demand_open(dtype)
    return handle.read(int(index))


def _stacked(s: ShapeScope) -> Dims:
    element: Dims = s.attrs["element_shape"]
    (count,) = rules.with_rank(s.shapes[1], 1, "indices")
    return None if element is None else (count, *element)


@op(
    "TensorArrayGatherV3",
    "handle: resource, indices: int32, flow_in: float32 -> value: dtype",
    attrs={"element_shape": TensorShape(None)},
    shape=_stacked,
    **_TRAITS,
)
def tensor_array_gather_v3(
    xp: Any, handle: Any, indices: Any, flow_in: Any, dtype: DType, element_shape: Dims
) -> Any:
    """Elements, stacked along a new first axis.

    Raises  InvalidArgumentError if they differ in shape; UnimplementedError if there are none and their shape is not
    known.
    Source  TF op TensorArrayGatherV3, data_flow_ops.cc
    """
    handle.demand_open(dtype)
    elements = handle.read_all(indices.tolist())
    if not elements:
        dims = handle.element_shape if element_shape is None else element_shape
        return xp.zeros((0, *_known(dims, "element shape")), dtype.np)
    _demand_equal([value.shape for value in elements], "shape")
    return xp.stack(elements)


def _known(dims: Dims, what: str) -> tuple[int, ...]:
    if not is_static(dims):
        raise UnimplementedError(f"TensorArray has size zero, but {what} {show(dims)} is not fully defined.")
    return dims  # type: ignore[return-value]  # it is static


def _demand_equal(shapes: list[tuple[int, ...]], what: str) -> None:
    for index, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise InvalidArgumentError(
                f"TensorArray has inconsistent shapes. Index 0 has {what}: {list(shapes[0])} but index {index} has "
                f"{what}: {list(shape)}."
            )


def _scattered(s: ShapeScope) -> list[Dims]:
    rules.check_scalars(s, flow_in=3)
    (count,) = rules.with_rank(s.shapes[1], 1, "indices")
    value = s.shapes[2]
    if value is not None:
        if not value:
            raise ValueError("value must have a row for each index, but is a scalar.")
        rules.same_size(value[0], count, "the rows of value and the indices")
    return [()]


@op(
    "TensorArrayScatterV3",
    "handle: resource, indices: int32, value: T, flow_in: float32 -> flow_out: float32",
    shape=_scattered,
    **_TRAITS,
)
def tensor_array_scatter_v3(xp: Any, handle: Any, indices: Any, value: Any, flow_in: Any, T: DType) -> Any:
    """Write the rows of `value` to elements.

    Source  TF op TensorArrayScatterV3, data_flow_ops.cc
    """
    handle.demand_open(T)
    highest = int(indices.max(initial=-1))
    if highest >= len(handle) and not handle.is_dynamic:
        raise InvalidArgumentError(f"Max scatter index must be < array size ({highest} vs. {len(handle)}).")
    for index, row in zip(indices.tolist(), value, strict=True):
        handle.write(index, xp.asarray(row, T.np))  # a row may be a text, of no type of its own
    return flow_in


def _joined(s: ShapeScope) -> list[Dims]:
    rest: Dims = s.attrs["element_shape_except0"]
    return [None if rest is None else (None, *rest), (None,)]


@op(
    "TensorArrayConcatV3",
    "handle: resource, flow_in: float32 -> value: dtype, lengths: int64",
    attrs={"element_shape_except0": TensorShape(None)},
    shape=_joined,
    **_TRAITS,
)
def tensor_array_concat_v3(
    xp: Any, handle: Any, flow_in: Any, dtype: DType, element_shape_except0: Dims
) -> Any:
    """All elements, joined along their first axis, and how long each is.

    Raises  InvalidArgumentError if they are scalars, or differ in the other axes; UnimplementedError if there are none,
    and their shape is unknown.
    Source  TF op TensorArrayConcatV3, data_flow_ops.cc
    """
    handle.demand_open(dtype)
    elements = handle.read_all(range(len(handle)))
    if not elements:
        rest = _known(element_shape_except0, "element_shape_except0")
        return xp.zeros((0, *rest), dtype.np), xp.zeros(0, xp.int64)
    for index, value in enumerate(elements):
        if not value.ndim:
            raise InvalidArgumentError(
                f"Concat saw a scalar shape at index {index} but requires at least vectors. Did you mean to call stack?"
            )
    _demand_equal([value.shape[1:] for value in elements], "(excepting dimension 0) shape")
    return xp.concatenate(elements), xp.array([len(value) for value in elements], xp.int64)


def _split(s: ShapeScope) -> list[Dims]:
    rules.check_scalars(s, flow_in=3)
    rules.with_rank(s.shapes[2], 1, "lengths")
    return [()]


@op(
    "TensorArraySplitV3",
    "handle: resource, value: T, lengths: int64, flow_in: float32 -> flow_out: float32",
    shape=_split,
    **_TRAITS,
)
def tensor_array_split_v3(xp: Any, handle: Any, value: Any, lengths: Any, flow_in: Any, T: DType) -> Any:
    """Write parts of `value`, one behind the other and of these lengths, to the elements.

    Raises  InvalidArgumentError if there are not as many parts as elements, or they do not add up to `value`.
    Source  TF op TensorArraySplitV3, data_flow_ops.cc
    """
    handle.demand_open(T)
    if not value.ndim:
        raise InvalidArgumentError("Expected value to be at least a vector, but received shape: [].")
    if lengths.sum() != len(value):
        raise InvalidArgumentError(
            f"Expected sum of lengths to be equal to values.shape[0], but sum of lengths is {lengths.sum()} and "
            f"value's shape is: {list(value.shape)}."
        )
    if len(lengths) != len(handle) and not (handle.is_dynamic and len(lengths) > len(handle)):
        raise InvalidArgumentError(
            f"TensorArray's size is not equal to the size of lengths ({len(handle)} vs. {len(lengths)}), and the "
            "TensorArray is not marked as dynamically resizeable."
        )
    for index, part in enumerate(xp.split(value, xp.cumsum(lengths)[:-1])):
        handle.write(index, part)
    return flow_in


@op(
    "TensorArraySizeV3",
    "handle: resource, flow_in: float32 -> size: int32",
    shape=rules.scalar,
    **_TRAITS,
)
def tensor_array_size_v3(xp: Any, handle: Any, flow_in: Any) -> Any:
    """How many elements there are.

    Source  TF op TensorArraySizeV3, data_flow_ops.cc
    """
    return xp.array(len(handle), xp.int32)


@op("TensorArrayCloseV3", "handle: resource", shape=rules.no_output, **_TRAITS)
def tensor_array_close_v3(xp: Any, handle: Any) -> None:
    """Forget all elements.

    Source  TF op TensorArrayCloseV3, data_flow_ops.cc
    """
    handle.close()


for _definition in (
    tensor_array_v3, tensor_array_grad_v3, tensor_array_grad_with_shape, tensor_array_write_v3,
    tensor_array_read_v3, tensor_array_gather_v3, tensor_array_scatter_v3, tensor_array_concat_v3,
    tensor_array_split_v3, tensor_array_size_v3,
):  # fmt: skip
    _definition.gradient_rule = refuse_gradient
