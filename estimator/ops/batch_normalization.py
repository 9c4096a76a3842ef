"""Batch normalization of images in one op, as TensorFlow fuses it, and its gradient.

An image is one row of the matrix that is computed on, whichever axis has the channels; a number for each channel is
spread along such a row once. So the inner loops are long even where the channels are few, and sums over the batch are
products with ones, for which BLAS is fast.

Source: TensorFlow 2.15, core/ops/nn_ops.cc; core/kernels/fused_batch_norm_op.cc;
Ioffe and Szegedy 2015, arXiv:1502.03167.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from estimator.core.named_tuple import NamedTuple
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.gradients import gradients
from estimator.graph.op import ShapeScope, op

_ATTRS = {"epsilon": 1e-4, "exponential_avg_factor": 1.0, "data_format": "NHWC", "is_training": True}
_GRAD_ATTRS = {"epsilon": 1e-4, "data_format": "NHWC", "is_training": True}
_FORMATS = {"NHWC", "NCHW"}
_V3_FORMATS = _FORMATS | {"NDHWC", "NCDHW"}


# -- an image as a row -----------------------------------------------------------------------------------------------


class _Rows(NamedTuple):
    """How a batch lies in a matrix of one row an image: so many places with so many channels."""

    images: int
    places: int
    channels: int
    first: bool  # whether the channels come before the places

    @property
    def numbers(self) -> int:
        """How many numbers a channel has."""
        return self.images * self.places

    def spread(self, xp: Any, of_channels: Any) -> Any:
        """A number for each channel as a row."""
        column = of_channels[:, None] if self.first else of_channels
        shape = (self.channels, self.places) if self.first else (self.places, self.channels)
        return xp.reshape(xp.broadcast_to(column, shape), (-1,))

    def total(self, xp: Any, rows: Any) -> Any:
        """The sum of each channel."""
        if not isinstance(rows, np.ndarray):  # another library compiles sums that are no slower
            shape = (self.channels, self.places) if self.first else (self.places, self.channels)
            return xp.sum(xp.reshape(rows, (self.images, *shape)), axis=(0, 2 if self.first else 1))
        row = xp.dot(xp.ones(self.images, rows.dtype), rows)
        ones = xp.ones(self.places, rows.dtype)
        if self.first:
            return xp.dot(xp.reshape(row, (self.channels, self.places)), ones)
        return xp.dot(ones, xp.reshape(row, (self.places, self.channels)))


def _rows_of(xp: Any, x: Any, dtype: Any, data_format: str) -> tuple[_Rows, Any]:
    axis = _channel_axis(data_format)
    places = math.prod(size for place, size in enumerate(x.shape) if place not in (0, axis))
    shape = _Rows(x.shape[0], places, x.shape[axis], axis == 1)
    return shape, xp.reshape(xp.asarray(x, dtype), (shape.images, places * shape.channels))


def _channel_axis(data_format: str) -> int:
    return 1 if data_format.startswith("NC") else len(data_format) - 1


# -- shapes ----------------------------------------------------------------------------------------------------------


def _images(
    s: ShapeScope, images: Sequence[int], formats: set[str], vectors: dict[int, str]
) -> tuple[Any, Any]:
    """The one shape of the inputs that are images, and that of the vectors, which have a number for each channel."""
    data_format = s.attrs["data_format"]
    if data_format not in formats:
        raise ValueError(f"data_format must be one of {', '.join(sorted(formats))}; given: {data_format!r}.")
    axis = _channel_axis(data_format)
    dims: list[int | None] = [None] * len(data_format)
    for index in images:
        shape = rules.with_rank(s.shapes[index], len(data_format), f"a batch of format {data_format}")
        dims = [rules.same_size(*pair, "the two batches") for pair in zip(dims, shape, strict=True)]
    for index, what in vectors.items():
        (size,) = rules.with_rank(s.shapes[index], 1, f"the {what}")
        dims[axis] = rules.same_size(dims[axis], size, f"the channels and the {what}")
    return tuple(dims), (dims[axis],)


def _shape(formats: set[str], reserved: Sequence[Dims]) -> Callable[[ShapeScope], list[Dims]]:
    def rule(s: ShapeScope) -> list[Dims]:
        vectors = {1: "scale", 2: "offset"}
        if not s.attrs["is_training"] or s.attrs["exponential_avg_factor"] != 1:
            vectors |= {3: "mean", 4: "variance"}  # else they are not read, and often empty
        x, channels = _images(s, [0], formats, vectors)
        return [x, *[channels] * 4, *reserved]

    return rule


def _grad_shape(formats: set[str]) -> Callable[[ShapeScope], list[Dims]]:
    def rule(s: ShapeScope) -> list[Dims]:
        vectors = {2: "scale", 3: "mean", 4: "variance"}
        x, channels = _images(s, [0, 1], formats, vectors)
        return [x, channels, channels, (0,), (0,)]

    return rule


# -- forward ---------------------------------------------------------------------------------------------------------


class _Memory(NamedTuple):
    """Memory of the size of a batch, for the result and beside it; without, new arrays are made."""

    result: Any = None
    scratch: Any = None

    def like(self, rows: Any) -> _Memory:
        """The same as matrices."""
        return _Memory(*(array if array is None else array.reshape(rows.shape) for array in self))


_NEW = _Memory()


def _fused(
    xp: Any, x: Any, scale: Any, offset: Any, mean: Any, variance: Any,
    epsilon: float, exponential_avg_factor: float, data_format: str, is_training: bool, memory: _Memory = _NEW,
) -> list[Any]:  # fmt: skip
    """(x - mean) / sqrt(variance + epsilon) · scale + offset for each channel, and the statistics.

    In training these are those of the batch, and variance means the biased one, over N; the output `batch_variance`
    is the unbiased one, over N - 1. It and `batch_mean` are mixed with the inputs, which are read for nothing else:
    f · batch + (1 - f) · input, with f = exponential_avg_factor. The reserved outputs are for the gradient. A batch of
    no numbers has no statistics.

    Source  TF ops FusedBatchNorm and FusedBatchNormV2, nn_ops.cc
    """
    shape, rows = _rows_of(xp, x, scale.dtype, data_format)
    if not shape.numbers:
        nothing, nan = xp.zeros(shape.channels, scale.dtype), xp.full(shape.channels, math.nan, scale.dtype)
        return [x, nan, nan, nothing, nothing]
    result, scratch = memory.like(rows)
    used_mean = shape.total(xp, rows) / shape.numbers if is_training else mean
    centred = xp.subtract(rows, shape.spread(xp, used_mean), out=result)
    used_variance = variance
    if is_training:
        used_variance = shape.total(xp, xp.multiply(centred, centred, out=scratch)) / shape.numbers
    scaled = xp.multiply(centred, shape.spread(xp, scale * _rsqrt(xp, used_variance, epsilon)), out=result)
    y = xp.reshape(xp.add(scaled, shape.spread(xp, offset), out=result), x.shape)
    averages = [used_mean, used_variance]
    if is_training:
        averages[1] = used_variance * (shape.numbers / max(shape.numbers - 1, 1))
        if (part := exponential_avg_factor) != 1:
            averages = [
                part * new + (1 - part) * old for new, old in zip(averages, (mean, variance), strict=True)
            ]
    return [xp.asarray(y, x.dtype), *averages, used_mean, used_variance]


def _rsqrt(xp: Any, variance: Any, epsilon: float) -> Any:
    return 1 / xp.sqrt(variance + epsilon)


def _fused_v3(
    xp: Any, x: Any, scale: Any, offset: Any, mean: Any, variance: Any,
    epsilon: float, exponential_avg_factor: float, data_format: str, is_training: bool, memory: _Memory = _NEW,
) -> list[Any]:  # fmt: skip
    """What the second version gives, for volumes too, and an output that only GPUs fill.

    Source  TF op FusedBatchNormV3, nn_ops.cc
    """
    attrs = epsilon, exponential_avg_factor, data_format, is_training
    return [*_fused(xp, x, scale, offset, mean, variance, *attrs, memory), xp.zeros(0, scale.dtype)]


def _emit(p: Any, op: Any, *inputs: Any) -> Any:
    """The kernel, writing into the plan's memory; statistics are short, and copied there."""
    x, kernel = inputs[op.definition.input_names.index("x")], op.definition.kernel
    targets = [p.out(op, 0, reuse=[x]), *(p.out(op, index) for index in range(1, len(op.outputs)))]
    scratch = (
        p.scratch(x) if x.dtype == np.float32 else None
    )  # else the statistics have another type, and no place here
    attrs = {name: op.attrs[name] for name in op.definition.kernel_attrs}
    p.call(partial(_into, kernel, attrs), list(inputs), targets, scratch)
    return targets


def _into(kernel: Any, attrs: dict[str, Any], inputs: list[Any], targets: list[Any], scratch: Any) -> None:
    memory = _NEW if scratch is None else _Memory(targets[0], scratch)
    results = kernel(np, *inputs, **attrs, memory=memory)
    for target, value in zip(targets, results, strict=True):
        if target is not targets[0] or scratch is None:
            target[...] = value


# -- backward --------------------------------------------------------------------------------------------------------


def _grad(
    xp: Any, y_backprop: Any, x: Any, scale: Any, mean: Any, variance: Any,
    epsilon: float, data_format: str, is_training: bool, memory: _Memory = _NEW,
) -> list[Any]:  # fmt: skip
    """What flows into x, scale and offset; in training x has moved its own mean and variance as well.

    With n = (x - mean) · r, r = 1 / sqrt(variance + epsilon), and sums over what each channel has::

        doffset = sum(dy)    dscale = sum(dy · n)    dx = scale · r · (dy - doffset / N - n · dscale / N)

    and otherwise dx = scale · r · dy. The last two outputs have nothing.

    Source  TF ops FusedBatchNormGrad and its later versions, nn_ops.cc
    """
    shape, rows = _rows_of(xp, x, scale.dtype, data_format)
    nothing = xp.zeros(0, scale.dtype)
    if not shape.numbers:
        zeros = xp.zeros(shape.channels, scale.dtype)
        return [x, zeros, zeros, nothing, nothing]
    dy = _rows_of(xp, y_backprop, scale.dtype, data_format)[1]
    result, scratch = memory.like(rows)
    r = _rsqrt(xp, variance, epsilon)
    centred = xp.subtract(rows, shape.spread(xp, mean), out=result)
    doffset, dscale = shape.total(xp, dy), r * shape.total(xp, xp.multiply(dy, centred, out=scratch))
    if is_training:
        part = xp.multiply(centred, shape.spread(xp, r * dscale / shape.numbers), out=result)
        dy = xp.subtract(
            xp.subtract(dy, part, out=result), shape.spread(xp, doffset / shape.numbers), out=result
        )
    dx = xp.multiply(dy, shape.spread(xp, scale * r), out=result)
    return [xp.asarray(xp.reshape(dx, x.shape), x.dtype), dscale, doffset, nothing, nothing]


def _grad_v3(
    xp: Any, y_backprop: Any, x: Any, scale: Any, mean: Any, variance: Any, reserved: Any,
    epsilon: float, data_format: str, is_training: bool, memory: _Memory = _NEW,
) -> list[Any]:  # fmt: skip
    """What the second version gives; `reserved` is for GPUs.

    Source  TF op FusedBatchNormGradV3, nn_ops.cc
    """
    return _grad(xp, y_backprop, x, scale, mean, variance, epsilon, data_format, is_training, memory)


# -- gradients -------------------------------------------------------------------------------------------------------


def _gradient(grad_type: str) -> Callable[..., Any]:
    def rule(b: Any, op: Any, dy: Any, *statistics: Any) -> Any:
        """Of y alone: as in TensorFlow, nothing flows through the statistics that are outputs.

        Where the averages were used they are taken from the inputs: TensorFlow rewrites such an operation when it
        optimizes a graph, and its outputs but for y then have anything.
        """
        attrs = {name: op.attrs[name] for name in _GRAD_ATTRS}
        dy = b.ZerosLike(op.outputs[0]) if dy is None else dy
        used = op.outputs[3:5] if op.attrs["is_training"] else op.inputs[3:5]
        dx, dscale, doffset, *_ = getattr(b, grad_type)(dy, *op.inputs[:2], *used, *op.outputs[5:], **attrs)
        return dx, dscale, doffset, None, None

    return rule


def _gradient_of_grad(b: Any, op: Any, *dys: Any) -> Any:
    """Through the formula of the gradient, written in smaller ops.

    In training mean and variance are functions of x, and what was reserved of them gets no gradient.
    """
    targets = [
        b.Identity(tensor) for tensor in op.inputs[:3]
    ]  # what they depend on, perhaps on one another, is not seen
    ys = _grad_of_smaller_ops(b, op, *targets)
    present = [(y, dy) for y, dy in zip(ys, dys, strict=False) if dy is not None]
    if not present:
        return [None] * len(op.inputs)
    ys, grad_ys = zip(*present, strict=True)
    found = gradients(list(ys), targets, grad_ys=list(grad_ys))
    return [*found, *[None] * (len(op.inputs) - 3)]


def _grad_of_smaller_ops(b: Any, op: Any, dy: Any, x: Any, scale: Any) -> tuple[Any, Any, Any]:
    mean, variance = op.inputs[3:5]
    data_format, epsilon = op.attrs["data_format"], op.attrs["epsilon"]
    axis, rank = _channel_axis(data_format), len(data_format)
    axes = [place for place in range(rank) if place != axis]
    wide = [-1 if place == axis else 1 for place in range(rank)]
    dy, values = b.Cast(dy, DstT=scale.dtype), b.Cast(x, DstT=scale.dtype)
    if op.attrs["is_training"]:
        mean = b.Mean(values, axes)
        variance = b.Mean(b.Square(b.Sub(values, b.Reshape(mean, wide))), axes)
    r = b.Rsqrt(b.AddV2(variance, epsilon))
    normal = b.Mul(b.Sub(values, b.Reshape(mean, wide)), b.Reshape(r, wide))
    doffset, dscale = b.Sum(dy, axes), b.Sum(b.Mul(dy, normal), axes)
    if op.attrs["is_training"]:
        along = b.Mul(normal, b.Mean(b.Mul(dy, normal), axes, keep_dims=True))
        dy = b.Sub(b.Sub(dy, b.Mean(dy, axes, keep_dims=True)), along)
    dx = b.Mul(dy, b.Reshape(b.Mul(scale, r), wide))
    return b.Cast(dx, DstT=x.dtype), dscale, doffset


# -- declarations ----------------------------------------------------------------------------------------------------

_FORWARD = (
    "x: T, scale: U, offset: U, mean: U, variance: U -> "
    "y: T, batch_mean: U, batch_variance: U, reserve_space_1: U, reserve_space_2: U"
)
_BACKWARD = (
    "y_backprop: T, x: T, scale: float32, reserve_space_1: U, reserve_space_2: U -> "
    "x_backprop: T, scale_backprop: U, offset_backprop: U, reserve_space_3: U, reserve_space_4: U"
)
_BACKWARD_V3 = (
    "y_backprop: T, x: T, scale: float32, reserve_space_1: U, reserve_space_2: U, reserve_space_3: U -> "
    "x_backprop: T, scale_backprop: U, offset_backprop: U, reserve_space_4: U, reserve_space_5: U"
)


def _of_one_type(signature: str) -> str:
    return signature.replace(": U", ": T").replace(": float32", ": T")


def _declare(
    version: str,
    formats: set[str],
    forward: tuple[str, Any],
    backward: tuple[str, Any],
    reserved: Sequence[Dims] = (),
) -> None:
    """Declare one version of the op and of its gradient, each by signature and kernel."""
    name, grad_name = f"FusedBatchNorm{version}", f"FusedBatchNormGrad{version}"
    definition = op(name, forward[0], attrs=_ATTRS, shape=_shape(formats, reserved))(forward[1])
    definition.gradient(_gradient(grad_name))
    definition.emit(_emit)
    definition = op(grad_name, backward[0], attrs=_GRAD_ATTRS, shape=_grad_shape(formats))(backward[1])
    definition.gradient(_gradient_of_grad)
    definition.emit(_emit)


_declare("", _FORMATS, (_of_one_type(_FORWARD), _fused), (_of_one_type(_BACKWARD), _grad))
_declare("V2", _FORMATS, (_FORWARD, _fused), (_BACKWARD, _grad))
_declare(
    "V3",
    _V3_FORMATS,
    (f"{_FORWARD}, reserve_space_3: U", _fused_v3),
    (_BACKWARD_V3, _grad_v3),
    reserved=[(0,)],
)
