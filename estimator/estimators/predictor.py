"""Predictors by TensorFlow's name, of an Estimator and of what its server would be sent: tf.contrib.predictor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.calls.predictor import Predictor, predictor_of_receiver
from estimator.calls.user_functions import check_receiver_fn
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shown import shorten
from estimator.estimators.estimator import Estimator
from estimator.graph.graph import Graph


def from_estimator(
    estimator: Estimator,
    serving_input_receiver_fn: Callable[[], Any],
    output_key: str | None = None,
    graph: Graph | None = None,
    config: Any = None,
) -> Predictor:
    """A predictor of an Estimator's latest checkpoint, called with what a server would be sent.

    Without a receiver there is :meth:`estimator.estimators.estimator.Estimator.predictor`, which takes features as they
    are and gives all predictions.

    Parameters
    ----------
    estimator : Estimator
    serving_input_receiver_fn : callable
        Returns what has the attributes ``features``, which model_fn gets, and ``receiver_tensors``, which are fed: a
        dict of placeholders, or one, which is called ``input`` then.
    output_key : str, optional
        Which of the model's export_outputs it gives; default ``serving_default``.
    graph : Graph, optional
        Where it is built; default: a new one.
    config : ConfigProto, optional
        Of the session.

    Raises
    ------
    TypeError
        If `estimator` is no Estimator, or the receiver has not these attributes.
    KeyError
        If the model has no such output.
    InvalidArgumentError, NotFoundError
        If model and checkpoint do not fit, or there is none and the config requires one.

    Source
    ------
    tf.contrib.predictor.from_estimator, TF 1.15 predictor_factories.py
    """
    if not isinstance(estimator, Estimator):
        raise TypeError(f"from_estimator takes a tf.estimator.Estimator, given: {shorten(estimator)}.")
    check_receiver_fn(serving_input_receiver_fn)
    return predictor_of_receiver(estimator._model, serving_input_receiver_fn, output_key, graph, config)


near_keywords_of_functions(__name__)
