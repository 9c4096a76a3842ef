"""The Poisson distribution."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import identity, zeros_like
from estimator.functions.checks import assert_non_negative, assert_positive
from estimator.functions.distributions.distribution import NOT_REPARAMETERIZED
from estimator.functions.distributions.divergence import RegisterKL
from estimator.functions.distributions.numbers import ScalarDistribution
from estimator.functions.distributions.validation import whole_numbers
from estimator.functions.grouping import with_dependencies
from estimator.functions.logic import equal, logical_and, where_v2
from estimator.functions.math import exp, floor, log, maximum
from estimator.functions.random import random_poisson
from estimator.functions.special import igammac, lgamma
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor


@near_keywords
class Poisson(ScalarDistribution):
    """Poisson distributions: how often something happens, ``rate^k exp(-rate) / k!``.

    Parameters
    ----------
    rate : Tensor, optional
        The means, above 0; or else:
    log_rate : Tensor, optional
        Their logarithms.
    interpolate_nondiscrete : bool
        Whether the formula, with the gamma function, gives numbers for values that are not whole, too; else these have
        the probability 0.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`.

    Raises
    ------
    ValueError
        If both are given, or none.
    TypeError
        If the type is no floating point type.
    InvalidArgumentError
        With `validate_args`: if a rate is not above 0, or a value below 0 or, without interpolation, not whole.

    Source
    ------
    tf.contrib.distributions.Poisson, TF 1.15 poisson.py
    """

    _parameter_names = ("rate",)

    def __init__(
        self,
        rate: Any = None,
        log_rate: Any = None,
        interpolate_nondiscrete: bool = True,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Poisson",
    ) -> None:
        parameters = dict(locals())
        if (rate is None) == (log_rate is None):
            raise ValueError(
                f"a Poisson distribution is made of rate or of log_rate, given: {'none' if rate is None else 'both'}."
            )
        with function_scope(name, "Poisson", rate, log_rate) as (graph, scope):
            given = graph.convert(
                log_rate if rate is None else rate, name="log_rate" if rate is None else "rate"
            )
            if not given.dtype.is_floating:
                raise TypeError(
                    f"the rate must have a floating point type, given: {given.dtype.name}; use tf.cast."
                )
            if rate is None:
                self._rate, self._log_rate = exp(given), given
            else:
                checks = [assert_positive(given)] if validate_args else []
                self._rate = with_dependencies(checks, given)
                self._log_rate = log(self._rate)
        self._interpolates = interpolate_nondiscrete
        super().__init__(
            dtype=self._rate.dtype,
            reparameterization_type=NOT_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._rate],
            name=scope,
        )

    @property
    def rate(self) -> Tensor:
        """The means."""
        return self._rate

    @property
    def log_rate(self) -> Tensor:
        """The logarithms of the means."""
        return self._log_rate

    @property
    def interpolate_nondiscrete(self) -> bool:
        """Whether the formula is used between whole numbers, too."""
        return self._interpolates

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        return random_poisson(self.rate, [n], dtype=self.dtype, seed=seed)

    def _log_prob(self, value: Tensor) -> Tensor:
        x = self._checked(value)
        possible = x >= 0.0
        if not self._interpolates:
            possible = logical_and(possible, equal(floor(x), x))
        k = maximum(x, 0.0)  # a branch that is not chosen must be finite, too
        found = k * self.log_rate - lgamma(1.0 + k) - self.rate
        impossible = get_default_graph().constant(-np.inf, self.dtype)
        return where_v2(possible, found, impossible)

    def _cdf(self, value: Tensor) -> Tensor:
        x = self._checked(value)
        k = maximum(x if self._interpolates else floor(x), 0.0)
        below = igammac(1.0 + k, self.rate + zeros_like(k))
        return where_v2(x >= 0.0, below, zeros_like(below))

    def _mean(self) -> Tensor:
        return identity(self.rate)

    def _variance(self) -> Tensor:
        return identity(self.rate)

    def _mode(self) -> Tensor:
        return floor(self.rate)

    def _checked(self, value: Tensor) -> Tensor:
        if not self.validate_args:
            return value
        if self._interpolates:
            return with_dependencies([assert_non_negative(value)], value)
        return whole_numbers(value)


@RegisterKL(Poisson, Poisson)
def _kl_poisson_poisson(a: Poisson, b: Poisson, name: str | None = None) -> Tensor:
    with function_scope(name, "kl_poisson_poisson", a.rate, b.rate):
        return a.rate * (a.log_rate - b.log_rate) - a.rate + b.rate
