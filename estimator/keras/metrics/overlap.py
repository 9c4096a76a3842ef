"""How far predicted classes lie over the right ones: intersection over union, tp / (tp + fp + fn), of each class.

Source: tf.keras.metrics, Keras 2.15 iou_metrics.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.dtypes import DTypeLike, int64
from estimator.functions.counting import confusion_matrix
from estimator.functions.indexing import boolean_mask
from estimator.functions.math import cast
from estimator.functions.reductions import argmax, reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.tensor import Tensor
from estimator.keras.metrics.metric import Metric


class IoU(Metric):
    """The mean intersection over union of some classes, of those that have occurred; 0 before.

    Parameters
    ----------
    num_classes : int
    target_class_ids : sequence of int
        The classes that count.
    ignore_class : int, optional
        Elements with this label are left out.
    sparse_y_true, sparse_y_pred : bool
        Whether labels and predictions are class ids; else they have an axis of classes, the greatest of which is meant.
    axis : int
        That axis.

    Raises
    ------
    ValueError
        If one of the classes is none.
    """

    config_names = "num_classes target_class_ids ignore_class sparse_y_true sparse_y_pred axis"

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: DTypeLike | None = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(name, dtype)
        wrong = [number for number in target_class_ids if not 0 <= number < num_classes]
        if wrong:
            raise ValueError(f"Target class ids {wrong} are out of range, which is [0, {num_classes}).")
        self.num_classes, self.target_class_ids, self.ignore_class = (
            num_classes,
            list(target_class_ids),
            ignore_class,
        )
        self.sparse_y_true, self.sparse_y_pred, self.axis = sparse_y_true, sparse_y_pred, axis
        self.total_cm = self.add_weight("total_confusion_matrix", (num_classes, num_classes))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Count a batch."""
        graph = graph_of([y_true, y_pred])
        labels = self._ids(graph.convert(y_true), self.sparse_y_true)
        predictions = self._ids(graph.convert(y_pred), self.sparse_y_pred)
        weights = None if sample_weight is None else b.Reshape(cast(sample_weight, self.variable_dtype), [-1])
        if self.ignore_class is not None:
            counts = b.NotEqual(labels, graph.constant(self.ignore_class, int64))
            labels, predictions = boolean_mask(labels, counts), boolean_mask(predictions, counts)
            weights = None if weights is None else boolean_mask(weights, counts)
        counted = confusion_matrix(
            labels, predictions, self.num_classes, self.variable_dtype, weights=weights
        )
        return self.total_cm.assign_add(counted, read_value=False)

    def _ids(self, values: Tensor, are_ids: bool) -> Tensor:
        ids = cast(values, int64) if are_ids else argmax(values, self.axis)
        flat: Tensor = b.Reshape(ids, [-1])
        return flat

    def result(self) -> Any:
        """The mean over the classes."""
        matrix = self.total_cm.as_tensor()
        both = b.DiagPart(matrix)
        union = reduce_sum(matrix, 0) + reduce_sum(matrix, 1) - both
        both, union = (b.GatherV2(vector, self.target_class_ids, 0) for vector in (both, union))
        seen = reduce_sum(cast(b.NotEqual(union, 0.0), self.variable_dtype))
        return b.DivNoNan(reduce_sum(b.DivNoNan(both, union)), seen)

    def get_config(self) -> dict[str, Any]:
        """What makes the same metric again."""
        return {**super().get_config(), **{name: getattr(self, name) for name in self.config_names.split()}}


class BinaryIoU(IoU):
    """The mean intersection over union of yes and no: a score of at least `threshold` is a yes."""

    config_names = "target_class_ids threshold"

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Count a batch."""
        scores = cast(y_pred, self.variable_dtype)
        return super().update_state(y_true, b.GreaterEqual(scores, self.threshold), sample_weight)


class MeanIoU(IoU):
    """The mean intersection over union of all classes that have occurred."""

    config_names = "num_classes ignore_class sparse_y_true sparse_y_pred axis"

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        classes = range(num_classes)
        super().__init__(num_classes, classes, name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis)


class OneHotIoU(IoU):
    """As :class:`IoU`, of one-hot labels."""

    config_names = "num_classes target_class_ids ignore_class sparse_y_pred axis"

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: DTypeLike | None = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)


class OneHotMeanIoU(MeanIoU):
    """As :class:`MeanIoU`, of one-hot labels."""

    config_names = "num_classes ignore_class sparse_y_pred axis"

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: DTypeLike | None = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)
