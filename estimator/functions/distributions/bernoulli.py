"""The Bernoulli distribution."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import bool as bool_type
from estimator.core.dtypes import int32
from estimator.core.keywords import near_keywords
from estimator.core.shapes import is_static
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import concat, identity, ones_like
from estimator.functions.distributions.distribution import NOT_REPARAMETERIZED
from estimator.functions.distributions.divergence import RegisterKL
from estimator.functions.distributions.numbers import ScalarDistribution
from estimator.functions.distributions.probabilities import logits_and_probs
from estimator.functions.distributions.validation import whole_numbers
from estimator.functions.math import cast, sigmoid
from estimator.functions.nn import sigmoid_cross_entropy_with_logits, softplus
from estimator.functions.random import random_uniform
from estimator.graph.tensor import Tensor


@near_keywords
class Bernoulli(ScalarDistribution):
    """Bernoulli distributions: 1 with the probability `probs`, else 0.

    Parameters
    ----------
    logits, probs : Tensor
        One of them: log odds ``log(p / (1 - p))``, or probabilities.
    dtype : DType
        Of what it draws.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`.

    Raises
    ------
    ValueError
        If both are given, or none.
    TypeError
        If their type is no floating point type.
    InvalidArgumentError
        With `validate_args`: if a probability is not in [0, 1], or a value is neither 0 nor 1.

    Source
    ------
    tf.distributions.Bernoulli, TF 1.15 bernoulli.py
    """

    _parameter_names = ("logits",)

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Bernoulli",
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "Bernoulli", logits, probs) as (_, scope):
            self._logits, self._probs = logits_and_probs(logits, probs, validate_args=validate_args)
        super().__init__(
            dtype=dtype,
            reparameterization_type=NOT_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._logits, self._probs],
            name=scope,
        )

    @property
    def logits(self) -> Tensor:
        """The log odds of 1."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probabilities of 1."""
        return self._probs

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        size = concat([[n], self.batch_shape_tensor()], 0)
        uniform = random_uniform(size, seed=seed, dtype=self.probs.dtype)
        return cast(uniform < self.probs, self.dtype)

    def _log_prob(self, value: Tensor) -> Tensor:
        event = whole_numbers(value, bool_type) if self.validate_args else value
        event, logits = cast(event, self.logits.dtype), self.logits
        if event.dims != logits.dims or not is_static(event.dims):
            logits, event = ones_like(event) * logits, ones_like(logits) * event
        return -sigmoid_cross_entropy_with_logits(labels=event, logits=logits)

    def _entropy(self) -> Tensor:
        return -self.logits * (sigmoid(self.logits) - 1.0) + softplus(-self.logits)

    def _mean(self) -> Tensor:
        mean: Tensor = identity(self.probs)
        return mean

    def _variance(self) -> Tensor:
        return self._mean() * (1.0 - self.probs)

    def _mode(self) -> Tensor:
        return cast(self.probs > 0.5, self.dtype)


@RegisterKL(Bernoulli, Bernoulli)
def _kl_bernoulli_bernoulli(a: Bernoulli, b: Bernoulli, name: str | None = None) -> Tensor:
    with function_scope(name, "kl_bernoulli_bernoulli", a.logits, b.logits):
        of_zero = softplus(b.logits) - softplus(a.logits)
        of_one = softplus(-b.logits) - softplus(-a.logits)
        return sigmoid(a.logits) * of_one + sigmoid(-a.logits) * of_zero
