"""The shape rules of convolutions and of their gradients.

They are the same for all but in one thing: how many outputs a kernel makes of an input's channels (`outputs_of`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from estimator.core.shapes import Dims, merge, show
from estimator.graph import rules
from estimator.graph.op import ShapeRule, ShapeScope
from estimator.ops._windows import Form

Sizes: TypeAlias = Sequence["int | None"]
OutputsOf: TypeAlias = Callable[
    ["int | None", Sizes], "int | None"
]  # from the channels and the kernel's sizes


def convolved(rank: int, outputs_of: OutputsOf) -> ShapeRule:
    """The rule of a convolution of an input and a kernel."""

    def rule(s: ShapeScope) -> Dims:
        form = _form(s, rank)
        x, kernel = form.sizes(s.shapes[0], "the input"), _kernel_sizes(s.shapes[1], rank)
        places = [form.count(axis, x[axis], taps) for axis, taps in zip(form.space, kernel, strict=False)]
        return form.ordered(x[0], places, outputs_of(x[form.channel_axis], kernel))

    return rule


def input_shape(rank: int, outputs_of: OutputsOf) -> ShapeRule:
    """The rule of an input's gradient, of the input's sizes, the kernel and what flows back."""

    def rule(s: ShapeScope) -> Dims:
        form = _form(s, rank)
        x, kernel = form.sizes(s.dims(0), "input_sizes"), _kernel_sizes(s.shapes[1], rank)
        batch = _demand_backprop(form, x, kernel, s.shapes[2], outputs_of)
        return (batch, *x[1:])

    return rule


def kernel_shape(rank: int, outputs_of: OutputsOf) -> ShapeRule:
    """The rule of a kernel's gradient, of the input, the kernel's sizes and what flows back."""

    def rule(s: ShapeScope) -> Dims:
        form = _form(s, rank)
        x, kernel = form.sizes(s.shapes[0], "the input"), _kernel_sizes(s.dims(1), rank)
        _demand_backprop(form, x, kernel, s.shapes[2], outputs_of)
        return kernel

    return rule


def _form(s: ShapeScope, rank: int) -> Form:
    form = Form.of(s.attrs, rank)
    form.demand_space_only()
    return form


def _kernel_sizes(dims: Dims, rank: int) -> tuple[int | None, ...]:
    sizes = rules.with_rank(dims, rank, "the filter (taps of each axis, then two sizes of channels)")
    if 0 in sizes:
        raise ValueError(f"the filter must have elements, given the shape {show(sizes)}.")
    return sizes


def _demand_backprop(form: Form, x: Sizes, kernel: Sizes, flowing: Dims, outputs_of: OutputsOf) -> int | None:
    """The size of the batch, if what flows back has the shape of the convolution.

    Raises
    ------
    ValueError
        If it has another.
    """
    dy = form.sizes(flowing, "out_backprop")
    outputs = outputs_of(x[form.channel_axis], kernel)
    rules.same_size(
        outputs, dy[form.channel_axis], "the outputs of the filter and the channels of out_backprop"
    )
    places = [form.count(axis, x[axis], taps) for axis, taps in zip(form.space, kernel, strict=False)]
    wanted = form.ordered(None, places, None)
    try:
        merge(wanted, dy)
    except ValueError:
        raise ValueError(
            f"out_backprop is {show(dy)}, but a filter {show(tuple(kernel))} has {show(wanted)} places on an input "
            f"{show(tuple(x))} ({form.data_format}), with strides {list(form.strides)}, dilations "
            f"{list(form.dilations)} and padding {form.padding}."
        ) from None
    return rules.same_size(x[0], dy[0], "the batches of the input and of out_backprop")
