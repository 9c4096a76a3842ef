"""Rows of a tensor that are changed: a new tensor, where TensorFlow may write into the memory of the old one.

Source: tensorflow/python/ops/inplace_ops.py
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def _changing(scatter: Callable[..., Any], whole: Callable[..., Any], does: str) -> Callable[..., Tensor]:
    def change(x: TensorLike, i: TensorLike | None, v: TensorLike) -> Tensor:
        graph = graph_of([x, i, v])
        old = graph.convert(x)
        new = graph.convert(v, old.dtype)
        if i is None:
            result: Tensor = whole(old, new)
            return result
        rows = b.Reshape(graph.convert(i), [-1, 1])
        shape = b.ConcatV2([b.Shape(rows)[:1], b.Shape(old)[1:]], 0)
        changed: Tensor = scatter(old, rows, b.Reshape(new, shape))
        return changed

    change.__doc__ = f"""The tensor, {does}.

    Parameters
    ----------
    x : Tensor
    i : Tensor of int, optional
        Which rows: a scalar for one; by default all.
    v : Tensor
        The rows.

    Shape
    -----
    x [n, ...], i [m], v [m, ...] -> [n, ...]; i [] , v [...] for one row

    Source
    ------
    tensorflow/python/ops/inplace_ops.py
    """
    return change


inplace_update = _changing(b.TensorScatterUpdate, lambda x, v: b.Identity(v), "some rows of which are others")
inplace_add = _changing(b.TensorScatterAdd, b.Add, "with something added to some of its rows")
inplace_sub = _changing(b.TensorScatterSub, b.Sub, "with something subtracted from some of its rows")
# These write into x, which nobody may read afterwards; so it does not matter that they do not.
alias_inplace_update, alias_inplace_add, alias_inplace_sub = inplace_update, inplace_add, inplace_sub
