"""One call of ``Estimator.summary``: the model is built on the first batch, and nothing is run but the input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.calls.opening import Model, build_model, open_graph, read_inputs
from estimator.checkpoint.variables import part_of
from estimator.core import log, nest
from estimator.core.errors import OutOfRangeError
from estimator.graph.keys import GraphKeys
from estimator.model_dir.start import Start
from estimator.models.spec import ModeKeys
from estimator.pipeline.dataset import Dataset
from estimator.profiling.layers import ModelSummary, summarised
from estimator.training.monitored import MonitoredSession
from estimator.training.session_creator import ChiefSessionCreator


def summary(model: Model, input_fn: Callable[..., Any]) -> ModelSummary:
    """What the layers of a model hold and cost; see :meth:`estimator.estimators.estimator.Estimator.summary`.

    Raises
    ------
    ValueError
        If the input has no batch.
    """
    with log.brief():
        features, labels = _first_batch(model, input_fn)

        def batch() -> Dataset:  # whose shapes are known to the last number
            return Dataset.from_tensors(features if labels is None else (features, labels))

        with open_graph(model) as graph:
            inputs = read_inputs(model, batch, ModeKeys.TRAIN)
            built = build_model(model, inputs, ModeKeys.TRAIN, Start(None))
            variables = [
                variable
                for variable in graph.get_collection(GraphKeys.GLOBAL_VARIABLES)
                if variable is not built.global_step
            ]
            state = [variable for variable in variables if part_of(variable).is_state]
            weights = [variable for variable in variables if variable not in state]
            size = _batch_size(inputs.features)
            return summarised(model.class_name, size, built.spec.loss, built.spec.train_op, weights, state)


def _first_batch(model: Model, input_fn: Callable[..., Any]) -> tuple[Any, Any]:
    """Features and labels of the first batch, as arrays."""
    with open_graph(model):
        inputs = read_inputs(model, input_fn, ModeKeys.TRAIN)
        tensors = (inputs.features,) if inputs.labels is None else (inputs.features, inputs.labels)
        with MonitoredSession(ChiefSessionCreator()) as session:
            try:
                features, *labels = session.run(tensors)
            except OutOfRangeError:
                raise ValueError(
                    "summary: input_fn gives no batch, whose shapes would tell those of the model."
                ) from None
    return features, labels[0] if labels else None


def _batch_size(features: Any) -> int | None:
    dims = next((tensor.dims for tensor in nest.flatten(features) if hasattr(tensor, "dims")), None)
    return dims[0] if dims else None
