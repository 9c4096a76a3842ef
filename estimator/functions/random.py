"""Random tensors: a new draw in every run, the same ones for the same seeds.

With a graph seed (:func:`set_random_seed`) or an op seed, a program draws the same numbers every time;
a training that was interrupted goes on with the numbers that an uninterrupted one would have drawn.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.dtypes import DTypeLike, as_dtype, float32, int64
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope, shape_tensor, tensor_of
from estimator.functions.seeds import op_seeds
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Owner, Tensor


def set_random_seed(seed: int | None) -> None:
    """The seed of the default graph, for all random operations made from now on; None takes it away."""
    get_default_graph().seed = None if seed is None else int(seed)


def _seeds(graph: Owner, seed: int | None, op_name: str) -> dict[str, Any]:  # keywords of an op
    return op_seeds(graph, seed, graph.unique_name(op_name, mark_as_used=False))


def random_uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Uniform values in [minval, maxval); `maxval` is 1 by default and required for integers.

    Raises
    ------
    ValueError
        If an integer type has no `maxval`.

    Source
    ------
    tf.random.uniform, TF 1.15 random_ops.py
    """
    kind = as_dtype(dtype)
    if maxval is None and kind.is_integer:
        raise ValueError(f"random_uniform of {kind.name} needs maxval, the end of its range.")
    with function_scope(name, "random_uniform", shape, minval, maxval) as (graph, scope):
        sizes = shape_tensor(shape)
        if kind.is_integer:
            low, high = graph.convert(minval, kind, "min"), graph.convert(maxval, kind, "max")
            return b.RandomUniformInt(sizes, low, high, **_seeds(graph, seed, "RandomUniformInt"), name=scope)
        draw: Tensor = b.RandomUniform(sizes, dtype=kind, **_seeds(graph, seed, "RandomUniform"))
        end = 1 if maxval is None else maxval
        if isinstance(minval, (int, float)) and isinstance(end, (int, float)) and (minval, end) == (0, 1):
            return draw
        low, high = graph.convert(minval, kind, "min"), graph.convert(end, kind, "max")
        return b.AddV2(b.Mul(draw, b.Sub(high, low)), low, name=scope)


def random_normal(
    shape: Any,
    mean: TensorLike = 0.0,
    stddev: TensorLike = 1.0,
    dtype: DTypeLike = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Normal values of that mean and standard deviation."""
    return _scaled_normal("RandomStandardNormal", shape, mean, stddev, dtype, seed, name or "random_normal")


def truncated_normal(
    shape: Any,
    mean: TensorLike = 0.0,
    stddev: TensorLike = 1.0,
    dtype: DTypeLike = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Normal values; those more than two standard deviations from the mean are drawn again."""
    return _scaled_normal("TruncatedNormal", shape, mean, stddev, dtype, seed, name or "truncated_normal")


def _scaled_normal(
    op_type: str, shape: Any, mean: Any, stddev: Any, dtype: Any, seed: int | None, name: str
) -> Tensor:
    with function_scope(name, name, shape, mean, stddev) as (graph, scope):
        seeds = _seeds(graph, seed, op_type)
        draw = getattr(b, op_type)(shape_tensor(shape), dtype=as_dtype(dtype), **seeds)
        return b.AddV2(b.Mul(draw, stddev), mean, name=scope)


def random_shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """The rows of the value in random order."""
    rows = tensor_of(value)
    return b.RandomShuffle(rows, name=name, **_seeds(rows.graph, seed, name or "RandomShuffle"))


def multinomial(
    logits: TensorLike,
    num_samples: Any,
    seed: int | None = None,
    name: str | None = None,
    output_dtype: DTypeLike | None = None,
) -> Tensor:
    """For each row of logits some classes, drawn by softmax(logits).

    Parameters
    ----------
    output_dtype : DType, optional
        int64 by default.

    Shape
    -----
    logits [batch, classes] -> [batch, num_samples]
    """
    return _categories("multinomial", logits, num_samples, output_dtype, seed, name)


def categorical(
    logits: TensorLike,
    num_samples: Any,
    dtype: DTypeLike | None = None,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """:func:`multinomial` under its newer name."""
    return _categories("categorical", logits, num_samples, dtype, seed, name)


def _categories(
    label: str, logits: Any, num_samples: Any, dtype: Any, seed: int | None, name: str | None
) -> Tensor:
    with function_scope(name, label, logits) as (graph, _):
        x, kind = tensor_of(logits, name="logits"), as_dtype(int64 if dtype is None else dtype)
        return b.Multinomial(x, num_samples, output_dtype=kind, **_seeds(graph, seed, "Multinomial"))


def random_gamma(
    shape: Any,
    alpha: TensorLike,
    beta: TensorLike | None = None,
    dtype: DTypeLike = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Values of gamma distributions; gradients flow to alpha and beta.

    Parameters
    ----------
    alpha, beta : Tensor
        Shapes and inverse scales, which broadcast; beta is 1 by default.

    Shape
    -----
    shape [k] -> [shape..., alpha and beta...]
    """
    kind = as_dtype(dtype)
    with function_scope(name, "random_gamma", shape, alpha, beta) as (graph, _):
        power = graph.convert(alpha, kind, "alpha")
        rate = graph.convert(1 if beta is None else beta, kind, "beta")
        power = b.BroadcastTo(power, b.BroadcastArgs(b.Shape(power), b.Shape(rate)))
        draw = b.RandomGamma(shape_tensor(shape), power, **_seeds(graph, seed, "RandomGamma"))
        smallest = float(np.finfo(kind.np).tiny)
        return b.Maximum(smallest, draw / rate)


def random_poisson(
    lam: Any, shape: Any, dtype: DTypeLike = float32, seed: int | None = None, name: str | None = None
) -> Tensor:
    """Numbers of events, of which `lam` are to be expected.

    Shape
    -----
    shape [k] -> [shape..., lam...]
    """
    with function_scope(name, "random_poisson", shape) as (graph, _):
        rate = tensor_of(lam, name="lam")
        seeds = _seeds(graph, seed, "RandomPoissonV2")
        return b.RandomPoissonV2(shape_tensor(shape), rate, dtype=as_dtype(dtype), **seeds)


def get_seed(op_seed: int | None) -> tuple[int | None, int | None]:
    """The two seeds of a random operation: of the graph's seed and its own; (None, None) if there is neither."""
    graph = get_default_graph()
    if op_seed is None and graph.seed is None:
        return None, None
    seeds = op_seeds(graph, op_seed, graph.unique_name("seed", mark_as_used=False))
    return seeds["seed"], seeds["seed2"]


near_keywords_of_functions(__name__)
