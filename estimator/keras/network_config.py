"""Functional models as configurations, and made again of them: their layers, and which was called on what.

::

    {"name": "model", "trainable": true,
     "layers": [..., {"class_name": "Dense", "config": {...}, "name": "dense",
                      "inbound_nodes": [[["input_1", 0, 0, {}]]]}],
     "input_layers": [["input_1", 0, 0]], "output_layers": [["dense", 0, 0]]}

A call is the list of what the layer was called on: for each tensor the layer that gave it, which of that layer's calls,
and which of its outputs, and the other arguments. Calls are numbered among those that belong to the model.

Source: get_network_config and reconstruct_from_config of keras/engine/functional.py, Keras 2.15.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from estimator.core import nest
from estimator.graph.tensor import Tensor
from estimator.keras import serialization
from estimator.keras.input_layer import InputLayer
from estimator.keras.layers.by_name import deserialize
from estimator.keras.nodes import HISTORY, Node, history_of, inbound_nodes
from estimator.runtime.own_session import begin, session_at_hand

_CONSTANT = "_CONSTANT_VALUE"  # in place of a layer's name: the value itself follows


# -- told --------------------------------------------------------------------------------------------------------------


def network_config(
    model: Any, serialize_layer: Callable[[Any], dict[str, Any]] = serialization.serialize
) -> dict[str, Any]:
    """The configuration of a functional model.

    Parameters
    ----------
    model : Model
        With a network.
    serialize_layer : callable
        Gives the configuration of one layer, with its class; that of .h5 files has another form than that of .keras
        files.

    Raises
    ------
    TypeError
        If a layer was called with an argument that JSON has not.
    """
    network = model.network
    members = frozenset(network.nodes)
    numbers = {
        node: number
        for layer in network.layers
        for number, node in enumerate(
            (node for node in inbound_nodes(layer) if node in members), start=_first_number(layer)
        )
    }
    layers = []
    for layer in network.layers:
        calls = [node for node in inbound_nodes(layer) if node in members and not node.is_input]
        told = [_call_config(node, numbers) for node in calls]
        layers.append({**serialize_layer(layer), "name": layer.name, "inbound_nodes": told})
    return {
        "name": model.name,
        "trainable": model.trainable,
        "layers": layers,
        "input_layers": _ends(network.nested_inputs, numbers),
        "output_layers": _ends(network.nested_outputs, numbers),
    }


def _first_number(layer: Any) -> int:
    """The number of a layer's first call: to Keras a model that begins with an Input was called when it was made."""
    network = getattr(layer, "network", None)
    return int(network is not None and isinstance(network.layers[0], InputLayer))


def _reference(tensor: Any, numbers: Mapping[Node, int]) -> list[Any]:
    history = history_of(tensor)
    return [history.layer.name, numbers.get(history.node, 0), history.tensor_index]


def _ends(structure: Any, numbers: Mapping[Node, int]) -> Any:
    told = _mapped(lambda tensor: _reference(tensor, numbers), structure)
    return told if nest.is_nested(structure) else [told]


def _mapped(function: Callable[[Any], Any], structure: Any) -> Any:
    """A structure of lists and dicts, with what a function gives in place of the leaves."""
    if isinstance(structure, Mapping):
        return {key: _mapped(function, structure[key]) for key in structure}
    if isinstance(structure, (list, tuple)):
        return [_mapped(function, item) for item in structure]
    return function(structure)


def _call_config(node: Node, numbers: Mapping[Node, int]) -> Any:
    names = list(inspect.signature(node.layer.call).parameters)
    args, kwargs = list(node.args), dict(node.kwargs)
    first = args.pop(0) if args else kwargs.pop(names[0])
    others = _mapped(
        lambda leaf: _argument(leaf, numbers), {**dict(zip(names[1:], args, strict=False)), **kwargs}
    )
    try:
        json.dumps(others)
    except TypeError as error:
        raise TypeError(
            f"layer {node.layer.name!r} was called with an argument that a configuration cannot hold: {error}."
        ) from None
    told = _mapped(lambda leaf: _first_argument(leaf, others, numbers), first)
    return told if nest.is_nested(first) else [told]


def _first_argument(leaf: Any, others: dict[str, Any], numbers: Mapping[Node, int]) -> list[Any]:
    if hasattr(leaf, HISTORY):
        return [*_reference(leaf, numbers), others]
    return [_CONSTANT, -1, _argument(leaf, numbers), others]


def _argument(leaf: Any, numbers: Mapping[Node, int]) -> Any:
    if hasattr(leaf, HISTORY):
        return _reference(leaf, numbers)
    if isinstance(leaf, Tensor):
        leaf = begin(session_at_hand(leaf.graph)).run(leaf)
    return leaf.tolist() if isinstance(leaf, (np.ndarray, np.generic)) else leaf


# -- made again --------------------------------------------------------------------------------------------------------


def from_network_config(
    config: Mapping[str, Any],
    kind: Callable[..., Any],
    custom_objects: Mapping[str, Any] | None = None,
    made: Mapping[str, Any] | None = None,
) -> Any:
    """The functional model of a configuration, without weights.

    Parameters
    ----------
    config : dict
    kind : type
        The class of the model, whose constructor takes inputs and outputs.
    custom_objects : dict, optional
        Classes and functions of the user by their names.
    made : dict, optional
        Layers that there are already, by name.

    Raises
    ------
    ValueError
        If it is no such configuration: a layer is called on what no layer gives, for one.
    """
    again = _Again(config, custom_objects, made or {})
    name, trainable = config.get("name"), config.get("trainable", True)
    inputs, outputs = again.ends("input_layers"), again.ends("output_layers")
    model = kind(inputs=inputs, outputs=outputs, name=name)
    if model.network is not None:
        model.network.extend(again.made())  # of losses and metrics, which no output needs
    if not trainable:
        model.trainable = False
    return model


class _Again:
    """The layers of a configuration, called again on one another."""

    def __init__(
        self, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None, made: Mapping[str, Any]
    ) -> None:
        self._config = config
        self._layers: dict[str, Any] = {}
        self._outputs: dict[tuple[str, int], list[Any]] = {}  # of the calls that were made
        waiting: dict[str, list[Any]] = {}
        for told in config["layers"]:
            name = told.get("name") or told["config"]["name"]
            self._layers[name] = layer = made[name] if name in made else deserialize(told, custom_objects)
            waiting[name] = list(told.get("inbound_nodes") or ())
            if isinstance(layer, InputLayer):
                self._outputs[name, 0] = nest.flatten(inbound_nodes(layer)[0].outputs)
        self._call_all(waiting)

    def _call_all(self, waiting: dict[str, list[Any]]) -> None:
        counts = {name: _first_number(self._layers[name]) for name in waiting}
        while any(waiting.values()):
            before = sum(map(len, waiting.values()))
            for name, calls in waiting.items():
                while calls and self._is_ready(calls[0]):
                    self._outputs[name, counts[name]] = self._called(name, calls.pop(0))
                    counts[name] += 1
            if sum(map(len, waiting.values())) == before:
                stuck = ", ".join(repr(name) for name, calls in waiting.items() if calls)
                raise ValueError(
                    f"the configuration of {self._config.get('name')!r} is none of a model: {stuck} would be called on "
                    "what no layer gives."
                )

    def _is_ready(self, call: Any) -> bool:
        return all(tuple(found[:2]) in self._outputs for found in _references(call))

    def _called(self, name: str, call: Any) -> list[Any]:
        """What a layer gives in one of its calls, told as a structure of references with the other arguments."""
        others: Mapping[str, Any] = {}
        leaves = _calls_leaves(call)
        if len(leaves[0]) > 3:
            others = _replaced(leaves[0][3], self._tensor)
        inputs = _replaced(call, self._tensor)
        if isinstance(inputs, list) and len(inputs) == 1:
            inputs = inputs[0]
        return nest.flatten(self._layers[name](inputs, **others))

    def _tensor(self, reference: Sequence[Any]) -> Any:
        if reference[0] == _CONSTANT:
            value = reference[2]
            return np.asarray(value) if isinstance(value, list) else value
        return self._outputs[reference[0], reference[1]][reference[2]]

    def made(self) -> list[Any]:
        """All tensors that layers gave."""
        return [tensor for outputs in self._outputs.values() for tensor in outputs]

    def ends(self, which: str) -> Any:
        """The inputs or outputs of the model."""
        told = self._config[which]
        found = _replaced(told, self._tensor)
        return found[0] if isinstance(found, list) and len(found) == 1 else found


def _is_reference(value: Any) -> bool:
    """Whether it is ``[layer, call, output]``, perhaps with the other arguments behind."""
    return (
        isinstance(value, (list, tuple))
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and isinstance(value[1], int)
    )


def _references(structure: Any) -> list[Any]:
    """The references in a structure that are no constants, those among the other arguments too."""
    return [
        leaf
        for part in _calls_leaves(structure)
        for leaf in (part, *(_calls_leaves(part[3]) if len(part) > 3 else ()))
        if leaf[0] != _CONSTANT
    ]


def _calls_leaves(structure: Any) -> list[Any]:
    if _is_reference(structure):
        return [structure]
    if isinstance(structure, Mapping):
        return [leaf for key in nest.sorted_keys(structure) for leaf in _calls_leaves(structure[key])]
    if isinstance(structure, (list, tuple)):
        return [leaf for item in structure for leaf in _calls_leaves(item)]
    return []


def _replaced(structure: Any, function: Callable[[Sequence[Any]], Any]) -> Any:
    """A structure with what a function gives in place of the references."""
    if _is_reference(structure):
        return function(structure)
    if isinstance(structure, Mapping):
        return {key: _replaced(value, function) for key, value in structure.items()}
    if isinstance(structure, (list, tuple)):
        return [_replaced(item, function) for item in structure]
    return structure
