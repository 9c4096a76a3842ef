"""Classification into two classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.functions import math, nn
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.models.export_outputs import ExportOutput
from estimator.models.heads.head import (
    NAME_THE_CLASSES,
    Losses,
    all_classes,
    as_column,
    check_range,
    check_reduction,
    class_strings,
    default_export,
    ids_of_strings,
    reduce_loss,
    require_labels,
)
from estimator.models.heads.multi_class import check_vocabulary
from estimator.network.metrics.averages import accuracy, mean
from estimator.network.metrics.counts import precision, recall
from estimator.network.metrics.thresholds import auc
from estimator.network.weighted_loss import Reduction


class BinaryClassHead:
    """One logit, sigmoid cross entropy.

    Parameters
    ----------
    weight_column : str or numeric column, optional
        The feature with the weights of the examples.
    label_vocabulary : sequence of str, optional
        The two classes' names, if the labels are strings.
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
    tf.compat.v1.estimator.DNNClassifier's head for n_classes=2, TF 2.15
    """

    logits_dimension = 1

    def __init__(
        self,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        loss_reduction: str = Reduction.SUM,
        name: str | None = None,
    ) -> None:
        check_vocabulary(label_vocabulary, 2)
        self.name = name
        self._weight_column = weight_column
        self._label_vocabulary = label_vocabulary
        self._loss_reduction = check_reduction(loss_reduction)

    def predictions(self, logits: Tensor) -> dict[str, Tensor]:
        """logits, logistic, class_ids, classes [batch, 1]; probabilities, all_class_ids, all_classes [batch, 2]."""
        with logits.graph.name_scope("predictions"):
            two = b.ConcatV2([b.ZerosLike(logits), logits], -1, name="two_class_logits")
            class_ids = b.ExpandDims(b.ArgMax(two, -1, name="class_ids"), -1)
            all_ids, all_names = all_classes(logits, 2, self._label_vocabulary)
            return {
                "logits": logits,
                "logistic": b.Sigmoid(logits, name="logistic"),
                "probabilities": b.Softmax(two, name="probabilities"),
                "class_ids": class_ids,
                "classes": class_strings(class_ids, self._label_vocabulary),
                "all_class_ids": all_ids,
                "all_classes": all_names,
            }

    def losses(self, labels: Any, logits: Tensor, features: Mapping[str, Any]) -> Losses:
        """Sigmoid cross entropy; the labels are checked to be in [0, 1] at each run.

        Raises
        ------
        ValueError
            If labels are missing, of another width, text without a label_vocabulary, or no text with one.
        """
        given = as_column(require_labels(labels), 1, "labels")
        if self._label_vocabulary is not None:
            given = ids_of_strings(given, self._label_vocabulary)
        elif given.dtype.name == "string":
            raise ValueError(
                f"Labels dtype should be integer. Instead got {given.dtype}; {NAME_THE_CLASSES}."
            )
        truth = check_range(math.cast(given, "float32"), 2, given)
        per_example = nn.sigmoid_cross_entropy_with_logits(labels=truth, logits=logits)
        return reduce_loss(per_example, self._weight_column, features, truth, self._loss_reduction)

    def metrics(self, predictions: Mapping[str, Tensor], losses: Losses) -> dict[str, tuple[Any, Any]]:
        """accuracy, precision, recall, areas under curves, and the means that tell a degenerate model."""
        suffix = f"/{self.name}" if self.name else ""
        weights = None if losses.weights == 1.0 else losses.weights
        labels, logistic, class_ids = losses.labels, predictions["logistic"], predictions["class_ids"]
        label_mean = mean(labels, weights, name="label/mean")
        found = {
            "average_loss": mean(losses.per_example, weights, name="average_loss"),
            "accuracy": accuracy(labels, class_ids, weights, name="accuracy"),
            "precision": precision(labels, class_ids, weights, name="precision"),
            "recall": recall(labels, class_ids, weights, name="recall"),
            "prediction/mean": mean(logistic, weights, name="prediction/mean"),
            "label/mean": label_mean,
            "accuracy_baseline": (_baseline(label_mean[0]), _baseline(label_mean[1])),
            "auc": auc(labels, logistic, weights, name="auc"),
            "auc_precision_recall": auc(labels, logistic, weights, curve="PR", name="auc_precision_recall"),
        }
        if losses.regularization is not None:
            found["regularization_loss"] = mean(losses.regularization, name="regularization_loss")
        return {f"{key}{suffix}": value for key, value in found.items()}

    def export_outputs(self, predictions: Mapping[str, Tensor]) -> dict[str, ExportOutput]:
        """The signatures of an export."""
        return default_export(predictions)


def _baseline(label_mean: Tensor) -> Tensor:
    """The accuracy of always answering the more frequent class."""
    return math.maximum(label_mean, math.subtract(1.0, label_mean), name="accuracy_baseline")
