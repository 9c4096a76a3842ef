"""Prediction of numbers: as they are, as counts, and as shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.arguments import keeps_arguments
from estimator.core.keywords import near_keywords
from estimator.functions import math, nn
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.models.export_outputs import ExportOutput, RegressionOutput
from estimator.models.heads.labels import check_range, dense_labels
from estimator.models.heads.loss import SUM_OVER_BATCH_SIZE
from estimator.models.heads.single import Measure, SingleHead, mean_label, mean_prediction


@keeps_arguments
@near_keywords
class RegressionHead(SingleHead):
    """The logits are the predictions; squared error with real labels.

    Parameters
    ----------
    label_dimension : int
        How many numbers are predicted for each example.
    weight_column : str or numeric column, optional
        The feature with the weights of the examples, or of each number.
    loss_reduction : str
        How the losses of the examples become the training loss.
    loss_fn : callable, optional
        In place of the squared error: ``loss_fn(labels, logits)`` gives [batch, label_dimension]; it may take
        ``features`` and ``loss_reduction``.
    inverse_link_fn : callable, optional
        From the logits to the predictions, which are the logits without it.
    name : str, optional
        Appended to the keys of metrics and summaries.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.estimator.RegressionHead, TF 2.15
    """

    per_logit_weights = True

    def __init__(
        self,
        label_dimension: int = 1,
        weight_column: Any = None,
        loss_reduction: str = SUM_OVER_BATCH_SIZE,
        loss_fn: Callable[..., Any] | None = None,
        inverse_link_fn: Callable[[Tensor], Any] | None = None,
        name: str | None = None,
    ) -> None:
        if label_dimension < 1:
            raise ValueError(f"label_dimension must be >= 1. Given: {label_dimension}.")
        if inverse_link_fn is not None and not callable(inverse_link_fn):
            raise TypeError(f"inverse_link_fn must be a function such as tf.exp, given: {inverse_link_fn!r}.")
        super().__init__(label_dimension, weight_column, loss_reduction, loss_fn, name)
        self._inverse_link_fn = inverse_link_fn
        self.loss_dimension = label_dimension

    def _truth(self, labels: Any, logits: Tensor) -> Tensor:
        given = dense_labels(labels, logits, self.logits_dimension)
        if given.dtype.name == "string":
            raise ValueError(
                f"Labels dtype should be numeric. Instead got {given.dtype}; convert them in input_fn, for example "
                "with labels.astype(np.float32)."
            )
        truth: Tensor = math.cast(given, "float32")
        return truth

    def _loss_of_examples(self, labels: Tensor, logits: Tensor) -> Tensor:
        return b.SquaredDifference(logits, labels)

    def _predictions(self, logits: Tensor) -> dict[str, Tensor]:
        if self._inverse_link_fn is None:
            return {"predictions": logits}
        return {"predictions": get_default_graph().convert(self._inverse_link_fn(logits)), "logits": logits}

    def _measures(self) -> dict[str, Measure]:
        return {"prediction/mean": mean_prediction("predictions"), "label/mean": mean_label}

    def _served(self, predictions: Mapping[str, Tensor]) -> dict[str, ExportOutput]:
        return {"regression": RegressionOutput(predictions["predictions"])}


@keeps_arguments
@near_keywords
class PoissonRegressionHead(RegressionHead):
    """Counts: the logits are logarithms of the predictions; Poisson loss.

    Parameters
    ----------
    label_dimension, weight_column, loss_reduction, name
        As :class:`RegressionHead` has them.
    compute_full_loss : bool
        Whether the loss includes log(label!), by Stirling's formula, which no weight depends on.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.estimator.PoissonRegressionHead, TF 2.15
    """

    def __init__(
        self,
        label_dimension: int = 1,
        weight_column: Any = None,
        loss_reduction: str = SUM_OVER_BATCH_SIZE,
        compute_full_loss: bool = True,
        name: str | None = None,
    ) -> None:
        super().__init__(label_dimension, weight_column, loss_reduction, None, math.exp, name)
        self._compute_full_loss = compute_full_loss

    def _loss_of_examples(self, labels: Tensor, logits: Tensor) -> Tensor:
        return nn.log_poisson_loss(labels, logits, self._compute_full_loss)


@keeps_arguments
@near_keywords
class LogisticRegressionHead(RegressionHead):
    """Shares in [0, 1]: the predictions are the sigmoid of the logits; cross entropy.

    Parameters
    ----------
    weight_column, loss_reduction, name
        As :class:`RegressionHead` has them.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.estimator.LogisticRegressionHead, TF 2.15
    """

    def __init__(
        self,
        weight_column: Any = None,
        loss_reduction: str = SUM_OVER_BATCH_SIZE,
        name: str | None = None,
    ) -> None:
        super().__init__(1, weight_column, loss_reduction, None, math.sigmoid, name)

    def _loss_of_examples(self, labels: Tensor, logits: Tensor) -> Tensor:
        shares = check_range(labels, 2, labels, "Labels must be in range [0, 1]")
        return nn.sigmoid_cross_entropy_with_logits(labels=shares, logits=logits)
