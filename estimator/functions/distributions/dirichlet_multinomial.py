"""The multinomial distribution whose probabilities are drawn by a Dirichlet distribution."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import int32
from estimator.core.keywords import near_keywords
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import concat, ones_like, reshape
from estimator.functions.distributions.dirichlet import concentration_of_classes
from estimator.functions.distributions.distribution import NOT_REPARAMETERIZED
from estimator.functions.distributions.multinomial import counts_drawn, log_combinations
from estimator.functions.distributions.numbers import VectorDistribution
from estimator.functions.distributions.validation import counts_of, whole_numbers
from estimator.functions.math import cast, exp, log, sqrt
from estimator.functions.random import random_gamma
from estimator.functions.reductions import reduce_sum
from estimator.functions.seeds import salted_seed
from estimator.functions.special import lbeta
from estimator.graph.tensor import Tensor


@near_keywords
class DirichletMultinomial(VectorDistribution):
    """Dirichlet-multinomial distributions: how often each class comes, of draws with probabilities that are drawn too.

    Parameters
    ----------
    total_count : Tensor, shape [batch...]
        Whole numbers, of the type of the concentration.
    concentration : Tensor, shape [batch..., classes]
        Of the Dirichlet distribution, above 0; its batch is that of the distribution.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`.

    Raises
    ------
    ValueError
        With `validate_args`: if it is known that there is one class.
    InvalidArgumentError
        With `validate_args`: if a concentration is not above 0, or if counts are no whole numbers, or do not add up
        to `total_count`.

    Source
    ------
    tf.distributions.DirichletMultinomial, TF 1.15 dirichlet_multinomial.py
    """

    def __init__(
        self,
        total_count: Any,
        concentration: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "DirichletMultinomial",
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "DirichletMultinomial", total_count, concentration) as (graph, scope):
            self._total_count = graph.convert(total_count, name="total_count")
            if validate_args:
                self._total_count = whole_numbers(self._total_count)
            self._concentration = concentration_of_classes(graph, concentration, validate_args)
            self._total_concentration = reduce_sum(self._concentration, -1)
            self._pattern = self._concentration
        super().__init__(
            dtype=self._concentration.dtype,
            reparameterization_type=NOT_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._total_count, self._concentration],
            name=scope,
        )

    @property
    def total_count(self) -> Tensor:
        """How many draws there are."""
        return self._total_count

    @property
    def concentration(self) -> Tensor:
        """How often each class is expected, beforehand."""
        return self._concentration

    @property
    def total_concentration(self) -> Tensor:
        """The sum over the last axis."""
        return self._total_concentration

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        weights = random_gamma([n], self.concentration, dtype=self.dtype, seed=seed)
        draws = cast(ones_like(weights[..., 0]) * self.total_count, int32)
        classes = self.event_shape_tensor()
        logits = reshape(log(weights), concat([[-1], classes], 0))
        drawn_seed = salted_seed(seed, "dirichlet_multinomial")
        counts = counts_drawn(logits, reshape(draws, [-1]), 1, self.dtype, drawn_seed)
        return reshape(counts, concat([[n], self.batch_shape_tensor(), classes], 0))

    def _log_prob(self, value: Tensor) -> Tensor:
        counts = counts_of(self.total_count, value) if self.validate_args else value
        of_one_order = lbeta(self.concentration + counts) - lbeta(self.concentration)
        return of_one_order + log_combinations(self.total_count, counts)

    def _prob(self, value: Tensor) -> Tensor:
        return exp(self._log_prob(value))

    def _mean(self) -> Tensor:
        return self._total() * (self.concentration / self.total_concentration[..., None])

    def _covariance(self) -> Tensor:
        x = self._shared_scale() * self._mean()
        return self._covariance_of(x, x)

    def _variance(self) -> Tensor:
        scale = self._shared_scale()
        x = scale * self._mean()
        return x * (self._total() * scale - x)

    def _shared_scale(self) -> Tensor:
        total = self.total_concentration[..., None]
        return sqrt((1.0 + total / self._total()) / (1.0 + total))

    def _total(self) -> Tensor:
        """The total counts, which broadcast with the classes."""
        return self.total_count[..., None]
