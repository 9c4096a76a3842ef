"""Models: layers that consist of layers, and can be printed, trained and stored as a whole.

A subclass has layers as attributes and a method ``call``. ``Model(inputs, outputs)`` is a functional model: what lies
between some Inputs and what layers made of them (:mod:`estimator.keras.network`); it is called again by calling these
layers again. :class:`~estimator.keras.sequential.Sequential` is a row of layers.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.core import nest
from estimator.core.registry import did_you_mean
from estimator.keras import outside, traces
from estimator.keras.added import AddLoss, AddMetric
from estimator.keras.calls import outer_call
from estimator.keras.connections import shapes_of
from estimator.keras.input_layer import Input
from estimator.keras.layer import Layer
from estimator.keras.naming import unique_name
from estimator.keras.network import Network
from estimator.keras.network_config import from_network_config, network_config
from estimator.keras.nodes import has_history, history_of
from estimator.keras.saving.layered import KERAS_VERSION
from estimator.keras.saving.methods import Saved
from estimator.keras.summary import summary
from estimator.keras.tracking import layers_in, unique, variables_in
from estimator.keras.training.trainer import Trainer
from estimator.variables.variable import Variable

_ANY_NUMBER = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Model(Saved, Trainer, Layer):
    """A layer of layers; of inputs and outputs the functional model between them.

    Parameters
    ----------
    inputs, outputs : Tensor or nested structure of them, optional
        For a functional model: what :func:`~estimator.keras.input_layer.Input` gave, and what layers made of it.
    name : str, optional
    trainable : bool
    **kwargs
        Of :class:`~estimator.keras.layer.Layer`.

    Attributes
    ----------
    network : Network or None
        What a functional model consists of.

    Raises
    ------
    ValueError
        If the outputs do not come from the inputs.

    Source
    ------
    tf.keras.Model, TF 2.15
    """

    network: Network | None = None

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Model and _is_functional(args, kwargs):
            return super().__new__(Functional)
        model = super().__new__(cls, *args, **kwargs)
        if cls.get_config is Model.get_config:
            vars(model)["_given"] = args, kwargs  # what else could its configuration be
        return model

    def __init__(self, *args: Any, inputs: Any = None, outputs: Any = None, **kwargs: Any) -> None:
        if not _is_functional(args, {"inputs": inputs, "outputs": outputs}):
            if inputs is not None or outputs is not None:
                raise TypeError(
                    "a functional model has both: Model(inputs, outputs); only one of them is given."
                )
            super().__init__(*args, **kwargs)
            return
        given = dict(zip(("inputs", "outputs", "name"), args, strict=False))
        super().__init__(**kwargs, **({"name": given["name"]} if "name" in given else {}))
        self._connect(given.get("inputs", inputs), given.get("outputs", outputs))

    def _connect(self, inputs: Any, outputs: Any) -> None:
        """Be the model between these tensors; such of them as are no Input's become Inputs of their own."""
        network = Network(self.name, inputs, outputs)
        if not all(history_of(tensor).node.is_input for tensor in network.inputs):
            inputs = nest.map_structure(_own_input, network.nested_inputs)
            network = Network(self.name, inputs, network.called(inputs))
        vars(self)["network"] = network
        self.built = True
        traces.forget()

    # -- what it consists of -------------------------------------------------------------------------------------------

    @property
    def layers(self) -> list[Any]:
        """The layers of the model; of a functional one those of its network, the first ones first."""
        return self._sublayers()

    def _sublayers(self) -> list[Any]:
        network = self.network
        return unique([*(network.layers if network is not None else []), *super()._sublayers()])

    def reset_states(self) -> None:
        """Let the recurrent layers that keep their states, here and in inner layers, begin from zeros again."""
        for layer in self._all_layers():
            if vars(layer).get("_kept_states") is not None:
                layer.reset_states()

    def get_layer(self, name: str | None = None, index: int | None = None) -> Any:
        """The layer of that name, or at that place.

        Raises
        ------
        ValueError
            If there is none, or neither or both are given.
        """
        layers = self.layers
        if (name is None) == (index is None):
            raise ValueError(
                "Provide either a layer name or layer index at `get_layer`"
                + ("." if name is None else f", not both; given: index={index!r}, name={name!r}.")
            )
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ValueError(
                    f"Was asked to retrieve layer at index {index} but model only has {len(layers)} layers."
                )
            return layers[index]
        names = [layer.name for layer in layers]
        if name not in names:
            raise ValueError(
                f"No such layer: {name}.{did_you_mean(str(name), names)} Existing layers are: {names}."
            )
        return layers[names.index(name)]

    def _tracked(self) -> list[Any]:
        """What weights are collected from, in order: the network's layers, then attributes, each container as one."""
        network = self.network
        return [*(network.layers if network is not None else []), *self._parts().values()]

    @property
    def weights(self) -> list[Variable]:
        """All weights, layer by layer."""
        below = [weight for part in self._tracked() for weight in _weights_in(part)]
        return unique([*below, *self._trainable_weights, *self._non_trainable_weights])

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that are trained, layer by layer; none if the model is not trainable."""
        if not self.trainable:
            return []
        below = [weight for layer in self._sublayers() for weight in layer.trainable_weights]
        return unique([*below, *self._loose("trainable"), *self._trainable_weights])

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that are not trained, layer by layer: all if the model is not trainable."""
        below = [weight for layer in self._sublayers() for weight in layer.non_trainable_weights]
        frozen = unique([*below, *self._loose("frozen"), *self._non_trainable_weights])
        if self.trainable:
            return frozen
        trained = [weight for layer in self._sublayers() for weight in layer.trainable_weights]
        return unique([*trained, *self._loose("trainable"), *self._trainable_weights, *frozen])

    def checkpoint_children(self) -> dict[str, Any]:
        """What a checkpoint keeps: the layers by number, those with weights by another number, too; and attributes."""
        return _numbered(self._numbered_layers()) | super().checkpoint_children()

    def _numbered_layers(self) -> list[Any]:
        """The layers that a checkpoint knows by number: those of a functional model."""
        return [] if self.network is None else self.network.layers

    # -- inputs and outputs --------------------------------------------------------------------------------------------

    @property
    def inputs(self) -> list[Any] | None:
        """The tensors that a functional model begins with; None of another."""
        return None if self.network is None else self.network.inputs

    @property
    def outputs(self) -> list[Any] | None:
        """The tensors that a functional model gives; None of another."""
        return None if self.network is None else self.network.outputs

    @property
    def input(self) -> Any:
        """The tensors that a functional model begins with, in the structure that it was given."""
        return super().input if self.network is None else self.network.nested_inputs

    @property
    def output(self) -> Any:
        """The tensors that a functional model gives, in the structure that it was given."""
        return super().output if self.network is None else self.network.nested_outputs

    @property
    def input_shape(self) -> Any:
        """The shapes of :attr:`input`."""
        return super().input_shape if self.network is None else shapes_of(self.network.nested_inputs)

    @property
    def output_shape(self) -> Any:
        """The shapes of :attr:`output`."""
        return super().output_shape if self.network is None else shapes_of(self.network.nested_outputs)

    @property
    def input_names(self) -> list[str]:
        """The names of the Inputs, by which a dict may give what they stand for."""
        return [] if self.network is None else [layer.name for layer in self.network.input_layers]

    @property
    def output_names(self) -> list[str]:
        """The names of the layers that give the outputs."""
        return [] if self.network is None else self.network.output_names

    # -- calling it ----------------------------------------------------------------------------------------------------

    def build(self, input_shape: Any = None) -> None:
        """Make the weights for inputs of this shape: the model is called on placeholders, which nothing remembers.

        Parameters
        ----------
        input_shape : shape, or structure of them
            With the batch.

        Raises
        ------
        ValueError
            If there is none, or the model cannot be called on such tensors.
        """
        call = outer_call()
        if self.built or (
            call is not None and call.layer is self
        ):  # it is being called, which builds its layers
            self.built = True
            return
        if input_shape is None:
            raise ValueError("Input shape must be defined when calling `build()` on a `Model` subclass.")
        outside.build(self, input_shape)
        vars(self)["_build_input_shape"] = input_shape
        self.built = True

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The outputs for other inputs: of a functional model every layer is called again.

        Raises
        ------
        NotImplementedError
            Of a model that is neither functional nor has a ``call`` of its own.
        """
        if self.network is None:
            raise NotImplementedError(
                f"Unimplemented `tf.keras.Model.call()` of {self.name!r}: if you intend to create a `Model` with the "
                "Functional API, please provide `inputs` and `outputs` arguments. Otherwise, subclass `Model` with an "
                "overridden `call()` method."
            )
        return self.network.called(inputs, mask)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """None: what a functional model gives has the masks of its layers already."""
        return None

    # -- losses and metrics of its tensors -----------------------------------------------------------------------------

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Add tensors to the losses; those of a functional model are computed again when it is called again.

        Parameters
        ----------
        losses : Tensor, callable, or list of them
        inputs : optional
            Accepted.
        """
        for loss in losses if isinstance(losses, (list, tuple)) else [losses]:
            if not self._takes_in(loss, AddLoss):
                super().add_loss(loss, inputs)

    def add_metric(self, value: Any, aggregation: str | None = None, name: str | None = None) -> None:
        """Report a tensor beside the loss; of a functional model it is computed again when that is called again.

        Raises
        ------
        ValueError
            If it has no name.
        """
        if not self._takes_in(value, lambda: AddMetric(aggregation, name)):
            super().add_metric(value, aggregation, name)

    def _takes_in(self, value: Any, edge: Callable[[], Layer]) -> bool:
        """Whether a functional model has made a layer at its edge of a function of its own tensors."""
        if self.network is None or outer_call() is not None or not has_history(value):
            return False
        self.network.extend([edge()(value)])
        traces.forget()
        return True

    # -- what it is ----------------------------------------------------------------------------------------------------

    def summary(
        self,
        line_length: int | None = None,
        positions: Sequence[float] | None = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Sequence[str] | None = None,
    ) -> None:
        """Print the layers, the shapes of their outputs and their numbers of parameters.

        Parameters
        ----------
        line_length, positions, print_fn, expand_nested, show_trainable, layer_range : optional
            See :func:`estimator.keras.summary.summary`.

        Raises
        ------
        ValueError
            If the model is not built yet, or no layer has a name of `layer_range`.
        """
        summary(self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range)

    def get_config(self) -> dict[str, Any]:
        """What the constructor was given; of a functional model its layers and how they are connected.

        A class that overrides it adds its arguments to what this gives, which is nothing then.
        """
        if self.network is not None and takes_both_ends(type(self)):
            return network_config(self)
        return self._with_given_arguments({}) if "_given" in vars(self) else {}

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
        """The model of such a configuration, without weights.

        Parameters
        ----------
        config : dict
        custom_objects : dict, optional
            Classes and functions of the user by their names.
        """
        if "layers" in config and "input_layers" in config:
            return from_network_config(config, cls, custom_objects)
        return cls(**config)

    def get_build_config(self) -> dict[str, Any] | None:
        """For what inputs the weights were made; of a functional model what it begins with."""
        return super().get_build_config() if self.network is None else {"input_shape": self.input_shape}

    def to_json(self, **kwargs: Any) -> str:
        """The class and the configuration as JSON; keywords are those of ``json.dumps``."""
        told = {
            "class_name": type(self).__name__,
            "config": self.get_config(),
            "keras_version": KERAS_VERSION,
            "backend": "tensorflow",
        }
        return json.dumps(told, default=_as_json, **kwargs)

    def to_yaml(self, **kwargs: Any) -> str:
        """Not there, as in TensorFlow since 2.6.

        Raises
        ------
        RuntimeError
            Always.
        """
        raise RuntimeError("Method `model.to_yaml()` has been removed: use `model.to_json()` instead.")


class Functional(Model):
    """What lies between some Inputs and what layers made of them: what ``Model(inputs, outputs)`` gives.

    Parameters
    ----------
    inputs, outputs : Tensor or nested structure of them
    name : str, optional
    trainable : bool

    Raises
    ------
    ValueError
        If the outputs do not come from the inputs.
    """

    keras_module = "keras.src.engine.functional"

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None, trainable: bool = True) -> None:
        named = name or (unique_name("model") if type(self) is Functional else None)
        super().__init__(inputs, outputs, name=named, trainable=trainable)

    def get_config(self) -> dict[str, Any]:
        """The layers, how they are connected, and what goes in and comes out."""
        return network_config(self)


def takes_both_ends(kind: type[Model]) -> bool:
    """Whether its constructor is told inputs and outputs and nothing else, so that these are its configuration."""
    parameters = dict(inspect.signature(kind.__init__).parameters)
    parameters.pop("self", None)
    named = {name for name, parameter in parameters.items() if parameter.kind not in _ANY_NUMBER}
    hands_on = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters.values())
    ends = {"inputs", "outputs"}
    return named <= ends | {"name", "trainable"} and (hands_on or ends <= named)


def _is_functional(args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
    """Whether a constructor was given inputs and outputs."""
    given = [word for word in ("inputs", "outputs") if kwargs.get(word) is not None]
    return len(args) + len(given) >= 2 and (len(args) >= 2 or "outputs" in given)


def _own_input(tensor: Any) -> Any:
    history = history_of(tensor)
    if history.node.is_input:
        return tensor
    return Input(batch_shape=tensor.shape.tuple, dtype=tensor.dtype)


def _weights_in(part: Any) -> list[Variable]:
    """The weights of a layer; of a container those that are trained first."""
    if isinstance(part, Layer):
        return part.weights
    layers = list(layers_in(part))
    trained = [weight for layer in layers for weight in layer.trainable_weights]
    frozen = [weight for layer in layers for weight in layer.non_trainable_weights]
    return [*trained, *frozen, *variables_in(part)]


def _numbered(layers: Sequence[Any]) -> dict[str, Any]:
    """Layers as a functional model's checkpoint names them."""
    with_weights = [layer for layer in layers if layer.weights]
    numbers = {id(layer): number for number, layer in enumerate(with_weights)}
    found: dict[str, Any] = {}
    for number, layer in enumerate(layers):
        if id(layer) in numbers:
            found[f"layer_with_weights-{numbers[id(layer)]}"] = layer
        found[f"layer-{number}"] = layer
    return found


def _as_json(value: Any) -> Any:
    """What JSON has not: arrays, numbers of numpy, shapes and types."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "as_list"):
        return value.as_list()
    return getattr(value, "name", None) or str(value)
