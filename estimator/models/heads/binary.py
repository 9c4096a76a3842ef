"""Classification into two classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from estimator.core.arguments import keeps_arguments
from estimator.core.keywords import near_keywords
from estimator.functions import math, nn
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.models.export_outputs import ClassificationOutput, ExportOutput, RegressionOutput
from estimator.models.heads.labels import (
    NAME_THE_CLASSES,
    all_class_ids,
    all_classes,
    check_range,
    check_vocabulary,
    class_strings,
    dense_labels,
    ids_of_strings,
)
from estimator.models.heads.loss import SUM_OVER_BATCH_SIZE
from estimator.models.heads.single import Batch, Measure, SingleHead, mean_label, mean_prediction
from estimator.network.metrics.averages import accuracy, majority
from estimator.network.metrics.counts import precision, recall
from estimator.network.metrics.state import Pair


@keeps_arguments
@near_keywords
class BinaryClassHead(SingleHead):
    """One logit, sigmoid cross entropy.

    Parameters
    ----------
    weight_column : str or numeric column, optional
        The feature with the weights of the examples.
    thresholds : sequence of float, optional
        Accuracy, precision and recall are measured at each: a greater probability is a yes.
    label_vocabulary : sequence of str, optional
        The two classes' names, if the labels are strings.
    loss_reduction : str
        How the losses of the examples become the training loss.
    loss_fn : callable, optional
        In place of the cross entropy: ``loss_fn(labels, logits)`` gives [batch, 1]; it may take ``features`` and
        ``loss_reduction``.
    name : str, optional
        Appended to the keys of metrics and summaries.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.estimator.BinaryClassHead, TF 2.15
    """

    def __init__(
        self,
        weight_column: Any = None,
        thresholds: Sequence[float] | None = None,
        label_vocabulary: Sequence[str] | None = None,
        loss_reduction: str = SUM_OVER_BATCH_SIZE,
        loss_fn: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(1, weight_column, loss_reduction, loss_fn, name)
        check_vocabulary(label_vocabulary, 2)
        self._label_vocabulary = None if label_vocabulary is None else tuple(label_vocabulary)
        self._thresholds = check_thresholds(thresholds)

    def _truth(self, labels: Any, logits: Tensor) -> Tensor:
        given = dense_labels(labels, logits, 1)
        if self._label_vocabulary is not None:
            return math.cast(ids_of_strings(given, self._label_vocabulary), "float32")
        if given.dtype.name == "string":
            raise ValueError(
                f"Labels dtype should be integer. Instead got {given.dtype}; {NAME_THE_CLASSES}."
            )
        return check_range(math.cast(given, "float32"), 2, given)

    def _loss_of_examples(self, labels: Tensor, logits: Tensor) -> Tensor:
        return nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)

    def _predictions(self, logits: Tensor) -> dict[str, Tensor]:
        two = b.ConcatV2([b.ZerosLike(logits), logits], -1, name="two_class_logits")
        class_ids = b.ExpandDims(b.ArgMax(two, -1, name="class_ids"), -1)
        return {
            "logits": logits,
            "logistic": b.Sigmoid(logits, name="logistic"),
            "probabilities": b.Softmax(two, name="probabilities"),
            "class_ids": class_ids,
            "classes": class_strings(class_ids, self._label_vocabulary),
            "all_class_ids": all_class_ids(logits, 2),
            "all_classes": all_classes(logits, 2, self._label_vocabulary),
        }

    def _measures(self) -> dict[str, Measure]:
        form = self.form
        return {
            "accuracy": _of_classes(accuracy, "accuracy"),
            "precision": _of_classes(precision, "precision"),
            "recall": _of_classes(recall, "recall"),
            "prediction/mean": mean_prediction("logistic"),
            "label/mean": mean_label,
            "accuracy_baseline": lambda batch: majority(
                batch.labels, batch.weights, "accuracy_baseline", form.baseline_of_nothing
            ),
            "auc": area(form.roc, "logistic", "auc"),
            "auc_precision_recall": area(
                partial(form.pr, shown_as=self._summary_key("pr_curve")), "logistic", "auc_precision_recall"
            ),
            **measures_at(self._thresholds, "logistic"),
        }

    def _served(self, predictions: Mapping[str, Tensor]) -> dict[str, ExportOutput]:
        scores = predictions["probabilities"]
        classes = ClassificationOutput(scores, all_classes(scores, 2, self._label_vocabulary))
        return {"classification": classes, "regression": RegressionOutput(predictions["logistic"])}


def _of_classes(metric: Callable[..., Pair], name: str) -> Measure:
    return lambda batch: metric(batch.labels, batch.predictions["class_ids"], batch.weights, name=name)


def area(metric: Callable[..., Pair], key: str, name: str) -> Measure:
    """The area under a curve of a prediction."""
    return lambda batch: metric(batch.labels, batch.predictions[key], batch.weights, name=name)


def check_thresholds(thresholds: Sequence[float] | None) -> tuple[float, ...]:
    """The thresholds as a tuple.

    Raises
    ------
    ValueError
        If one is not in (0, 1).
    """
    found = tuple(thresholds or ())
    wrong = [threshold for threshold in found if not 0.0 < threshold < 1.0]
    if wrong:
        raise ValueError(f"thresholds not in (0, 1): {', '.join(map(str, wrong))}. Given: {found}.")
    return found


def measures_at(thresholds: Sequence[float], key: str) -> dict[str, Measure]:
    """Accuracy, precision and recall, where a prediction above a threshold is a yes."""
    kinds: dict[str, Callable[..., Pair]] = {"accuracy": accuracy, "precision": precision, "recall": recall}
    return {
        f"{kind}/positive_threshold_{threshold:g}": _at(metric, key, threshold, kind)
        for threshold in thresholds
        for kind, metric in kinds.items()
    }


def _at(metric: Callable[..., Pair], key: str, threshold: float, kind: str) -> Measure:
    def measure(batch: Batch) -> Pair:
        above = math.cast(b.Greater(batch.predictions[key], threshold), "float32")
        return metric(batch.labels, above, batch.weights, name=f"{kind}_at_{threshold:g}")

    return measure
