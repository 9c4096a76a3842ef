"""More metrics for a model that is there already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.core.signatures import argument_names
from estimator.estimators.estimator import Estimator
from estimator.models.spec import EstimatorSpec, ModeKeys

_ARGUMENTS = ("features", "labels", "predictions", "config")


def add_metrics(estimator: Estimator, metric_fn: Callable[..., Any]) -> Estimator:
    """An Estimator of the same model and model_dir, whose evaluate gives more metrics.

    Parameters
    ----------
    estimator : Estimator
    metric_fn : callable
        Gives a dict of metric key to (value, update_op), as tf.metrics make them; of one name with the model's own it
        wins. It may take ``features``, ``labels``, ``predictions`` and ``config``.

    Raises
    ------
    ValueError
        If it has arguments that nobody fills; in evaluate, if it gives no dict.
    TypeError
        If one is no Estimator, the other no function.

    Source
    ------
    tf.estimator.add_metrics, TF 2.15 extenders.py
    """
    if not isinstance(estimator, Estimator):
        raise TypeError(f"estimator must be an Estimator, given: {estimator!r}.")
    names = argument_names(metric_fn, "metric_fn")
    unknown = [name for name in names if name not in _ARGUMENTS]
    if unknown:
        raise ValueError(
            f"metric_fn ({metric_fn}) has following not expected args: {unknown}. Known: {', '.join(_ARGUMENTS)}."
        )

    def model_fn(features: Any, labels: Any, mode: str, config: Any) -> EstimatorSpec:
        """The model, with more metrics."""
        spec = estimator.model_fn(features, labels, mode, config)
        if mode != ModeKeys.EVAL:
            return spec
        available = {
            "features": features, "labels": labels, "predictions": spec.predictions, "config": config,
        }  # fmt: skip
        found = metric_fn(**{name: available[name] for name in names})
        if not isinstance(found, dict):
            raise ValueError(
                f"metric_fn must give a dict of metric key to (value, update_op), it gave: {found!r}."
            )
        return spec._replace(eval_metric_ops={**spec.eval_metric_ops, **found})

    made = Estimator(
        model_fn, estimator.model_dir, estimator.config, warm_start_from=estimator._model.warm_start
    )
    of_old = estimator._model  # whose recipe describes the new one as well: what it predicts is the same
    made._model = replace(
        made._model, canned=of_old.canned, arguments=of_old.arguments, defaults=of_old.defaults
    )
    return made


near_keywords_of_functions(__name__)
