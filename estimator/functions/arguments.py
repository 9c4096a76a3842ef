"""What the functions of this folder do with their arguments before they add operations."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DType, DTypeLike, as_dtype
from estimator.core.shapes import Dimension, TensorShape, is_static
from estimator.graph.apply import types_differ
from estimator.graph.graph import Graph, graph_of
from estimator.graph.tensor import Tensor


def tensor_of(value: Any, dtype: DTypeLike | None = None, name: str | None = None) -> Tensor:
    """The tensor that a tensor, variable or Python value stands for.

    Parameters
    ----------
    value : Tensor, variable, array, number, or nested list of them
    dtype : DType, optional
        The type it must have.
    name : str, optional
        The name of the constant that a Python value becomes, in the current name scope.

    Raises
    ------
    TypeError
        If it is a tensor of another type than `dtype`.
    """
    return graph_of([value]).convert(value, dtype, name)


def known_dims(value: Any) -> tuple[int, ...] | None:
    """The shape of a tensor or variable if it is fully known; a variable is not read for it."""
    dims = getattr(value, "dims", None)
    return dims if is_static(dims) else None


def tensors_of(**operands: Any) -> list[Tensor]:
    """Several operands, by the names that constants get, as tensors of one type: that of the first tensor.

    Raises
    ------
    TypeError
        If another tensor has another type; the name scope says of what they are the operands.
    """
    graph = graph_of(list(operands.values()))
    given = {name: graph.as_tensor(value, name) for name, value in operands.items()}
    tensors = {name: value for name, value in given.items() if isinstance(value, Tensor)}
    first = next(iter(tensors), "")
    dtype = tensors[first].dtype if tensors else None
    for name, tensor in tensors.items():
        if dtype is not None and tensor.dtype is not dtype:
            differ = types_differ(name, tensor, repr(first), dtype)
            raise TypeError(f"{graph.get_name_scope()}: {differ}")
    return [graph.convert(value, dtype, name) for name, value in given.items()]


def dtype_or(dtype: DTypeLike | None, default: DType) -> DType:
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


class function_scope:
    """A block, the name scope of a function that stands for several operations.

    It gives two things: the graph of the values, which is the default one inside, and the scope with its slash. As the
    name of the last operation that makes the function's result bear the function's name, ``LogSigmoid:0``, as
    TensorFlow's does.

    Parameters
    ----------
    name : str or None
        What the caller was given.
    default : str
        What stands for None.
    *values
        What the function was given.
    """

    def __init__(self, name: str | None, default: str, *values: Any) -> None:
        self._graph = graph_of(values)
        self._names, self._default = self._graph.name_scope(name or default), self._graph.as_default()

    def __enter__(self) -> tuple[Graph, str]:
        scope = self._names.__enter__()
        self._default.__enter__()
        return self._graph, scope

    def __exit__(self, *error: Any) -> None:
        self._default.__exit__(*error)
        self._names.__exit__(*error)


def renamed(new_name: str, new: Any, old_name: str, old: Any) -> Any:
    """The value of an argument that also has an older name.

    Raises
    ------
    ValueError
        If both are given.
    """
    if new is not None and old is not None:
        raise ValueError(
            f"{new_name}={new!r} and {old_name}={old!r} are the same argument: pass only {new_name}."
        )
    return old if new is None else new
