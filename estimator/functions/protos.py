"""Arrays as TensorProto messages, under TensorFlow's names.

Source: tf.make_tensor_proto and tf.make_ndarray, TF 1.15 tensor_util.py
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.core.dtypes import as_dtype
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import as_dims, show
from estimator.formats.tensors import array_from_proto, array_to_proto
from estimator.graph.constant import to_array


def make_tensor_proto(
    values: Any,
    dtype: Any = None,
    shape: Any = None,
    verify_shape: bool = False,
    allow_broadcast: bool = False,
) -> Any:
    """A TensorProto of an array, a Python number, text, or nested list of them; of a TensorProto itself.

    Parameters
    ----------
    dtype : DType, optional
        Its type; float32 and int32 for Python numbers by default.
    shape : optional
        Another shape for the same values; a single one, and the last one of too few, are repeated.
    verify_shape : bool
        Whether the values must have that shape.
    allow_broadcast : bool
        Whether only a single value is repeated.

    Raises
    ------
    ValueError
        If both `verify_shape` and `allow_broadcast` are asked for, or the shape has fewer values.
    TypeError
        If the shape is not that of the values, where it must be.
    """
    if allow_broadcast and verify_shape:
        raise ValueError("pass only one of allow_broadcast and verify_shape.")
    if hasattr(values, "tensor_shape"):
        return values
    kind = None if dtype is None else as_dtype(dtype)
    array = to_array(values, kind)
    if shape is not None:
        array = _in_shape(array, as_dims(shape), verify_shape, allow_broadcast)
    return array_to_proto(array, kind)


def _in_shape(array: Any, dims: Any, verify_shape: bool, allow_broadcast: bool) -> Any:
    wanted = math.prod(dims)
    repeats = array.size == 1 if allow_broadcast else array.size <= wanted and array.size
    if (verify_shape and array.shape != dims) or (allow_broadcast and array.size != wanted and not repeats):
        raise TypeError(f"the values have shape {show(array.shape)}; wanted: {show(dims)}.")
    if array.size > wanted or (wanted and not array.size):
        raise ValueError(f"{array.size} values do not fill the shape {show(dims)}.")
    flat = array.reshape(-1)
    filled = np.concatenate([flat, np.repeat(flat[-1:], wanted - array.size)])
    return filled.reshape(dims)


def make_ndarray(tensor: Any) -> Any:
    """The array that a TensorProto stands for; texts as objects."""
    return array_from_proto(tensor)


near_keywords_of_functions(__name__)
