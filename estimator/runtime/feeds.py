"""What a run is fed: values for tensors, in the tensors' types, of composites and structures part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core import nest
from estimator.core.dtypes import DType, string
from estimator.core.frozen import frozen
from estimator.core.shapes import compatible, show
from estimator.core.shown import shorten
from estimator.core.tracebacks import cause_of
from estimator.graph.composite import Composite
from estimator.graph.constant import as_numpy, convert_numbers, to_array, types_in
from estimator.graph.handles import handle_dims, is_handle
from estimator.graph.tensor import Tensor
from estimator.runtime.program import Array


@frozen
class FedVariable:
    """A value fed in place of a variable: what its handle is in that run, so that every read sees it."""

    value: Array
    initialized: bool = True


def each_fed(feed_dict: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
    """What is fed and its values, of a composite or a structure one part after the other."""
    for key, value in feed_dict.items():
        yield from _parts_fed(key, value)


def _parts_fed(key: Any, value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(key, Composite):
        parts = [part for part in key.components if part is not None]
        for part, part_value in zip(parts, _components_fed(key, value), strict=False):
            yield from _parts_fed(part, part_value)
    elif isinstance(key, tuple):  # the state of a cell, above all
        if not isinstance(value, (list, tuple)) or len(value) != len(key):
            raise ValueError(
                f"Cannot feed {shorten(value)} for the structure {nest.outline(key)}: feed one like it."
            )
        for part, part_value in zip(key, value, strict=True):
            yield from _parts_fed(part, part_value)
    else:
        yield key, value


def _components_fed(key: Composite, value: Any) -> Sequence[Any]:
    """The values of the components; those that have a value of their own at the end may be left out."""
    parts = {name: tensor for name, tensor in key.components._asdict().items() if tensor is not None}
    wanted = list(parts)
    while isinstance(value, (list, tuple)) and len(value) < len(wanted) and _has_a_value(parts[wanted[-1]]):
        wanted.pop()
    if not isinstance(value, (list, tuple)) or len(value) not in (len(wanted), len(key.components)):
        raise TypeError(
            f"Cannot feed {shorten(value)} for the {type(key).__name__} of {key.name}: feed a "
            f"{type(key.components).__name__}, or a tuple of its parts ({', '.join(wanted)})."
        )
    return value[: len(wanted)]


def _has_a_value(tensor: Any) -> bool:
    """Whether a run that is not fed this tensor may know it: the constant shape of a ``tf.sparse_placeholder``."""
    return isinstance(tensor, Tensor) and tensor.op.type != "Placeholder"


def as_fed(tensor: Tensor, value: Any) -> Any:
    if isinstance(value, Tensor):
        raise TypeError(
            f"the value fed for {tensor.name!r} is itself a Tensor ({value.name}); feed an array."
        )
    dims = handle_dims(tensor) if is_handle(tensor) else tensor.dims
    try:
        array = _fed_array(tensor.op.attrs["dtype"] if is_handle(tensor) else tensor.dtype, value)
    except (TypeError, ValueError) as error:
        raise type(error)(f"Cannot feed {shorten(value)} for Tensor {tensor.name!r}: {error}") from cause_of(
            error
        )
    if not compatible(dims, array.shape):
        raise ValueError(
            f"Cannot feed value of shape {array.shape} for Tensor {tensor.name!r}, which has shape {show(dims)}."
        )
    return FedVariable(array) if is_handle(tensor) else array


def _fed_array(dtype: DType, value: Any) -> Array:
    """The value in C order; numbers of any type are taken if they stay what they are."""
    if isinstance(value, np.ndarray) and value.dtype == dtype.np and dtype.np != object:
        return np.asarray(value, order="C")
    if (
        dtype is string
        and isinstance(value, np.ndarray)
        and value.dtype == object
        and types_in(value) == {bytes}
    ):
        return np.asarray(value, order="C")
    array = as_numpy(value)
    if array.dtype.kind in "US" and dtype is not string:
        raise ValueError(f"text cannot be made {dtype.name}; convert it first.")
    if dtype is string or not array.size:
        return to_array(value, dtype)
    return convert_numbers(np.array(array.tolist()) if array.dtype == object else array, dtype)
