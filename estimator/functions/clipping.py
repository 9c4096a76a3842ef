"""Norms, and keeping values and gradients within bounds.

Source: tf.clip_by_* and tf.global_norm, TensorFlow 1.15, clip_ops.py; formulas below.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.reductions import reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.slices import IndexedSlices
from estimator.graph.tensor import Tensor

Value = Any  # a tensor, a variable, an array, or a Python number or nested list


def clip_by_value(t: Value, clip_value_min: Value, clip_value_max: Value, name: str | None = None) -> Any:
    """min(max(t, clip_value_min), clip_value_max); of IndexedSlices the values.

    Raises
    ------
    ValueError
        If a bound would change the shape of t.
    """
    if isinstance(t, IndexedSlices):
        return IndexedSlices(
            clip_by_value(t.values, clip_value_min, clip_value_max, name), t.indices, t.dense_shape
        )
    x = graph_of([t, clip_value_min, clip_value_max]).convert(t)
    with x.graph.name_scope(name or "clip_by_value") as scope:
        capped = b.Minimum(x, clip_value_max)
        result: Tensor = b.Maximum(capped, clip_value_min, name=scope)
    if x.dims is not None and result.dims is not None and len(x.dims) != len(result.dims):
        raise ValueError(
            f"clip_by_value: with these bounds {x.name} {x.shape} would become {result.shape}; give scalars."
        )
    return result


def clip_by_norm(t: Value, clip_norm: Value, axes: Any = None, name: str | None = None) -> Any:
    """t, shortened to the length `clip_norm` where it is longer: t clip_norm / max(|t|, clip_norm).

    Parameters
    ----------
    t : Tensor or IndexedSlices
    clip_norm : number or scalar Tensor
    axes : int or list of int, optional
        Over which the length is taken; default all.
    """
    if isinstance(t, IndexedSlices):
        return IndexedSlices(clip_by_norm(t.values, clip_norm, axes, name), t.indices, t.dense_shape)
    x = graph_of([t, clip_norm]).convert(t)
    with x.graph.name_scope(name or "clip_by_norm") as scope:
        square = reduce_sum(b.Mul(x, x), axes, keepdims=True)
        some = b.Greater(square, 0.0)
        # The root of 0 has an infinite slope: take that of 1 there.
        length = b.SelectV2(some, b.Sqrt(b.SelectV2(some, square, 1.0)), square)
        scaled = b.Mul(x, clip_norm)
        return b.RealDiv(scaled, b.Maximum(length, clip_norm), name=scope)


def clip_by_average_norm(t: Value, clip_norm: Value, name: str | None = None) -> Tensor:
    """t times min(clip_norm · n / |t|, 1), n being the number of its elements.

    That is TensorFlow's formula: a length is compared with clip_norm · n, not with clip_norm · √n as by the root of the
    mean square.

    Parameters
    ----------
    t : Tensor
    clip_norm : number or scalar Tensor
    """
    x = graph_of([t, clip_norm]).convert(t)
    with x.graph.name_scope(name or "clip_by_average_norm") as scope:
        count = x.graph.cast(b.Size(x), x.dtype)
        factor = b.Minimum(
            b.Mul(b.Rsqrt(reduce_sum(b.Mul(x, x))), count), b.RealDiv(b.OnesLike(count), clip_norm)
        )
        return b.Mul(b.Mul(x, clip_norm), factor, name=scope)


def global_norm(t_list: Sequence[Value], name: str | None = None) -> Tensor:
    """√Σ|t|² over a list of tensors; None entries are left out.

    Raises
    ------
    TypeError
        If it is given one tensor instead of a list.
    ValueError
        If there is nothing but None in the list.
    """
    values = _values(t_list)
    present = [value for value in values if value is not None]
    if not present:
        raise ValueError("global_norm() of a list without a tensor: there are no gradients in it.")
    graph = graph_of(present)
    with graph.name_scope(name or "global_norm"):
        halves = [b.L2Loss(value) for value in present]
        result: Tensor = b.Sqrt(
            b.Mul(b.AddN(halves) if len(halves) > 1 else halves[0], 2.0), name="global_norm"
        )
        return result


def clip_by_global_norm(
    t_list: Sequence[Value], clip_norm: Value, use_norm: Value = None, name: str | None = None
) -> tuple[list[Any], Tensor]:
    """All tensors scaled by one factor so that together they are no longer than `clip_norm`.

    Parameters
    ----------
    t_list : list of Tensor, IndexedSlices or None
    clip_norm : number or scalar Tensor
    use_norm : scalar Tensor, optional
        The length, if it is known already.

    Returns
    -------
    list, Tensor
        The scaled tensors, None where there was None; the length before. If that is infinite or no number, so is every
        result: a step must not hide it.
    """
    values = _values(t_list)
    norm: Tensor = (
        global_norm(t_list, name) if use_norm is None else graph_of([use_norm, *values]).convert(use_norm)
    )
    with norm.graph.name_scope(name or "clip_by_global_norm") as scope:
        limit = b.Mul(clip_norm, b.Minimum(b.RealDiv(1.0, norm), b.RealDiv(b.OnesLike(norm), clip_norm)))
        scale = b.AddV2(limit, b.Sub(norm, norm))  # no number, if the length is not finite
        scaled = [
            None
            if value is None
            else b.Mul(value, scale, name=f"{scope}_{place}")  # TensorFlow repeats the scope
            for place, value in enumerate(values)
        ]
    return [_like(old, new) for old, new in zip(t_list, scaled, strict=True)], norm


def _values(t_list: Sequence[Value]) -> list[Value]:
    if not isinstance(t_list, (list, tuple)):
        raise TypeError(f"a list of tensors is wanted, given: {t_list!r}.")
    return [t.values if isinstance(t, IndexedSlices) else t for t in t_list]


def _like(old: Value, new: Tensor | None) -> Any:
    if new is None or not isinstance(old, IndexedSlices):
        return new
    return IndexedSlices(new, old.indices, old.dense_shape)


near_keywords_of_functions(__name__)
