"""The gamma distribution."""

from __future__ import annotations

from typing import Any, ClassVar

from estimator.core.keywords import near_keywords
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import identity
from estimator.functions.checks import assert_positive, assert_same_float_dtype
from estimator.functions.distributions.distribution import FULLY_REPARAMETERIZED
from estimator.functions.distributions.divergence import RegisterKL
from estimator.functions.distributions.numbers import ScalarDistribution
from estimator.functions.distributions.validation import defined_above
from estimator.functions.grouping import with_dependencies
from estimator.functions.math import log, sqrt, square
from estimator.functions.random import random_gamma
from estimator.functions.special import digamma, igamma, lgamma, xlogy
from estimator.graph.tensor import Tensor


@near_keywords
class Gamma(ScalarDistribution):
    """Gamma distributions: ``x^(c - 1) e^(-rate x) rate^c / Gamma(c)`` for x > 0, where c is the concentration.

    Parameters
    ----------
    concentration, rate : Tensor
        The shape and the inverse scale, above 0; both broadcast.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`. The mode is not defined for a
        concentration of 1 or less.

    Raises
    ------
    ValueError
        If the parameters, or a value, are not of one floating point type.
    InvalidArgumentError
        With `validate_args`: if a parameter or a value is not above 0.

    Source
    ------
    tf.distributions.Gamma, TF 1.15 gamma.py
    """

    _parameter_names: ClassVar[tuple[str, ...]] = ("concentration", "rate")

    def __init__(
        self,
        concentration: Any,
        rate: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Gamma",
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "Gamma", concentration, rate) as (graph, scope):
            checks = [assert_positive(concentration), assert_positive(rate)] if validate_args else []
            with graph.control_dependencies(checks):
                self._concentration: Tensor = identity(concentration, name="concentration")
                self._rate: Tensor = identity(rate, name="rate")
        super().__init__(
            dtype=assert_same_float_dtype([self._concentration, self._rate]),
            reparameterization_type=FULLY_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._concentration, self._rate],
            name=scope,
        )

    @property
    def concentration(self) -> Tensor:
        """The shapes."""
        return self._concentration

    @property
    def rate(self) -> Tensor:
        """The inverse scales."""
        return self._rate

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        return random_gamma([n], self.concentration, self.rate, dtype=self.dtype, seed=seed)

    def _log_prob(self, value: Tensor) -> Tensor:
        x = self._checked(value)
        unnormalized = xlogy(self.concentration - 1.0, x) - self.rate * x
        return unnormalized - (lgamma(self.concentration) - self.concentration * log(self.rate))

    def _cdf(self, value: Tensor) -> Tensor:
        return igamma(self.concentration, self.rate * self._checked(value))

    def _entropy(self) -> Tensor:
        c = self.concentration
        return c - log(self.rate) + lgamma(c) + (1.0 - c) * digamma(c)

    def _mean(self) -> Tensor:
        return self.concentration / self.rate

    def _variance(self) -> Tensor:
        return self.concentration / square(self.rate)

    def _stddev(self) -> Tensor:
        return sqrt(self.concentration) / self.rate

    def _mode(self) -> Tensor:
        mode, message = (self.concentration - 1.0) / self.rate, "mode not defined when any concentration <= 1"
        return defined_above(1.0, [self.concentration], mode, self.allow_nan_stats, message)

    def _checked(self, value: Tensor) -> Tensor:
        assert_same_float_dtype([value], self.dtype)
        return with_dependencies([assert_positive(value)], value) if self.validate_args else value


@RegisterKL(Gamma, Gamma)
def _kl_gamma_gamma(a: Gamma, b: Gamma, name: str | None = None) -> Tensor:
    with function_scope(name, "kl_gamma_gamma", a.concentration, a.rate, b.concentration, b.rate):
        return (
            (a.concentration - b.concentration) * digamma(a.concentration)
            + lgamma(b.concentration)
            - lgamma(a.concentration)
            + b.concentration * (log(a.rate) - log(b.rate))
            + a.concentration * (b.rate / a.rate - 1.0)
        )
