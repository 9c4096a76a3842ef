"""A row of layers, each called on what the one before it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from estimator.core import nest
from estimator.core.shapes import Dims
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Tensor
from estimator.keras import serialization, traces
from estimator.keras.calls import gathering
from estimator.keras.input_layer import Input, InputLayer
from estimator.keras.layer import Layer, shapes_in
from estimator.keras.layers.by_name import deserialize
from estimator.keras.model import Model
from estimator.keras.network import Network
from estimator.keras.nodes import HISTORY, history_of, inbound_nodes
from estimator.keras.tracking import unique
from estimator.variables.variable import Variable


class Sequential(Model):
    """A row of layers.

    If the first says what shape it takes (``input_shape=``), or is an Input, the weights are made as layers are added.
    Else they are made by the first call; if that is outside any graph, what it was given says of the shape.

    Parameters
    ----------
    layers : list of Layer, optional
    name : str, optional

    Raises
    ------
    TypeError
        If one of them is no layer.
    ValueError
        If two have one name, or one gives several outputs.

    Example
    -------
    >>> from estimator.keras.layers import Dense
    >>> model = Sequential([Dense(2, activation="relu", input_shape=(3,)), Dense(1)])
    >>> model.count_params()
    11

    Source
    ------
    tf.keras.Sequential, TF 2.15
    """

    _row: list[Any]
    _inferred: Dims  # the shape of the input, as calls outside any graph say it; None if the layers say it
    _build_shape: Any

    def __init__(self, layers: Sequence[Any] | None = None, name: str | None = None) -> None:
        super().__init__(name=name, autocast=False)
        vars(self).update(_row=[], _inferred=None, _build_shape=None)
        for layer in (layers if isinstance(layers, (list, tuple)) else [layers]) if layers else ():
            self.add(layer)

    @property
    def layers(self) -> list[Any]:
        """The layers that were added, but for an Input."""
        return [layer for layer in self._row if not isinstance(layer, InputLayer)]

    def _sublayers(self) -> list[Any]:
        inputs = [] if self.network is None else self.network.input_layers
        row: list[Any] = self._row
        return [*(layer for layer in inputs if layer not in row), *row]

    def _tracked(self) -> list[Any]:
        return self._sublayers()

    def _numbered_layers(self) -> list[Any]:
        return self.layers

    @property
    def has_explicit_input(self) -> bool:
        """Whether the shape of the input was said, and not inferred from a call."""
        return self.network is not None and self._inferred is None

    # -- building it ---------------------------------------------------------------------------------------------------

    def add(self, layer: Any) -> None:
        """Put a layer behind the others.

        Parameters
        ----------
        layer : Layer, or what Input gives

        Raises
        ------
        TypeError
            If it is no layer.
        ValueError
            If another has its name, or it gives several outputs.
        """
        if isinstance(getattr(layer, HISTORY, None), tuple) and isinstance(
            history_of(layer).layer, InputLayer
        ):
            layer = history_of(layer).layer
        if not isinstance(layer, Layer):
            raise TypeError(
                f"The added layer must be an instance of class Layer. Received: layer={layer!r} of type {type(layer)}."
            )
        if any(known.name == layer.name for known in self._row if known is not layer):
            raise ValueError(
                "All layers added to a Sequential model should have unique names. Name "
                f'"{layer.name}" is already the name of a layer in this model. Update the `name` argument to pass a '
                "unique name."
            )
        self._forget_inferred()
        if self.network is not None:
            output = layer(self.network.outputs[0])
            self._extend(layer, self.network.nested_inputs, output)
        elif not self._row and isinstance(layer, InputLayer):
            self._extend(layer, layer.output, layer.output)
        elif not self._row and (dims := _stated_shape(layer)):
            begin = Input(batch_shape=dims[0], dtype=dims[1], name=f"{layer.name}_input")
            self._extend(layer, begin, layer(begin))
        else:
            self._row.append(layer)
            self.built = False
        traces.forget()

    def _extend(self, layer: Any, inputs: Any, outputs: Any) -> None:
        if len(nest.flatten(outputs)) != 1:
            raise ValueError(
                "All layers in a Sequential model should have a single output tensor. For multi-output layers, use the "
                f"functional API. Layer {layer.name!r} gives {len(nest.flatten(outputs))}."
            )
        self._row.append(layer)
        self._connect(inputs, outputs)

    def pop(self) -> None:
        """Take the last layer away.

        Raises
        ------
        TypeError
            If there is none.
        """
        if not self.layers:
            raise TypeError("There are no layers in the model.")
        self._forget_inferred()
        self._row.pop()
        traces.forget()
        if self.network is None:
            return
        if self._row:
            self._connect(self.network.nested_inputs, self._row[-1].output)
        else:
            vars(self)["network"] = None
            self.built = False

    def _forget_inferred(self) -> None:
        if self._inferred is not None:
            vars(self).update(network=None, _inferred=None)
            self.built = False

    def build(self, input_shape: Any = None) -> None:
        """Make the weights for an input of this shape.

        Parameters
        ----------
        input_shape : shape
            With the batch; not needed if the first layer has said it.

        Raises
        ------
        ValueError
            If no shape is known.
        """
        is_of_one = input_shape is not None and not isinstance(shapes_in(input_shape), (dict, list))
        if self.network is None and traces.is_like_eager() and is_of_one:
            self._infer(tuple(input_shape), None)
        if self.network is None:
            vars(self)["_build_shape"] = input_shape
            super().build(input_shape)
        self.built = True

    def _infer(self, dims: Dims, dtype: Any) -> None:
        """Be the functional model of an input of this shape; what differs from the shape before is left open.

        As in Keras the layers forget how they were connected before, so that each has one output.
        """
        before = self._inferred
        if before is not None and len(before) == len(dims or ()):
            dims = tuple(old if old == new else None for old, new in zip(before, dims or (), strict=True))
        if dims is None or not self._row or dims == before:
            return
        outermost = get_default_graph().outermost
        with (
            gathering(), outermost.as_default(), outermost.control_dependencies(None), outermost.name_scope(None)
        ):  # fmt: skip
            value = begin = Input(batch_shape=dims, dtype=dtype, name=f"{self._row[0].name}_input")
            for layer in self._row:
                if self.network is not None:
                    members = self.network.nodes
                    vars(layer)["_inbound_nodes"] = [
                        node for node in inbound_nodes(layer) if node not in members
                    ]
                value = layer(value)
        vars(self).update(network=Network(self.name, begin, value), _inferred=dims)
        self.built = True

    # -- calling it ----------------------------------------------------------------------------------------------------

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """What the last layer gives."""
        if not self.has_explicit_input and traces.is_tracing() and isinstance(inputs, Tensor):
            self._infer(inputs.dims, inputs.dtype)
        elif self._build_shape is None and isinstance(inputs, Tensor):
            vars(self)["_build_shape"] = inputs.dims
        if self.has_explicit_input:
            return super().call(inputs, training, mask)
        outputs = inputs
        for layer in self._row:
            outputs = layer(outputs)
        return outputs

    @property
    def weights(self) -> list[Variable]:
        """All weights, layer by layer."""
        return unique([weight for layer in self._row for weight in layer.weights])

    # -- what it is ----------------------------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The name and the layers in their order, an Input among them if there is one."""
        config = {
            "name": self.name,
            "layers": [serialization.serialize(layer) for layer in self._sublayers()],
        }
        if self.network is None and self._build_shape is not None:
            config["build_input_shape"] = self._build_shape
        return config

    @classmethod
    def from_config(cls, config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
        """The model of such a configuration, without weights; in old files that is a list of layers.

        Parameters
        ----------
        config : dict or list
        custom_objects : dict, optional
            Classes and functions of the user by their names.
        """
        told = config if isinstance(config, Mapping) else {"layers": config}
        model = cls(name=told.get("name"))
        for layer in told["layers"]:
            model.add(deserialize(layer, custom_objects))
        if model.network is None and isinstance(told.get("build_input_shape"), (list, tuple)):
            model.build(told["build_input_shape"])
        return model


def _stated_shape(layer: Any) -> tuple[Dims, Any] | None:
    """The shape and type that the first layer of a row says it takes; in an inner model its first layer does."""
    while getattr(layer, "network", None) is None and isinstance(layer, Model) and layer.layers:
        layer = layer.layers[0]
    if getattr(layer, "network", None) is not None:
        begin = layer.network.inputs[0]
        return begin.dims, begin.dtype
    dims = vars(layer).get("_batch_input_shape")
    return None if dims is None else (dims, layer.dtype)
