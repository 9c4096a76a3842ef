"""Metrics of yes-or-no predictions: scores above a threshold are yes. The four cases, and what is made of them.

Source: tf.keras.metrics, Keras 2.15 confusion_metrics.py and metrics_utils.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DTypeLike
from estimator.functions.grouping import group
from estimator.functions.indexing import one_hot, top_k
from estimator.functions.logic import where
from estimator.functions.math import cast
from estimator.functions.reductions import reduce_max, reduce_sum
from estimator.graph import build as b
from estimator.graph.graph import graph_of
from estimator.graph.tensor import Tensor
from estimator.keras.losses.loss import of_one_rank
from estimator.keras.metrics.metric import Metric
from estimator.network.metrics.areas import exact_area
from estimator.network.metrics.fitting import beside
from estimator.network.metrics.thresholds import beyond, cases_at, even_thresholds

_NEVER = -1e10  # the score of what is not among the k best


class _Cases(Metric):
    """Keeps how much weight some cases have at each threshold."""

    cases: Sequence[str] = ()
    thresholds: Sequence[float] = ()
    top_k: int | None = None
    class_id: int | None = None

    def _keep(self, shape: Sequence[int]) -> None:
        for case in self.cases:
            setattr(self, case, self.add_weight(case, shape, initializer="zeros"))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Count a batch.

        Parameters
        ----------
        y_true : Tensor or array
            Labels, taken as bool.
        y_pred : Tensor or array
            Scores, of the same shape.
        sample_weight : Tensor or array, optional
            A scalar, or what fits beside the labels.
        """
        labels, scores = self._chosen(y_true, y_pred)
        amounts = cases_at(
            labels, scores, sample_weight, self.thresholds, self.cases, self.name, is_in_unit_interval=False
        )
        return self._added(amounts)

    def _chosen(self, y_true: Any, y_pred: Any) -> tuple[Tensor, Tensor]:
        """Labels and scores, of the k best or of one class alone."""
        graph = graph_of([y_true, y_pred])
        labels, scores = (graph.cast(graph.convert(value), self.variable_dtype) for value in (y_true, y_pred))
        labels, scores = of_one_rank(labels, scores)
        if self.top_k is not None:
            best = reduce_sum(one_hot(top_k(scores, self.top_k).indices, b.Shape(scores)[-1]), -2)
            scores = scores * best + _NEVER * (1.0 - best)
        if self.class_id is not None:
            column = np.array([self.class_id])
            labels, scores = (b.GatherV2(tensor, column, -1) for tensor in (labels, scores))
        return labels, scores

    def _added(self, amounts: dict[str, Tensor]) -> Any:
        return group(
            *(getattr(self, case).assign_add(amount, read_value=False) for case, amount in amounts.items())
        )

    def _share(self, hits: str, others: str) -> Any:
        found, rest = getattr(self, hits).as_tensor(), getattr(self, others).as_tensor()
        return b.DivNoNan(found, found + rest)

    def _of_thresholds(self, values: Any) -> Any:
        """All values, or the only one."""
        return values[0] if len(self.thresholds) == 1 else values


def _checked_thresholds(given: Any, default: float) -> list[float]:
    thresholds = [default] if given is None else list(given) if isinstance(given, (list, tuple)) else [given]
    wrong = [value for value in thresholds if given is not None and not 0 <= value <= 1]
    if wrong:
        raise ValueError(f"Threshold values must be in [0, 1], given: {wrong}.")
    return thresholds


def _counting(case: str, class_name: str) -> type[_Cases]:
    """The metric that is the count of one case."""

    def __init__(
        self: Any, thresholds: Any = None, name: str | None = None, dtype: DTypeLike | None = None
    ) -> None:
        Metric.__init__(self, name, dtype)
        self.init_thresholds, self.thresholds = thresholds, _checked_thresholds(thresholds, 0.5)
        self.accumulator = self.add_weight("accumulator", [len(self.thresholds)], initializer="zeros")

    def _added(self: Any, amounts: dict[str, Tensor]) -> Any:
        return self.accumulator.assign_add(amounts[case], read_value=False)

    def result(self: Any) -> Any:
        """The count, or one for each threshold."""
        return self._of_thresholds(self.accumulator.as_tensor())

    def get_config(self: Any) -> dict[str, Any]:
        """What makes the same metric again."""
        return {**Metric.get_config(self), "thresholds": self.init_thresholds}

    members = {
        "__init__": __init__, "_added": _added, "result": result, "get_config": get_config, "cases": (case,),
        "__doc__": f"The number of {case.replace('_', ' ')}; a score above the threshold, 0.5, is a yes.",
        "__module__": __name__, "__qualname__": class_name,
    }  # fmt: skip
    return type(class_name, (_Cases,), members)


TruePositives = _counting("true_positives", "TruePositives")
FalsePositives = _counting("false_positives", "FalsePositives")
TrueNegatives = _counting("true_negatives", "TrueNegatives")
FalseNegatives = _counting("false_negatives", "FalseNegatives")


class Precision(_Cases):
    """The part of the yes-predictions that are right; 0 without any.

    Parameters
    ----------
    thresholds : float or list of float, optional
        A score above is a yes, by default 0.5; a list gives a value for each.
    top_k : int, optional
        The k highest scores of an example are its yes, whatever the thresholds are.
    class_id : int, optional
        Look at this class alone.

    Raises
    ------
    ValueError
        If a threshold is not in [0, 1].
    """

    cases: Sequence[str] = ("true_positives", "false_positives")

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(name, dtype)
        self.init_thresholds, self.top_k, self.class_id = thresholds, top_k, class_id
        self.thresholds = _checked_thresholds(thresholds, 0.5 if top_k is None else _NEVER)
        self._keep([len(self.thresholds)])

    def result(self) -> Any:
        """The share of true positives, or one for each threshold."""
        return self._of_thresholds(self._share(*self.cases))

    def get_config(self) -> dict[str, Any]:
        """What makes the same metric again."""
        told = {"thresholds": self.init_thresholds, "top_k": self.top_k, "class_id": self.class_id}
        return {**super().get_config(), **told}


class Recall(Precision):
    """The part of the yes-labels that are found; 0 without any. The arguments are those of :class:`Precision`."""

    cases: Sequence[str] = ("true_positives", "false_negatives")


class _AtBound(_Cases):
    """The best value of one share among the thresholds at which another is at least what is asked for."""

    cases: Sequence[str] = ("true_positives", "true_negatives", "false_positives", "false_negatives")
    bounded = ""  # the share, which is the first argument
    shares = {
        "specificity": ("true_negatives", "false_positives"),
        "sensitivity": ("true_positives", "false_negatives"),
        "recall": ("true_positives", "false_negatives"),
        "precision": ("true_positives", "false_positives"),
    }
    wanted = ""

    def _begin(self, bound: float, num_thresholds: int, class_id: int | None) -> None:
        if not 0 <= bound <= 1:
            raise ValueError(
                f"{type(self).__name__}: {self.bounded} must be in the range [0, 1], given: {bound}."
            )
        if num_thresholds <= 0:
            raise ValueError(
                f"{type(self).__name__}: num_thresholds must be above 0, given: {num_thresholds}."
            )
        self.num_thresholds, self.class_id = num_thresholds, class_id
        inner = [(i + 1) / (num_thresholds - 1) for i in range(num_thresholds - 2)]
        self.thresholds = [0.5] if num_thresholds == 1 else [0.0, *inner, 1.0]
        vars(self)[self.bounded] = bound
        self._keep([num_thresholds])

    def result(self) -> Any:
        """The best value; 0 where no threshold will do."""
        bounded, wanted = (self._share(*self.shares[name]) for name in (self.bounded, self.wanted))
        fits = b.GreaterEqual(bounded, vars(self)[self.bounded])
        return reduce_max(where(fits, wanted, b.ZerosLike(wanted)))

    def get_config(self) -> dict[str, Any]:
        """What makes the same metric again."""
        told = {"num_thresholds": self.num_thresholds, self.bounded: vars(self)[self.bounded]}
        return {**super().get_config(), **told, "class_id": self.class_id}


class SensitivityAtSpecificity(_AtBound):
    """The greatest sensitivity, tp / (tp + fn), where the specificity, tn / (tn + fp), is at least as asked for."""

    bounded, wanted = "specificity", "sensitivity"

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(name, dtype)
        self._begin(specificity, num_thresholds, class_id)


class SpecificityAtSensitivity(_AtBound):
    """The greatest specificity, tn / (tn + fp), where the sensitivity, tp / (tp + fn), is at least as asked for."""

    bounded, wanted = "sensitivity", "specificity"

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(name, dtype)
        self._begin(sensitivity, num_thresholds, class_id)


class PrecisionAtRecall(_AtBound):
    """The greatest precision where the recall is at least as asked for."""

    bounded, wanted = "recall", "precision"

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(name, dtype)
        self._begin(recall, num_thresholds, class_id)


class RecallAtPrecision(_AtBound):
    """The greatest recall where the precision is at least as asked for."""

    bounded, wanted = "precision", "recall"

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__(name, dtype)
        self._begin(precision, num_thresholds, class_id)


class AUC(_Cases):
    """The area under the ROC or precision-recall curve of all scores, approximated at thresholds.

    Parameters
    ----------
    num_thresholds : int
        How many, evenly spread.
    curve : str
        ``"ROC"`` or ``"PR"``.
    summation_method : str
        ``"interpolation"``, ``"minoring"`` or ``"majoring"``.
    thresholds : list of float, optional
        The inner ones, in place of even ones.
    multi_label : bool
        Whether each column is a label for itself, whose areas are averaged.
    num_labels : int, optional
        How many there are then.
    label_weights : list of float, optional
        How much each column counts.
    from_logits : bool
        Whether predictions are logits, of which the sigmoid is taken.

    Raises
    ------
    ValueError
        If an argument makes no sense.
    """

    cases: Sequence[str] = ("true_positives", "true_negatives", "false_positives", "false_negatives")

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: DTypeLike | None = None,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Sequence[float] | None = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__(name, dtype)
        _check_area(curve, summation_method, multi_label, num_labels)
        self.init_thresholds = thresholds
        inner = None if thresholds is None else sorted(thresholds)
        self.thresholds = even_thresholds(num_thresholds, "AUC") if inner is None else beyond(inner)
        self.num_thresholds, self.curve, self.summation_method = len(self.thresholds), curve, summation_method
        self.multi_label, self.num_labels, self.label_weights = multi_label, num_labels, label_weights
        self._from_logits, self._is_begun = from_logits, False
        if not multi_label or num_labels:
            self._begin(num_labels)

    def _begin(self, n_labels: int | None) -> None:
        self._keep([self.num_thresholds, *([n_labels] if self.multi_label and n_labels else [])])
        self._is_begun, self._n_labels = True, n_labels if self.multi_label else None

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Count a batch."""
        graph = graph_of([y_true, y_pred])
        scores = graph.cast(graph.convert(y_pred), self.variable_dtype)
        if not self._is_begun:
            if scores.dims is None or len(scores.dims) != 2:
                raise ValueError(f"AUC with multi_label=True wants predictions of rank 2, given: {scores}.")
            self._begin(scores.dims[1])
        scores = b.Sigmoid(scores) if self._from_logits else scores
        weights = sample_weight
        if self.label_weights is not None and not self.multi_label:
            columns = graph.convert(np.asarray(self.label_weights, np.float32)[None])
            given = (
                1.0 if weights is None else beside(cast(weights, self.variable_dtype), scores, may_grow=True)
            )
            weights = given * columns
        amounts = cases_at(
            *self._chosen(y_true, scores), weights, self.thresholds, self.cases, self.name,
            is_in_unit_interval=False, n_labels=self._n_labels,
        )  # fmt: skip
        return self._added(amounts)

    def result(self) -> Any:
        """The area; of several labels their mean."""
        if not self._is_begun:
            raise ValueError(
                "AUC has no value yet: call update_state(y_true, y_pred) first, or say num_labels."
            )
        kept = [getattr(self, case).as_tensor() for case in self.cases]
        tp, tn, fp, fn = kept
        area = exact_area(tp, fn, tn, fp, self.curve, self.summation_method)
        if not self.multi_label:
            return area
        weights = [1.0] * (self._n_labels or 1) if self.label_weights is None else self.label_weights
        share = np.asarray(weights, np.float32)
        return b.DivNoNan(reduce_sum(area * share), np.float32(share.sum()))

    def get_config(self) -> dict[str, Any]:
        """What makes the same metric again."""
        config: dict[str, Any] = {
            **super().get_config(),
            "num_thresholds": self.num_thresholds,
            "curve": self.curve,
            "summation_method": self.summation_method,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": self.label_weights,
            "from_logits": self._from_logits,
        }
        if self.init_thresholds is not None:
            config["thresholds"] = list(self.thresholds[1:-1])
        return config


def _check_area(curve: str, method: str, multi_label: bool, num_labels: int | None) -> None:
    if curve not in ("ROC", "PR"):
        raise ValueError(f'AUC: curve must be "ROC" or "PR", given: {curve!r}.')
    if method not in ("interpolation", "minoring", "majoring"):
        raise ValueError(
            f'AUC: summation_method must be "interpolation", "minoring" or "majoring", given: {method!r}.'
        )
    if num_labels and not multi_label:
        raise ValueError("AUC: `num_labels` is needed only when `multi_label` is True.")
