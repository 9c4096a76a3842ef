"""Convolutions and pools on a device: what moves windows over images, in the words of XLA.

Gradients are the transposed convolutions and sums, which jax makes of the forward ones.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.ops._windows import Form, Slide
from estimator.runtime.executors.jax.arrays import masked
from estimator.runtime.executors.jax.library import jax, jnp, lax
from estimator.runtime.executors.jax.lower import computes

# -- convolutions ------------------------------------------------------------------------------------------------------


def _convolution(
    form: Form, sizes: Sequence[int], kernel_sizes: Sequence[int], groups: int, x: Any, kernel: Any
) -> Any:
    """A convolution whose kernel sees the channels of one group; halves are summed up as float32."""
    slides = form.slides(sizes, kernel_sizes)
    space = "DHW"[-len(slides) :]
    layout = f"NC{space}" if form.channel_axis == 1 else f"N{space}C"
    dtype = np.promote_types(x.dtype, np.float32) if x.dtype == np.float16 else x.dtype
    found = lax.conv_general_dilated(
        x.astype(dtype),
        kernel.astype(dtype),
        [slide.stride for slide in slides],
        [(slide.before, slide.after) for slide in slides],
        rhs_dilation=[slide.dilation for slide in slides],
        dimension_numbers=(layout, f"{space}IO", layout),
        feature_group_count=groups,
    )
    return found.astype(x.dtype)


def _plain(form: Form, sizes: Sequence[int], kernel_sizes: Sequence[int], x: Any, kernel: Any) -> Any:
    """A convolution of a kernel [taps..., channels / groups, outputs]."""
    groups = sizes[form.channel_axis] // kernel_sizes[-2]
    return _convolution(form, sizes, kernel_sizes, groups, x, kernel)


def _depthwise(form: Form, sizes: Sequence[int], kernel_sizes: Sequence[int], x: Any, kernel: Any) -> Any:
    """A convolution of a kernel [taps..., channels, multiplier]."""
    *taps, channels, multiplier = kernel_sizes
    return _convolution(form, sizes, taps, channels, x, kernel.reshape(*taps, 1, channels * multiplier))


def _declare(
    convolve: Any, types: Sequence[str], into_input: Sequence[str], into_kernel: Sequence[str]
) -> None:
    """Declare a convolution and the gradients of its input and of its kernel."""

    def forward(
        xp: Any, input: Any, filter: Any, strides: Any, padding: str, data_format: str, dilations: Any,
        explicit_paddings: Any = (),
    ) -> Any:  # fmt: skip
        form = Form(data_format, strides, dilations, padding, explicit_paddings)
        return convolve(form, input.shape, filter.shape, jnp.asarray(input), jnp.asarray(filter))

    def of_input(
        xp: Any, input_sizes: Any, filter: Any, out_backprop: Any, strides: Any, padding: str, data_format: str,
        dilations: Any, explicit_paddings: Any = (),
    ) -> Any:  # fmt: skip
        form, shape = Form(data_format, strides, dilations, padding, explicit_paddings), _sizes(input_sizes)
        kernel = jnp.asarray(filter)
        return _transposed(lambda x: convolve(form, shape, kernel.shape, x, kernel), shape, out_backprop)

    def of_kernel(
        xp: Any, input: Any, filter_sizes: Any, out_backprop: Any, strides: Any, padding: str, data_format: str,
        dilations: Any, explicit_paddings: Any = (),
    ) -> Any:  # fmt: skip
        form, shape = Form(data_format, strides, dilations, padding, explicit_paddings), _sizes(filter_sizes)
        x = jnp.asarray(input)
        return _transposed(lambda kernel: convolve(form, x.shape, shape, x, kernel), shape, out_backprop)

    computes(*types)(forward)
    computes(*into_input)(of_input)
    computes(*into_kernel)(of_kernel)


def _sizes(shape: Any) -> tuple[int, ...]:
    return tuple(map(int, shape))


def _transposed(function: Any, shape: tuple[int, ...], flowing: Any) -> Any:
    """What flows into the argument of a linear function, of that shape and the type of what flows."""
    flowing = jnp.asarray(flowing)
    if not flowing.size:
        return jnp.zeros(shape, flowing.dtype)
    [found] = jax.linear_transpose(function, jax.ShapeDtypeStruct(shape, flowing.dtype))(flowing)
    return found


_declare(
    _plain,
    ("Conv2D", "Conv3D"),
    ("Conv2DBackpropInput", "Conv3DBackpropInputV2"),
    ("Conv2DBackpropFilter", "Conv3DBackpropFilterV2"),
)
_declare(
    _depthwise,
    ("DepthwiseConv2dNative",),
    ("DepthwiseConv2dNativeBackpropInput",),
    ("DepthwiseConv2dNativeBackpropFilter",),
)

_FEW_TAPS = 9  # of so many the largest is found sooner one after the other than by XLA's windows

# -- pools: their windows slide along every axis, whichever the channels are -------------------------------------------


def _slides(shape: Sequence[int], ksize: Any, strides: Any, padding: str, explicit: Any = ()) -> list[Slide]:
    form = Form("", strides, (1,) * len(shape), padding, explicit)
    return [form.slide(axis, int(size), int(taps)) for axis, (size, taps) in enumerate(zip(shape, ksize))]


def _over_windows(x: Any, start: Any, combine: Any, slides: Sequence[Slide]) -> Any:
    return lax.reduce_window(
        x,
        x.dtype.type(start),
        combine,
        [slide.kernel for slide in slides],
        [slide.stride for slide in slides],
        [(slide.before, slide.after) for slide in slides],
    )


@computes("MaxPool", "MaxPool3D")
def _max_pool(
    xp: Any, input: Any, ksize: Any, strides: Any, padding: str, explicit_paddings: Any = ()
) -> Any:
    """The largest number under each window; NaN counts as the least, as do numbers below it."""
    x = jnp.asarray(input)
    lowest = (jnp.finfo if x.dtype.kind == "f" else jnp.iinfo)(x.dtype).min
    if x.dtype.kind == "f":
        x = jnp.fmax(x, x.dtype.type(lowest))
    slides = _slides(x.shape, ksize, strides, padding, explicit_paddings)
    if math.prod(slide.kernel for slide in slides) > _FEW_TAPS:
        return _over_windows(x, lowest, lax.max, slides)
    return functools.reduce(jnp.maximum, (_elements(x, lowest, slides, taps) for taps in _taps(slides)))


def _taps(slides: Sequence[Slide]) -> Any:
    """The taps of a window, row by row: of each axis one."""
    return itertools.product(*(range(slide.kernel) for slide in slides))


def _elements(x: Any, fill: Any, slides: Sequence[Slide], taps: Sequence[int]) -> Any:
    """For each window the element at some taps, and what stands for those outside."""
    padded = jnp.pad(x, [(slide.before, slide.after) for slide in slides], constant_values=fill)
    return padded[tuple(slide.in_padded(tap) for slide, tap in zip(slides, taps, strict=True))]


def _first_largest(x: Any, y: Any, slides: Sequence[Slide]) -> list[Any]:
    """For each tap whether it is the first that has the largest element, window by window.

    Where none equals the result, by being all NaN or -inf, the first element inside is meant.
    """
    inside = jnp.ones(x.shape, bool)
    found = jnp.zeros(y.shape, bool)
    lie_inside, firsts = [], []
    for taps in _taps(slides):
        lie_inside.append(_elements(inside, False, slides, taps))
        here = (_elements(x, 0, slides, taps) == y) & lie_inside[-1] & ~found
        firsts.append(here)
        found = found | here
    for place, lies_inside in enumerate(lie_inside):
        here = lies_inside & ~found
        firsts[place] = firsts[place] | here
        found = found | here
    return firsts


def _is_tiling(slides: Sequence[Slide]) -> bool:
    """Whether every element lies under exactly one window."""
    return all(
        slide.dilation == 1 and slide.kernel == slide.stride and slide.places * slide.stride == slide.size
        for slide in slides
    )


def _together(parts: Sequence[Any], slides: Sequence[Slide], axis: int = 0) -> Any:
    """The input of windows that tile it, from what lies at their taps, row by row."""
    if axis == len(slides):
        return parts[0]
    count = len(parts) // slides[axis].kernel
    rows = [
        _together(parts[start : start + count], slides, axis + 1) for start in range(0, len(parts), count)
    ]
    if len(rows) == 1:
        return rows[0]
    joined = jnp.stack(rows, axis + 1)
    return joined.reshape(*joined.shape[:axis], -1, *joined.shape[axis + 2 :])


def _back(flowing: Any, slides: Sequence[Slide], taps: Sequence[int]) -> Any:
    """What lies at some taps of the windows, in the places of the input's elements."""
    config = []
    for slide, tap in zip(slides, taps, strict=True):
        start = tap * slide.dilation - slide.before
        end = slide.size - (start + (slide.places - 1) * slide.stride + 1)
        config.append((start, end, slide.stride - 1))
    return lax.pad(flowing, flowing.dtype.type(0), config)


@computes("MaxPoolGrad", "MaxPool3DGrad")
def _max_pool_grad(
    xp: Any, orig_input: Any, orig_output: Any, grad: Any, ksize: Any, strides: Any, padding: str,
    explicit_paddings: Any = (),
) -> Any:  # fmt: skip
    x, y, dy = map(jnp.asarray, (orig_input, orig_output, grad))
    if not dy.size:
        return jnp.zeros(x.shape, dy.dtype)
    slides = _slides(x.shape, ksize, strides, padding, explicit_paddings)
    firsts = _first_largest(x, y, slides)
    if _is_tiling(slides):  # several times as fast as sums
        return _together([masked(dy, here) for here in firsts], slides)
    total = jnp.zeros(x.shape, dy.dtype)
    for taps, here in zip(_taps(slides), firsts, strict=True):
        total = total + _back(masked(dy, here), slides, taps)
    return total


@computes("MaxPoolGradGrad", "MaxPool3DGradGrad")
def _max_pool_grad_grad(
    xp: Any, orig_input: Any, orig_output: Any, grad: Any, ksize: Any, strides: Any, padding: str
) -> Any:
    x, y, dx = map(jnp.asarray, (orig_input, orig_output, grad))
    slides = _slides(x.shape, ksize, strides, padding)
    total = jnp.zeros(y.shape, dx.dtype)
    for taps, here in zip(_taps(slides), _first_largest(x, y, slides), strict=True):
        total = total + masked(_elements(dx, 0, slides, taps), here)
    return total


def _counts(slides: Sequence[Slide], dtype: Any) -> Any:
    """How many elements lie under each window, axis by axis broadcast."""
    counts = np.ones((1,) * len(slides), dtype)
    for axis, slide in enumerate(slides):
        along = np.zeros(slide.places, dtype)
        for tap in range(slide.kernel):
            along[slide.inside(tap)[0]] += 1
        counts = counts * along.reshape([-1 if place == axis else 1 for place in range(len(slides))])
    return counts


def _sums(x: Any, slides: Sequence[Slide]) -> Any:
    return _over_windows(x, 0, lax.add, slides)


@computes("AvgPool")
def _avg_pool(xp: Any, value: Any, ksize: Any, strides: Any, padding: str) -> Any:
    x = jnp.asarray(value)
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    slides = _slides(x.shape, ksize, strides, padding)
    return (_sums(wide, slides) / _counts(slides, wide.dtype)).astype(x.dtype)


@computes("AvgPool3D")
def _avg_pool_3d(xp: Any, input: Any, ksize: Any, strides: Any, padding: str) -> Any:
    return _avg_pool(xp, input, ksize, strides, padding)


@computes("AvgPoolGrad", "AvgPool3DGrad")
def _avg_pool_grad(xp: Any, orig_input_shape: Any, grad: Any, ksize: Any, strides: Any, padding: str) -> Any:
    sizes, dy = _sizes(orig_input_shape), jnp.asarray(grad)
    slides = _slides(sizes, ksize, strides, padding)
    share = dy.astype(np.promote_types(dy.dtype, np.float32))
    share = share / _counts(slides, share.dtype)
    return _transposed(lambda x: _sums(x, slides), sizes, share).astype(dy.dtype)
