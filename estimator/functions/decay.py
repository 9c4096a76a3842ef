"""Learning rates that change with the global step, as tensors to be given to an optimizer.

Formulas, with rate the initial learning rate and p = step / decay_steps (rounded down if `staircase`):

====================== ==========================================================================
exponential_decay      rate · decay_rate^p
natural_exp_decay      rate · exp(-decay_rate · p)
inverse_time_decay     rate / (1 + decay_rate · p)
polynomial_decay       (rate - end) · (1 - min(step, decay_steps) / decay_steps)^power + end
cosine_decay           rate · ((1 - alpha) · (1 + cos(π · min(p, 1))) / 2 + alpha)
piecewise_constant     values[i] for boundaries[i - 1] < step <= boundaries[i]
====================== ==========================================================================

Source: tf.train, TF 1.15 learning_rate_decay.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from estimator.core.dtypes import DType, float32
from estimator.graph import build as b
from estimator.graph.graph import Graph, dtype_of, graph_of
from estimator.graph.tensor import Tensor


def _start(learning_rate: Any, global_step: Any, what: str) -> tuple[Graph, Tensor]:
    if global_step is None:
        raise ValueError(f"global_step is required for {what}; pass tf.train.get_or_create_global_step().")
    graph = graph_of([learning_rate, global_step])
    return graph, graph.convert(learning_rate, name="learning_rate")


def _as(graph: Graph, value: Any, dtype: DType) -> Tensor:
    tensor: Tensor = graph.cast(graph.convert(value), dtype)
    return tensor


def _part(graph: Graph, global_step: Any, decay_steps: Any, dtype: DType, staircase: bool) -> Tensor:
    part: Tensor = b.RealDiv(_as(graph, global_step, dtype), _as(graph, decay_steps, dtype))
    return b.Floor(part) if staircase else part


def exponential_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """The rate multiplied by `decay_rate` every `decay_steps` steps."""
    graph, rate = _start(learning_rate, global_step, "exponential_decay")
    with graph.name_scope(name or "ExponentialDecay"):
        part = _part(graph, global_step, decay_steps, rate.dtype, staircase)
        result: Tensor = b.Mul(rate, b.Pow(_as(graph, decay_rate, rate.dtype), part))
    return result


def natural_exp_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """The rate times exp(-decay_rate · step / decay_steps)."""
    graph, rate = _start(learning_rate, global_step, "natural_exp_decay")
    with graph.name_scope(name or "NaturalExpDecay"):
        part = _part(graph, global_step, decay_steps, rate.dtype, staircase)
        result: Tensor = b.Mul(rate, b.Exp(b.Mul(b.Neg(_as(graph, decay_rate, rate.dtype)), part)))
    return result


def inverse_time_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """The rate divided by 1 + decay_rate · step / decay_steps."""
    graph, rate = _start(learning_rate, global_step, "inverse_time_decay")
    with graph.name_scope(name or "InverseTimeDecay"):
        part = _part(graph, global_step, decay_steps, rate.dtype, staircase)
        result: Tensor = b.RealDiv(rate, b.AddV2(1.0, b.Mul(_as(graph, decay_rate, rate.dtype), part)))
    return result


def polynomial_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    end_learning_rate: Any = 0.0001,
    power: Any = 1.0,
    cycle: bool = False,
    name: str | None = None,
) -> Tensor:
    """From the rate to `end_learning_rate` in `decay_steps` steps; with `cycle` again in twice the time, and so on."""
    graph, rate = _start(learning_rate, global_step, "polynomial_decay")
    with graph.name_scope(name or "PolynomialDecay"):
        step, span = (_as(graph, each, rate.dtype) for each in (global_step, decay_steps))
        end = _as(graph, end_learning_rate, rate.dtype)
        if cycle:
            rounds = b.Maximum(b.Ceil(b.RealDiv(step, span)), 1.0)  # at step 0 the first round has begun
            span = b.Mul(span, rounds)
        else:
            step = b.Minimum(step, span)
        rest = b.Pow(b.Sub(1.0, b.RealDiv(step, span)), _as(graph, power, rate.dtype))
        result: Tensor = b.AddV2(b.Mul(b.Sub(rate, end), rest), end)
    return result


def cosine_decay(
    learning_rate: Any, global_step: Any, decay_steps: Any, alpha: float = 0.0, name: str | None = None
) -> Tensor:
    """From the rate to alpha · rate in `decay_steps` steps, along half a cosine."""
    graph, rate = _start(learning_rate, global_step, "cosine_decay")
    with graph.name_scope(name or "CosineDecay"):
        span = _as(graph, decay_steps, rate.dtype)
        part = b.RealDiv(b.Minimum(_as(graph, global_step, rate.dtype), span), span)
        half = b.Mul(0.5, b.AddV2(1.0, b.Cos(b.Mul(math.pi, part))))
        result: Tensor = b.Mul(rate, b.AddV2(b.Mul(1 - alpha, half), alpha))
    return result


def piecewise_constant(
    x: Any, boundaries: Sequence[Any], values: Sequence[Any], name: str | None = None
) -> Tensor:
    """The first value up to and including the first boundary, and so on; the last value beyond the last one.

    Raises
    ------
    ValueError
        If there is not exactly one value more than boundaries.
    """
    if len(boundaries) != len(values) - 1:
        raise ValueError(
            "piecewise_constant: the length of boundaries should be 1 less than the length of values, given: "
            f"{len(boundaries)} boundaries and {len(values)} values."
        )
    graph = graph_of([x, *values])
    with graph.name_scope(name or "PiecewiseConstant"):
        step = graph.convert(x)
        dtype = next((kind for kind in map(dtype_of, values) if kind is not None), float32)
        result = _as(graph, values[-1], dtype)
        for boundary, value in zip(reversed(boundaries), reversed(values[:-1]), strict=True):
            limit = graph.cast(graph.convert(boundary), step.dtype)
            result = b.SelectV2(b.LessEqual(step, limit), _as(graph, value, dtype), result)
    return result


piecewise_constant_decay = piecewise_constant
