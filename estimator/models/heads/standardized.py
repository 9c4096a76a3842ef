"""Prediction of numbers of any size: prices, temperatures, distances."""

from __future__ import annotations

from typing import Any

from estimator.columns.standardize import Standardize
from estimator.core.arguments import keeps_arguments
from estimator.core.keywords import near_keywords
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.models.heads.loss import SUM_OVER_BATCH_SIZE
from estimator.models.heads.regression import RegressionHead
from estimator.models.heads.single import Batch, Measure
from estimator.network.metrics.averages import mean_absolute_error, root_mean_squared_error
from estimator.network.metrics.state import Pair


@keeps_arguments
@near_keywords
class StandardizedRegressionHead(RegressionHead):
    """The logits are labels in standard deviations from their mean; the predictions have the labels' unit.

    A network whose answers begin near 0 takes very long to reach 200,000, and optimizers that go in steps of a learning
    rate never do. With this head it learns the same whatever the unit is. The loss is the squared error of the logits,
    which has no unit: a model that always says the mean has the loss 1, and 0.1 means that a tenth of the labels'
    variance is not explained. The errors that evaluations measure have the labels' unit.

    Parameters
    ----------
    mean, std : float
        Of the labels; a rough figure does.
    label_dimension, weight_column, loss_reduction, name
        As :class:`RegressionHead` has them.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.
    """

    def __init__(
        self,
        mean: float,
        std: float,
        label_dimension: int = 1,
        weight_column: Any = None,
        loss_reduction: str = SUM_OVER_BATCH_SIZE,
        name: str | None = None,
    ) -> None:
        self._standardize = Standardize(mean, std)
        super().__init__(label_dimension, weight_column, loss_reduction, None, self._in_units, name)

    def _in_units(self, logits: Tensor) -> Any:
        return logits * self._standardize.std + self._standardize.mean

    def _loss_of_examples(self, labels: Tensor, logits: Tensor) -> Tensor:
        return b.SquaredDifference(logits, self._standardize(labels))

    def _measures(self) -> dict[str, Measure]:
        return {
            **super()._measures(),
            "mean_absolute_error": _absolute_error,
            "root_mean_squared_error": _squared_error,
        }


def _absolute_error(batch: Batch) -> Pair:
    return mean_absolute_error(batch.labels, batch.predictions["predictions"], batch.weights)


def _squared_error(batch: Batch) -> Pair:
    return root_mean_squared_error(batch.labels, batch.predictions["predictions"], batch.weights)
