"""Grey dilation: the greatest sum of a window and a structure, and its gradients.

Source: TensorFlow 2.15, core/ops/nn_ops.cc, kernels/dilation_ops.cc; gradients: python/ops/nn_grad.py.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from estimator.core.dtypes import as_dtype
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._windows import Form, Slide

_ATTRS: dict[str, Any] = {"strides": list[int], "rates": list[int], "padding": str}


def _dilated(s: ShapeScope) -> Dims:
    form = Form.of(s.attrs)
    form.demand_space_only()
    batch, *space, depth = form.sizes(s.shapes[0], "the input")
    *taps, channels = rules.with_rank(s.shapes[1], 3, "the filter")
    rules.same_size(depth, channels, "the channels of input and filter")
    places = [form.count(axis, size, taps[axis - 1]) for axis, size in enumerate(space, 1)]
    return (batch, *places, channels if depth is None else depth)


def _like_filter(s: ShapeScope) -> Dims:
    return s.shapes[1]


_Windows = Iterator[tuple[int, tuple[int, ...], tuple[slice, slice], tuple[slice, slice]]]


def _taps(x: Any, filter: Any, strides: Sequence[int], rates: Sequence[int], padding: str) -> _Windows:
    """Number and position of each tap, the windows in which it lies inside the input, and where it then lies."""
    form = Form("NHWC", strides, rates, padding)
    slides = [form.slide(axis, x.shape[axis], filter.shape[axis - 1]) for axis in form.space]
    for number, tap in enumerate(itertools.product(*map(range, filter.shape[:2]))):
        (rows, seen_rows), (columns, seen_columns) = map(Slide.inside, slides, tap)
        yield number, tap, (rows, columns), (seen_rows, seen_columns)


def _greatest(
    xp: Any, x: Any, filter: Any, strides: Sequence[int], rates: Sequence[int], padding: str
) -> tuple[Any, Any]:
    """The greatest sum of each window, and the number of the first tap that has it; 0 where there is no number."""
    form = Form("NHWC", strides, rates, padding)
    places = [form.slide(axis, x.shape[axis], filter.shape[axis - 1]).places for axis in form.space]
    out = xp.full((len(x), *places, x.shape[-1]), as_dtype(x.dtype).min, x.dtype)
    best = xp.zeros(out.shape, int)
    for number, tap, here, there in _taps(x, filter, strides, rates, padding):
        sums = x[:, *there] + filter[tap]
        is_greater = sums > out[:, *here]
        out[:, *here] = xp.where(is_greater, sums, out[:, *here])
        best[:, *here] = xp.where(is_greater, number, best[:, *here])
    return out, best


@op("Dilation2D", "input: T, filter: T -> output: T", attrs=_ATTRS, shape=_dilated)
def dilation_2d(xp: Any, input: Any, filter: Any, strides: Any, rates: Any, padding: str) -> Any:
    """The greatest sum of what lies in each window and the filter; padding counts for nothing.

    Shape   input [batch, height, width, depth], filter [taps, taps, depth] -> [batch, places, places, depth]
    Source  TF op Dilation2D, nn_ops.cc
    """
    return _greatest(xp, input, filter, strides, rates, padding)[0]


@dilation_2d.gradient
def dilation_2d_gradient(b: Any, op: Any, dy: Any) -> Any:
    attrs = {name: op.attrs[name] for name in _ATTRS}
    return b.Dilation2DBackpropInput(*op.inputs, dy, **attrs), b.Dilation2DBackpropFilter(
        *op.inputs, dy, **attrs
    )


@op(
    "Dilation2DBackpropInput",
    "input: T, filter: T, out_backprop: T -> in_backprop: T",
    attrs=_ATTRS,
    shape=rules.like_first,
    differentiable=False,
)
def dilation_2d_backprop_input(
    xp: Any, input: Any, filter: Any, out_backprop: Any, strides: Any, rates: Any, padding: str
) -> Any:
    """The gradient of a dilation for its input: the first of the greatest in each window gets all of it.

    Shape   input, filter and output of Dilation2D -> that of input
    Source  TF op Dilation2DBackpropInput, nn_ops.cc
    """
    _, best = _greatest(xp, input, filter, strides, rates, padding)
    dx = xp.zeros_like(input)
    for number, _, here, there in _taps(input, filter, strides, rates, padding):
        dx[:, *there] += xp.where(best[:, *here] == number, out_backprop[:, *here], 0).astype(dx.dtype)
    return dx


@op(
    "Dilation2DBackpropFilter",
    "input: T, filter: T, out_backprop: T -> filter_backprop: T",
    attrs=_ATTRS,
    shape=_like_filter,
    differentiable=False,
)
def dilation_2d_backprop_filter(
    xp: Any, input: Any, filter: Any, out_backprop: Any, strides: Any, rates: Any, padding: str
) -> Any:
    """The gradient of a dilation for its filter: the first tap of the greatest in each window gets all of it.

    Shape   input, filter and output of Dilation2D -> that of filter
    Source  TF op Dilation2DBackpropFilter, nn_ops.cc
    """
    _, best = _greatest(xp, input, filter, strides, rates, padding)
    dfilter = xp.zeros_like(filter)
    for number, tap in enumerate(itertools.product(*map(range, filter.shape[:2]))):
        dfilter[tap] = xp.where(best == number, out_backprop, 0).sum((0, 1, 2))
    return dfilter
