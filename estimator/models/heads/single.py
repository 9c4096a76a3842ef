"""What all heads of one task share: how the loss comes from labels, logits and weights, and metrics by key.

A kind of task says how labels are read (:meth:`SingleHead._truth`), the loss of an example, the predictions, and in a
table what is measured: metric key to a function of the :class:`Batch`.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.core.frozen import frozen
from estimator.core.named_tuple import NamedTuple
from estimator.core.registry import did_you_mean
from estimator.functions import math
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.models.export_outputs import ExportOutput, PredictOutput
from estimator.models.heads.head import Head, Outcome, checked_logits
from estimator.models.heads.loss import (
    call_loss_fn,
    check_loss_fn,
    check_reduction,
    check_weight_column,
    example_weights,
    sum_of,
)
from estimator.models.spec import ModeKeys
from estimator.network.metrics.averages import mean
from estimator.network.metrics.state import Pair
from estimator.network.weighted_loss import Reduction, compute_weighted_loss


@frozen
class Batch:
    """A batch as metrics see it.

    Attributes
    ----------
    labels : Tensor
        As the task computes with them.
    logits : Tensor
    losses : Tensor
        Not reduced, not weighted; [..., 1] or [..., label_dimension].
    weights : Tensor or None
        None counts each example once.
    predictions : mapping of str to Tensor
        Empty in training.
    regularization : Tensor or None
        The sum of the regularization losses.
    """

    labels: Tensor
    logits: Tensor
    losses: Tensor
    weights: Tensor | None
    predictions: Mapping[str, Tensor]
    regularization: Tensor | None


Measure = Callable[[Batch], Pair]


class Metric(NamedTuple):
    """A metric of a head that has seen no batch yet; None: what a head of several measures itself."""

    name: str
    measure: Measure | None


class UpdatedMetric(NamedTuple):
    """A metric of a head as a model function returns it: the pair that tf.metrics give.

    It has the members by which tf.keras.metrics are read, too.
    """

    value: Tensor
    update_op: Tensor

    @property
    def updates(self) -> list[Tensor]:
        """The operations that count a batch."""
        return [self.update_op]

    def result(self) -> Tensor:
        """The value so far."""
        return self.value


class SingleHead(Head):
    """A head of one task.

    Parameters
    ----------
    logits_dimension : int
    weight_column : str or numeric column, optional
        The feature with the weights of the examples.
    loss_reduction : str
        How the losses of the examples become the training loss.
    loss_fn : callable, optional
        In place of the task's own loss: ``loss_fn(labels, logits)`` gives one for each example; it may take
        ``features`` and ``loss_reduction``.
    name : str, optional

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.
    """

    per_logit_weights = False
    loss_dimension = 1

    def __init__(
        self,
        logits_dimension: int,
        weight_column: Any,
        loss_reduction: str,
        loss_fn: Callable[..., Any] | None,
        name: str | None,
    ) -> None:
        self._reduction = check_reduction(loss_reduction)
        check_loss_fn(loss_fn)
        self._name = name
        self._logits_dimension = logits_dimension
        self._weight_column = check_weight_column(weight_column)
        self._loss_reduction = loss_reduction
        self._loss_fn = loss_fn

    # -- what a task says ------------------------------------------------------------------------------------------

    @abc.abstractmethod
    def _truth(self, labels: Any, logits: Tensor) -> Tensor:
        """The labels as the task computes with them."""

    @abc.abstractmethod
    def _loss_of_examples(self, labels: Tensor, logits: Tensor) -> Tensor:
        """The task's own loss, [..., loss_dimension]."""

    @abc.abstractmethod
    def _predictions(self, logits: Tensor) -> dict[str, Tensor]:
        """Every prediction by its key."""

    @abc.abstractmethod
    def _measures(self) -> dict[str, Measure]:
        """Metric key, without the head's name, to how it is measured; those of the loss are there already."""

    @abc.abstractmethod
    def _served(self, predictions: Mapping[str, Tensor]) -> dict[str, ExportOutput]:
        """The signatures beside ``predict``; the first is the default."""

    # -- what comes of it ------------------------------------------------------------------------------------------

    @property
    def name(self) -> str | None:
        """Appended to the keys of metrics and summaries, after a slash."""
        return self._name

    @property
    def logits_dimension(self) -> int:
        """The size of the last dimension of the logits."""
        return self._logits_dimension

    @property
    def loss_reduction(self) -> str:
        """How the losses of the examples become the training loss."""
        return self._loss_reduction

    def loss(
        self,
        labels: Any,
        logits: Any,
        features: Any = None,
        mode: str | None = None,
        regularization_losses: Sequence[Tensor] | None = None,
    ) -> Tensor:
        """The weighted and reduced loss of a batch, with the regularization losses.

        Raises
        ------
        ValueError
            If labels, logits or weights are missing or do not fit one another; what only the run tells is an
            InvalidArgumentError then.
        """
        return self._training_loss(self._batch(features, logits, labels, regularization_losses))

    def predictions(self, logits: Any, keys: Sequence[str] | None = None) -> dict[Any, Tensor]:
        """Prediction key to tensor; only those of `keys`, if any are given.

        Raises
        ------
        ValueError
            If there is no prediction of a key.
        """
        with get_default_graph().name_scope("predictions"):
            found = self._predictions(checked_logits(logits, self.logits_dimension))
        for key in keys or ():
            if key not in found:
                raise ValueError(
                    f"Prediction key must be in PredictionKeys, given: {key}.{did_you_mean(str(key), found)} "
                    f"Valid prediction keys include {list(found)}."
                )
        return {key: found[key] for key in keys} if keys else dict(found)

    def metrics(self, regularization_losses: Sequence[Tensor] | None = None) -> dict[str, Any]:
        """Metric key to :class:`Metric`."""
        measures: dict[str, Measure] = {"average_loss": _average_loss, **self._measures()}
        if regularization_losses:
            measures["regularization_loss"] = _regularization_loss
        return {self._summary_key(key): Metric(key, measure) for key, measure in measures.items()}

    def update_metrics(
        self,
        eval_metrics: dict[str, Any],
        features: Any,
        logits: Any,
        labels: Any,
        regularization_losses: Sequence[Tensor] | None = None,
    ) -> dict[str, Any]:
        """The dict, in which each :class:`Metric` has become a (value, update_op) of this batch.

        Raises
        ------
        ValueError
            As :meth:`loss`.
        """
        batch = self._batch(features, logits, labels, regularization_losses, self.predictions(logits))
        return _measured(eval_metrics, batch)

    def _batch(
        self,
        features: Any,
        logits: Any,
        labels: Any,
        regularization_losses: Sequence[Tensor] | None,
        predictions: Mapping[str, Tensor] | None = None,
    ) -> Batch:
        given = checked_logits(logits, self.logits_dimension)
        truth = self._truth(labels, given)
        if self._loss_fn is None:
            losses = self._loss_of_examples(truth, given)
        else:
            losses = call_loss_fn(
                self._loss_fn, truth, given, features, self.loss_reduction, self.loss_dimension
            )
        weights = example_weights(self._weight_column, features, given, self.per_logit_weights)
        return Batch(truth, given, losses, weights, predictions or {}, sum_of(regularization_losses))

    def _training_loss(self, batch: Batch) -> Tensor:
        loss = self._reduced(batch, self._reduction, self.form.loss_collection)
        if batch.regularization is None:
            return loss
        return math.add(loss, batch.regularization, name="regularized_training_loss")

    def _reduced(self, batch: Batch, reduction: str, collection: str | None = None) -> Tensor:
        weights = 1.0 if batch.weights is None else batch.weights
        return compute_weighted_loss(batch.losses, weights, loss_collection=collection, reduction=reduction)

    def _outcome(
        self, features: Any, mode: str, logits: Any, labels: Any, regularization_losses: Any
    ) -> Outcome:
        predictions = self.predictions(logits) if mode == ModeKeys.EVAL else {}
        batch = self._batch(features, logits, labels, regularization_losses, predictions)
        loss = self._training_loss(batch)
        if mode == ModeKeys.EVAL:
            return Outcome(loss, _measured(self.metrics(regularization_losses), batch), {})
        if not self.form.averages_in_training or self._reduction != Reduction.SUM:
            return Outcome(loss, {}, {})
        return Outcome(loss, {}, {self._summary_key("average_loss"): self._reduced(batch, Reduction.MEAN)})

    def _export_outputs(
        self, predictions: Mapping[Any, Tensor], features: Any, logits: Any
    ) -> dict[str, ExportOutput]:
        served = self._served(predictions)
        default = next(iter(served.values()))
        return {"serving_default": default, **served, "predict": PredictOutput(dict(predictions))}


def _measured(metrics: dict[str, Any], batch: Batch) -> dict[str, Any]:
    for key, metric in metrics.items():
        if isinstance(metric, Metric) and metric.measure is not None:
            metrics[key] = UpdatedMetric(*metric.measure(batch))
    return metrics


def _average_loss(batch: Batch) -> Pair:
    return mean(batch.losses, batch.weights, name="average_loss")


def _regularization_loss(batch: Batch) -> Pair:
    if batch.regularization is None:
        raise ValueError("update_metrics needs the regularization_losses that metrics was given.")
    return mean(batch.regularization, name="regularization_loss")


def mean_prediction(key: str, name: str = "prediction/mean") -> Measure:
    """The weighted mean of a prediction."""
    return lambda batch: mean(batch.predictions[key], batch.weights, name=name)


def mean_label(batch: Batch) -> Pair:
    """The weighted mean of the labels."""
    return mean(batch.labels, batch.weights, name="label/mean")
