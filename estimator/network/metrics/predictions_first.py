"""Metrics as tf.contrib.metrics has them: predictions before labels, ``streaming_`` before the name; and their lists.

::

    names_to_values, names_to_updates = aggregate_metric_map({
        "accuracy": streaming_accuracy(predictions, labels),
        "loss": streaming_mean(loss),
    })

Source
------
tf.contrib.metrics, TF 1.15 metric_ops.py
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.keywords import demand_known, near_keywords_of_functions
from estimator.network import metrics
from estimator.network.metrics.state import Pair


def _predictions_first(metric: Callable[..., Any]) -> Callable[..., Pair]:
    """The metric under its name in tf.contrib, with the first two arguments exchanged."""
    signature = inspect.signature(metric)
    labels, predictions, *rest = signature.parameters.values()
    exchanged = signature.replace(parameters=[predictions, labels, *rest])
    own = metric.__name__
    name = f"streaming_{own}"

    def call(*args: Any, **kwargs: Any) -> Pair:
        demand_known(name, kwargs, exchanged.parameters)
        try:
            given = exchanged.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{name}() {error}.") from None
        pair: Pair = metric(**given)
        return pair

    call.__name__ = call.__qualname__ = name
    call.__doc__ = (
        f"As tf.metrics.{own}, with the predictions before the labels.\n\n"
        f"Source\n------\ntf.contrib.metrics.{name}, TF 1.15 metric_ops.py\n"
    )
    vars(call)["__signature__"] = exchanged
    return call


streaming_accuracy = _predictions_first(metrics.accuracy)
streaming_auc = _predictions_first(metrics.auc)
streaming_false_negatives = _predictions_first(metrics.false_negatives)
streaming_false_positives = _predictions_first(metrics.false_positives)
streaming_mean_absolute_error = _predictions_first(metrics.mean_absolute_error)
streaming_mean_cosine_distance = _predictions_first(metrics.mean_cosine_distance)
streaming_mean_iou = _predictions_first(metrics.mean_iou)
streaming_mean_relative_error = _predictions_first(metrics.mean_relative_error)
streaming_mean_squared_error = _predictions_first(metrics.mean_squared_error)
streaming_precision = _predictions_first(metrics.precision)
streaming_precision_at_thresholds = _predictions_first(metrics.precision_at_thresholds)
streaming_recall = _predictions_first(metrics.recall)
streaming_recall_at_thresholds = _predictions_first(metrics.recall_at_thresholds)
streaming_root_mean_squared_error = _predictions_first(metrics.root_mean_squared_error)
streaming_sensitivity_at_specificity = _predictions_first(metrics.sensitivity_at_specificity)
streaming_specificity_at_sensitivity = _predictions_first(metrics.specificity_at_sensitivity)
streaming_true_negatives = _predictions_first(metrics.true_negatives)
streaming_true_positives = _predictions_first(metrics.true_positives)


def aggregate_metrics(*value_update_tuples: Pair) -> tuple[list[Any], list[Any]]:
    """The values of several metrics, and their updates.

    Raises
    ------
    ValueError
        If there are none.

    Source
    ------
    tf.contrib.metrics.aggregate_metrics, TF 1.15 metric_ops.py
    """
    if not value_update_tuples:
        raise ValueError("aggregate_metrics: expected at least one value_tensor/update_op pair.")
    values, updates = zip(*value_update_tuples, strict=True)
    return list(values), list(updates)


def aggregate_metric_map(names_to_tuples: Mapping[str, Pair]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of several metrics by name, and their updates by name.

    Source
    ------
    tf.contrib.metrics.aggregate_metric_map, TF 1.15 metric_ops.py
    """
    values = {name: value for name, (value, _) in names_to_tuples.items()}
    return values, {name: update for name, (_, update) in names_to_tuples.items()}


near_keywords_of_functions(__name__)
