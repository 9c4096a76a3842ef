"""The arithmetic cases that TensorFlow computed, in our functions: case -> function of its inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import float16, float32, float64, int32
from estimator.functions import clipping, linalg, logic, math, reductions

CASES: dict[str, Callable[..., Any]] = {
    "abs": lambda x: math.abs(x),
    "abs_at_zero": lambda x: math.abs(x),
    "add": lambda x, y: math.add(x, y),
    "add_bcast": lambda x, y: x + y,
    "add_n": lambda x, y, z: math.add_n([x, y, z]),
    "add_scalar": lambda x, y: x + y,
    "argmax": lambda x: reductions.argmax(x, axis=1),
    "argmax_tie": lambda x: reductions.argmax(x, axis=1),
    "argmin": lambda x: reductions.argmin(x, axis=0),
    "batch_matmul": lambda a, b: linalg.matmul(a, b),
    "cast_b2f": lambda x: math.cast(x, float32),
    "cast_f2i": lambda x: math.cast(x, int32),
    "cast_f32_f16": lambda x: math.cast(x, float16),
    "cast_f32_f64": lambda x: math.cast(x, float64),
    "cast_i2f": lambda x: math.to_float(x),
    "ceil": lambda x: math.ceil(x),
    "clip_by_global_norm": lambda x, y: flat(clipping.clip_by_global_norm([x, y], 1.0)),
    "clip_by_norm": lambda x: clipping.clip_by_norm(x, 1.0),
    "clip_by_norm_axes": lambda x: clipping.clip_by_norm(x, 1.0, axes=[1]),
    "clip_by_norm_small": lambda x: clipping.clip_by_norm(x, 100.0),
    "clip_by_value": lambda x: clipping.clip_by_value(x, -0.5, 0.7),
    "cos": lambda x: math.cos(x),
    "cumsum": lambda x: reductions.cumsum(x, axis=1),
    "cumsum_excl_rev": lambda x: reductions.cumsum(x, axis=0, exclusive=True, reverse=True),
    "div": lambda x, y: x / y,
    "div_bcast": lambda x, y: math.divide(x, y),
    "div_no_nan": lambda x, y: math.divide_no_nan(x, y),
    "equal": lambda x, y: logic.equal(x, y),
    "erf": lambda x: math.erf(x),
    "exp": lambda x: math.exp(x),
    "expm1": lambda x: math.expm1(x),
    "floor": lambda x: math.floor(x),
    "floordiv_int": lambda x, y: math.floordiv(x, y),
    "floormod": lambda x, y: math.floormod(x, y),
    "global_norm": lambda x, y: clipping.global_norm([x, y]),
    "greater": lambda x, y: logic.greater(x, y),
    "greater_equal": lambda x, y: logic.greater_equal(x, y),
    "is_finite": lambda x: logic.is_finite(x),
    "is_nan": lambda x: logic.is_nan(x),
    "l2_loss": lambda x: linalg.l2_loss(x),
    "less": lambda x, y: logic.less(x, y),
    "less_equal": lambda x, y: logic.less_equal(x, y),
    "log": lambda x: math.log(x),
    "log1p": lambda x: math.log1p(x),
    "logical_and": lambda x, y: logic.logical_and(x, y),
    "logical_not": lambda x: logic.logical_not(x),
    "logical_or": lambda x, y: logic.logical_or(x, y),
    "logical_xor": lambda x, y: logic.logical_xor(x, y),
    "matmul": lambda a, b: linalg.matmul(a, b),
    "matmul_ta": lambda a, b: linalg.matmul(a, b, transpose_a=True),
    "matmul_tb": lambda a, b: linalg.matmul(a, b, transpose_b=True),
    "maximum": lambda x, y: math.maximum(x, y),
    "maximum_bcast": lambda x, y: math.maximum(x, y),
    "minimum": lambda x, y: math.minimum(x, y),
    "minimum_bcast": lambda x, y: math.minimum(x, y),
    "mul": lambda x, y: math.multiply(x, y),
    "mul_bcast": lambda x, y: x * y,
    "neg": lambda x: -x,
    "not_equal": lambda x, y: logic.not_equal(x, y),
    "pow": lambda x, y: math.pow(x, y),
    "reciprocal": lambda x: math.reciprocal(x),
    "reduce_all": lambda x: reductions.reduce_all(x, axis=0),
    "reduce_any": lambda x: reductions.reduce_any(x, axis=1),
    "reduce_logsumexp": lambda x: reductions.reduce_logsumexp(x, axis=-1),
    "reduce_max_tie": lambda x: reductions.reduce_max(x, axis=1),
    "reduce_std": lambda x: reductions.reduce_std(x, axis=1),
    "reduce_sum_int": lambda x: reductions.reduce_sum(x, axis=0),
    "round": lambda x: math.round(x),
    "round_half_even": lambda x: math.round(x),
    "rsqrt": lambda x: math.rsqrt(x),
    "sigmoid": lambda x: math.sigmoid(x),
    "sigmoid_large": lambda x: math.sigmoid(x),
    "sign": lambda x: math.sign(x),
    "sin": lambda x: math.sin(x),
    "sqrt": lambda x: math.sqrt(x),
    "square": lambda x: math.square(x),
    "squared_difference": lambda x, y: math.squared_difference(x, y),
    "squared_difference_bcast": lambda x, y: math.squared_difference(x, y),
    "sub": lambda x, y: x - y,
    "sub_bcast": lambda x, y: math.subtract(x, y),
    "tanh": lambda x: math.tanh(x),
    "where": lambda c, x, y: logic.where(c, x, y),
    "where_bcast": lambda c, x, y: logic.where(c, x, y),
    "where_index": lambda c: logic.where(c),
}

for _name in ("max", "mean", "min", "prod", "sum"):
    _reduce = getattr(reductions, f"reduce_{_name}")
    CASES[f"reduce_{_name}"] = lambda x, reduce=_reduce: reduce(x)
    CASES[f"reduce_{_name}_axis1"] = lambda x, reduce=_reduce: reduce(x, axis=1)
    CASES[f"reduce_{_name}_keep"] = lambda x, reduce=_reduce: reduce(x, axis=[0, 2], keepdims=True)


def flat(scaled_and_norm: tuple[list[Any], Any]) -> list[Any]:
    """The scaled tensors, then the norm."""
    scaled, norm = scaled_and_norm
    return [*scaled, norm]
