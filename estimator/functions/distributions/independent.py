"""A batch of independent random variables that is one."""

from __future__ import annotations

from typing import Any

from estimator.core.keywords import near_keywords
from estimator.functions.arguments import function_scope
from estimator.functions.arrays import concat
from estimator.functions.distributions.distribution import Distribution
from estimator.functions.distributions.divergence import RegisterKL, kl_divergence
from estimator.functions.reductions import reduce_sum
from estimator.graph.tensor import Tensor


@near_keywords
class Independent(Distribution):
    """A distribution whose last dimensions of the batch are dimensions of the event.

    Its probabilities are the products over these dimensions.

    Parameters
    ----------
    distribution : Distribution
        Of the numbers or vectors.
    reinterpreted_batch_ndims : int, optional
        How many dimensions; default all but the first.
    validate_args : bool
        Of this distribution; that of the numbers has its own.
    name : str, optional
        By default ``"Independent"`` and the other's name.

    Raises
    ------
    ValueError
        If the batch has fewer dimensions, or nobody knows how many it has and how many are meant.

    Source
    ------
    tf.contrib.distributions.Independent, TF 1.15 independent.py
    """

    def __init__(
        self,
        distribution: Distribution,
        reinterpreted_batch_ndims: int | None = None,
        validate_args: bool = False,
        name: str | None = None,
    ) -> None:
        parameters = dict(locals())
        rank = distribution.batch_shape.rank
        if reinterpreted_batch_ndims is None and rank is None:
            raise ValueError(
                "Independent: the rank of the distribution's batch is not known; give reinterpreted_batch_ndims."
            )
        count = (
            max((rank or 0) - 1, 0) if reinterpreted_batch_ndims is None else int(reinterpreted_batch_ndims)
        )
        if count < 0 or (rank is not None and count > rank):
            raise ValueError(
                f"reinterpreted_batch_ndims({count}) cannot exceed the number of dimensions of the distribution's "
                f"batch, {distribution.batch_shape}, or be less than 0."
            )
        self._distribution, self._count = distribution, count
        with function_scope(name or f"Independent{distribution.name}", "Independent") as (_, scope):
            super().__init__(
                dtype=distribution.dtype,
                reparameterization_type=distribution.reparameterization_type,
                validate_args=validate_args,
                allow_nan_stats=distribution.allow_nan_stats,
                parameters=parameters,
                graph_parents=distribution._graph_parents,
                name=scope,
            )

    @property
    def distribution(self) -> Distribution:
        """Of the numbers or vectors."""
        return self._distribution

    @property
    def reinterpreted_batch_ndims(self) -> int:
        """How many dimensions of its batch are dimensions of the event."""
        return self._count

    def _batch_shape(self) -> Any:
        batch = self._distribution.batch_shape
        return None if batch.rank is None else batch[: batch.rank - self._count]

    def _event_shape(self) -> Any:
        batch = self._distribution.batch_shape
        moved = None if batch.rank is None else batch[batch.rank - self._count :]
        return None if moved is None else moved.concatenate(self._distribution.event_shape)

    def _batch_shape_tensor(self) -> Tensor:
        batch = self._distribution.batch_shape_tensor()
        return batch[: -self._count] if self._count else batch

    def _event_shape_tensor(self) -> Tensor:
        event = self._distribution.event_shape_tensor()
        return (
            concat([self._distribution.batch_shape_tensor()[-self._count :], event], 0)
            if self._count
            else event
        )

    def _sample_n(self, n: Any, seed: int | None = None) -> Tensor:
        return self._distribution.sample(n, seed=seed)

    def _log_prob(self, value: Tensor) -> Tensor:
        return self._total(self._distribution.log_prob(value))

    def _entropy(self) -> Tensor:
        return self._total(self._distribution.entropy())

    def _mean(self) -> Tensor:
        return self._distribution.mean()

    def _variance(self) -> Tensor:
        return self._distribution.variance()

    def _stddev(self) -> Tensor:
        return self._distribution.stddev()

    def _mode(self) -> Tensor:
        return self._distribution.mode()

    def _total(self, of_each: Tensor) -> Tensor:
        return reduce_sum(of_each, list(range(-self._count, 0))) if self._count else of_each


@RegisterKL(Independent, Independent)
def _kl_independent_independent(a: Independent, b: Independent, name: str | None = None) -> Tensor:
    if a.event_shape.rank != b.event_shape.rank or a.reinterpreted_batch_ndims != b.reinterpreted_batch_ndims:
        raise ValueError(
            f"the divergence of independent distributions needs events of one kind, given: {a!r} and {b!r}."
        )
    with function_scope(name, "kl_independent_independent"):
        return a._total(kl_divergence(a.distribution, b.distribution))
