"""Functions that bring values to a common scale, under TensorFlow's names."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DType, float16, float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, renamed, shape_tensor, tensor_of
from estimator.graph import build as b
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def _axes(axes: Any, x: Tensor) -> Any:
    return b.Range(0, b.Rank(x), 1) if axes is None else shape_tensor(axes)


def moments(
    x: TensorLike,
    axes: Any,
    shift: Any = None,
    name: str | None = None,
    keep_dims: bool | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean and the (biased) variance over `axes`; `shift` is not used any more.

    Source
    ------
    tf.nn.moments, TF 1.15 nn_impl.py
    """
    keep = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
    with function_scope(name, "moments", x) as (graph, _):
        given = tensor_of(x, name="x")
        values = graph.cast(given, float32) if given.dtype is float16 else given
        places = _axes(axes, values)
        mean = b.Mean(values, places, keep_dims=True, name="mean")
        squares = b.SquaredDifference(values, b.StopGradient(mean))
        variance = b.Mean(squares, places, keep_dims=True, name="variance")
        both = (
            (mean, variance) if keep else (_without(mean, values, places), _without(variance, values, places))
        )
        return graph.cast(both[0], given.dtype), graph.cast(both[1], given.dtype)


def _without(kept: Tensor, x: Tensor, places: Any) -> Tensor:
    """A reduced tensor without the axes of size 1 that the reduction left."""
    if isinstance(places, list) and all(isinstance(place, int) for place in places) and x.dims is not None:
        return b.Squeeze(kept, squeeze_dims=[place % len(x.dims) for place in places])
    return b.Sum(kept, places)  # axes of size 1: the sum is the value


def batch_normalization(
    x: TensorLike,
    mean: TensorLike,
    variance: TensorLike,
    offset: Any,
    scale: Any,
    variance_epsilon: Any,
    name: str | None = None,
) -> Tensor:
    """(x - mean) / sqrt(variance + variance_epsilon) * scale + offset; offset and scale may be None.

    Source
    ------
    tf.nn.batch_normalization, TF 1.15 nn_impl.py; Ioffe and Szegedy 2015, arXiv:1502.03167
    """
    with function_scope(name, "batchnorm", x, mean, variance, scale, offset):
        factor = b.Rsqrt(b.AddV2(tensor_of(variance), variance_epsilon, name="add"))
        if scale is not None:
            factor = b.Mul(factor, scale, name="mul")
        x = tensor_of(x, name="x")
        scaled = b.Mul(x, _as_floating(factor, x.dtype), name="mul_1")
        shift = b.Mul(mean, factor, name="mul_2")
        shift = b.Neg(shift) if offset is None else b.Sub(offset, shift, name="sub")
        return b.AddV2(scaled, _as_floating(shift, x.dtype), name="add_1")


def _as_floating(tensor: Tensor, dtype: DType) -> Tensor:
    """Statistics, which for half precision often are float32, in the floating point type of what they scale."""
    return b.Cast(tensor, DstT=dtype) if dtype.is_floating and tensor.dtype is not dtype else tensor


def fused_batch_norm(
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any = None,
    variance: Any = None,
    epsilon: float = 0.001,
    data_format: str = "NHWC",
    is_training: bool = True,
    name: str | None = None,
    exponential_avg_factor: float = 1.0,
) -> tuple[Tensor, Tensor, Tensor]:
    """Images, or volumes, with each channel brought to mean 0 and variance 1, then scaled and shifted.

    Parameters
    ----------
    x : Tensor, float32 or float16
    scale, offset : Tensor
        A number for each channel.
    mean, variance : Tensor, optional
        What is used instead of the statistics of x if `is_training` is False; otherwise the averages to be moved.
    epsilon : float
        Added to the variance.
    data_format : str
        NHWC, NCHW, NDHWC or NCDHW.
    is_training : bool
        Whether x is normalised by its own mean and variance.
    exponential_avg_factor : float
        In training, the part that the statistics of x have in the averages that are returned.

    Returns
    -------
    tuple of Tensor
        The result; the mean and the variance, in training those of x, the variance over N - 1.

    Shape
    -----
    x [batch, height, width, channels] -> the same, [channels], [channels]

    Raises
    ------
    ValueError
        If `mean` and `variance` are missing where they are needed, or shapes do not fit.

    Source
    ------
    tf.nn.fused_batch_norm, TF 1.15 nn_impl.py
    """
    if (not is_training or exponential_avg_factor != 1) and (mean is None or variance is None):
        raise ValueError(
            "fused_batch_norm: mean and variance are needed when is_training is False or exponential_avg_factor is "
            f"not 1; given: mean={mean!r}, variance={variance!r}."
        )
    inputs = [tensor_of(x, name="input"), tensor_of(scale, name="scale"), tensor_of(offset, name="offset")]
    for average in (mean, variance):
        inputs.append(tensor_of(np.zeros(0, np.float32)) if average is None else average)
    y, new_mean, new_variance, *_ = b.FusedBatchNormV3(
        *inputs,
        epsilon=epsilon,
        exponential_avg_factor=exponential_avg_factor,
        data_format=data_format,
        is_training=is_training,
        name=name,
    )
    return y, new_mean, new_variance


def batch_norm_with_global_normalization(
    t: Any = None,
    m: Any = None,
    v: Any = None,
    beta: TensorLike | None = None,
    gamma: Any = None,
    variance_epsilon: Any = None,
    scale_after_normalization: bool | None = None,
    name: str | None = None,
    input: TensorLike | None = None,
    mean: TensorLike | None = None,
    variance: TensorLike | None = None,
) -> Tensor:
    """:func:`batch_normalization` under an old name: of `t` (or `input`) by mean `m` and variance `v`.

    `gamma` is used if `scale_after_normalization` is true.

    Source
    ------
    tf.nn.batch_norm_with_global_normalization, TF 1.15 nn_impl.py
    """
    return batch_normalization(
        renamed("input", input, "t", t),
        renamed("mean", mean, "m", m),
        renamed("variance", variance, "v", v),
        beta,
        gamma if scale_after_normalization else None,
        variance_epsilon,
        name,
    )


def l2_normalize(
    x: TensorLike, axis: Any = None, epsilon: float = 1e-12, name: str | None = None, dim: Any = None
) -> Tensor:
    """x / sqrt(max(sum(x**2), epsilon)) along an axis.

    Source
    ------
    tf.nn.l2_normalize, TF 1.15 nn_impl.py
    """
    place = renamed("axis", axis, "dim", dim)
    with function_scope(name, "l2_normalize", x) as (_, scope):
        values = tensor_of(x, name="x")
        places = _axes(place, values)
        total = b.Sum(b.Square(values), places, keep_dims=True)
        return b.Mul(values, b.Rsqrt(b.Maximum(total, epsilon)), name=scope)


def local_response_normalization(
    input: TensorLike,
    depth_radius: int = 5,
    bias: float = 1,
    alpha: float = 1,
    beta: float = 0.5,
    name: str | None = None,
) -> Tensor:
    """x / (bias + alpha · sum over the channels at most depth_radius away of x²)^beta.

    Shape
    -----
    input [batch, height, width, channels], as the result

    Raises
    ------
    ValueError
        If the input has not four dimensions.

    Source
    ------
    tf.nn.local_response_normalization, TF 1.15; Krizhevsky, Sutskever, Hinton 2012, section 3.3
    """
    return b.LRN(input, depth_radius=depth_radius, bias=bias, alpha=alpha, beta=beta, name=name)


near_keywords_of_functions(__name__)
