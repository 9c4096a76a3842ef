"""Sets of values along the last axis: what the rows of two tensors, dense or sparse, have in common, and what not.

Source: tf.sets, TensorFlow 1.15 sets_impl.py.
"""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import compatible, show
from estimator.functions.arguments import tensor_of
from estimator.functions.sparse import sparse_of
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.graph.tensor import Tensor

_TURNED = {"a-b": "b-a", "b-a": "a-b"}


def size(a: Any, validate_indices: bool = True) -> Tensor:
    """How many different values each row of a sparse tensor has.

    Shape
    -----
    [..., n] -> [...]
    """
    return b.SetSize(*sparse_of(a).components, validate_indices=validate_indices)


def intersection(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """The values that are in a row of `a` and in that of `b`.

    Parameters
    ----------
    a, b : Tensor or SparseTensor
        Integers or texts, of the same shape but for the last size.
    validate_indices : bool
        Whether entries of sparse tensors must be in order.

    Returns
    -------
    SparseTensor
        Of the size of the largest set along its last axis; each value once, in order.
    """
    return _operate(a, b, "intersection", validate_indices)


def difference(a: Any, b: Any, aminusb: bool = True, validate_indices: bool = True) -> SparseTensor:
    """The values that are in a row of `a` and not in that of `b`; without `aminusb` the other way round."""
    return _operate(a, b, "a-b" if aminusb else "b-a", validate_indices)


def union(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """The values that are in a row of `a` or in that of `b`."""
    return _operate(a, b, "union", validate_indices)


def _operate(first: Any, second: Any, operation: str, validate_indices: bool) -> SparseTensor:
    sets = [_set(value) for value in (first, second)]
    rows = [None if value.dims is None else value.dims[:-1] for value in sets]
    # Not the op's rule: where TensorFlow compares shapes, in a branch that is not run, this is not so.
    if not compatible(*rows):
        raise ValueError(
            f"sets are taken of rows, but one operand has {show(rows[0])} of them, the other {show(rows[1])}."
        )
    is_sparse = [isinstance(value, SparseTensor) for value in sets]
    if is_sparse == [True, False]:  # TensorFlow has no op for this order
        sets, operation = sets[::-1], _TURNED.get(operation, operation)
    op_type = (
        f"{'Sparse' if all(is_sparse) else 'Dense'}To{'Sparse' if any(is_sparse) else 'Dense'}SetOperation"
    )
    parts = [part for value in sets for part in getattr(value, "components", (value,))]
    attrs = {"set_operation": operation, "validate_indices": validate_indices}
    return SparseTensor(*graph_of(parts).apply(op_type, parts, attrs))


def _set(value: Any) -> Tensor | SparseTensor:
    return sparse_of(value) if isinstance(value, (SparseTensor, SparseTensorValue)) else tensor_of(value)


near_keywords_of_functions(__name__)
