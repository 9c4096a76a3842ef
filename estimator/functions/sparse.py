"""Functions of sparse tensors, under TensorFlow's names."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import int64
from estimator.core.shapes import Dims, as_dims
from estimator.functions.arrays import placeholder, placeholder_with_default
from estimator.graph.graph import get_default_graph
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor


def sparse_placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> SparseTensor:
    """A SparseTensor that each run is fed: a SparseTensorValue, or a tuple (indices, values, dense_shape).

    Parameters
    ----------
    dtype : DType
        The type of the values.
    shape : list, TensorShape or Tensor, optional
        What is known of the dense shape, with None or -1 for what is not; it is used where a run feeds none.

    Source
    ------
    tf.sparse_placeholder, TF 1.15 array_ops.py
    """
    names = [
        None if name is None else f"{name}/{part}" for part in ("shape_default", "shape", "values", "indices")
    ]
    known, default = _known_shape(shape, names[0])
    if default is None:
        dense_shape = placeholder(int64, [None], names[1])
    else:
        dense_shape = placeholder_with_default(default, default.dims, names[1])
    rank = (dense_shape.dims or (None,))[0]
    values = placeholder(dtype, [None], names[2])
    result = SparseTensor(placeholder(int64, [None, rank], names[3]), values, dense_shape)
    result.set_shape(known)
    return result


def _known_shape(shape: Any, name: str | None) -> tuple[Dims, Tensor | None]:
    """What is known of a shape, and the tensor of it, with -1 for what is not."""
    if shape is None or isinstance(shape, Tensor):
        return None, shape
    if isinstance(shape, (list, tuple)):
        shape = [None if size == -1 else size for size in shape]
    dims = as_dims(shape)
    if dims is None:
        return None, None
    sizes = [-1 if size is None else size for size in dims]
    return dims, get_default_graph().convert(sizes, int64, name)
