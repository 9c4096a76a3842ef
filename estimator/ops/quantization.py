"""Ops that round numbers to those that few bits can say, so that a network learns to do with them.

With the limits min and max, and 2^bits numbers q from 0 (1 if the range is narrow) on: a step is
``(max - min) / (q_last - q_first)``, and the limits are moved a little, so that 0 is one of the numbers. A number is
clipped to the limits and rounded to the nearest of them; its gradient goes back where it was not clipped.

Source: TensorFlow 2.15, fake_quant_ops_functor.h.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims, merge, show
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op

_BITS = {"num_bits": 8, "narrow_range": False}


class _Grid(NamedTuple):
    """The numbers that there are."""

    step: Any
    low: Any
    high: Any


def _grid(xp: Any, low: Any, high: Any, num_bits: int, narrow_range: bool) -> _Grid:
    """The numbers between limits that are moved so that 0 is one of them."""
    first, last = float(narrow_range), float(2**num_bits - 1)
    low, high = xp.asarray(low, "float32"), xp.asarray(high, "float32")
    step = xp.divide(xp.subtract(high, low), xp.asarray(last - first, "float32"))
    zero = xp.subtract(xp.asarray(first, "float32"), xp.divide(low, step))
    zero = xp.clip(xp.floor(xp.add(zero, xp.asarray(0.5, "float32"))), first, last)
    return _Grid(
        step,
        xp.multiply(xp.subtract(xp.asarray(first, "float32"), zero), step),
        xp.multiply(xp.subtract(xp.asarray(last, "float32"), zero), step),
    )


def _rounded(xp: Any, inputs: Any, grid: _Grid) -> Any:
    inverse = xp.divide(xp.asarray(1, "float32"), grid.step)
    half = xp.asarray(0.5, "float32")
    zero = xp.floor(xp.add(xp.multiply(xp.negative(grid.low), inverse), half))
    above = xp.subtract(xp.clip(inputs, grid.low, grid.high), grid.low)
    return xp.multiply(xp.floor(xp.add(xp.subtract(xp.multiply(above, inverse), zero), half)), grid.step)


def _is_within(xp: Any, inputs: Any, grid: _Grid) -> Any:
    return xp.logical_and(xp.greater_equal(inputs, grid.low), xp.less_equal(inputs, grid.high))


def _check(s: ShapeScope) -> None:
    bits = s.attrs["num_bits"]
    if not 2 <= bits <= 16:
        raise ValueError(f"num_bits must be between 2 and 16, inclusive, given: {bits}.")


def _with_limits(s: ShapeScope) -> Dims:
    _check(s)
    if not s.attrs["min"] < s.attrs["max"]:
        raise ValueError(f"min must be below max, given: {s.attrs['min']} and {s.attrs['max']}.")
    result = s.shapes[0]
    for dims in s.shapes[1:]:
        result = merge(result, dims)
    return result


@op(
    "FakeQuantWithMinMaxArgs",
    "inputs: float32 -> outputs: float32",
    attrs={"min": -6.0, "max": 6.0, **_BITS},
    shape=_with_limits,
)
def fake_quant_with_min_max_args(
    xp: Any, inputs: Any, min: float, max: float, num_bits: int, narrow_range: bool
) -> Any:
    """Numbers, rounded to those that `num_bits` bits can say between two limits.

    Source  TF op FakeQuantWithMinMaxArgs, fake_quant_ops.cc
    """
    return _rounded(xp, inputs, _grid(xp, min, max, num_bits, narrow_range))


@fake_quant_with_min_max_args.gradient
def fake_quant_with_min_max_args_rule(b: Any, op: Any, dy: Any) -> Any:
    """Back where nothing was clipped."""
    return b.FakeQuantWithMinMaxArgsGradient(dy, op.inputs[0], **_attrs(op, "min", "max"))


def _attrs(op: Any, *more: str) -> dict[str, Any]:
    return {name: op.attrs[name] for name in (*more, "num_bits", "narrow_range")}


@op(
    "FakeQuantWithMinMaxArgsGradient",
    "gradients: float32, inputs: float32 -> backprops: float32",
    attrs={"min": -6.0, "max": 6.0, **_BITS},
    shape=_with_limits,
    differentiable=False,
)
def fake_quant_with_min_max_args_gradient(
    xp: Any, gradients: Any, inputs: Any, min: float, max: float, num_bits: int, narrow_range: bool
) -> Any:
    """The gradients where nothing was clipped, else 0.

    Source  TF op FakeQuantWithMinMaxArgsGradient, fake_quant_ops.cc
    """
    within = _is_within(xp, inputs, _grid(xp, min, max, num_bits, narrow_range))
    return xp.where(within, gradients, xp.zeros_like(gradients))


def _of_vars(rank: int, count: int) -> Callable[[ShapeScope], Any]:
    """The shape rule of ops with `count` tensors, then limits of that rank, one for each last number of a tensor."""

    def rule(s: ShapeScope) -> Any:
        _check(s)
        result = s.shapes[0]
        for dims in s.shapes[1:count]:
            result = merge(result, dims)
        limits: Dims = (None,) * rank
        for name, dims in zip(("min", "max"), s.shapes[count:], strict=True):
            limits = merge(limits, rules.with_rank(dims, rank, name))
        if rank and result is not None:
            if not result:
                raise ValueError(f"inputs must have a last dimension, of channels, given: {show(result)}.")
            channels = rules.same_size(
                result[-1], (limits or (None,))[0], "the channels of inputs, and of min and max,"
            )
            result, limits = (*result[:-1], channels), (channels,)
        return result if count == 1 else [result, limits, limits]

    return rule


def _kernel(xp: Any, inputs: Any, min: Any, max: Any, num_bits: int, narrow_range: bool) -> Any:
    nothing = xp.logical_and(xp.equal(min, 0), xp.equal(max, 0))
    high = xp.where(nothing, xp.ones_like(max), max)  # any number: the result is 0
    rounded = _rounded(xp, inputs, _grid(xp, min, high, num_bits, narrow_range))
    return xp.where(nothing, xp.zeros_like(rounded), rounded)


def _gradient(
    xp: Any, gradients: Any, inputs: Any, min: Any, max: Any, num_bits: int, narrow_range: bool, axes: Any
) -> Any:
    nothing = xp.logical_and(xp.equal(min, 0), xp.equal(max, 0))
    high = xp.where(nothing, xp.ones_like(max), max)
    grid = _grid(xp, min, high, num_bits, narrow_range)
    zeros = xp.zeros_like(gradients)
    below = xp.logical_and(xp.less(inputs, grid.low), xp.logical_not(nothing))
    above = xp.logical_and(xp.greater(inputs, grid.high), xp.logical_not(nothing))
    within = xp.logical_not(xp.logical_or(below, above))
    return (
        xp.where(within, gradients, zeros),
        xp.sum(xp.where(below, gradients, zeros), axis=axes),
        xp.sum(xp.where(above, gradients, zeros), axis=axes),
    )


@op(
    "FakeQuantWithMinMaxVars",
    "inputs: float32, min: float32, max: float32 -> outputs: float32",
    attrs=_BITS,
    shape=_of_vars(rank=0, count=1),
)
def fake_quant_with_min_max_vars(
    xp: Any, inputs: Any, min: Any, max: Any, num_bits: int, narrow_range: bool
) -> Any:
    """As FakeQuantWithMinMaxArgs, with limits that are learnt; 0 while both are 0.

    Shape   min, max [] -> that of inputs
    Source  TF op FakeQuantWithMinMaxVars, fake_quant_ops.cc
    """
    return _kernel(xp, inputs, min, max, num_bits, narrow_range)


@fake_quant_with_min_max_vars.gradient
def fake_quant_with_min_max_vars_rule(b: Any, op: Any, dy: Any) -> Any:
    """Back where nothing was clipped, else to the limit."""
    return b.FakeQuantWithMinMaxVarsGradient(dy, *op.inputs, **_attrs(op))


@op(
    "FakeQuantWithMinMaxVarsGradient",
    "gradients: float32, inputs: float32, min: float32, max: float32 -> "
    "backprops_wrt_input: float32, backprop_wrt_min: float32, backprop_wrt_max: float32",
    attrs=_BITS,
    shape=_of_vars(rank=0, count=2),
    differentiable=False,
)
def fake_quant_with_min_max_vars_gradient(
    xp: Any, gradients: Any, inputs: Any, min: Any, max: Any, num_bits: int, narrow_range: bool
) -> Any:
    """The gradients where nothing was clipped, and their sums where it was, below and above.

    Source  TF op FakeQuantWithMinMaxVarsGradient, fake_quant_ops.cc
    """
    return _gradient(xp, gradients, inputs, min, max, num_bits, narrow_range, None)


@op(
    "FakeQuantWithMinMaxVarsPerChannel",
    "inputs: float32, min: float32, max: float32 -> outputs: float32",
    attrs=_BITS,
    shape=_of_vars(rank=1, count=1),
)
def fake_quant_with_min_max_vars_per_channel(
    xp: Any, inputs: Any, min: Any, max: Any, num_bits: int, narrow_range: bool
) -> Any:
    """As FakeQuantWithMinMaxVars, with limits for each of the last dimension's numbers.

    Shape   inputs [..., channels], min, max [channels] -> [..., channels]
    Source  TF op FakeQuantWithMinMaxVarsPerChannel, fake_quant_ops.cc
    """
    return _kernel(xp, inputs, min, max, num_bits, narrow_range)


@fake_quant_with_min_max_vars_per_channel.gradient
def fake_quant_with_min_max_vars_per_channel_rule(b: Any, op: Any, dy: Any) -> Any:
    """Back where nothing was clipped, else to the limit."""
    return b.FakeQuantWithMinMaxVarsPerChannelGradient(dy, *op.inputs, **_attrs(op))


@op(
    "FakeQuantWithMinMaxVarsPerChannelGradient",
    "gradients: float32, inputs: float32, min: float32, max: float32 -> "
    "backprops_wrt_input: float32, backprop_wrt_min: float32, backprop_wrt_max: float32",
    attrs=_BITS,
    shape=_of_vars(rank=1, count=2),
    differentiable=False,
)
def fake_quant_with_min_max_vars_per_channel_gradient(
    xp: Any, gradients: Any, inputs: Any, min: Any, max: Any, num_bits: int, narrow_range: bool
) -> Any:
    """As FakeQuantWithMinMaxVarsGradient, with sums for each channel.

    Shape   gradients, inputs [..., channels], min, max [channels] -> [..., channels], [channels], [channels]
    Source  TF op FakeQuantWithMinMaxVarsPerChannelGradient, fake_quant_ops.cc
    """
    axes = tuple(range(gradients.ndim - 1))
    return _gradient(xp, gradients, inputs, min, max, num_bits, narrow_range, axes)
