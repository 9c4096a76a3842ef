"""Functions of the flat values of ragged tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shapes import merge
from estimator.functions.checks import assert_equal
from estimator.functions.ragged.broadcasting import demand_same_splits_dtype
from estimator.functions.ragged.tensor import RaggedTensor
from estimator.graph.ragged import RaggedTensorValue


def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What a function gives of arguments with flat values in place of ragged tensors, divided into rows as these are.

    Parameters
    ----------
    op : callable
        Keeps the number of values, and their order.
    *args, **kwargs
        Its arguments; ragged ones, which may also stand in lists, must have the same rows.

    Raises
    ------
    ValueError
        If ragged ranks differ, or the result has another number of values.
    InvalidArgumentError
        In the run, if rows differ.

    Source
    ------
    tf.ragged.map_flat_values, TF 1.15 ragged_functional_ops.py
    """
    found: list[RaggedTensor] = []
    flat_args, flat_kwargs = _flat(list(args), found), _flat(dict(kwargs), found)
    if not found:
        return op(*args, **kwargs)
    demand_same_splits_dtype(found)
    first, *others = found
    if any(other.ragged_rank != first.ragged_rank for other in others):
        raise ValueError(
            f"Inputs must have identical ragged splits, given ragged ranks: {[x.ragged_rank for x in found]}."
        )
    checks = [
        assert_equal(theirs, ours, message="Inputs must have identical ragged splits.")
        for other in others
        for theirs, ours in zip(other.nested_row_splits, first.nested_row_splits, strict=True)
        if theirs is not ours
    ]
    with first.row_splits.graph.at_work().control_dependencies(checks):
        result = op(*flat_args, **flat_kwargs)
    try:
        merge(first.flat_values.dims and first.flat_values.dims[:1], result.dims and result.dims[:1])
    except ValueError:
        raise ValueError(
            "tf.ragged.map_flat_values requires that the output of `op` have the same outer-dimension size as "
            f"flat_values of any ragged inputs, {first.flat_values.shape}, given: {result.shape}."
        ) from None
    return first.with_flat_values(result)


def _flat(value: Any, found: list[RaggedTensor]) -> Any:
    """The value with flat values in place of ragged tensors, which are noted."""
    if isinstance(value, RaggedTensorValue):
        value = RaggedTensor.from_row_splits(value.values, value.row_splits, validate=False)
    if isinstance(value, RaggedTensor):
        found.append(value)
        return value.flat_values
    if type(value) in (list, tuple):
        return type(value)(_flat(item, found) for item in value)
    if type(value) is dict:
        return {key: _flat(item, found) for key, item in value.items()}
    return value


near_keywords_of_functions(__name__)
