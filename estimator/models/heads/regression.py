"""Regression with squared error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.functions import math
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.models.export_outputs import ExportOutput
from estimator.models.heads.head import (
    Losses,
    as_column,
    check_reduction,
    default_export,
    reduce_loss,
    require_labels,
)
from estimator.network.metrics.averages import mean
from estimator.network.weighted_loss import Reduction


class RegressionHead:
    """The logits are the predictions; squared error with real labels.

    Parameters
    ----------
    label_dimension : int
        How many numbers are predicted for each example.
    weight_column : str or numeric column, optional
        The feature with the weights of the examples.
    loss_reduction : str
        How the losses of the examples become the training loss.
    name : str, optional
        Appended to the keys of metrics and summaries.

    Raises
    ------
    ValueError
        If an argument is not valid.

    Source
    ------
    tf.compat.v1.estimator.DNNRegressor's head, TF 2.15
    """

    def __init__(
        self,
        label_dimension: int = 1,
        weight_column: Any = None,
        loss_reduction: str = Reduction.SUM,
        name: str | None = None,
    ) -> None:
        if label_dimension < 1:
            raise ValueError(f"label_dimension must be >= 1. Given: {label_dimension}.")
        self.logits_dimension = label_dimension
        self.name = name
        self._weight_column = weight_column
        self._loss_reduction = check_reduction(loss_reduction)

    def predictions(self, logits: Tensor) -> dict[str, Tensor]:
        """The one prediction ``predictions``, [batch, label_dimension]."""
        return {"predictions": logits}

    def losses(self, labels: Any, logits: Tensor, features: Mapping[str, Any]) -> Losses:
        """Squared error.

        Raises
        ------
        ValueError
            If labels are missing, of another width, or no numbers.
        """
        given = as_column(require_labels(labels), self.logits_dimension, "labels")
        if given.dtype.name in ("string", "bool"):
            raise ValueError(
                f"Labels dtype should be numeric. Instead got {given.dtype}; convert them in input_fn, for example "
                "with labels.astype(np.float32)."
            )
        truth = math.cast(given, "float32")
        per_example = b.SquaredDifference(logits, truth)
        return reduce_loss(per_example, self._weight_column, features, truth, self._loss_reduction)

    def metrics(self, predictions: Mapping[str, Tensor], losses: Losses) -> dict[str, tuple[Any, Any]]:
        """average_loss, and the means of predictions and labels."""
        suffix = f"/{self.name}" if self.name else ""
        weights = None if losses.weights == 1.0 else losses.weights
        found = {
            "average_loss": mean(losses.per_example, weights, name="average_loss"),
            "prediction/mean": mean(predictions["predictions"], weights, name="prediction/mean"),
            "label/mean": mean(losses.labels, weights, name="label/mean"),
        }
        if losses.regularization is not None:
            found["regularization_loss"] = mean(losses.regularization, name="regularization_loss")
        return {f"{key}{suffix}": value for key, value in found.items()}

    def export_outputs(self, predictions: Mapping[str, Tensor]) -> dict[str, ExportOutput]:
        """The signatures of an export."""
        return default_export(predictions)
