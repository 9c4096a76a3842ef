"""The beta distribution."""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import ones, ones_like
from estimator.functions.checks import assert_less, assert_positive, assert_same_float_dtype
from estimator.functions.distributions.distribution import FULLY_REPARAMETERIZED
from estimator.functions.distributions.divergence import RegisterKL
from estimator.functions.distributions.numbers import ScalarDistribution
from estimator.functions.distributions.validation import defined_above
from estimator.functions.grouping import with_dependencies
from estimator.functions.math import exp, log, log1p
from estimator.functions.random import random_gamma
from estimator.functions.seeds import salted_seed
from estimator.functions.special import betainc, digamma, lgamma, xlogy
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor


@near_keywords
class Beta(ScalarDistribution):
    """Beta distributions: ``x^(a - 1) (1 - x)^(b - 1) Gamma(a + b) / (Gamma(a) Gamma(b))`` for 0 < x < 1.

    Parameters
    ----------
    concentration1, concentration0 : Tensor
        a and b, above 0, which broadcast: how often 1 and how often 0 is expected.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`. The mode is not defined where a
        concentration is 1 or less.

    Raises
    ------
    ValueError
        If the parameters are not of one floating point type.
    InvalidArgumentError
        With `validate_args`: if a concentration is not above 0, or a value not between 0 and 1.

    Source
    ------
    tf.distributions.Beta, TF 1.15 beta.py
    """

    _parameter_names = ("concentration1", "concentration0")

    def __init__(
        self,
        concentration1: Any = None,
        concentration0: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Beta",
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "Beta", concentration1, concentration0) as (graph, scope):
            self._concentration1 = _concentration(graph, concentration1, "concentration1", validate_args)
            self._concentration0 = _concentration(graph, concentration0, "concentration0", validate_args)
            kind = assert_same_float_dtype([self._concentration1, self._concentration0])
            self._total_concentration = self._concentration1 + self._concentration0
        super().__init__(
            dtype=kind,
            reparameterization_type=FULLY_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._concentration1, self._concentration0, self._total_concentration],
            name=scope,
        )

    @property
    def concentration1(self) -> Tensor:
        """How often 1 is expected."""
        return self._concentration1

    @property
    def concentration0(self) -> Tensor:
        """How often 0 is expected."""
        return self._concentration0

    @property
    def total_concentration(self) -> Tensor:
        """The sum of both."""
        return self._total_concentration

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        whole = ones_like(self.total_concentration)
        ones_drawn = random_gamma([n], whole * self.concentration1, dtype=self.dtype, seed=seed)
        zeros_seed = salted_seed(seed, "beta")
        zeros_drawn = random_gamma([n], whole * self.concentration0, dtype=self.dtype, seed=zeros_seed)
        return ones_drawn / (ones_drawn + zeros_drawn)

    def _log_prob(self, value: Tensor) -> Tensor:
        x = self._checked(value)
        unnormalized = xlogy(self.concentration1 - 1.0, x) + (self.concentration0 - 1.0) * log1p(-x)
        return unnormalized - self._log_normalization()

    def _prob(self, value: Tensor) -> Tensor:
        return exp(self._log_prob(value))

    def _log_cdf(self, value: Tensor) -> Tensor:
        return log(self._cdf(value))

    def _cdf(self, value: Tensor) -> Tensor:
        return betainc(self.concentration1, self.concentration0, value)

    def _log_normalization(self) -> Tensor:
        return lgamma(self.concentration1) + lgamma(self.concentration0) - lgamma(self.total_concentration)

    def _entropy(self) -> Tensor:
        total = self.total_concentration
        return (
            self._log_normalization()
            - (self.concentration1 - 1.0) * digamma(self.concentration1)
            - (self.concentration0 - 1.0) * digamma(self.concentration0)
            + (total - 2.0) * digamma(total)
        )

    def _mean(self) -> Tensor:
        return self.concentration1 / self.total_concentration

    def _variance(self) -> Tensor:
        mean = self._mean()
        return mean * (1.0 - mean) / (1.0 + self.total_concentration)

    def _mode(self) -> Tensor:
        mode = (self.concentration1 - 1.0) / (self.total_concentration - 2.0)
        both = [self.concentration1, self.concentration0]
        return defined_above(
            1.0, both, mode, self.allow_nan_stats, "mode not defined for concentrations <= 1"
        )

    def _checked(self, value: Tensor) -> Tensor:
        if not self.validate_args:
            return value
        positive = assert_positive(value, message="sample must be positive")
        below = assert_less(value, ones([], self.dtype), message="sample must be less than 1")
        return with_dependencies([positive, below], value)


def _concentration(graph: Graph, value: Any, name: str, validate_args: bool) -> Tensor:
    tensor = graph.convert(value, name=name)
    if not validate_args:
        return tensor
    return with_dependencies([assert_positive(tensor, message=f"{name} must be positive.")], tensor)


@RegisterKL(Beta, Beta)
def _kl_beta_beta(a: Beta, b: Beta, name: str | None = None) -> Tensor:
    with function_scope(name, "kl_beta_beta", a.total_concentration, b.total_concentration):
        return (
            b._log_normalization()
            - a._log_normalization()
            - digamma(a.concentration1) * (b.concentration1 - a.concentration1)
            - digamma(a.concentration0) * (b.concentration0 - a.concentration0)
            + digamma(a.total_concentration) * (b.total_concentration - a.total_concentration)
        )
