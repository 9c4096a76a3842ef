"""The multinomial distribution."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DTypeLike, int32, int64
from estimator.core.keywords import near_keywords
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import concat, identity, ones_like, reshape, shape, transpose
from estimator.functions.arrays import range as range_of
from estimator.functions.distributions.distribution import NOT_REPARAMETERIZED
from estimator.functions.distributions.numbers import VectorDistribution
from estimator.functions.distributions.probabilities import logits_and_probs
from estimator.functions.distributions.validation import counts_of, whole_numbers
from estimator.functions.math import cast, maximum
from estimator.functions.nn import log_softmax
from estimator.functions.random import multinomial
from estimator.functions.reductions import reduce_max, reduce_sum
from estimator.functions.segments import unsorted_segment_sum
from estimator.functions.special import lgamma
from estimator.graph.tensor import Tensor


@near_keywords
class Multinomial(VectorDistribution):
    """Multinomial distributions: how often each class comes, of `total_count` draws.

    Parameters
    ----------
    total_count : Tensor, shape [batch...]
        Whole numbers, of the type of the others.
    logits, probs : Tensor, shape [batch..., classes]
        One of them: logarithms of probabilities, whose exponentials need not have the sum 1; or probabilities. They
        broadcast with `total_count`.
    validate_args, allow_nan_stats, name : optional
        See :class:`~estimator.functions.distributions.distribution.Distribution`.

    Raises
    ------
    ValueError
        If both are given, or none; with `validate_args` if it is known that there is one class.
    TypeError
        If their type is no floating point type.
    InvalidArgumentError
        With `validate_args`: if probabilities are negative or do not have the sum 1, or if counts are no whole
        numbers, or do not add up to `total_count`.

    Source
    ------
    tf.distributions.Multinomial, TF 1.15 multinomial.py
    """

    def __init__(
        self,
        total_count: Any,
        logits: Any = None,
        probs: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Multinomial",
    ) -> None:
        parameters = dict(locals())
        with function_scope(name, "Multinomial", total_count, logits, probs) as (graph, scope):
            self._total_count = graph.convert(total_count, name="total_count")
            if validate_args:
                self._total_count = whole_numbers(self._total_count)
            self._logits, self._probs = logits_and_probs(logits, probs, True, validate_args)
            self._pattern = self._expected = self._total_count[..., None] * self._probs
        super().__init__(
            dtype=self._probs.dtype,
            reparameterization_type=NOT_REPARAMETERIZED,
            validate_args=validate_args,
            allow_nan_stats=allow_nan_stats,
            parameters=parameters,
            graph_parents=[self._total_count, self._logits, self._probs],
            name=scope,
        )

    @property
    def total_count(self) -> Tensor:
        """How many draws there are."""
        return self._total_count

    @property
    def logits(self) -> Tensor:
        """The logarithms of the probabilities, plus any number for all classes."""
        return self._logits

    @property
    def probs(self) -> Tensor:
        """The probabilities of the classes."""
        return self._probs

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        whole = ones_like(self._expected)
        draws = cast(whole[..., 0] * self.total_count, int32)
        classes = self.event_shape_tensor()
        logits = reshape(whole * self.logits, concat([[-1], classes], 0))
        counts = counts_drawn(logits, reshape(draws, [-1]), n, self.dtype, seed)
        size = concat([[n], self.batch_shape_tensor(), classes], 0)
        return reshape(transpose(counts, [1, 0, 2]), size)

    def _log_prob(self, value: Tensor) -> Tensor:
        counts = counts_of(self.total_count, value) if self.validate_args else value
        of_one_order = reduce_sum(counts * log_softmax(self.logits), -1)
        return of_one_order + log_combinations(self.total_count, counts)

    def _mean(self) -> Tensor:
        mean: Tensor = identity(self._expected)
        return mean

    def _covariance(self) -> Tensor:
        return self._covariance_of(self._expected, self._whole_probs())

    def _variance(self) -> Tensor:
        return self._expected - self._expected * self._whole_probs()

    def _whole_probs(self) -> Tensor:
        """The probabilities for every element of the batch."""
        return self.probs * ones_like(self.total_count)[..., None]


def counts_drawn(logits: Tensor, draws: Tensor, n: Any, dtype: DTypeLike, seed: int | None) -> Tensor:
    """How often each class comes, n times of so many draws by each row of logits.

    Shape
    -----
    logits [rows, classes], draws [rows] int32 -> [rows, n, classes]
    """
    size = shape(logits)
    rows, classes = size[0], size[1]
    most = maximum(reduce_max(draws), 0)
    drawn = reshape(multinomial(logits, n * most, seed=seed, output_dtype=int64), [rows, n, most])
    # Every vector of counts is a segment of its own; draws beyond the number of a row count 0.
    first = reshape(range_of(rows * n) * classes, [rows, n, 1])
    counted = cast(range_of(most) < draws[:, None, None], dtype) * ones_like(drawn, dtype)
    counts = unsorted_segment_sum(counted, drawn + cast(first, int64), rows * n * classes)
    return reshape(counts, [rows, n, classes])


def log_combinations(n: Tensor, counts: Tensor) -> Tensor:
    """The logarithm of the number of orders of n draws with these counts: ``n! / prod(counts!)``."""
    with function_scope(None, "log_combinations", n, counts):
        return lgamma(n + 1.0) - reduce_sum(lgamma(counts + 1.0), -1)
