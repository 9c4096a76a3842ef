"""What packages take of tensorflow.python.ops.rnn_cell_impl to make cells and loops of their own."""

from __future__ import annotations

from typing import Any

from estimator.core.shapes import TensorShape
from estimator.functions import arrays
from estimator.functions.arguments import tensor_of
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor


def concat(prefix: Any, suffix: Any, static: bool = False) -> Any:
    """The sizes of a shape that begins with `prefix` and ends with `suffix`: each a number, a shape, or a vector.

    Returns
    -------
    Tensor
        A vector; with `static` a list, in which sizes of a shape that are not known are None, or None for a tensor's.

    Raises
    ------
    ValueError
        If a size is not known where a tensor is wanted, or a tensor has more than one axis.

    Source
    ------
    _concat, TF 1.15 rnn_cell_impl.py
    """
    parts = [_sizes(part) for part in (prefix, suffix)]
    if static:
        known = [part for part in map(_known, parts) if part is not None]
        return [size for part in known for size in part] if len(known) == len(parts) else None
    if unknown := [part for part in parts if not isinstance(part, Tensor) and None in part]:
        raise ValueError(f"Provided a prefix or suffix of None: {unknown[0]}, of {prefix!r} and {suffix!r}.")
    return arrays.concat(
        [part if isinstance(part, Tensor) else tensor_of(part, "int32") for part in parts], 0
    )


def _sizes(part: Any) -> Any:
    """A vector of sizes, as a list where it is no tensor."""
    if not isinstance(part, Tensor):
        return TensorShape(part if isinstance(part, (list, tuple, TensorShape)) else [part]).as_list()
    if part.shape.ndims not in (0, 1):
        raise ValueError(f"a shape is a number or a vector; given: {part}.")
    return arrays.expand_dims(part, 0) if part.shape.ndims == 0 else part


def _known(sizes: Any) -> list[int | None] | None:
    if not isinstance(sizes, Tensor):
        return list(sizes)
    found = static_value(sizes)
    return None if found is None else [int(size) for size in found]
