"""Crosses of columns: tf.sparse.cross and tf.sparse.cross_hashed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.dtypes import int64, string
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import tensor_of
from estimator.functions.math import cast
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor

_HASH_KEY = 0xDECAFCAFFE


def sparse_cross(inputs: Sequence[Any], name: str | None = None, separator: Any = None) -> SparseTensor:
    """Every combination of one text of each input, row by row, as texts: ``b"red_X_small"``.

    Parameters
    ----------
    inputs : list of Tensor or SparseTensor
        Texts or integers. Sparse ones stand first in the crosses, whatever their order here.
    name : str, optional
    separator : str, default "_X_"

    Returns
    -------
    SparseTensor
        The crosses of each row; the last input changes fastest.

    Shape
    -----
    inputs [batch, any number] -> [batch, the most crosses of a row]

    Raises
    ------
    TypeError
        If the inputs are not a list.
    InvalidArgumentError
        If they have different numbers of rows, or the positions in a sparse one are not in order.

    Source
    ------
    tf.sparse.cross, TF 1.15 sparse_ops.py
    """
    sep = b"_X_" if separator is None else separator
    separator = tensor_of(sep, string)
    return SparseTensor(*b.SparseCrossV2(*_parts(inputs), separator, name=name))


def sparse_cross_hashed(
    inputs: Sequence[Any], num_buckets: int = 0, hash_key: int | None = None, name: str | None = None
) -> SparseTensor:
    """As :func:`sparse_cross`, with a hash of each combination in place of its text.

    Parameters
    ----------
    inputs : list of Tensor or SparseTensor
        Texts or integers; an integer and its digits as a text give different crosses.
    num_buckets : int
        The hashes are taken modulo this; 0 leaves them as they are, but not negative.
    hash_key : int, optional
        Another one gives other collisions.

    Shape
    -----
    inputs [batch, any number] -> [batch, the most crosses of a row]

    Raises
    ------
    TypeError
        If the inputs are not a list.
    ValueError
        If num_buckets is negative.
    InvalidArgumentError
        If they have different numbers of rows, or the positions in a sparse one are not in order.

    Source
    ------
    tf.sparse.cross_hashed, TF 1.15 sparse_ops.py
    """
    parts = _parts(inputs)
    values, matrices = parts[1], parts[3]
    is_text = all(tensor.dtype is string for tensor in [*values, *matrices])
    crosses = b.SparseCross(
        *parts,
        hashed_output=True,
        num_buckets=num_buckets,
        hash_key=hash_key or _HASH_KEY,
        out_type=int64,
        internal_type=string if is_text else int64,
        name=name,
    )
    return SparseTensor(*crosses)


def _parts(inputs: Any) -> tuple[list[Tensor], list[Tensor], list[Tensor], list[Tensor]]:
    """Indices, values and shapes of the sparse inputs, and the others."""
    if not isinstance(inputs, (list, tuple)):
        raise TypeError(f"the inputs of a cross must be a list of tensors, given: {inputs!r}.")
    sparse = [value for value in inputs if isinstance(value, SparseTensor)]
    dense = [value for value in inputs if not isinstance(value, SparseTensor)]
    values = [_text_or_int64(tensor.values) for tensor in sparse]
    indices, shapes = [tensor.indices for tensor in sparse], [tensor.dense_shape for tensor in sparse]
    return indices, values, shapes, [_text_or_int64(value) for value in dense]


def _text_or_int64(value: Any) -> Tensor:
    tensor = tensor_of(value)
    return tensor if tensor.dtype is string else cast(tensor, int64)


near_keywords_of_functions(__name__)
