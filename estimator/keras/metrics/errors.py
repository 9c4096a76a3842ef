"""Metrics that are means of losses: errors and cross entropies.

Source: tf.keras.metrics, Keras 2.15 regression_metrics.py, probabilistic_metrics.py, hinge_metrics.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.dtypes import DTypeLike
from estimator.functions.math import cast
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.tensor import Tensor
from estimator.keras.losses import crossentropies, errors
from estimator.keras.losses.loss import of_one_rank
from estimator.keras.metrics.means import Mean, MeanMetricWrapper


def _mean_of(
    function: Callable[..., Any], class_name: str, default: str | None = None
) -> type[MeanMetricWrapper]:
    """The mean of a loss without options."""
    default = default or function.__name__

    def __init__(self: Any, name: str | None = default, dtype: DTypeLike | None = None) -> None:
        MeanMetricWrapper.__init__(self, function, name, dtype)

    meaning = f"The mean of the loss {function.__name__} over all examples."
    members = {"__init__": __init__, "__doc__": meaning, "__module__": __name__, "__qualname__": class_name}
    return type(class_name, (MeanMetricWrapper,), members)


MeanSquaredError = _mean_of(errors.mean_squared_error, "MeanSquaredError")
MeanAbsoluteError = _mean_of(errors.mean_absolute_error, "MeanAbsoluteError")
MeanAbsolutePercentageError = _mean_of(errors.mean_absolute_percentage_error, "MeanAbsolutePercentageError")
MeanSquaredLogarithmicError = _mean_of(errors.mean_squared_logarithmic_error, "MeanSquaredLogarithmicError")
LogCoshError = _mean_of(errors.log_cosh, "LogCoshError", "logcosh")
Hinge = _mean_of(errors.hinge, "Hinge")
SquaredHinge = _mean_of(errors.squared_hinge, "SquaredHinge")
CategoricalHinge = _mean_of(errors.categorical_hinge, "CategoricalHinge")
KLDivergence = _mean_of(errors.kl_divergence, "KLDivergence", "kullback_leibler_divergence")
Poisson = _mean_of(errors.poisson, "Poisson")


def _cosine(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    return b.Neg(errors.cosine_similarity(y_true, y_pred, axis))


class CosineSimilarity(MeanMetricWrapper):
    """The mean cosine of the angle between labels and predictions: 1 where they have one direction."""

    def __init__(
        self, name: str | None = "cosine_similarity", dtype: DTypeLike | None = None, axis: int = -1
    ) -> None:
        super().__init__(_cosine, name, dtype, axis=axis)


class BinaryCrossentropy(MeanMetricWrapper):
    """The mean cross entropy of labels 0 and 1."""

    def __init__(
        self,
        name: str | None = "binary_crossentropy",
        dtype: DTypeLike | None = None,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
    ) -> None:
        function = crossentropies.binary_crossentropy
        super().__init__(function, name, dtype, from_logits=from_logits, label_smoothing=label_smoothing)


class CategoricalCrossentropy(MeanMetricWrapper):
    """The mean cross entropy of one-hot labels."""

    def __init__(
        self,
        name: str | None = "categorical_crossentropy",
        dtype: DTypeLike | None = None,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
    ) -> None:
        function = crossentropies.categorical_crossentropy
        options: dict[str, Any] = {
            "from_logits": from_logits,
            "label_smoothing": label_smoothing,
            "axis": axis,
        }
        super().__init__(function, name, dtype, **options)


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """The mean cross entropy of class ids."""

    def __init__(
        self,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: DTypeLike | None = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        function = crossentropies.sparse_categorical_crossentropy
        options: dict[str, Any] = {"from_logits": from_logits, "ignore_class": ignore_class, "axis": axis}
        super().__init__(function, name, dtype, **options)


class RootMeanSquaredError(Mean):
    """The root of the mean squared error over all elements."""

    def __init__(self, name: str | None = "root_mean_squared_error", dtype: DTypeLike | None = None) -> None:
        super().__init__(name, dtype)

    def update_state(  # type: ignore[override]  # of labels and predictions
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> Any:
        """Take in a batch."""
        labels, predictions = _floats(self, y_true, y_pred)
        return super().update_state(b.SquaredDifference(predictions, labels), sample_weight)

    def result(self) -> Any:
        """The root."""
        return b.Sqrt(b.DivNoNan(self.total.as_tensor(), self.count.as_tensor()))


class MeanRelativeError(Mean):
    """The mean of |y_true - y_pred| / normalizer; 0 where the normalizer is 0.

    Parameters
    ----------
    normalizer : array
        Of the shape of the predictions.
    """

    def __init__(self, normalizer: Any, name: str | None = None, dtype: DTypeLike | None = None) -> None:
        super().__init__(name, dtype)
        self.normalizer = normalizer

    def update_state(  # type: ignore[override]  # of labels and predictions
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> Any:
        """Take in a batch."""
        labels, predictions = _floats(self, y_true, y_pred)
        unit, predictions = of_one_rank(cast(self.normalizer, self.variable_dtype), predictions)
        return super().update_state(b.DivNoNan(b.Abs(labels - predictions), unit), sample_weight)

    def get_config(self) -> dict[str, Any]:
        """What makes the same metric again."""
        return {**super().get_config(), "normalizer": self.normalizer}


def _floats(metric: Mean, y_true: Any, y_pred: Any) -> tuple[Tensor, Tensor]:
    graph = graph_of([y_true, y_pred])
    labels, predictions = (
        graph.cast(graph.convert(value), metric.variable_dtype) for value in (y_true, y_pred)
    )
    return of_one_rank(labels, predictions)
