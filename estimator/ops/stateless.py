"""Random ops without a state: the same shape and seed give the same numbers, those of TensorFlow.

Source: TensorFlow 2.15, core/ops/stateless_random_ops.cc.
"""

from __future__ import annotations

import math
from typing import Any

from estimator.core.dtypes import DType, float32, int32, int64, uint64
from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, merge
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._categories import categories
from estimator.ops._philox import Draw, Philox

_TYPES = {"dtype": float32, "T": int32, "Tseed": int64}


def _drawn(s: ShapeScope) -> Dims:
    merge(s.shapes[1], (2,))
    return s.dims(0)


def _declare(name: str, meaning: str, draw: Draw) -> None:
    def kernel(xp: Any, shape: Any, seed: Any, dtype: DType) -> Any:
        sizes = tuple(int(size) for size in shape)
        return draw(Philox(xp, seed), math.prod(sizes), dtype.np).reshape(sizes)

    kernel.__doc__ = (
        f"{meaning}, a function of the seed.\n\n    Source  TF op {name}, stateless_random_ops.cc"
    )
    op(name, "shape: T, seed: Tseed -> output: dtype", attrs=_TYPES, shape=_drawn, differentiable=False)(
        kernel
    )


_declare("StatelessRandomUniform", "Uniform values in [0, 1)", Philox.uniform)
_declare("StatelessRandomNormal", "Normal values of mean 0 and standard deviation 1", Philox.normal)
_declare("StatelessTruncatedNormal", "Standard normal values, none beyond 2", Philox.truncated_normal)


@op(
    "StatelessRandomUniformInt",
    "shape: T, seed: Tseed, minval: dtype, maxval: dtype -> output: dtype",
    attrs={"Tseed": int64},
    shape=_drawn,
    differentiable=False,
)
def stateless_random_uniform_int(xp: Any, shape: Any, seed: Any, minval: Any, maxval: Any) -> Any:
    """Integers in [minval, maxval), a function of the seed.

    Raises  InvalidArgumentError if the range is empty.
    Source  TF op StatelessRandomUniformInt, stateless_random_ops.cc
    """
    low, high = int(minval), int(maxval)
    if low >= high:
        raise InvalidArgumentError(f"minval must be below maxval, given: {low} and {high}.")
    sizes, kind = tuple(int(size) for size in shape), xp.asarray(minval).dtype
    philox, count = Philox(xp, seed), math.prod(sizes)
    words = philox.words(count) if kind.itemsize == 4 else philox.long_words(count)
    steps = (words % xp.uint64(high - low)).astype(kind)
    return (steps + kind.type(low)).reshape(sizes)


@op(
    "StatelessRandomUniformFullInt",
    "shape: T, seed: Tseed -> output: dtype",
    attrs={"dtype": uint64, "T": int32, "Tseed": int64},
    shape=_drawn,
    differentiable=False,
)
def stateless_random_uniform_full_int(xp: Any, shape: Any, seed: Any, dtype: DType) -> Any:
    """Integers of all bits, a function of the seed.

    Source  TF op StatelessRandomUniformFullInt, stateless_random_ops.cc
    """
    sizes, philox = tuple(int(size) for size in shape), Philox(xp, seed)
    count = math.prod(sizes)
    words = philox.words(count) if dtype.size == 4 else philox.long_words(count)
    return words.astype(dtype.np).reshape(sizes)


def _samples(s: ShapeScope) -> Dims:
    merge(s.shapes[2], (2,))
    batch, _ = rules.with_rank(s.shapes[0], 2, "logits")
    rules.check_scalars(s, num_samples=1)
    count = s.value(1)
    return (batch, None if count is None else int(count.item()))


@op(
    "StatelessMultinomial",
    "logits: T, num_samples: int32, seed: Tseed -> output: output_dtype",
    attrs={"Tseed": int64, "output_dtype": int64},
    shape=_samples,
    differentiable=False,
)
def stateless_multinomial(xp: Any, logits: Any, num_samples: Any, seed: Any, output_dtype: DType) -> Any:
    """For each row of logits some classes drawn by softmax(logits), a function of the seed.

    Source  TF op StatelessMultinomial, stateless_random_ops.cc
    """
    shape = (len(logits), int(num_samples))
    uniform = Philox(xp, seed).uniform(math.prod(shape), xp.dtype(xp.float64)).reshape(shape)
    return categories(xp, logits, uniform).astype(output_dtype.np)
