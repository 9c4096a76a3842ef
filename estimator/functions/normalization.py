"""Functions that bring values to a common scale, under TensorFlow's names."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import float16, float32
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, renamed, shape_tensor, tensor_of
from estimator.graph import build as b
from estimator.graph.tensor import Tensor


def _axes(axes: Any, x: Tensor) -> Any:
    return b.Range(0, b.Rank(x), 1) if axes is None else shape_tensor(axes)


def moments(
    x: Any,
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
    x: Any,
    mean: Any,
    variance: Any,
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
        scaled = b.Mul(x, factor, name="mul_1")
        shift = b.Mul(mean, factor, name="mul_2")
        shift = b.Neg(shift) if offset is None else b.Sub(offset, shift, name="sub")
        return b.AddV2(scaled, shift, name="add_1")


def l2_normalize(
    x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None, dim: Any = None
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


near_keywords_of_functions(__name__)
