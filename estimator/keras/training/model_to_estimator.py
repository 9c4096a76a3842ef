"""A Keras model as an Estimator: its model function makes the model again in the graph of each call.

What the model has learnt up to then is written to ``model_dir/keras/keras_model.ckpt``, from which the first training
begins. Variables are called as TensorFlow calls them, ``dense/kernel`` and ``training/Adam/dense/kernel/m``, so that
either side opens the other's model_dir.

Source
------
tf.keras.estimator.model_to_estimator, TF 2.15 tensorflow_estimator keras_lib.py (arguments, refusals, files)
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from typing import Any

from estimator.checkpoint.saver import Saver
from estimator.checkpoint.warm_start import WarmStartSettings
from estimator.core import log, nest
from estimator.core.dtypes import float32
from estimator.core.keywords import near_keywords
from estimator.estimators.estimator import Estimator
from estimator.functions.grouping import group
from estimator.graph import build as b
from estimator.graph.graph import Graph, get_default_graph
from estimator.keras.calls import gathering
from estimator.keras.optimizers import legacy
from estimator.keras.serialization import custom_object_scope
from estimator.keras.training.compiled import Compiled, copied
from estimator.keras.training.program import deeds_since
from estimator.model_dir.finding import latest_prefix
from estimator.models.export_outputs import PredictOutput
from estimator.models.spec import EstimatorSpec, ModeKeys
from estimator.optimizers.optimizer import Optimizer
from estimator.runtime.session import Session
from estimator.settings.run_config import RunConfig
from estimator.variables.global_step import get_or_create_global_step
from estimator.variables.variable import global_variables_initializer

_SERVING = "serving_default"


@near_keywords
def model_to_estimator(
    keras_model: Any = None,
    keras_model_path: str | os.PathLike[str] | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    model_dir: str | os.PathLike[str] | None = None,
    config: RunConfig | None = None,
    checkpoint_format: str | None = "saver",
    metric_names_map: Mapping[str, str] | None = None,
    export_outputs: Mapping[str, Any] | None = None,
) -> Estimator:
    """An Estimator that trains a compiled model, from the weights that it has now; the model itself stays as it is.

    Parameters
    ----------
    keras_model : Model, optional
        Compiled.
    keras_model_path : str or path, optional
        Of a stored one, instead.
    custom_objects : dict, optional
        Classes and functions of the user's by their names.
    model_dir : str or path, optional
    config : RunConfig, optional
    checkpoint_format : str, optional
        ``"saver"``: checkpoints are of variables by name.
    metric_names_map : dict, optional
        The names of the metrics to those that ``evaluate`` is to give.
    export_outputs : dict of str to class, optional
        The names of outputs to classes of tf.estimator.export, for signatures beside the default one.

    Raises
    ------
    ValueError
        If there is no model, it is not compiled, or cannot be made again; from the Estimator's calls, if features or
        labels do not have its inputs and outputs.
    """
    if keras_model is None and keras_model_path is None:
        raise ValueError("Either `keras_model` or `keras_model_path` needs to be provided.")
    if keras_model is not None and keras_model_path is not None:
        raise ValueError("Please specify either `keras_model` or `keras_model_path`, but not both.")
    if checkpoint_format not in (None, "saver"):
        raise ValueError(
            f'checkpoint_format={checkpoint_format!r}: checkpoints of an Estimator are of variables by name, "saver". '
            "tf.train.Checkpoint(model=model) writes object-based ones of a Keras model."
        )
    if keras_model is None:
        from estimator.keras.models import load_model

        keras_model = load_model(os.fspath(keras_model_path or ""), custom_objects)
    if keras_model.optimizer is None:
        raise ValueError(
            "The given keras model has not been compiled yet. Please compile the model with `model.compile()` before "
            "calling `model_to_estimator()`."
        )
    model_fn = _ModelFn(keras_model, dict(custom_objects or {}), metric_names_map, export_outputs)
    estimator = Estimator(model_fn, model_dir, config)
    start = _save_first(model_fn, keras_model, estimator)
    if start is None:
        return estimator
    settings = WarmStartSettings(start, vars_to_warm_start=[".*"])  # moving averages, too
    return Estimator(model_fn, estimator.model_dir, config, warm_start_from=settings)


class _ModelFn:
    """The model function.

    Parameters
    ----------
    model : Model
    custom_objects : dict
    metric_names, export_outputs : mapping or None
    """

    __name__ = "keras_model_fn"

    def __init__(
        self,
        model: Any,
        custom_objects: dict[str, Any],
        metric_names: Mapping[str, str] | None,
        export_outputs: Mapping[str, Any] | None,
    ) -> None:
        self._kind = type(model)
        self._config = model.get_config()
        self._is_functional = model.inputs is not None
        self._custom_objects = custom_objects
        self._compiled = model.compiled
        self._optimizer = legacy_optimizer(model.optimizer)
        self._metric_names = metric_names
        self._export_outputs = export_outputs

    def __call__(self, features: Any, labels: Any, mode: str) -> EstimatorSpec:
        graph = get_default_graph()
        features, weights = _without_weights(features)
        model = self.clone()
        with gathering() as found:
            outputs = model(self._inputs(model, features), training=mode == ModeKeys.TRAIN)
            losses = model.losses
        names = model.output_names or [
            f"output_{place}" for place in range(1, len(nest.flatten(outputs)) + 1)
        ]
        predictions = dict(zip(names, nest.flatten(outputs), strict=True))
        exports = self._exports(predictions)
        if mode == ModeKeys.PREDICT:
            return EstimatorSpec(mode, predictions=predictions, export_outputs=exports)
        compiled = self.compile()
        labels = nest.map_structure(_as_float32, _ordered(labels, names, "labels", "outputs"))
        loss = compiled.loss_of(labels, outputs, weights, losses, names)
        if loss is None:
            raise ValueError("the model has no loss: compile it with loss=..., or give the input_fn labels.")
        before = graph.version
        compiled.update_metrics(labels, outputs, weights, names)
        update = group(*deeds_since(graph, before))
        metrics = {metric.name: (metric.result(), update) for metric in compiled.own_metrics}
        train_op = self._train_op(compiled, loss, model, found.updates) if mode == ModeKeys.TRAIN else None
        return EstimatorSpec(
            mode,
            predictions=predictions,
            loss=loss,
            train_op=train_op,
            eval_metric_ops=_renamed(metrics, self._metric_names),
            export_outputs=exports,
        )

    def clone(self) -> Any:
        """The model, made again in the default graph, with other weights."""
        with custom_object_scope(self._custom_objects):
            return self._kind.from_config(self._config)

    def compile(self) -> Compiled:
        """The compiled state for a graph of its own."""
        return copied(self._compiled, self._optimizer())

    def _inputs(self, model: Any, features: Any) -> Any:
        names = model.input_names
        if self._is_functional and isinstance(features, Mapping) and not isinstance(model.input, Mapping):
            features = _ordered(features, names, "features", "inputs")
        features = nest.map_structure(_as_float32, features)
        is_single = isinstance(features, (list, tuple)) and len(features) == 1
        return features[0] if is_single else features

    def _train_op(self, compiled: Compiled, loss: Any, model: Any, updates: list[Any]) -> Any:
        optimizer, step = compiled.optimizer, get_or_create_global_step()
        if isinstance(optimizer, legacy.Optimizer):
            optimizer.iterations = step
            with get_default_graph().name_scope("training"):
                made = optimizer.get_updates(loss, model.trainable_weights)
        else:
            made = [optimizer.minimize(loss, global_step=step, var_list=model.trainable_weights)]
        return group(*made, *updates)

    def _exports(self, predictions: dict[str, Any]) -> dict[str, Any]:
        outputs = {_SERVING: PredictOutput(predictions)}
        given = dict(self._export_outputs or {})
        if unknown := [name for name in given if name not in predictions]:
            raise ValueError(
                f"export_outputs has {', '.join(map(repr, unknown))}; the outputs of the model are: "
                f"{', '.join(predictions)}."
            )
        return outputs | {name: kind(predictions[name]) for name, kind in given.items()}


def legacy_optimizer(given: Any) -> Callable[[], Any]:
    """What makes an optimizer like the given one for each graph, with the names that Estimators know.

    Raises
    ------
    ValueError
        If there is none.
    """
    if isinstance(given, Optimizer) and not hasattr(given, "get_config"):
        return lambda: given  # of tf.train: its slots belong to graphs
    config = given.get_config()
    kind = type(given)
    if not isinstance(given, legacy.Optimizer):
        found = getattr(legacy, kind.__name__, None)
        if found is None:
            raise ValueError(
                f"{kind.__name__}: an Estimator's optimizer is one of keras.optimizers.legacy, such as "
                "keras.optimizers.legacy.Adam(), or one of tf.train."
            )
        kind = found
        taken = inspect.signature(kind).parameters
        config = {name: value for name, value in config.items() if name in taken and value is not None}
    return lambda: kind.from_config(config)


def _save_first(model_fn: _ModelFn, model: Any, estimator: Estimator) -> str | None:
    """Write the weights that the model has now where the first training looks for them; None if it has none."""
    folder = os.path.join(estimator.model_dir, "keras")
    latest = latest_prefix(folder)
    if latest is not None:
        return latest
    if model.inputs is None or not model.weights:
        if model.built:
            log.warning(
                "the Estimator begins with fresh weights: those of a model that is subclassed from `Model` are not "
                "taken along. The model itself stays as it is."
            )
        return None
    values = model.get_weights()
    with Graph().as_default() as graph, Session(graph=graph) as session:
        graph.seed = estimator.config.tf_random_seed
        step = get_or_create_global_step()
        clone, compiled = model_fn.clone(), model_fn.compile()
        if isinstance(compiled.optimizer, legacy.Optimizer) and clone.trainable_weights:
            compiled.optimizer.iterations = step
            with graph.name_scope("training"):
                compiled.optimizer.build(clone.trainable_weights)
        session.run(global_variables_initializer())
        clone.set_weights(values)
        return Saver().save(session, os.path.join(folder, "keras_model.ckpt"))


def _without_weights(features: Any) -> tuple[Any, Any]:
    """Features, and the weights of the examples that a dict may bring along."""
    if isinstance(features, Mapping) and set(features) == {"features", "sample_weights"}:
        return features["features"], features["sample_weights"]
    return features, None


def _ordered(given: Any, names: list[str], what: str, of_model: str) -> Any:
    """The tensors of a dict in the order of the model's names; what is no dict stays as it is."""
    if not isinstance(given, Mapping):
        return given
    if missing := [name for name in names if name not in given]:
        raise ValueError(
            f"The dictionary passed into {what} does not cover requested {of_model} keys defined in the keras model: "
            f"{', '.join(missing)} missing. Expected keys: {', '.join(names)}; {what} keys: {', '.join(given)}."
        )
    found = [given[name] for name in names]
    return found[0] if len(found) == 1 else found


def _as_float32(tensor: Any) -> Any:
    is_other = tensor is not None and tensor.dtype.is_floating and tensor.dtype is not float32
    return b.Cast(tensor, DstT=float32) if is_other else tensor


def _renamed(metrics: dict[str, Any], names: Mapping[str, str] | None) -> dict[str, Any]:
    if not names:
        return metrics
    if set(names) != set(metrics):
        raise ValueError(
            f"metric_names_map must have the names of all metrics of the model, {', '.join(metrics) or 'none'}; it has "
            f"{', '.join(names)}."
        )
    return {names[name]: pair for name, pair in metrics.items()}
