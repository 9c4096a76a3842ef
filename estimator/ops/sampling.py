"""Random ops of distributions with parameters: classes, gamma, Poisson.

Each draw is a function of (graph seed, op seed, how often this op has run), as in :mod:`.random`.

Source: TensorFlow 2.15, core/ops/random_ops.cc; gradient: python/ops/random_grad.py.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DType, float64, int64
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.op import OpRun, ShapeScope, op
from estimator.ops._categories import categories

_SEEDS = {"seed": 0, "seed2": 0}


def _samples(s: ShapeScope) -> Dims:
    batch, _ = rules.with_rank(s.shapes[0], 2, "logits")
    rules.check_scalars(s, num_samples=1)
    count = s.value(1)
    return (batch, None if count is None else int(count.item()))


@op(
    "Multinomial",
    "logits: T, num_samples: int32 -> output: output_dtype",
    attrs={**_SEEDS, "output_dtype": int64},
    shape=_samples,
    effect="random",
    differentiable=False,
)
def multinomial(xp: Any, logits: Any, num_samples: Any, output_dtype: DType, *, run: OpRun) -> Any:
    """For each row of logits some classes, drawn by softmax(logits).

    Shape   logits [batch, classes] -> [batch, num_samples]
    Source  TF op Multinomial, random_ops.cc
    """
    if int(num_samples) < 0:
        raise InvalidArgumentError(f"num_samples must not be negative, given: {int(num_samples)}.")
    uniform = run.generator().random((len(logits), int(num_samples)))
    return categories(xp, logits, uniform).astype(output_dtype.np)


def _of_each(s: ShapeScope) -> Dims:
    """The shape, and behind it that of the parameter."""
    outer, inner = s.dims(0), s.shapes[1]
    return None if outer is None or inner is None else (*outer, *inner)


def _whole(shape: Any, parameter: Any) -> tuple[int, ...]:
    return (*(int(size) for size in shape), *parameter.shape)


@op(
    "RandomGamma",
    "shape: S, alpha: T -> output: T",
    attrs=_SEEDS,
    shape=_of_each,
    effect="random",
)
def random_gamma(xp: Any, shape: Any, alpha: Any, *, run: OpRun) -> Any:
    """For each alpha values of the gamma distribution of that shape, and of scale 1.

    Shape   shape [k], alpha [...] -> [shape..., alpha...]
    Source  TF op RandomGamma, random_ops.cc
    """
    sizes = _whole(shape, alpha)
    draw = run.generator().standard_gamma(xp.broadcast_to(alpha, sizes).astype(xp.float64))
    return xp.asarray(draw, alpha.dtype)


@random_gamma.gradient
def random_gamma_gradient(b: Any, op: Any, dy: Any) -> Any:
    """The draws move with alpha, see RandomGammaGrad; those of one alpha add up."""
    shape, alpha = op.inputs
    moves = b.RandomGammaGrad(alpha, op.outputs[0])
    return None, b.Sum(b.Mul(dy, moves), b.Range(0, b.Size(shape), 1))


@op(
    "RandomPoissonV2",
    "shape: S, rate: R -> output: dtype",
    attrs={**_SEEDS, "R": float64, "dtype": int64},
    shape=_of_each,
    effect="random",
    differentiable=False,
)
def random_poisson(xp: Any, shape: Any, rate: Any, dtype: DType, *, run: OpRun) -> Any:
    """For each rate numbers of events of a Poisson distribution; not a number for a rate that is none or below 0.

    Shape   shape [k], rate [...] -> [shape..., rate...]
    Source  TF op RandomPoissonV2, random_ops.cc
    """
    rates = xp.broadcast_to(rate, _whole(shape, rate)).astype(xp.float64)
    valid = xp.isfinite(rates) & (rates >= 0)
    draw = run.generator().poisson(xp.where(valid, rates, 0.0))
    if dtype.np.kind == "f":
        draw = xp.where(valid, draw, xp.nan)
    return xp.asarray(draw, dtype.np)
