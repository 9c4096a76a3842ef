"""Local response normalization: each channel of a point is damped by its neighbours among the channels.

Source: TensorFlow 2.15, core/ops/nn_ops.cc; Krizhevsky, Sutskever, Hinton 2012, section 3.3.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import float32
from estimator.core.shapes import Dims, merge
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._scratch import Rooms, allocated, kept

_ATTRS = {"depth_radius": 5, "bias": 1.0, "alpha": 1.0, "beta": 0.5, "T": float32}


def _images(s: ShapeScope) -> Dims:
    if s.attrs["depth_radius"] < 0:
        raise ValueError(f"depth_radius must be at least 0, given: {s.attrs['depth_radius']}.")
    dims = rules.with_rank(s.shapes[0], 4, "the input (NHWC)")
    for other in s.shapes[1:]:
        dims = rules.with_rank(merge(dims, other), 4, "the image")
    return dims


def _sums_of_neighbours(xp: Any, x: Any, radius: int, out: Any) -> None:
    """For each channel the sum of those at most `radius` away: a product with a matrix of ones around its diagonal."""
    place = xp.arange(x.shape[-1])
    band = (abs(place[:, None] - place) <= radius).astype(x.dtype)
    xp.dot(x.reshape(-1, x.shape[-1]), band, out=out.reshape(-1, x.shape[-1]))


def _scales(xp: Any, x: Any, radius: int, bias: float, alpha: float, out: Any, squares: Any) -> None:
    """bias + alpha · the sum of the neighbours' squares."""
    xp.multiply(x, x, out=squares, dtype=squares.dtype)
    _sums_of_neighbours(xp, squares, radius, out)
    xp.multiply(out, out.dtype.type(alpha), out=out)
    xp.add(out, out.dtype.type(bias), out=out)


def _to_power(xp: Any, scale: Any, beta: float, out: Any) -> None:
    """scale^beta; roots are several times faster than the power of which the papers' 0.5 and 0.75 are cases."""
    if beta == 0.5:
        xp.sqrt(scale, out=out)
    elif beta == 0.75:
        xp.sqrt(scale, out=out)
        xp.multiply(out, xp.sqrt(out), out=out)
    else:
        xp.power(scale, out.dtype.type(beta), out=out)


def _rooms(shape: Any, dtype: Any, count: int) -> Rooms:
    """Scratch memory of the image's size; halves are computed in float32."""
    return [(tuple(shape), np.promote_types(dtype, np.float32))] * count


def _normalize(
    xp: Any, x: Any, out: Any, scale: Any, power: Any, *, radius: int, bias: float, alpha: float, beta: float
) -> None:
    _scales(xp, x, radius, bias, alpha, scale, power)
    _to_power(xp, scale, beta, power)
    xp.divide(x, power, out=out, casting="same_kind")


def _words(attrs: Any) -> dict[str, Any]:
    """The attributes as the functions here call them."""
    return {"radius": attrs["depth_radius"], **{name: attrs[name] for name in ("bias", "alpha", "beta")}}


@op("LRN", "input: T -> output: T", attrs=_ATTRS, shape=_images)
def lrn(xp: Any, input: Any, depth_radius: int, bias: float, alpha: float, beta: float) -> Any:
    """x / (bias + alpha · sum over the channels at most depth_radius away of x²)^beta.

    Shape   [batch, height, width, channels]
    Source  TF op LRN, nn_ops.cc
    """
    out = xp.empty(input.shape, input.dtype)
    rooms = allocated(xp, _rooms(input.shape, input.dtype, 2))
    _normalize(xp, input, out, *rooms, radius=depth_radius, bias=bias, alpha=alpha, beta=beta)
    return out


@lrn.emit
def lrn_emit(p: Any, op: Any, x: Any) -> Any:
    out = p.out(op)
    p.call(_normalize, np, x, out, *kept(p, out, _rooms(x.dims, x.dtype, 2)), **_words(op.attrs))
    return out


@lrn.gradient
def lrn_gradient(b: Any, op: Any, dy: Any) -> Any:
    attrs = {name: op.attrs[name] for name in ("depth_radius", "bias", "alpha", "beta")}
    return b.LRNGrad(dy, op.inputs[0], op.outputs[0], **attrs)


def _denormalize(
    xp: Any, dy: Any, x: Any, y: Any, out: Any, scale: Any, power: Any, shares: Any, *, radius: int, bias: float,
    alpha: float, beta: float,
) -> None:  # fmt: skip
    """dy / scale^beta - 2 alpha beta x · the neighbours' sum of dy · y / scale."""
    _scales(xp, x, radius, bias, alpha, scale, power)
    xp.multiply(dy, y, out=power, dtype=power.dtype)
    xp.divide(power, scale, out=power)
    _sums_of_neighbours(xp, power, radius, shares)
    xp.multiply(shares, x, out=shares)
    xp.multiply(shares, shares.dtype.type(2 * alpha * beta), out=shares)
    _to_power(xp, scale, beta, power)
    xp.divide(dy, power, out=power)
    xp.subtract(power, shares, out=out, casting="same_kind")


@op(
    "LRNGrad",
    "input_grads: T, input_image: T, output_image: T -> output: T",
    attrs=_ATTRS,
    shape=_images,
)
def lrn_grad(
    xp: Any, input_grads: Any, input_image: Any, output_image: Any, depth_radius: int, bias: float, alpha: float,
    beta: float,
) -> Any:  # fmt: skip
    """The gradient of LRN's input, where `input_grads` flow into its output.

    Source  TF op LRNGrad, nn_ops.cc
    """
    out = xp.empty(input_image.shape, input_image.dtype)
    rooms = allocated(xp, _rooms(out.shape, out.dtype, 3))
    _denormalize(
        xp,
        input_grads,
        input_image,
        output_image,
        out,
        *rooms,
        radius=depth_radius,
        bias=bias,
        alpha=alpha,
        beta=beta,
    )
    return out


@lrn_grad.emit
def lrn_grad_emit(p: Any, op: Any, dy: Any, x: Any, y: Any) -> Any:
    out = p.out(op)
    rooms = kept(p, out, _rooms(x.dims, x.dtype, 3))
    p.call(_denormalize, np, dy, x, y, out, *rooms, **_words(op.attrs))
    return out
