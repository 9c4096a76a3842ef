"""Models and their weights as the bytes of a file, in each of the forms that Keras reads.

``.h5`` is written as Keras 2.15 has it, less what it would not miss and Keras 3 could not read; ``.keras`` and
``.weights.h5`` as Keras 3 has them, the weights readable by both. All values are taken first, so that a file is of one
moment of a training.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from estimator.calls.record import describe_process
from estimator.keras.backend.values import batch_get_value
from estimator.keras.nodes import inbound_nodes
from estimator.keras.saving import archive, hdf5, layered, optimizer_state, variable_tree
from estimator.keras.saving.fitting import WantedLayer
from estimator.keras.saving.hdf5 import Folder
from estimator.keras.saving.keras3 import to_keras3, understood_by_both
from estimator.keras.saving.layered import Layered
from estimator.keras.saving.named_weights import layers_of, own_of
from estimator.keras.saving.places import places_of
from estimator.keras.serialization import serialize

_TOP = "top_level_model_weights"


def h5(model: Any, include_optimizer: bool) -> bytes:
    """A whole model as .h5.

    Raises
    ------
    NotImplementedError
        If it is neither functional nor sequential: such a model is not told by its layers.
    ValueError
        If it is not built, or two of its weights have one name.
    """
    demand_built(model)
    if not _is_connected(model):
        raise NotImplementedError(
            f"model {model.name!r} is a subclass with a call of its own, which a .h5 cannot tell. Save it as .keras, "
            "or its weights with save_weights."
        )
    config = understood_by_both({"class_name": type(model).__name__, "config": model.get_config()})
    optimizer = model.optimizer if include_optimizer else None
    compiled = model.get_compile_config() if optimizer is not None else None
    content = _layers(model)
    if optimizer is not None:
        variables = list(optimizer.weights)
        names = [variable.name for variable in variables]
        content = content._replace(
            optimizer=layered.layer_of("optimizer_weights", names, batch_get_value(variables)),
            training_config=json.dumps(_training_config(compiled), default=_as_json) if compiled else None,
        )
    return hdf5.written(layered.write(content._replace(model_config=json.dumps(config, default=_as_json))))


def h5_weights(model: Any) -> bytes:
    """The weights alone, in the form of .h5.

    Raises
    ------
    ValueError
        As :func:`h5`.
    """
    demand_built(model)
    return hdf5.written(layered.write(_layers(model)))


def weights_h5(model: Any) -> bytes:
    """The weights as .weights.h5, and the state of the optimizer.

    Raises
    ------
    ValueError
        If the model is not built.
    """
    demand_built(model)
    return hdf5.written(_tree(model, with_optimizer=True))


def keras(model: Any, include_optimizer: bool, folder: str = "") -> bytes:
    """A whole model as .keras, with what is known of its making; paths in that begin at `folder`.

    Raises
    ------
    ValueError
        If it is not built, or does not tell its configuration.
    UsageError
        If its configuration says what Keras 3 cannot mean.
    """
    demand_built(model)
    config = serialize(model)
    if include_optimizer and model.optimizer is not None:
        config["compile_config"] = model.get_compile_config()
    if not _is_connected(model):
        config["build_config"] = model.get_build_config()
    told = to_keras3(json.loads(json.dumps(config, default=_as_json)), _Outputs(model))
    return archive.written(told, hdf5.written(_tree(model, include_optimizer)), _made_by(model, folder))


def _made_by(model: Any, folder: str) -> dict[str, Any]:
    """Which program made the model, in which versions, and how far it has been trained."""
    entry = describe_process(folder)
    if model.optimizer is not None:
        entry["step"] = int(model.optimizer.iterations.numpy())
    history = getattr(model, "history", None)
    if history is not None and history.epoch:
        entry["epoch"] = history.epoch[-1] + 1
        entry |= {
            name: float(values[-1]) for name, values in history.history.items() if np.ndim(values[-1]) == 0
        }
    return entry


class _Outputs:
    """Shape and dtype of what the layers of a functional model give."""

    def __init__(self, model: Any) -> None:
        self._layers = {layer.name: layer for layer in (model, *model.submodules)}

    def __call__(self, name: str, call: int, output: int) -> tuple[list[int | None], str]:
        from estimator.core import nest

        layer = self._layers[name]
        nodes = inbound_nodes(layer)
        tensor = nest.flatten(nodes[min(call, len(nodes) - 1)].outputs)[output]
        return tensor.shape.as_list(), tensor.dtype.name


def _is_connected(model: Any) -> bool:
    """Whether layers and their connections say all of a model."""
    return getattr(model, "network", None) is not None


def demand_built(model: Any) -> None:
    """Refuse a model without weights.

    Raises
    ------
    ValueError
        If it is not built.
    """
    if not model.built:
        raise ValueError(
            f"model {model.name!r} has no weights yet: call it on some data, or model.build(shape), before it is saved."
        )


def _layers(model: Any) -> Layered:
    layers = [*layers_of(model), WantedLayer(_TOP, *own_of(model))]
    values = iter(batch_get_value([weight for layer in layers for weight in layer.weights]))
    stored = [
        layered.layer_of(layer.name, layer.names, [next(values) for _ in layer.weights]) for layer in layers
    ]
    return Layered(stored[:-1], stored[-1])


def _training_config(compiled: dict[str, Any]) -> dict[str, Any]:
    """What compile was told, in the words of .h5."""
    told = understood_by_both(
        {key: compiled.get(key) for key in ("loss", "metrics", "weighted_metrics", "loss_weights")}
    )
    optimizer = compiled["optimizer"]
    name, config = optimizer["class_name"], optimizer["config"]
    if config.get("is_legacy_optimizer") is False and ">" not in name:
        name = (
            f"Custom>{name}"  # as 2.15 calls today's; by it Keras 3 tells which settings it has to leave out
        )
    return told | {"optimizer_config": {"class_name": name, "config": config}}


def _tree(model: Any, with_optimizer: bool) -> Folder:
    places = places_of(model)
    weights = [weight for place in places for weight in place.layer.own_weights]
    optimizer = model.optimizer if with_optimizer else None
    state = list(optimizer.weights) if optimizer is not None else []
    arrays = batch_get_value([*weights, *state])
    values = {id(weight): array for weight, array in zip(weights, arrays, strict=False)}
    told = _state(optimizer, arrays[len(weights) :]) if optimizer is not None else None
    return variable_tree.write(places, values, told)


def _state(optimizer: Any, arrays: list[np.ndarray]) -> list[np.ndarray]:
    config = optimizer.get_config()
    rate = config["learning_rate"]
    number = None if isinstance(rate, dict) else float(rate)
    is_plain_sgd = type(optimizer).__name__ == "SGD" and not config["momentum"]
    return optimizer_state.for_keras_3(list(optimizer.weights), arrays, number, not is_plain_sgd)


def _as_json(value: Any) -> Any:
    """What JSON has not: arrays and numbers of numpy, shapes, types."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "as_list"):
        return value.as_list()
    return getattr(value, "name", None) or str(value)
