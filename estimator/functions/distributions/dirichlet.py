"""The Dirichlet distribution."""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import ones
from estimator.functions.checks import assert_near, assert_positive
from estimator.functions.distributions.distribution import FULLY_REPARAMETERIZED
from estimator.functions.distributions.divergence import RegisterKL
from estimator.functions.distributions.numbers import VectorDistribution
from estimator.functions.distributions.validation import defined_above, of_classes
from estimator.functions.grouping import with_dependencies
from estimator.functions.math import cast, exp, rsqrt
from estimator.functions.random import random_gamma
from estimator.functions.reductions import reduce_min, reduce_sum
from estimator.functions.special import digamma, lbeta, xlogy
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor


@near_keywords
class Dirichlet(VectorDistribution):
    """Dirichlet distributions: vectors of the sum 1, ``prod(x^(a - 1)) Gamma(sum(a)) / prod(Gamma(a))``.

    Parameters
    ----------
    concentration : Tensor, shape [batch..., k]
        The exponents a, above 0.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`. The mode is not defined where a
        concentration is 1 or less.

    Raises
    ------
    ValueError
        With `validate_args`: if it is known that k is less than 2.
    InvalidArgumentError
        With `validate_args`: if a concentration is not above 0, or a value has not the sum 1.

    Source
    ------
    tf.distributions.Dirichlet, TF 1.15 dirichlet.py
    """

    def __init__(
        self,
        concentration: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Dirichlet",
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "Dirichlet", concentration) as (graph, scope):
            self._concentration = concentration_of_classes(graph, concentration, validate_args)
            self._total_concentration = reduce_sum(self._concentration, -1)
            self._pattern = self._concentration
        super().__init__(
            dtype=self._concentration.dtype,
            reparameterization_type=FULLY_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._concentration, self._total_concentration],
            name=scope,
        )

    @property
    def concentration(self) -> Tensor:
        """How often each class is expected."""
        return self._concentration

    @property
    def total_concentration(self) -> Tensor:
        """The sum over the last axis."""
        return self._total_concentration

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        drawn = random_gamma([n], self.concentration, dtype=self.dtype, seed=seed)
        return drawn / reduce_sum(drawn, -1, keepdims=True)

    def _log_prob(self, value: Tensor) -> Tensor:
        x = self._checked(value)
        return reduce_sum(xlogy(self.concentration - 1.0, x), -1) - lbeta(self.concentration)

    def _prob(self, value: Tensor) -> Tensor:
        return exp(self._log_prob(value))

    def _entropy(self) -> Tensor:
        total = self.total_concentration
        of_each = reduce_sum((self.concentration - 1.0) * digamma(self.concentration), -1)
        return lbeta(self.concentration) + (total - self._classes()) * digamma(total) - of_each

    def _mean(self) -> Tensor:
        return self.concentration / self.total_concentration[..., None]

    def _covariance(self) -> Tensor:
        x = self._shared_scale() * self._mean()
        return self._covariance_of(x, x)

    def _variance(self) -> Tensor:
        scale = self._shared_scale()
        x = scale * self._mean()
        return x * (scale - x)

    def _mode(self) -> Tensor:
        mode = (self.concentration - 1.0) / (self.total_concentration[..., None] - self._classes())
        least = reduce_min(self.concentration, -1, keepdims=True)
        message = "mode not defined when any concentration <= 1"
        return defined_above(1.0, [least], mode, self.allow_nan_stats, message)

    def _classes(self) -> Tensor:
        return cast(self.event_shape_tensor()[0], self.dtype)

    def _shared_scale(self) -> Tensor:
        return rsqrt(1.0 + self.total_concentration[..., None])

    def _checked(self, value: Tensor) -> Tensor:
        if not self.validate_args:
            return value
        positive = assert_positive(value, message="samples must be positive")
        one, total = ones([], self.dtype), reduce_sum(value, -1)
        return with_dependencies([positive, assert_near(one, total, message="samples must sum to 1")], value)


def concentration_of_classes(graph: Graph, concentration: Any, validate_args: bool) -> Tensor:
    """The parameter of a Dirichlet distribution as a tensor, checked if need be."""
    tensor = graph.convert(concentration, name="concentration")
    if not validate_args:
        return tensor
    positive = assert_positive(tensor, message="concentration must be positive.")
    return with_dependencies([positive], of_classes(tensor))


@RegisterKL(Dirichlet, Dirichlet)
def _kl_dirichlet_dirichlet(a: Dirichlet, b: Dirichlet, name: str | None = None) -> Tensor:
    with function_scope(name, "kl_dirichlet_dirichlet", a.concentration, b.concentration):
        # The mean of log(x), of which both densities are made, under a.
        mean_log = digamma(a.concentration) - digamma(reduce_sum(a.concentration, -1, keepdims=True))
        moved = reduce_sum((a.concentration - b.concentration) * mean_log, -1)
        return moved - lbeta(a.concentration) + lbeta(b.concentration)
