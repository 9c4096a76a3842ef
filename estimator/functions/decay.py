"""Learning rates that change with the global step, as tensors to be given to an optimizer.

Formulas, with rate the initial learning rate and p = step / decay_steps (rounded down if `staircase`):

====================== ==========================================================================
exponential_decay      rate · decay_rate^p
natural_exp_decay      rate · exp(-decay_rate · p)
inverse_time_decay     rate / (1 + decay_rate · p)
polynomial_decay       (rate - end) · (1 - min(step, decay_steps) / decay_steps)^power + end
cosine_decay           rate · ((1 - alpha) · (1 + cos(π · min(p, 1))) / 2 + alpha)
cosine_decay_restarts  the same without alpha, again and again: round i lasts first_decay_steps · t_mul^i steps and
                       begins at rate · m_mul^i
linear_cosine_decay    rate · ((alpha + 1 - min(p, 1)) · (1 + cos(2π · num_periods · min(p, 1))) / 2 + beta)
noisy_linear_...       the same with a number added to the line that each run draws
piecewise_constant     values[i] for boundaries[i - 1] < step <= boundaries[i]
====================== ==========================================================================

Source: tf.train, TF 1.15 learning_rate_decay.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from estimator.core.dtypes import DType, int32, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, tensor_of
from estimator.functions.math import cast
from estimator.functions.random import random_normal
from estimator.graph import build as b
from estimator.graph.graph import dtype_of
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def _refuse_no_step(global_step: Any, what: str) -> None:
    if global_step is None:
        raise ValueError(f"global_step is required for {what}; pass tf.train.get_or_create_global_step().")


def _rate(learning_rate: Any) -> Tensor:
    rate = tensor_of(learning_rate, name="learning_rate")
    if not rate.dtype.is_floating:
        raise TypeError(f"the learning rate must be floating point, given: {learning_rate!r}; use tf.cast.")
    return rate


def _part(global_step: Any, decay_steps: Any, dtype: DType, staircase: bool) -> Tensor:
    part: Tensor = b.RealDiv(cast(global_step, dtype), cast(decay_steps, dtype))
    return b.Floor(part) if staircase else part


def exponential_decay(
    learning_rate: TensorLike,
    global_step: TensorLike,
    decay_steps: TensorLike,
    decay_rate: TensorLike,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """The rate multiplied by `decay_rate` every `decay_steps` steps."""
    _refuse_no_step(global_step, "exponential_decay")
    with function_scope(name, "ExponentialDecay", learning_rate, global_step) as (_, scope):
        rate = _rate(learning_rate)
        part = _part(global_step, decay_steps, rate.dtype, staircase)
        result: Tensor = b.Mul(rate, b.Pow(cast(decay_rate, rate.dtype), part), name=scope)
    return result


def natural_exp_decay(
    learning_rate: TensorLike,
    global_step: TensorLike,
    decay_steps: TensorLike,
    decay_rate: TensorLike,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """The rate times exp(-decay_rate · step / decay_steps): an exponential decay by exp(-decay_rate)."""
    _refuse_no_step(global_step, "natural_exp_decay")
    natural_rate = b.Exp(b.Neg(decay_rate))
    return exponential_decay(learning_rate, global_step, decay_steps, natural_rate, staircase, name)


def inverse_time_decay(
    learning_rate: TensorLike,
    global_step: TensorLike,
    decay_steps: TensorLike,
    decay_rate: TensorLike,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """The rate divided by 1 + decay_rate · step / decay_steps."""
    _refuse_no_step(global_step, "inverse_time_decay")
    with function_scope(name, "InverseTimeDecay", learning_rate, global_step) as (_, scope):
        rate = _rate(learning_rate)
        part = _part(global_step, decay_steps, rate.dtype, staircase)
        result: Tensor = b.RealDiv(rate, b.AddV2(1.0, b.Mul(cast(decay_rate, rate.dtype), part)), name=scope)
    return result


def polynomial_decay(
    learning_rate: TensorLike,
    global_step: TensorLike,
    decay_steps: TensorLike,
    end_learning_rate: Any = 0.0001,
    power: Any = 1.0,
    cycle: bool = False,
    name: str | None = None,
) -> Tensor:
    """From the rate to `end_learning_rate` in `decay_steps` steps; with `cycle` again in twice the time, and so on."""
    _refuse_no_step(global_step, "polynomial_decay")
    with function_scope(name, "PolynomialDecay", learning_rate, global_step) as (_, scope):
        rate = _rate(learning_rate)
        step, span, end = (cast(value, rate.dtype) for value in (global_step, decay_steps, end_learning_rate))
        if cycle:
            rounds = b.Maximum(b.Ceil(b.RealDiv(step, span)), 1.0)  # at step 0 the first round has begun
            span = b.Mul(span, rounds)
        else:
            step = b.Minimum(step, span)
        rest = b.Pow(b.Sub(1.0, b.RealDiv(step, span)), cast(power, rate.dtype))
        result: Tensor = b.AddV2(b.Mul(b.Sub(rate, end), rest), end, name=scope)
    return result


def cosine_decay(
    learning_rate: TensorLike,
    global_step: TensorLike,
    decay_steps: TensorLike,
    alpha: float = 0.0,
    name: str | None = None,
) -> Tensor:
    """From the rate to alpha · rate in `decay_steps` steps, along half a cosine."""
    _refuse_no_step(global_step, "cosine_decay")
    with function_scope(name, "CosineDecay", learning_rate, global_step):
        rate = _rate(learning_rate)
        step, span = cast(global_step, rate.dtype), cast(decay_steps, rate.dtype)
        part = b.RealDiv(b.Minimum(step, span), span)
        half = b.Mul(0.5, b.AddV2(1.0, b.Cos(b.Mul(math.pi, part))))
        result: Tensor = b.Mul(rate, b.AddV2(b.Mul(1 - alpha, half), alpha))
    return result


def cosine_decay_restarts(
    learning_rate: TensorLike,
    global_step: TensorLike,
    first_decay_steps: TensorLike,
    t_mul: TensorLike = 2.0,
    m_mul: TensorLike = 1.0,
    alpha: TensorLike = 0.0,
    name: str | None = None,
) -> Tensor:
    """Half a cosine from the rate to alpha · rate, again and again: each round lasts `t_mul` times as long.

    Parameters
    ----------
    first_decay_steps : int or Tensor
        How long the first round lasts.
    t_mul, m_mul : float or Tensor
        How much longer, and from how much of the rate, each round begins than the one before it.
    alpha : float or Tensor
        The part of the rate at the end of each round.

    Source
    ------
    tf.train.cosine_decay_restarts, TF 1.15; Loshchilov & Hutter, SGDR, ICLR 2017
    """
    _refuse_no_step(global_step, "cosine_decay_restarts")
    with function_scope(name, "SGDRDecay", learning_rate, global_step) as (_, scope):
        rate = _rate(learning_rate)
        longer, weaker, least = (cast(value, rate.dtype) for value in (t_mul, m_mul, alpha))
        part = _part(global_step, first_decay_steps, rate.dtype, staircase=False)
        is_even, even, growing = b.Equal(longer, 1.0), b.Floor(part), _rounds(part, longer)
        rounds = b.SelectV2(is_even, even, growing)
        before = b.SelectV2(is_even, even, (1.0 - longer**growing) / (1.0 - longer))
        within = (part - before) / longer**rounds
        half = 0.5 * weaker**rounds * (1.0 + b.Cos(math.pi * within))
        result: Tensor = b.Mul(rate, (1.0 - least) * half + least, name=scope)
    return result


def _rounds(part: Tensor, longer: Tensor) -> Tensor:
    """How many rounds are over, if the first takes 1 and each `longer` times the one before."""
    result: Tensor = b.Floor(b.Log(1.0 - part * (1.0 - longer)) / b.Log(longer))
    return result


def linear_cosine_decay(
    learning_rate: TensorLike,
    global_step: TensorLike,
    decay_steps: TensorLike,
    num_periods: Any = 0.5,
    alpha: TensorLike = 0.0,
    beta: TensorLike = 0.001,
    name: str | None = None,
) -> Tensor:
    """A straight line to 0 in `decay_steps` steps, times `num_periods` waves of a cosine between 1 and 0.

    Parameters
    ----------
    alpha, beta : float or Tensor
        Added to the line, as a part of the rate, and to the product.

    Source
    ------
    tf.train.linear_cosine_decay, TF 1.15; Bello et al., Neural Optimizer Search, ICML 2017
    """
    _refuse_no_step(global_step, "linear_cosine_decay")
    with function_scope(name, "LinearCosineDecay", learning_rate, global_step) as (_, scope):
        rate = _rate(learning_rate)
        _, line, wave, end = _waves(rate, global_step, decay_steps, num_periods, alpha, beta)
        result: Tensor = b.Mul(rate, line * wave + end, name=scope)
    return result


def noisy_linear_cosine_decay(
    learning_rate: TensorLike,
    global_step: TensorLike,
    decay_steps: TensorLike,
    initial_variance: TensorLike = 1.0,
    variance_decay: TensorLike = 0.55,
    num_periods: Any = 0.5,
    alpha: TensorLike = 0.0,
    beta: TensorLike = 0.001,
    name: str | None = None,
) -> Tensor:
    """As :func:`linear_cosine_decay`, with a number drawn anew in each run added to the line.

    Parameters
    ----------
    initial_variance, variance_decay : float or Tensor
        The number is of a normal distribution, around 0 and with the variance
        initial_variance / (1 + step) ^ variance_decay.
    num_periods, alpha, beta
        As of :func:`linear_cosine_decay`.

    Raises
    ------
    ValueError
        If there is no `global_step`.

    Source
    ------
    tf.train.noisy_linear_cosine_decay, TF 1.15; Bello et al., Neural Optimizer Search, ICML 2017
    """
    _refuse_no_step(global_step, "noisy_linear_cosine_decay")
    with function_scope(name, "NoisyLinearCosineDecay", learning_rate, global_step) as (_, scope):
        rate = _rate(learning_rate)
        done, line, wave, end = _waves(rate, global_step, decay_steps, num_periods, alpha, beta)
        first, power = (cast(value, rate.dtype) for value in (initial_variance, variance_decay))
        spread = b.Sqrt(first / b.Pow(1.0 + done, power))
        noise = random_normal(line.shape, stddev=spread, dtype=rate.dtype)
        result: Tensor = b.Mul(rate, (line + noise) * wave + end, name=scope)
    return result


def _waves(
    rate: Tensor, global_step: Any, decay_steps: Any, num_periods: Any, alpha: Any, beta: Any
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """How many steps are done, the line with what is added to it, the wave, and what is added to their product."""
    step, span, periods, least, end = (
        cast(value, rate.dtype) for value in (global_step, decay_steps, num_periods, alpha, beta)
    )
    done = b.Minimum(step, span)
    line = (span - done) / span
    wave = 0.5 * (1.0 + b.Cos(math.pi * (2.0 * periods * (done / span))))
    return done, least + line, wave, end


def piecewise_constant(
    x: TensorLike, boundaries: Sequence[Any], values: Sequence[Any], name: str | None = None
) -> Tensor:
    """The first value up to and including the first boundary, and so on; the last value beyond the last one.

    Raises
    ------
    ValueError
        If there is not exactly one value more than boundaries, x is not a scalar, or the boundaries have another type.
    """
    if len(boundaries) != len(values) - 1:
        raise ValueError(
            "piecewise_constant: the length of boundaries should be 1 less than the length of values, given: "
            f"{len(boundaries)} boundaries and {len(values)} values."
        )
    step, dtype = tensor_of(x), next((kind for kind in map(dtype_of, values) if kind is not None), None)
    limits = [tensor_of(boundary) for boundary in boundaries]
    choices = [tensor_of(value, dtype) for value in values]
    if step.dims:
        raise ValueError(f"piecewise_constant: x must be a scalar, given: {x!r}.")
    limits = [
        cast(limit, step.dtype) if limit.dtype is int32 and step.dtype is int64 else limit for limit in limits
    ]
    for limit in limits:
        if limit.dtype is not step.dtype:
            raise ValueError(
                f"piecewise_constant: boundaries ({limit.dtype.name}) must have the type of x ({step.dtype.name})."
            )
    with function_scope(name, "PiecewiseConstant", step) as (_, scope):
        result = choices[-1]
        for place in reversed(range(len(limits))):
            label = scope if place == 0 else None
            result = b.SelectV2(b.LessEqual(step, limits[place]), choices[place], result, name=label)
    return result


piecewise_constant_decay = piecewise_constant


near_keywords_of_functions(__name__)
