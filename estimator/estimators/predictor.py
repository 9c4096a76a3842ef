"""Predictors by TensorFlow's names, of an Estimator or a SavedModel, and of a model_dir: tf.contrib.predictor.

::

    predict = predictor.from_saved_model("exports/1564652400")
    predict({"inputs": [example.SerializeToString()]})["scores"]
    predictor.from_checkpoint("models/iris")({"SepalLength": [5.1], ...})["class_ids"]
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from estimator.calls.predictor import Predictor, predictor_of_receiver, predictor_of_saved_model
from estimator.calls.user_functions import check_receiver_fn
from estimator.core.errors import raise_problems
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.shown import shorten
from estimator.estimators.estimator import Estimator
from estimator.graph.graph import Graph
from estimator.models.export_outputs import DEFAULT_KEY
from estimator.saved_model.constants import SERVING

_DEFAULT_INPUT = "default_input_alternative"


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
        raise TypeError(
            f"from_estimator takes a tf.estimator.Estimator, given: {shorten(estimator)}. For one of tf.contrib.learn "
            "there is from_contrib_estimator."
        )
    check_receiver_fn(serving_input_receiver_fn)
    return predictor_of_receiver(estimator._model, serving_input_receiver_fn, output_key, graph, config)


def from_contrib_estimator(
    estimator: Any,
    prediction_input_fn: Callable[[], Any],
    input_alternative_key: str | None = None,
    output_alternative_key: str | None = None,
    graph: Graph | None = None,
    config: Any = None,
) -> Predictor:
    """A predictor of the latest checkpoint of an Estimator of tf.contrib.learn.

    Parameters
    ----------
    estimator : tf.contrib.learn.Estimator
    prediction_input_fn : callable
        Returns InputFnOps: ``features``, which the model gets, and ``default_inputs``, which are fed.
    input_alternative_key : str, optional
        Which inputs are fed: there are the default ones alone, ``default_input_alternative``.
    output_alternative_key : str, optional
        Which of the model's output_alternatives it gives.
    graph : Graph, optional
        Where it is built; default: a new one.
    config : ConfigProto, optional
        Of the session.

    Raises
    ------
    TypeError
        If `estimator` is none of tf.contrib.learn.
    KeyError
        If the model has no such output.
    ValueError
        If there are no such inputs.
    InvalidArgumentError, NotFoundError
        If model and checkpoint do not fit, or there is none and the config requires one.

    Source
    ------
    tf.contrib.predictor.from_contrib_estimator, TF 1.15 predictor_factories.py
    """
    core = getattr(estimator, "core", None)
    if isinstance(estimator, Estimator) or not isinstance(core, Estimator):
        raise TypeError(
            f"from_contrib_estimator takes an Estimator of tf.contrib.learn, given: {shorten(estimator)}. For a "
            "tf.estimator.Estimator there is from_estimator."
        )
    if input_alternative_key not in (None, _DEFAULT_INPUT):
        raise ValueError(
            f"input_alternative_key is {_DEFAULT_INPUT!r}, the inputs that prediction_input_fn gives; "
            f"given: {input_alternative_key!r}."
        )
    check_receiver_fn(prediction_input_fn, "prediction_input_fn")

    def receiver() -> _Receiver:
        ops = prediction_input_fn()
        return _Receiver(ops.features, ops.default_inputs)

    return predictor_of_receiver(core._model, receiver, output_alternative_key, graph, config)


class _Receiver(NamedTuple):
    features: Any
    receiver_tensors: Any


def from_saved_model(
    export_dir: str | os.PathLike[str],
    signature_def_key: str | None = None,
    signature_def: Any = None,
    input_names: Mapping[str, str] | None = None,
    output_names: Mapping[str, str] | None = None,
    tags: str | None = None,
    graph: Graph | None = None,
    config: Any = None,
) -> Predictor:
    """A predictor of a SavedModel, ours or TensorFlow's.

    Parameters
    ----------
    export_dir : path
        The folder of the SavedModel: of an Estimator's exports the one with a number for its name.
    signature_def_key : str, optional
        Which of its signatures; default ``serving_default``. There are two other ways to say what is asked:
        `signature_def`, and names.
    signature_def : SignatureDef, optional
        One that the SavedModel need not have.
    input_names, output_names : mapping of str to str, optional
        Both: the names of tensors in the graph, by what they are to be called.
    tags : str, optional
        Of the graph that is wanted, with commas between; default ``serve``.
    graph : Graph, optional
        Where it is loaded; default: a new one.
    config : ConfigProto, optional
        Of the session.

    Raises
    ------
    ValueError
        If there is no such signature, or it is said in several ways what is asked.
    KeyError
        If there is no such tensor.
    NotFoundError, OSError, RuntimeError
        If there is no SavedModel (OSError), or none with these tags (RuntimeError).
    DataLossError
        If it is damaged.
    UnimplementedError
        If it has ops that are not known here.

    Source
    ------
    tf.contrib.predictor.from_saved_model, TF 1.15 predictor_factories.py, saved_model_predictor.py
    """
    ways = {
        "signature_def_key": signature_def_key,
        "signature_def": signature_def,
        "input_names and output_names": input_names if output_names is None else output_names,
    }
    raise_problems("from_saved_model", list(_problems_of_ways(ways, input_names, output_names)))
    names = None if input_names is None or output_names is None else (input_names, output_names)
    wanted = [tag.strip() for tag in (tags or SERVING).split(",")]
    return predictor_of_saved_model(
        export_dir, signature_def_key, signature_def, names, wanted, graph, config
    )


def _problems_of_ways(
    ways: Mapping[str, Any], input_names: Mapping[str, str] | None, output_names: Mapping[str, str] | None
) -> Iterator[str]:
    """What is wrong with the arguments that say what is asked of a SavedModel."""
    if (input_names is None) != (output_names is None):
        missing = "input_names" if input_names is None else "output_names"
        yield f"input_names and output_names must both be specified or both be unspecified; {missing} is missing."
    given = [name for name, value in ways.items() if value is not None]
    if len(given) > 1:
        yield (
            "You must specify at most one of signature_def_key OR signature_def OR (input_names AND output_names); "
            f"given: {', '.join(given)}."
        )


def from_checkpoint(
    model_dir: str | os.PathLike[str],
    checkpoint: str | int | os.PathLike[str] = "latest",
    signature_def_key: str = DEFAULT_KEY,
    custom_objects: Mapping[str, Any] | None = None,
) -> Predictor:
    """A predictor of a model_dir that a ready-made model was trained in, without its source; ours.

    Called with features as arrays, it gives what ``Estimator.predict`` gives. The signatures ``classification`` and
    ``regression`` take serialized tf.Examples as ``inputs``.

    Parameters
    ----------
    model_dir : str or path
    checkpoint : str, int or path
        ``"latest"``, ``"best"`` by RunConfig(keep_best=...), a step, or the prefix of a checkpoint.
    signature_def_key : str
        Which signature; default: all predictions of features.
    custom_objects : mapping of str to object, optional
        Functions of your own that the model was made with, such as a normalizer_fn, by the names in
        ``.recipe.json``; an error asks for them.

    Raises
    ------
    NotFoundError
        If there is no such checkpoint, or nothing says what the model is: it was trained with a model_fn, by
        TensorFlow, or by an earlier version.
    ValueError
        If objects are asked for that are not given.
    KeyError
        If there is no such signature.
    InvalidArgumentError, DataLossError
        If model and checkpoint do not fit, or the checkpoint is damaged.
    """
    from estimator.estimators.serving_model import open_checkpoint  # loads columns of all kinds

    return open_checkpoint(model_dir, checkpoint, custom_objects=custom_objects).predictor(signature_def_key)


near_keywords_of_functions(__name__)
