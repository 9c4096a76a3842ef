"""Metrics that are means and sums: of values, of elements, of what a function says of labels and predictions.

Source: tf.keras.metrics, Keras 2.15 base_metric.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.dtypes import DTypeLike
from estimator.core.keywords import own_keywords
from estimator.core.shapes import show
from estimator.functions.math import cast
from estimator.functions.reductions import reduce_mean, reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.tensor import Tensor
from estimator.keras.layer import MASK
from estimator.keras.losses.loss import masked_weights, of_one_rank
from estimator.keras.metrics.metric import Metric
from estimator.network.metrics.fitting import beside
from estimator.network.weights import broadcast_weights


def _beside(
    values: Tensor, sample_weight: Any, dtype: Any, shrink: Callable[..., Tensor]
) -> tuple[Tensor, Tensor]:
    """Values and their weights in one shape; where there are less weights, values that belong together are shrunk."""
    weights = beside(cast(sample_weight, dtype), values, may_grow=True)
    rank, own = (None if tensor.dims is None else len(tensor.dims) for tensor in (weights, values))
    if rank and own and rank < own:
        values = shrink(values, list(range(rank, own)))
    return values, broadcast_weights(weights, values, "sample_weight")


class Sum(Metric):
    """The weighted sum of all values; it keeps ``total``."""

    def __init__(self, name: str | None = "sum", dtype: DTypeLike | None = None) -> None:
        super().__init__(name, dtype)
        self.total = self.add_weight("total", initializer="zeros")

    def update_state(self, values: Any, sample_weight: Any = None) -> Any:
        """Add values."""
        numbers = cast(values, self.variable_dtype)
        if sample_weight is not None:
            numbers, weights = _beside(numbers, sample_weight, self.variable_dtype, reduce_sum)
            numbers = numbers * weights
        return self.total.assign_add(reduce_sum(numbers), read_value=False)

    def result(self) -> Any:
        """The sum."""
        return b.Identity(self.total.as_tensor())


class Mean(Metric):
    """The weighted mean of all values, 0 before there are any; it keeps ``total`` and ``count``."""

    def __init__(self, name: str | None = "mean", dtype: DTypeLike | None = None) -> None:
        super().__init__(name, dtype)
        self.total = self.add_weight("total", initializer="zeros")
        self.count = self.add_weight("count", initializer="zeros")

    def update_state(self, values: Any, sample_weight: Any = None) -> Any:
        """Take in values, or rows of them that have one weight each."""
        numbers = cast(values, self.variable_dtype)
        count = cast(b.Size(numbers), self.variable_dtype)
        if sample_weight is not None:
            numbers, weights = _beside(numbers, sample_weight, self.variable_dtype, reduce_mean)
            numbers, count = numbers * weights, reduce_sum(weights)
        total = self.total.assign_add(reduce_sum(numbers), read_value=False)
        with count.graph.control_dependencies([total]):
            return self.count.assign_add(count, read_value=False)

    def result(self) -> Any:
        """The mean."""
        return b.DivNoNan(self.total.as_tensor(), self.count.as_tensor())


class MeanTensor(Metric):
    """The weighted mean of each element over the batches, which have one shape.

    Parameters
    ----------
    shape : shape, optional
        By default that of the first batch.
    """

    def __init__(
        self, name: str | None = "mean_tensor", dtype: DTypeLike | None = None, shape: Any = None
    ) -> None:
        super().__init__(name, dtype)
        self.total: Any = None
        self.count: Any = None
        if shape is not None:
            self._begin(shape)

    def _begin(self, shape: Any) -> None:
        self.total = self.add_weight("total", shape, initializer="zeros")
        self.count = self.add_weight("count", shape, initializer="zeros")

    def update_state(self, values: Any, sample_weight: Any = None) -> Any:
        """Take in a batch."""
        numbers = cast(values, self.variable_dtype)
        if self.total is None:
            self._begin(numbers.shape)
        if numbers.dims != self.total.dims:
            raise ValueError(
                f"MeanTensor input values must always have the same shape: {show(self.total.dims)} at first, now "
                f"{show(numbers.dims)}."
            )
        count: Any = b.OnesLike(numbers)
        if sample_weight is not None:
            numbers, weights = _beside(numbers, sample_weight, self.variable_dtype, reduce_mean)
            numbers, count = numbers * weights, count * weights
        total = self.total.assign_add(numbers, read_value=False)
        with count.graph.control_dependencies([total]):
            return self.count.assign_add(count, read_value=False)

    def result(self) -> Any:
        """The means."""
        if self.total is None:
            raise ValueError(
                "MeanTensor has no value yet: call update_state(values) first, or say its shape."
            )
        return b.DivNoNan(self.total.as_tensor(), self.count.as_tensor())


class MeanMetricWrapper(Mean):
    """The mean of what a function says of labels and predictions.

    Parameters
    ----------
    fn : callable
        ``fn(y_true, y_pred, **options)``.
    options
        What the function is given by keyword.
    """

    @own_keywords
    def __init__(
        self, fn: Callable[..., Any], name: str | None = None, dtype: DTypeLike | None = None, **kwargs: Any
    ) -> None:
        super().__init__(name, dtype)
        self._fn, self._options = fn, kwargs

    def update_state(  # type: ignore[override]  # of labels and predictions
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> Any:
        """Take in a batch."""
        graph = graph_of([y_true, y_pred])
        labels, predictions = (
            graph.cast(graph.convert(value), self.variable_dtype) for value in (y_true, y_pred)
        )
        found = self._fn(*of_one_rank(labels, predictions), **self._options)
        mask = getattr(found, MASK, None)
        return super().update_state(found, masked_weights(found, sample_weight, mask, is_mean=False))

    def get_config(self) -> dict[str, Any]:
        """What makes the same metric again."""
        config = {**super().get_config(), **self._options}
        return {**config, "fn": self._fn} if type(self) is MeanMetricWrapper else config

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Any:
        """The metric that such a configuration describes."""
        from estimator.keras.metrics.by_name import get

        given = dict(config)
        fn = given.pop("fn", None)
        return cls(get(fn), **given) if cls is MeanMetricWrapper else cls(**given)
