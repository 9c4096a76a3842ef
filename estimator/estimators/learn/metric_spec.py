"""Metrics that a call of evaluate adds to those of the model.

Source
------
TF 1.15 contrib/learn metric_spec.py
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords
from estimator.core.registry import did_you_mean
from estimator.core.signatures import argument_names

_SPELLINGS = {
    "labels": {"labels", "label", "targets", "target"},
    "predictions": {"predictions", "prediction", "logits", "logit"},
    "weights": {"weights", "weight"},
}


@near_keywords
class MetricSpec:
    """A metric, and of what it is one.

    Parameters
    ----------
    metric_fn : callable
        Gives ``(value, update_op)``, as tf.metrics do. Predictions, labels and weights are handed to the arguments that
        are called so (or prediction, logits, targets and so on); predictions else by position.
    prediction_key : str, optional
        Which of the predictions, if they are a dict of several.
    label_key : str, optional
        Which of the labels, if they are a dict of several.
    weight_key : str, optional
        The feature with the weights; by default there are none.

    Raises
    ------
    TypeError
        If metric_fn is no function.
    ValueError
        If it has no argument for what a key names, or several for one thing. The error has all problems.

    Source
    ------
    tf.contrib.learn.MetricSpec
    """

    def __init__(
        self,
        metric_fn: Callable[..., Any],
        prediction_key: str | None = None,
        label_key: str | None = None,
        weight_key: str | None = None,
    ) -> None:
        self._names = argument_names(metric_fn, "metric_fn")
        found = {what: sorted(spelt & set(self._names)) for what, spelt in _SPELLINGS.items()}
        problems = [
            f"metric_fn has ambiguous arguments for {what}: {', '.join(names)}; it must have one of them."
            for what, names in found.items()
            if len(names) > 1
        ]
        problems += [
            f"metric_fn has no argument for {what}, and {key}={value!r} is given; its arguments: {self._names}."
            for what, key, value in (
                ("labels", "label_key", label_key), ("weights", "weight_key", weight_key),
            )
            if value is not None and not found[what]
        ]  # fmt: skip
        raise_problems("MetricSpec", problems)
        self._taken = {what: names[0] for what, names in found.items() if names}
        self._metric_fn = metric_fn
        self.prediction_key, self.label_key, self.weight_key = prediction_key, label_key, weight_key

    def __repr__(self) -> str:
        name = getattr(self._metric_fn, "__name__", self._metric_fn)
        keys = (
            f"prediction_key={self.prediction_key}, label_key={self.label_key}, weight_key={self.weight_key}"
        )
        return f"MetricSpec(metric_fn={name}, {keys})"

    def metric_fn(self, *, labels: Any = None, predictions: Any = None, weights: Any = None) -> Any:
        """The metric of tensors."""
        given = {"labels": labels, "predictions": predictions}
        if weights is not None:
            given["weights"] = weights
        by_name = {self._taken[what]: value for what, value in given.items() if what in self._taken}
        if "predictions" in self._taken:
            return self._metric_fn(**by_name)
        labels_name = self._taken.get("labels")
        if labels_name is not None and self._names[0] == labels_name:
            return self._metric_fn(by_name.pop(labels_name), predictions, **by_name)
        return self._metric_fn(predictions, **by_name)

    def create_metric_ops(self, inputs: Any, labels: Any, predictions: Any) -> Any:
        """The metric of what a model has been given and gives.

        Parameters
        ----------
        inputs : dict of Tensors
            The features.
        labels, predictions : Tensor or dict of Tensors

        Raises
        ------
        KeyError
            If there is nothing of that name.
        ValueError
            If a key is given and there is one tensor, or none is given and there are several.
        """
        weights = None if self.weight_key is None else _part("weight", inputs, self.weight_key)
        return self.metric_fn(
            predictions=_part("prediction", predictions, self.prediction_key),
            labels=_part("label", labels, self.label_key),
            weights=weights,
        )


def _part(what: str, value: Any, key: str | None) -> Any:
    if not isinstance(value, Mapping):
        if key is not None:
            raise ValueError(
                f"MetricSpec with {what}_key={key!r} requires a dict of {what}s, given: {value!r}. Leave the key out."
            )
        return value
    if key is None:
        if len(value) != 1:
            names = ", ".join(map(repr, value))
            raise ValueError(
                f"MetricSpec without {what}_key requires a single {what}, given: {names}. Pass the key."
            )
        return next(iter(value.values()))
    if key not in value:
        raise KeyError(f"there is no {what} {key!r}.{did_you_mean(key, list(value))}")
    return value[key]


def metrics_of(metrics: Mapping[Any, Any], features: Any, labels: Any, predictions: Any) -> dict[str, Any]:
    """The metrics that evaluate was given, of what a model has been given and gives.

    Parameters
    ----------
    metrics : dict
        Name to :class:`MetricSpec`; or to a function of predictions and labels; or, as ``(name, prediction key)``, to
        one of that prediction and the labels.
    features, labels, predictions
        As in :meth:`MetricSpec.create_metric_ops`.
    """
    found = {}
    for name, metric in metrics.items():
        shown, key = name if isinstance(name, tuple) else (name, None)
        if isinstance(metric, MetricSpec):
            found[shown] = metric.create_metric_ops(features, labels, predictions)
        else:
            of_key = isinstance(labels, Mapping) and key in labels
            label = _part("label", labels, key if of_key else None)
            found[shown] = metric(_part("prediction", predictions, key), label)
    return found
