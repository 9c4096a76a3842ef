"""Batches of elements of different shapes, padded at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from estimator.core.errors import DataLossError, InvalidArgumentError
from estimator.core.frozen import frozen
from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims, show
from estimator.graph.constant import to_array
from estimator.pipeline.batch import BatchStage, number_of_batches
from estimator.pipeline.element import Array, Element, as_array
from estimator.pipeline.specs import (
    RaggedTensorSpec,
    SparseTensorSpec,
    Spec,
    TensorSpec,
    batch_spec,
    leaves_like,
)
from estimator.pipeline.stage import Context, Plain, Step, Stream
from estimator.pipeline.structure import is_structure, leaves, map_leaves


class Padding(NamedTuple):
    """How one component is padded.

    Attributes
    ----------
    dims : tuple of int and None
        The shape it gets; None for the greatest size in the batch.
    value : ndarray
        What is filled in, a scalar.
    """

    dims: tuple[int | None, ...]
    value: Array


_NOT_PADDED: dict[type, tuple[str, str]] = {
    SparseTensorSpec: ("sparse", "tf.sparse.to_dense"),
    RaggedTensorSpec: ("ragged", "to_tensor()"),
}


def paddings(spec: Any, shapes: Any, values: Any) -> tuple[Padding, ...]:
    """How the components of elements are padded, by the arguments of padded_batch.

    Raises
    ------
    ValueError, TypeError
        If shapes or values do not go with the elements.
    """
    components = leaves(spec)
    for number, component in enumerate(components):
        batch_spec(component, None)  # refuses what cannot be stacked at all
        if not isinstance(component, TensorSpec):
            kind, way = _NOT_PADDED[type(component)]
            raise TypeError(
                f"Dataset.padded_batch: batching of padded {kind} tensors is not supported, but component {number} is "
                f"{component}: make it dense in Dataset.map ({way}) or use Dataset.batch."
            )
    wanted = [None] * len(components) if shapes is None else _in_structure(spec, shapes, "padded_shapes")
    one_for_all = values is None or (is_structure(spec) and not is_structure(values))
    given = [values] * len(components) if one_for_all else _in_structure(spec, values, "padding_values")
    rows = enumerate(zip(components, wanted, given, strict=True))
    return tuple(
        Padding(_padded_dims(component, shape, number), _padding_value(component, value, number))
        for number, (component, shape, value) in rows
    )


def _in_structure(spec: Any, values: Any, argument: str) -> list[Any]:
    return leaves_like(spec, values, f"Dataset.padded_batch: {argument} must nest as the elements do")


def _padded_dims(component: Spec, shape: Any, number: int) -> tuple[int | None, ...]:
    dims = component.dims if shape is None else _dims_of(shape, number)
    if dims is None:
        raise ValueError(
            f"Dataset.padded_batch: you must provide `padded_shapes`, because component {number} has unknown rank."
        )
    known = component.dims
    fits = known is None or (
        len(known) == len(dims)
        and all(to is None or size is None or size <= to for size, to in zip(known, dims, strict=True))
    )
    if not fits:
        raise ValueError(
            f"Dataset.padded_batch: the padded shape {show(dims)} is not compatible with the shape {show(known)} of "
            f"component {number}."
        )
    return dims


def _dims_of(shape: Any, number: int) -> Dims:
    """A shape as someone writes it, or as an array of sizes."""
    known = getattr(shape, "tuple", shape)  # a TensorShape has it
    if known is None:
        return None
    sizes = list(known) if isinstance(known, (list, tuple)) else _sizes(known, number)
    return tuple(None if size is None or int(size) == -1 else int(size) for size in sizes)


def _sizes(shape: Any, number: int) -> Sequence[int]:
    array = as_array(shape, f"Dataset.padded_batch: padded_shapes, component {number}")
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ValueError(
            f"Dataset.padded_batch: a padded shape is a list of sizes, given for component {number}: {shape!r}."
        )
    return array.tolist()


def _padding_value(component: Spec, value: Any, number: int) -> Array:
    if value is None:
        return np.array(b"" if component.dtype.np == np.object_ else 0, component.dtype.np)
    where = f"Dataset.padded_batch: the padding value of component {number}"
    array = as_array(value, where) if hasattr(value, "op") else to_array(value)
    if array.ndim:
        raise ValueError(f"{where} must be a scalar, given: {value!r}.")
    if array.dtype != component.dtype.np:
        name = component.dtype.name
        raise TypeError(
            f"{where} is {array.dtype.name}, the component {name}: write it in that type, such as "
            f"tf.constant({value!r}, tf.{name})."
        )
    return array


@frozen(eq=False)
class PaddedBatchNode(Step):
    """`size` elements at a time, padded; the last batch may be smaller."""

    size: int
    drop_remainder: bool
    paddings: tuple[Padding, ...]

    @property
    def spec(self) -> Any:
        """The padded shapes with a first dimension more, of unknown size unless the remainder is dropped."""
        size = self.size if self.drop_remainder else None
        rest = iter(self.paddings)
        return map_leaves(
            lambda spec: batch_spec(TensorSpec(next(rest).dims, spec.dtype), size), self.input.spec
        )

    @property
    def cardinality(self) -> int:
        """The number of batches."""
        return number_of_batches(self.input.cardinality, self.size, self.drop_remainder)

    def describe(self) -> list[Any]:
        """How many elements make a batch, to which shapes they are padded, and whether the remainder is dropped."""
        dims = [list(padding.dims) for padding in self.paddings]
        return ["padded_batch", self.size, self.drop_remainder, dims, self.input.describe()]

    def start(self, context: Context) -> Stream:
        """From the first element."""
        stack = partial(stack_padded, self.paddings)
        stage = BatchStage(self.input.start(context), self.size, self.drop_remainder, stack)
        return Stream(stage, Plain(), False)


def stack_padded(paddings: Sequence[Padding], elements: list[Element]) -> Element:
    """The components of elements, padded and stacked along a new first axis.

    Raises
    ------
    InvalidArgumentError
        If an element is of another rank than its padded shape.
    DataLossError
        If an element is greater.
    """
    columns = zip(paddings, zip(*elements, strict=True), strict=True)
    return [_padded_column(padding, arrays, number) for number, (padding, arrays) in enumerate(columns)]


def _padded_column(padding: Padding, arrays: Sequence[Array], number: int) -> Array:
    for array in arrays:
        if array.ndim != len(padding.dims):
            raise InvalidArgumentError(
                "All elements in a batch must have the same rank as the padded shape for component "
                f"{number}: expected rank {len(padding.dims)} but got element with rank {array.ndim}."
            )
    greatest = [max(sizes) for sizes in zip(*(array.shape for array in arrays), strict=True)]
    dims = [size if to is None else to for size, to in zip(greatest, padding.dims, strict=True)]
    if any(size > to for size, to in zip(greatest, dims, strict=True)):
        raise DataLossError(
            f"Attempted to pad to a smaller size than the input element: component {number} is up to {greatest}, its "
            f"padded shape {dims}. Use None for the greatest size in each batch."
        )
    batch = np.full((len(arrays), *dims), padding.value, padding.value.dtype)
    for row, array in enumerate(arrays):
        corner: tuple[Any, ...] = (row, *map(slice, array.shape))
        batch[corner] = array
    return batch
