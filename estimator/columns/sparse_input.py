"""Dense features as the sparse ones that categorical columns work on: what is missing has no entry."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.columns.column import type_problems
from estimator.columns.features import Features
from estimator.core.dtypes import DType, int64
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor


def to_sparse(tensor: Tensor | SparseTensor) -> SparseTensor:
    """The entries of texts or integers but for '' and -1, which stand for nothing; a SparseTensor as it is."""
    if isinstance(tensor, SparseTensor):
        return tensor
    with get_default_graph().name_scope("to_sparse_input"):
        indices = b.Where(b.NotEqual(tensor, _nothing(tensor)), name="indices")
        values = b.GatherNd(tensor, indices, name="values")
        return SparseTensor(indices, values, b.Shape(tensor, out_type=int64, name="dense_shape"))


def entries(key: str, dtype: DType, features: Features) -> SparseTensor:
    """The entries of the feature that a column of texts or integers reads.

    Raises
    ------
    ValueError
        If the feature is of integers and the column of texts, or the other way round, or is neither.
    """
    given = features.tensor(key)
    problems = type_problems(f"column_name: {key} input_tensor", given.dtype)
    if problems and given.dtype.is_floating:
        problems.append("Numbers become ids in a bucketized_column; whole numbers can be cast in input_fn.")
    if not problems and given.dtype.is_integer != dtype.is_integer:
        wanted = "dtype=tf.int64" if given.dtype.is_integer else "dtype=tf.string"
        problems.append(
            f"Column dtype and SparseTensors dtype must be compatible. key: {key}, column dtype: {dtype.name}, "
            f"tensor dtype: {given.dtype.name}. Give the column {wanted}, or convert the feature in input_fn."
        )
    if problems:
        raise ValueError(" ".join(problems))
    return to_sparse(given)


def _nothing(tensor: Tensor) -> Any:
    # of unsigned integers the greatest, as of TensorFlow's cast of -1
    return "" if tensor.dtype.name == "string" else np.array(-1).astype(tensor.dtype.np)
