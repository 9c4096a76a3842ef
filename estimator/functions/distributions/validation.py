"""What is checked when the graph runs: parameters and values by ``validate_args=True``, what is not defined by
``allow_nan_stats=False``.
"""

from __future__ import annotations

import functools

import numpy as np

from estimator.core.dtypes import DType, int64
from estimator.core.shapes import show
from estimator.functions.arrays import shape
from estimator.functions.checks import (
    assert_equal,
    assert_greater_equal,
    assert_less,
    assert_less_equal,
    assert_non_negative,
    assert_rank_at_least,
)
from estimator.functions.grouping import with_dependencies
from estimator.functions.logic import logical_and, where_v2
from estimator.functions.math import cast
from estimator.functions.reductions import reduce_sum
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor


def whole_numbers(x: Tensor, kind: DType = int64) -> Tensor:
    """The tensor, which fails where it is below 0, or is no number that `kind` has: for bool 0 and 1."""
    if x.dtype.is_bool:
        return x
    with get_default_graph().name_scope("whole_numbers"):
        checks = [assert_non_negative(x, message="Elements must be non-negative.")]
        if x.dtype is not kind:
            same = cast(cast(x, kind), x.dtype)
            checks.append(assert_equal(x, same, message=f"Elements must be {kind.name}-equivalent."))
        return with_dependencies(checks, x)


def counts_of(total_count: Tensor, counts: Tensor) -> Tensor:
    """The counts, which fail where they are no whole numbers, or do not add up to the total count."""
    whole = whole_numbers(counts)
    total = assert_equal(total_count, reduce_sum(whole, -1), message="counts must sum to total_count")
    return with_dependencies([total], whole)


def of_classes(x: Tensor) -> Tensor:
    """The parameter, which fails unless its last axis has two classes or more, and not too many for its type.

    Raises
    ------
    ValueError
        If the static shape says so.
    """
    most = min(
        2 ** (np.finfo(x.dtype.np).nmant + 1), 2**31 - 1
    )  # what comes back whole of the type, or an index
    too_many = f"{x.dtype.name} cannot number more than {most} classes."
    size = None if x.dims is None or not x.dims else x.dims[-1]
    if x.dims == () or (size is not None and size < 2):
        raise ValueError(f"probabilities of classes need a last axis of two or more, given: {show(x.dims)}.")
    if size is not None:
        if size > most:
            raise ValueError(f"{too_many} Given: {show(x.dims)}.")
        return x
    with get_default_graph().name_scope("of_classes"):
        ranked = with_dependencies(
            [assert_rank_at_least(x, 1, message="there must be an axis of classes")], x
        )
        given = shape(ranked)[-1]
        few = assert_greater_equal(given, 2, message="there must be at least 2 classes")
        return with_dependencies([few, assert_less_equal(given, most, message=too_many)], x)


def defined_above(
    least: float, parameters: list[Tensor], statistic: Tensor, allow_nan_stats: bool, message: str
) -> Tensor:
    """The statistic, which is not defined where a parameter is `least` or below.

    There it is NaN if that is allowed; else it fails with the message.
    """
    if allow_nan_stats:
        is_defined = functools.reduce(logical_and, [parameter > least for parameter in parameters])
        nan = get_default_graph().constant(np.nan, statistic.dtype, "nan")
        return where_v2(is_defined, statistic, nan)
    bound = get_default_graph().constant(least, statistic.dtype, "least")
    return with_dependencies(
        [assert_less(bound, parameter, message=message) for parameter in parameters], statistic
    )
