"""Ops by which the processes that train one model exchange gradients; TensorFlow's files have them as identities.

They are in a graph only if it was built by one of several processes. All processes run the same ones in the same order:
in a run they come before anything that writes, in the order of their creation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.shapes import Dims
from estimator.distribution.exchange import gather_rows, sum_arrays, sum_flat
from estimator.graph.op import ShapeScope, op


def _alike(s: ShapeScope) -> list[Dims]:
    return list(s.shapes)


@op(
    "CollectiveSum",
    "inputs: N * T -> outputs: N * T",
    attrs={"is_mean": bool, "of": ""},
    shape=_alike,
    effect="outside",
    host=True,
    local=True,
    exchanges=True,
    written_as="IdentityN",
    differentiable=False,
)
def collective_sum(xp: Any, inputs: Sequence[Any], is_mean: bool) -> list[Any]:
    """The sums of tensors over all processes, or their means, as one message.

    `of` says what they are: ``gradients``, or ``statistics`` of a batch.

    Raises  OutOfRangeError in all processes if the input of one has ended.
    """
    return sum_arrays([np.asarray(value) for value in inputs], is_mean)


@collective_sum.emit
def collective_sum_emit(p: Any, op: Any, inputs: list[Any]) -> list[Any]:
    """The tensors lie side by side where the plan can have them there, and are summed where they lie."""
    side = p.exchanged[op]
    side.gather(p)
    p.call(sum_flat, side.flat, side.numbers, side.status, op.attrs["is_mean"])
    results: list[Any] = side.results(p)
    return results


def _gathered(s: ShapeScope) -> list[Dims]:
    rows = [None if dims is None else (None, *dims[1:]) for dims in s.shapes[: s.attrs["N"]]]
    return [*rows, *[(None,)] * s.attrs["N"]]


@op(
    "CollectiveRows",
    "rows: N * T, ids: N * Tids -> all_rows: N * T, all_ids: N * Tids",
    attrs={"is_mean": bool},
    shape=_gathered,
    effect="outside",
    host=True,
    local=True,
    exchanges=True,
    written_as="IdentityN",
    differentiable=False,
)
def collective_rows(xp: Any, rows: Sequence[Any], ids: Sequence[Any], is_mean: bool) -> list[Any]:
    """The gradients of some rows of tables from all processes, by rank, and to which rows they belong.

    Raises  OutOfRangeError in all processes if the input of one has ended.
    """
    all_rows, all_ids = gather_rows(list(map(np.asarray, rows)), list(map(np.asarray, ids)), is_mean)
    return [*all_rows, *all_ids]
