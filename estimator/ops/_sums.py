"""Sums and extremes over axes, as kernels and plans compute them alike.

A few numbers, or rows of them, are added up by a product with ones: BLAS takes a third of the time of a reduction of
numpy's, which is slow where little is to be added at a time. Numpy adds many numbers in pairs, which keeps the error of
a long sum small; up to 128 it does not either.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from estimator.graph.recorded import Reduction

_UNPAIRED = 128
_BY_COLUMNS = 4  # with more than so many, it is quicker to turn them into rows first
_FEW = 64  # with more, a reduction of each row is the quickest


def _is_of_blas(dtype: Any) -> bool:
    return dtype.kind == "f" and dtype.itemsize >= 4


def _product(shape: tuple[int, ...], dtype: Any, axes: tuple[int, ...]) -> tuple[int, int, bool] | None:
    """How many numbers are added up for each sum, how many sums there are, and whether these come last.

    None if it is no matter of a product.
    """
    rank = len(shape)
    places = sorted(axis % rank for axis in axes)
    count = math.prod(shape[place] for place in places)
    leads, trails = places == list(range(len(places))), places == list(range(rank - len(places), rank))
    if not (count and _is_of_blas(dtype) and (leads or trails)):
        return None
    sums = math.prod(shape) // count
    is_last = leads and sums > 1
    # Numpy does not pair what does not lie side by side.
    return (count, sums, is_last) if is_last or count <= _UNPAIRED else None


def _add_up(xp: Any, x: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    product = _product(x.shape, x.dtype, axes) if isinstance(x, np.ndarray) else None  # others compile sums
    if product is None:
        return xp.sum(x, axis=axes, dtype=x.dtype, keepdims=keepdims)
    count, sums, is_last = product
    ones = xp.ones(count, x.dtype)
    if sums == 1:
        found = xp.dot(ones, xp.reshape(x, (count,)))
    elif is_last:
        found = xp.dot(ones, xp.reshape(x, (count, sums)))
    else:
        found = xp.dot(xp.reshape(x, (sums, count)), ones)
    return xp.reshape(found, _left(x.shape, axes, keepdims))


def _left(shape: tuple[int, ...], axes: tuple[int, ...], keepdims: bool) -> tuple[int, ...]:
    """The shape without the axes, or with ones in their places."""
    places = {axis % len(shape) for axis in axes}
    return tuple(
        1 if place in places else size for place, size in enumerate(shape) if keepdims or place not in places
    )


def _emit_sum(p: Any, x: Any, axes: tuple[int, ...], keepdims: bool, out: Any) -> None:
    product = _product(x.dims, x.dtype, axes)
    if product is None:
        keep = {"keepdims": True} if keepdims else {}
        p.call(np.add.reduce, x, axes, x.dtype, out=out, **keep)
        return
    count, sums, is_last = product
    ones = p.ones(count, x.dtype)
    if sums == 1:
        p.call(np.dot, ones, p.view(x, (count,)), out=p.view(out, ()))
    elif is_last:
        p.call(np.dot, ones, p.view(x, (count, sums)), out=p.view(out, (sums,)))
    else:
        p.call(np.dot, p.view(x, (sums, count)), ones, out=p.view(out, (sums,)))


sum_of = Reduction(_add_up, _emit_sum)


def _max_of_rows(xp: Any, x: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    return xp.max(x, axis=axes, keepdims=keepdims)


def _emit_max_of_rows(p: Any, x: Any, axes: tuple[int, ...], keepdims: bool, out: Any) -> None:
    classes = x.dims[-1]
    rows, column = p.view(x, (out.size, classes)), p.view(out, (out.size,))
    if 1 < classes <= _BY_COLUMNS:
        p.call(np.maximum, p.column(rows, 0), p.column(rows, 1), out=column)
        for place in range(2, classes):
            p.call(np.maximum, column, p.column(rows, place), out=column)
    elif classes <= _FEW:
        turned = p.scratch(rows._replace(dims=(classes, out.size)))
        p.copy(turned, p.transposed(rows))
        p.call(np.maximum.reduce, turned, 0, None, out=column)
    else:
        p.call(np.maximum.reduce, rows, 1, None, out=column)


# Of each row, over the last axis alone. Where 0.0 and -0.0 are the largest, it may be either.
max_of_rows = Reduction(_max_of_rows, _emit_max_of_rows)
