"""The exponential distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import concat, ones
from estimator.functions.distributions.gamma import Gamma
from estimator.functions.math import log
from estimator.functions.random import random_uniform
from estimator.graph.tensor import Tensor


@near_keywords
class Exponential(Gamma):
    """Exponential distributions: ``rate e^(-rate x)`` for x > 0, a gamma distribution of concentration 1.

    Parameters
    ----------
    rate : Tensor
        The inverse means, above 0.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`. As that of a gamma distribution
        of this concentration, the mode is taken for not defined.

    Source
    ------
    tf.distributions.Exponential, TF 1.15 exponential.py
    """

    _parameter_names = ("rate",)

    def __init__(
        self, rate: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Exponential"
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "Exponential", rate) as (graph, scope):
            inverse_mean = graph.convert(rate, name="rate")
            one = ones([], inverse_mean.dtype)
        super().__init__(one, inverse_mean, validate_args, allow_nan_stats, name=scope)
        self._parameters = parameters

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        size = concat([[n], self.batch_shape_tensor()], 0)
        least = float(np.finfo(self.dtype.np).tiny)  # at 0 the logarithm would be infinite
        uniform = random_uniform(size, minval=least, maxval=1.0, dtype=self.dtype, seed=seed)
        return -log(uniform) / self.rate

    def _log_survival_function(self, value: Tensor) -> Tensor:
        return self._log_prob(value) - log(self.rate)
