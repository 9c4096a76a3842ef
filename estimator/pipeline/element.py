"""What one element of a dataset is made of: a nested structure and its flat components, which are arrays.

Inside the pipeline an element is the flat list of its component arrays; the structure is known once, in the element's
spec (:mod:`estimator.pipeline.specs`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np

from estimator.core.dtypes import as_dtype
from estimator.core.errors import Gathered
from estimator.core.shapes import show
from estimator.core.shown import shorten
from estimator.core.tracebacks import cause_of
from estimator.graph.composite import Composite
from estimator.graph.constant import to_array
from estimator.graph.ragged import RaggedTensorValue
from estimator.graph.sparse import SparseTensorValue
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor
from estimator.pipeline.foreign import refuse_missing, settled
from estimator.pipeline.structure import COMPOUND, leaves, paths

Array: TypeAlias = "np.ndarray[Any, Any]"
Element: TypeAlias = "list[Any]"  # an array for each component, or one of COMPOUND

_PLAIN = frozenset((bool, int, float, str, bytes))  # long lists of these are not asked one by one


def split(value: Any, where: str) -> tuple[Any, Element]:
    """The structure of some data (with the paths in place of the leaves), and its leaves as components.

    Raises
    ------
    TypeError
        If a leaf is not an array, list or Tensor of known value, or values are missing; the message says which.
    ValueError
        If several are none; the message names them all.
    """
    structure, gathered = paths(value), Gathered(where)
    named = zip(leaves(structure), leaves(value), strict=True)
    components = [gathered.result_of(as_component, leaf, f"{where}{path}") for path, leaf in named]
    gathered.raise_all()
    return structure, components


def as_component(value: Any, where: str) -> Any:
    """One component: an array, see :func:`as_array`, or one of COMPOUND whose parts are arrays that go together.

    Raises
    ------
    TypeError, ValueError
        If it is neither; the message says where it stood and what it is.
    """
    value = settled(value, where)
    if isinstance(value, RaggedTensorValue):
        return _ragged_component(value, where)
    if not isinstance(value, SparseTensorValue):
        return as_array(value, where)
    indices, values, shape = (as_array(part, f"{where}.{name}") for name, part in value._asdict().items())
    if indices.ndim != 2 or values.shape != indices.shape[:1] or shape.shape != indices.shape[1:]:
        raise ValueError(
            f"{where}: a sparse tensor has indices [n, rank], values [n] and a dense_shape [rank], given: "
            f"{show(indices.shape)}, {show(values.shape)} and {show(shape.shape)}."
        )
    if np.any(indices < 0) or np.any(indices >= shape):
        raise ValueError(
            f"{where}: an entry of the sparse tensor lies outside of its shape {shape.tolist()}."
        )
    return SparseTensorValue(indices.astype(np.int64), values, shape.astype(np.int64))


def _ragged_component(value: RaggedTensorValue, where: str) -> RaggedTensorValue:
    values, splits = (
        as_component(value.values, f"{where}.values"),
        as_array(value.row_splits, f"{where}.row_splits"),
    )
    n_values = (
        len(values.row_splits) - 1 if isinstance(values, RaggedTensorValue) else len(np.atleast_1d(values))
    )
    ends = splits.ravel()[[0, -1]].tolist() if splits.size else []
    if splits.ndim != 1 or splits.dtype.kind != "i" or ends != [0, n_values] or np.any(np.diff(splits) < 0):
        raise ValueError(
            f"{where}: row_splits of a ragged tensor are whole numbers that begin with 0, do not decrease and end with "
            f"the number of values, {n_values}, given: {shorten(splits.tolist())}."
        )
    return RaggedTensorValue(values, splits)


def holds_tensor(value: Any) -> bool:
    """Whether the leaf is a tensor, a variable, several tensors under one name, or a list with one in it."""
    if isinstance(value, (list, tuple)):
        return not _PLAIN.issuperset(map(type, value)) and any(map(holds_tensor, value))
    return isinstance(value, (Tensor, Composite)) or hasattr(value, "as_tensor")


def as_array(value: Any, where: str) -> Array:
    """One component as an array in C order and native bytes; strings become bytes objects.

    Raises
    ------
    TypeError
        If it is none, or values are missing in it; the message says where it stood and what it is.
    """
    if isinstance(value, Tensor) or hasattr(value, "as_tensor"):
        value = _value_of(value, where)
    if isinstance(value, (set, frozenset, Iterator)) or value is None or callable(value):
        raise TypeError(
            f"{where} is a {type(value).__name__}, not an array; pass a numpy array, a list or a pandas Series."
        )
    value = settled(value, where)
    if isinstance(value, COMPOUND):
        raise TypeError(
            f"{where} is a {type(value).__name__.removesuffix('Value')}, and one array is wanted here."
        )
    refuse_missing(_missing(value), where, type(value).__name__)
    try:
        array = to_array(value)
        dtype = as_dtype(array.dtype)
    except TypeError as error:
        raise TypeError(
            f"{where} ({type(value).__name__}) is not an array of numbers or text: {error}"
        ) from cause_of(error)
    return array if array.dtype == dtype.np else array.astype(dtype.np)


def _missing(value: Any) -> Array:
    """Which entries of an array of objects or a list are None: numpy makes NaN of it, or an object."""
    items = value.flat if isinstance(value, np.ndarray) and value.dtype == object else value
    if items is value and not isinstance(value, list):
        return np.zeros(0, bool)
    missing = np.fromiter((item is None for item in items), bool)
    return missing.reshape(value.shape) if isinstance(value, np.ndarray) else missing


def _value_of(tensor: Any, where: str) -> Array:
    value = static_value(tensor) if isinstance(tensor, Tensor) else None
    if value is None:
        raise TypeError(
            f"{where} is {tensor}, whose value is not known before the graph runs. "
            "A dataset is made of arrays: pass numpy arrays or lists, "
            "and compute with tensors in Dataset.map or in model_fn."
        )
    return value
