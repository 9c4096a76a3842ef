"""What the functions of this folder do with their arguments before they add operations."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, as_dtype
from estimator.core.shapes import Dimension, TensorShape
from estimator.graph.graph import Graph, graph_of
from estimator.graph.tensor import Tensor


def tensor_of(value: Any, dtype: Any = None) -> Tensor:
    """The tensor that a tensor, variable or Python value stands for.

    Raises
    ------
    TypeError
        If it is a tensor of another type than `dtype`.
    """
    return graph_of([value]).convert(value, dtype)


def tensors_of(*values: Any) -> list[Tensor]:
    """Several operands as tensors of one type: that of the first that is a tensor already."""
    graph = graph_of(values)
    given = [graph.as_tensor(value) for value in values]
    dtype = next((each.dtype for each in given if isinstance(each, Tensor)), None)
    return [graph.convert(each, dtype) for each in given]


def dtype_or(dtype: Any, default: DType) -> DType:
    """The DType that `dtype` stands for, or the default."""
    return default if dtype is None else as_dtype(dtype)


def shape_tensor(shape: Any) -> Any:
    """A shape in any spelling (list, TensorShape, Dimensions, tensors among the sizes) as an op's input.

    Raises
    ------
    ValueError
        If a size is None.
    """
    if isinstance(shape, TensorShape):
        shape = shape.as_list()
    if isinstance(shape, (int, np.integer, Dimension)):
        shape = [shape]
    if not isinstance(shape, (list, tuple)):
        return shape
    sizes = [int(size) if isinstance(size, Dimension) else size for size in shape]
    if None in [size for size in sizes if not isinstance(size, Tensor)]:
        raise ValueError(
            f"the shape {shape!r} has a size that is not known before the graph runs; pass tf.shape(x)."
        )
    return sizes or np.zeros(0, np.int32)


@contextlib.contextmanager
def function_scope(name: str | None, default: str, *values: Any) -> Iterator[Graph]:
    """A name scope of the graph of `values`, for a function that stands for several operations."""
    graph = graph_of(values)
    with graph.name_scope(name or default):
        yield graph


def renamed(new_name: str, new: Any, old_name: str, old: Any) -> Any:
    """The value of an argument that also has an older name.

    Raises
    ------
    ValueError
        If both are given.
    """
    if new is not None and old is not None:
        raise ValueError(
            f"{old_name!r} is the old name of {new_name!r}: pass only one, given: {old!r} and {new!r}."
        )
    return old if new is None else new
