"""Classification into three or more classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.core.arguments import keeps_arguments
from estimator.core.keywords import near_keywords
from estimator.functions import nn
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.models.export_outputs import ClassificationOutput, ExportOutput
from estimator.models.heads.labels import (
    all_class_ids,
    all_classes,
    check_ids,
    check_vocabulary,
    class_strings,
    dense_labels,
    ids_of_strings,
)
from estimator.models.heads.loss import SUM_OVER_BATCH_SIZE
from estimator.models.heads.single import Measure, SingleHead
from estimator.network.metrics.averages import accuracy


@keeps_arguments
@near_keywords
class MultiClassHead(SingleHead):
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
    tf.estimator.MultiClassHead, TF 2.15
    """

    def __init__(
        self,
        n_classes: int,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        loss_reduction: str = SUM_OVER_BATCH_SIZE,
        loss_fn: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> None:
        if not hasattr(n_classes, "__index__") or n_classes <= 2:
            raise ValueError(
                f"n_classes must be > 2: {n_classes!r}. Give a whole number; for two classes use the binary head "
                "(n_classes=2)."
            )
        check_vocabulary(label_vocabulary, n_classes)
        super().__init__(n_classes, weight_column, loss_reduction, loss_fn, name)
        self._label_vocabulary = None if label_vocabulary is None else tuple(label_vocabulary)

    def _truth(self, labels: Any, logits: Tensor) -> Tensor:
        given = dense_labels(labels, logits, 1)
        if self._label_vocabulary is not None:
            return ids_of_strings(given, self._label_vocabulary)
        return check_ids(given, self.logits_dimension)

    def _loss_of_examples(self, labels: Tensor, logits: Tensor) -> Tensor:
        ids = b.Squeeze(labels, squeeze_dims=[-1])
        return b.ExpandDims(nn.sparse_softmax_cross_entropy_with_logits(labels=ids, logits=logits), -1)

    def _predictions(self, logits: Tensor) -> dict[str, Tensor]:
        class_ids = b.ExpandDims(b.ArgMax(logits, -1, name="class_ids"), -1)
        return {
            "logits": logits,
            "probabilities": b.Softmax(logits, name="probabilities"),
            "class_ids": class_ids,
            "classes": class_strings(class_ids, self._label_vocabulary),
            "all_class_ids": all_class_ids(logits, self.logits_dimension),
            "all_classes": all_classes(logits, self.logits_dimension, self._label_vocabulary),
        }

    def _measures(self) -> dict[str, Measure]:
        return {
            "accuracy": lambda batch: accuracy(
                batch.labels, batch.predictions["class_ids"], batch.weights, name="accuracy"
            )
        }

    def _served(self, predictions: Mapping[str, Tensor]) -> dict[str, ExportOutput]:
        scores = predictions["probabilities"]
        names = all_classes(scores, self.logits_dimension, self._label_vocabulary)
        return {"classification": ClassificationOutput(scores, names)}
