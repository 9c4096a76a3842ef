"""Layers around a layer: one that works on each step, and one that goes both ways along a sequence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from estimator.functions.arrays import concat, reverse
from estimator.graph import build as b
from estimator.graph.tensor import Tensor
from estimator.keras.layer import Layer, shape_of
from estimator.keras.layers.by_name import deserialize
from estimator.keras.serialization import serialize

_MERGED = ("sum", "mul", "ave", "concat", None)


class Wrapper(Layer):
    """A layer around another.

    Parameters
    ----------
    layer : Layer

    Raises
    ------
    ValueError
        If it is no layer of Keras.

    Source
    ------
    tf.keras.layers.Wrapper, TF 2.15
    """

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                f"Layer {layer!r} supplied to {type(self).__name__} isn't a layer. Give one of tf.keras.layers."
            )
        super().__init__(**kwargs)
        self.layer = layer

    def get_config(self) -> dict[str, Any]:
        """What the layer was told."""
        return super().get_config() | {"layer": serialize(self.layer)}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """The layer of such a configuration."""
        given = dict(config)
        return cls(deserialize(given.pop("layer")), **given)


class TimeDistributed(Wrapper):
    """A layer that is applied to each step of a sequence by itself.

    Shape
    -----
    inputs [batch, time, ...] -> [batch, time, what the layer makes of ...]

    Source
    ------
    tf.keras.layers.TimeDistributed, TF 2.15
    """

    supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Build the layer for the inputs of a step; its weights are named below this one."""
        dims = shape_of(input_shape).as_list()
        if not self.layer.built:
            if self.layer.dtype is None:
                self.layer.dtype = self.dtype
            self.layer.build((dims[0], *dims[2:]))
            self.layer.built = True
        self.built = True

    def call(self, inputs: Tensor, training: Any = None, mask: Any = None) -> Any:
        """The outputs of all steps."""
        dims = inputs.dims or ()
        shape = b.Shape(inputs)
        sizes = [shape[place] if size is None else size for place, size in enumerate(dims)]
        flat = b.Reshape(inputs, b.Pack([-1, *sizes[2:]]))
        flat.set_shape((None, *dims[2:]))
        of_steps = None if mask is None else b.Reshape(mask, b.Pack([-1, *sizes[2 : len(mask.dims)]]))
        outputs = self.layer(flat, training=training, **({} if of_steps is None else {"mask": of_steps}))
        rest = outputs.dims[1:]
        made = b.Shape(outputs)
        sizes_after = [made[1 + place] if size is None else size for place, size in enumerate(rest)]
        result: Tensor = b.Reshape(outputs, b.Pack([sizes[0], sizes[1], *sizes_after]))
        result.set_shape((*dims[:2], *rest))
        return result


class Bidirectional(Wrapper):
    """A recurrent layer that goes both ways along a sequence.

    Parameters
    ----------
    layer : RNN
        The one that goes forward is made like it; the one that goes backward, too, unless it is given.
    merge_mode : {"concat", "sum", "mul", "ave", None}
        How the two outputs become one; with None they are a list.
    backward_layer : RNN, optional

    Raises
    ------
    ValueError
        If a layer is none, or the mode is none of these.

    Source
    ------
    tf.keras.layers.Bidirectional, TF 2.15
    """

    supports_masking = True
    _given_backward: dict[str, Any] | None  # its configuration, before it got another name

    def __init__(
        self,
        layer: Any,
        merge_mode: str | None = "concat",
        weights: Any = None,
        backward_layer: Any = None,
        **kwargs: Any,
    ) -> None:
        if merge_mode not in _MERGED:
            raise ValueError(
                f"Invalid merge mode. Received: {merge_mode!r}. Merge mode should be one of "
                f'{{"sum", "mul", "ave", "concat", None}}.'
            )
        super().__init__(layer, weights=weights, **kwargs)
        if not hasattr(layer, "go_backwards"):
            raise ValueError(f"Bidirectional goes both ways with a recurrent layer, given: {layer!r}.")
        self.merge_mode = merge_mode
        vars(self)["_given_backward"] = None if backward_layer is None else serialize(backward_layer)
        self.forward_layer = _like(layer)
        self.backward_layer = backward_layer or _like(layer, go_backwards=not layer.go_backwards)
        for which, part in (("forward", self.forward_layer), ("backward", self.backward_layer)):
            part._name = f"{which}_{part.name}"
        self.stateful, self.return_state = layer.stateful, layer.return_state
        self.return_sequences = layer.return_sequences
        vars(self)["_noted_attributes"].pop("layer")  # the two parts are made like it, and it is none

    def build(self, input_shape: Any) -> None:
        """Build both layers, each below its name."""
        for part in (self.forward_layer, self.backward_layer):
            if not part.built:
                part.dtype = part.dtype or self.dtype
                with part.name_scope():
                    part.build(input_shape)
                    part.built = True
        self.built = True

    def call(self, inputs: Any, training: Any = None, mask: Any = None, initial_state: Any = None) -> Any:
        """The outputs of both, merged, and the states of both."""
        if isinstance(inputs, (list, tuple)):
            inputs, initial_state = inputs[0], initial_state or list(inputs[1:]) or None
        half = len(initial_state) // 2 if initial_state is not None else 0
        begun = (None, None) if initial_state is None else (initial_state[:half], initial_state[half:])
        made = [
            part(inputs, training=training, mask=mask, initial_state=state)
            for part, state in zip((self.forward_layer, self.backward_layer), begun, strict=True)
        ]
        states = [state for one in made for state in one[1:]] if self.return_state else []
        forward, backward = (one[0] if self.return_state else one for one in made)
        if self.return_sequences:
            backward = reverse(backward, [0 if self.forward_layer.time_major else 1])
        merged = self._merged(forward, backward)
        if not self.return_state:
            return merged
        return [*merged, *states] if isinstance(merged, list) else [merged, *states]

    def _merged(self, forward: Tensor, backward: Tensor) -> Any:
        if self.merge_mode == "concat":
            return concat([forward, backward], -1)
        if self.merge_mode is None:
            return [forward, backward]
        if self.merge_mode == "mul":
            return forward * backward
        return forward + backward if self.merge_mode == "sum" else (forward + backward) / 2

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """That of the inputs, if there is an output for each step."""
        found = mask if self.return_sequences else None
        outputs = [found, found] if self.merge_mode is None else [found]
        states = [None for _ in self.forward_layer.states] * 2 if self.return_state else []
        return [*outputs, *states] if len(outputs) + len(states) > 1 else found

    def reset_states(self, states: Any = None) -> None:
        """Give the states of both layers zeros, or these: first those of the forward layer, then the others."""
        half = None if states is None else len(states) // 2
        self.forward_layer.reset_states(*([] if half is None else [states[:half]]))
        self.backward_layer.reset_states(*([] if half is None else [states[half:]]))

    def get_config(self) -> dict[str, Any]:
        """What the layer was told."""
        config = super().get_config() | {"merge_mode": self.merge_mode}
        if self._given_backward is not None:
            config["backward_layer"] = self._given_backward
        return config

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """The layer of such a configuration."""
        given = dict(config)
        if given.get("backward_layer") is not None:
            given["backward_layer"] = deserialize(given["backward_layer"])
        return cls(deserialize(given.pop("layer")), **given)


def _like(layer: Any, **changed: Any) -> Any:
    """A new layer with the configuration of another."""
    return type(layer).from_config(layer.get_config() | changed)
