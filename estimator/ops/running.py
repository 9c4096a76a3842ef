"""Running sums and products along an axis.

Source: TensorFlow 2.15, core/ops/math_ops.cc; gradients: python/ops/math_grad.py.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import int32
from estimator.graph import rules
from estimator.graph.op import op

RUNNING = "x: T, axis: Tidx -> out: T"
_RUNNING = {"exclusive": False, "reverse": False, "Tidx": int32}


def _running(xp: Any, accumulate: Any, start: Any, x: Any, axis: Any, exclusive: bool, reverse: bool) -> Any:
    """`accumulate` along an axis; exclusive begins with `start` and leaves out the last, reverse begins at the end."""
    place = int(axis)
    if reverse:
        x = xp.flip(x, place)
    out = accumulate(x, axis=place, dtype=x.dtype)
    if exclusive and out.shape[place]:
        rank = len(out.shape)
        head = [slice(None)] * rank
        head[place] = slice(0, 1)
        body = list(head)
        body[place] = slice(0, -1)
        out = xp.concatenate([xp.full_like(out[tuple(head)], start), out[tuple(body)]], axis=place)
    return xp.ascontiguousarray(xp.flip(out, place)) if reverse else out


@op("Cumsum", RUNNING, attrs=_RUNNING, shape=rules.like_first)
def cumsum(xp: Any, x: Any, axis: Any, exclusive: bool, reverse: bool) -> Any:
    """The sum of the values up to each one along an axis.

    Source  TF op Cumsum, math_ops.cc
    """
    return _running(xp, xp.cumsum, 0, x, axis, exclusive, reverse)


@cumsum.gradient
def cumsum_gradient(b: Any, op: Any, dy: Any) -> Any:
    turned = not op.attrs["reverse"]
    return b.Cumsum(dy, op.inputs[1], exclusive=op.attrs["exclusive"], reverse=turned), None


@op("Cumprod", RUNNING, attrs=_RUNNING, shape=rules.like_first)
def cumprod(xp: Any, x: Any, axis: Any, exclusive: bool, reverse: bool) -> Any:
    """The product of the values up to each one along an axis.

    Source  TF op Cumprod, math_ops.cc
    """
    return _running(xp, xp.cumprod, 1, x, axis, exclusive, reverse)


@cumprod.gradient
def cumprod_gradient(b: Any, op: Any, dy: Any) -> Any:
    """As in TensorFlow, 0 for a factor that is 0."""
    x, axis = op.inputs
    turned = not op.attrs["reverse"]
    weighted = b.Mul(op.outputs[0], dy)
    return b.DivNoNan(b.Cumsum(weighted, axis, exclusive=op.attrs["exclusive"], reverse=turned), x), None


@op("CumulativeLogsumexp", RUNNING, attrs=_RUNNING, shape=rules.like_first)
def cumulative_logsumexp(xp: Any, x: Any, axis: Any, exclusive: bool, reverse: bool) -> Any:
    """The logarithm of the sum of e^x over the values up to each one along an axis; -inf for none.

    Source  TF op CumulativeLogsumexp, math_ops.cc
    """
    return _running(xp, xp.logaddexp.accumulate, -xp.inf, x, axis, exclusive, reverse)


@cumulative_logsumexp.gradient
def cumulative_logsumexp_gradient(b: Any, op: Any, dy: Any) -> Any:
    """e^x Σ dy e^-y over the values behind; by logarithms, of what is above 0 and of what is below by themselves."""
    x, axis = op.inputs
    attrs = {"exclusive": op.attrs["exclusive"], "reverse": not op.attrs["reverse"]}

    def part(share: Any) -> Any:
        some = b.Greater(share, 0.0)
        log = b.SelectV2(some, b.Log(b.SelectV2(some, share, 1.0)), x.dtype.min)
        return b.Exp(b.AddV2(b.CumulativeLogsumexp(b.Sub(log, op.outputs[0]), axis, **attrs), x))

    return b.Sub(part(dy), part(b.Neg(dy))), None
