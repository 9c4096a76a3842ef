"""The geometric distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import concat, zeros_like
from estimator.functions.distributions.distribution import NOT_REPARAMETERIZED
from estimator.functions.distributions.divergence import RegisterKL
from estimator.functions.distributions.numbers import ScalarDistribution
from estimator.functions.distributions.probabilities import logits_and_probs
from estimator.functions.distributions.validation import whole_numbers
from estimator.functions.logic import equal, where_v2
from estimator.functions.math import exp, expm1, floor, log, log1p, maximum
from estimator.functions.nn import sigmoid_cross_entropy_with_logits
from estimator.functions.random import random_uniform
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor


@near_keywords
class Geometric(ScalarDistribution):
    """Geometric distributions: how many fail before the first that does not, ``(1 - p)^k p``.

    Parameters
    ----------
    logits : Tensor, optional
        The log odds of p; or else:
    probs : Tensor, optional
        The probability p that one does not fail, above 0.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`.

    Raises
    ------
    ValueError
        If both are given, or none.
    TypeError
        If the type is no floating point type.
    InvalidArgumentError
        With `validate_args`: if a probability is not in [0, 1], or a value below 0 or not whole.

    Source
    ------
    tf.contrib.distributions.Geometric, TF 1.15 geometric.py
    """

    _parameter_names = ("logits",)

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Geometric",
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "Geometric", logits, probs) as (_, scope):
            self._logits, self._probs = logits_and_probs(logits, probs, validate_args=validate_args)
        super().__init__(
            dtype=self._probs.dtype,
            reparameterization_type=NOT_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._probs, self._logits],
            name=scope,
        )

    @property
    def logits(self) -> Tensor:
        """The log odds."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probabilities."""
        return self._probs

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        # of (0, 1): the logarithm of 0 is not finite
        tiny = np.finfo(self.dtype.np).tiny
        size = concat([[n], self.batch_shape_tensor()], 0)
        uniform = random_uniform(size, minval=tiny, maxval=1.0, dtype=self.dtype, seed=seed)
        return floor(log(uniform) / log1p(-self.probs))

    def _log_prob(self, value: Tensor) -> Tensor:
        k = whole_numbers(value) if self.validate_args else floor(value)
        failing = where_v2(
            equal(k, 0.0), zeros_like(self.probs), self.probs
        )  # 0 times an infinite logarithm is no 0
        found = maximum(k, 0.0) * log1p(-failing) + log(self.probs)
        return where_v2(k >= 0.0, found, get_default_graph().constant(-np.inf, self.dtype))

    def _cdf(self, value: Tensor) -> Tensor:
        k = whole_numbers(value) if self.validate_args else floor(value)
        below = -expm1((1.0 + maximum(k, 0.0)) * log1p(-self.probs))
        return where_v2(k >= 0.0, below, zeros_like(below))

    def _entropy(self) -> Tensor:
        return sigmoid_cross_entropy_with_logits(labels=self.probs, logits=self.logits) / self.probs

    def _mean(self) -> Tensor:
        return exp(-self.logits)

    def _variance(self) -> Tensor:
        return self._mean() / self.probs

    def _mode(self) -> Tensor:
        return zeros_like(self.probs)


@RegisterKL(Geometric, Geometric)
def _kl_geometric_geometric(a: Geometric, b: Geometric, name: str | None = None) -> Tensor:
    with function_scope(name, "kl_geometric_geometric", a.probs, b.probs):
        return log(a.probs) - log(b.probs) + a.mean() * (log1p(-a.probs) - log1p(-b.probs))
