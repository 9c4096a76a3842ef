"""Several classes at once: each is there or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.core.arguments import keeps_arguments
from estimator.core.keywords import near_keywords
from estimator.core.registry import did_you_mean
from estimator.functions import math, nn
from estimator.functions.reductions import reduce_mean
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor, SparseTensorValue
from estimator.graph.tensor import Tensor
from estimator.models.export_outputs import ClassificationOutput, ExportOutput
from estimator.models.heads.binary import area, check_thresholds, measures_at
from estimator.models.heads.labels import all_classes, check_range, check_vocabulary, dense_labels, indicators
from estimator.models.heads.loss import SUM_OVER_BATCH_SIZE
from estimator.models.heads.single import Batch, Measure, SingleHead
from estimator.network.metrics.averages import mean
from estimator.network.metrics.state import Pair

_PER_CLASS = ("probability_mean", "auc", "auc_precision_recall")


@keeps_arguments
@near_keywords
class MultiLabelHead(SingleHead):
    """A logit for each class, sigmoid cross entropy, averaged over the classes.

    Labels are rows of 0 and 1, or a SparseTensor with the ids (or names) of the classes of each example.

    Parameters
    ----------
    n_classes : int
        At least 2.
    weight_column : str or numeric column, optional
        The feature with the weights of the examples.
    thresholds : sequence of float, optional
        Accuracy, precision and recall are measured at each: a greater probability is a yes.
    label_vocabulary : sequence of str, optional
        The classes' names.
    loss_reduction : str
        How the losses of the examples become the training loss.
    loss_fn : callable, optional
        In place of the cross entropy: ``loss_fn(labels, logits)`` gives [batch, 1]; it may take ``features`` and
        ``loss_reduction``.
    classes_for_class_based_metrics : sequence of int or of str, optional
        Classes that have metrics of their own, by id or by name.
    name : str, optional
        Appended to the keys of metrics and summaries.

    Raises
    ------
    ValueError, TypeError
        If an argument is not valid.

    Source
    ------
    tf.estimator.MultiLabelHead, TF 2.15
    """

    def __init__(
        self,
        n_classes: int,
        weight_column: Any = None,
        thresholds: Sequence[float] | None = None,
        label_vocabulary: Sequence[str] | None = None,
        loss_reduction: str = SUM_OVER_BATCH_SIZE,
        loss_fn: Callable[..., Any] | None = None,
        classes_for_class_based_metrics: Sequence[int] | Sequence[str] | None = None,
        name: str | None = None,
    ) -> None:
        if not hasattr(n_classes, "__index__") or n_classes < 2:
            raise ValueError(
                f"n_classes must be > 1 for multi-label classification. Given: {n_classes!r}. For one class use the "
                "binary head."
            )
        check_vocabulary(label_vocabulary, n_classes)
        super().__init__(n_classes, weight_column, loss_reduction, loss_fn, name)
        self._label_vocabulary = None if label_vocabulary is None else tuple(label_vocabulary)
        self._thresholds = check_thresholds(thresholds)
        self._classes = _class_ids(classes_for_class_based_metrics or (), n_classes, label_vocabulary)

    def _truth(self, labels: Any, logits: Tensor) -> Tensor:
        if isinstance(labels, SparseTensorValue):
            labels = SparseTensor.from_value(labels)
        if isinstance(labels, SparseTensor):
            labels = indicators(labels, self.logits_dimension, self._label_vocabulary)
        given = dense_labels(labels, logits, self.logits_dimension)
        if given.dtype.name == "string":
            raise ValueError(
                f"Labels dtype should be integer. Instead got {given.dtype}: a row of labels has 1 for each class that "
                "is there, else 0."
            )
        message = "labels must be an integer indicator Tensor with values in [0, 1]"
        return check_range(math.cast(given, "float32"), 2, given, message)

    def _loss_of_examples(self, labels: Tensor, logits: Tensor) -> Tensor:
        each_class = nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
        return reduce_mean(each_class, axis=-1, keepdims=True)

    def _predictions(self, logits: Tensor) -> dict[str, Tensor]:
        return {
            "logits": logits,
            "probabilities": b.Sigmoid(logits, name="probabilities"),
            "classes": all_classes(logits, self.logits_dimension, self._label_vocabulary),
        }

    def _measures(self) -> dict[str, Measure]:
        of_classes = {
            f"{kind}/{self._class_name(class_id)}": self._of_class(class_id, kind)
            for class_id in self._classes
            for kind in _PER_CLASS
        }
        return {
            "auc": area(self.form.roc, "probabilities", "auc"),
            "auc_precision_recall": area(self.form.pr, "probabilities", "auc_precision_recall"),
            **measures_at(self._thresholds, "probabilities"),
            **of_classes,
        }

    def _class_name(self, class_id: int) -> str:
        return self._label_vocabulary[class_id] if self._label_vocabulary else f"class{class_id}"

    def _of_class(self, class_id: int, kind: str) -> Measure:
        """A metric of the labels and probabilities of one class."""
        form = self.form

        def measure(batch: Batch) -> Pair:
            labels, scores = (
                b.ExpandDims(b.GatherV2(tensor, class_id, -1), -1)
                for tensor in (batch.labels, batch.predictions["probabilities"])
            )
            name = f"{kind}_class{class_id}"
            if kind == "probability_mean":
                return mean(scores, batch.weights, name=name)
            curve = form.roc if kind == "auc" else form.pr
            found: Pair = curve(labels, scores, batch.weights, name=name)
            return found

        return measure

    def _served(self, predictions: Mapping[str, Tensor]) -> dict[str, ExportOutput]:
        scores = predictions["probabilities"]
        names = all_classes(scores, self.logits_dimension, self._label_vocabulary)
        return {"classification": ClassificationOutput(scores, names)}


def _class_ids(
    classes: Sequence[Any], n_classes: int, label_vocabulary: Sequence[str] | None
) -> tuple[int, ...]:
    """The ids of classes given by id or by name.

    Raises
    ------
    ValueError
        If one is none of the head's classes.
    """
    if classes and isinstance(classes[0], str):
        if label_vocabulary is None:
            raise ValueError(
                "label_vocabulary must be provided when classes_for_class_based_metrics are strings. "
                f"Given: {list(classes)}."
            )
        unknown = [name for name in classes if name not in label_vocabulary]
        if unknown:
            raise ValueError(
                f"classes_for_class_based_metrics: {unknown[0]!r} is not in label_vocabulary "
                f"{list(label_vocabulary)}.{did_you_mean(str(unknown[0]), label_vocabulary)}"
            )
        return tuple(label_vocabulary.index(name) for name in classes)
    for class_id in classes:
        if not 0 <= class_id < n_classes:
            raise ValueError(
                f"All classes_for_class_based_metrics must be in range [0, {n_classes - 1}]. Given: {class_id}."
            )
    return tuple(classes)
