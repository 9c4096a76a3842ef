"""Classification into three or more classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.models.export_outputs import ExportOutput
from estimator.models.heads.head import (
    Losses,
    all_classes,
    as_column,
    check_ids,
    check_reduction,
    class_strings,
    default_export,
    ids_of_strings,
    reduce_loss,
    require_labels,
)
from estimator.network.metrics.averages import accuracy, mean
from estimator.network.weighted_loss import Reduction


class MultiClassHead:
    """Softmax over `n_classes`, cross entropy with integer or string labels.

    Parameters
    ----------
    n_classes : int
        At least 3.
    weight_column : str or numeric column, optional
        The feature with the weights of the examples.
    label_vocabulary : sequence of str, optional
        The classes' names, if the labels are strings.
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
    tf.compat.v1.estimator.DNNClassifier's head, TF 2.15
    """

    def __init__(
        self,
        n_classes: int,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        loss_reduction: str = Reduction.SUM,
        name: str | None = None,
    ) -> None:
        if not hasattr(n_classes, "__index__") or n_classes <= 2:
            raise ValueError(
                f"n_classes must be > 2: {n_classes!r}. Give a whole number; for two classes use the binary head "
                "(n_classes=2)."
            )
        check_vocabulary(label_vocabulary, n_classes)
        self.logits_dimension = n_classes
        self.name = name
        self._weight_column = weight_column
        self._label_vocabulary = label_vocabulary
        self._loss_reduction = check_reduction(loss_reduction)

    def predictions(self, logits: Tensor) -> dict[str, Tensor]:
        """logits and probabilities [batch, n_classes]; class_ids, classes [batch, 1]; all_class_ids, all_classes."""
        with logits.graph.name_scope("predictions"):
            class_ids = b.ExpandDims(b.ArgMax(logits, -1, name="class_ids"), -1)
            all_ids, all_names = all_classes(logits, self.logits_dimension, self._label_vocabulary)
            return {
                "logits": logits,
                "probabilities": b.Softmax(logits, name="probabilities"),
                "class_ids": class_ids,
                "classes": class_strings(class_ids, self._label_vocabulary),
                "all_class_ids": all_ids,
                "all_classes": all_names,
            }

    def losses(self, labels: Any, logits: Tensor, features: Mapping[str, Any]) -> Losses:
        """Softmax cross entropy; the labels are checked to be in range at each run."""
        given = as_column(require_labels(labels), 1, "labels")
        if self._label_vocabulary is not None:
            ids = ids_of_strings(given, self._label_vocabulary)
        else:
            ids = check_ids(given, self.logits_dimension)
        per_example, _ = b.SparseSoftmaxCrossEntropyWithLogits(logits, b.Squeeze(ids, squeeze_dims=[1]))
        return reduce_loss(
            b.ExpandDims(per_example, -1), self._weight_column, features, ids, self._loss_reduction
        )

    def metrics(self, predictions: Mapping[str, Tensor], losses: Losses) -> dict[str, tuple[Any, Any]]:
        """Metric key to (value, update): accuracy and average_loss."""
        suffix = f"/{self.name}" if self.name else ""
        weights = None if losses.weights == 1.0 else losses.weights
        found = {
            f"average_loss{suffix}": mean(losses.per_example, weights, name="average_loss"),
            f"accuracy{suffix}": accuracy(losses.labels, predictions["class_ids"], weights, name="accuracy"),
        }
        if losses.regularization is not None:
            found[f"regularization_loss{suffix}"] = mean(losses.regularization, name="regularization_loss")
        return found

    def export_outputs(self, predictions: Mapping[str, Tensor]) -> dict[str, ExportOutput]:
        """The signatures of an export."""
        return default_export(predictions)


def check_vocabulary(label_vocabulary: Any, n_classes: int) -> None:
    """Check that there is a distinct name for each class.

    Raises
    ------
    ValueError
        If not.
    """
    if label_vocabulary is None:
        return
    if not isinstance(label_vocabulary, (list, tuple)):
        raise ValueError(
            f"label_vocabulary should be a list or a tuple. Given type: {type(label_vocabulary)}."
        )
    if len(label_vocabulary) != n_classes or len(set(label_vocabulary)) != n_classes:
        raise ValueError(
            f"label_vocabulary must have {n_classes} distinct names, one for each class; given: {label_vocabulary}."
        )
