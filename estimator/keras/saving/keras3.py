"""The configurations of Keras 3, and those of Keras 2.15 that all of this package speaks: each made of the other.

A configuration is a tree of dicts ``{"module", "class_name", "config", "registered_name"}``. What one side says and
the other does not know is left out where it says nothing (``time_major: False``); where it does say something, the
model would not be the same, and that is an error which names all of it. In a functional model, the sides also count
the calls of a model inside differently: 2.15 takes the making of it for its first.

Source
------
Keras 3.15.1 saving/serialization_lib.py, models/functional.py; tf.keras 2.15 engine/functional.py
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from estimator.core.errors import raise_problems

Json = Any  # what json.loads gives
Described = Callable[[str, int, int], tuple[list[int | None], str]]  # shape and dtype of a layer's output

_ANY = object()
_Arguments = Mapping[
    str, Mapping[str, Any]
]  # of a class, or of all under "": what an argument says that says nothing
# what Keras 3 alone has, with the value that means what 2.15 does
_ONLY_3: _Arguments = {
    "": {
        "quantization_config": None,
        "lora_rank": None,
        "optional": False,
        "input_axes": None,
        "output_axes": None,
        "use_cudnn": "auto",
        "loss_scale_factor": None,
        "gradient_accumulation_steps": None,
        "rms_scaling": False,
    },
    "BatchNormalization": {
        "synchronized": False,
        "renorm": False,
        "renorm_clipping": None,
        "renorm_momentum": _ANY,
    },
    "LSTM": {"seed": _ANY},
    "GRU": {"seed": _ANY},
    "SimpleRNN": {"seed": _ANY},
    "LSTMCell": {"seed": _ANY},
    "GRUCell": {"seed": _ANY},
    "SimpleRNNCell": {"seed": _ANY},
    "Sequential": {"build_input_shape": _ANY, "trainable": _ANY, "dtype": _ANY},
}
# what 2.15 alone has, and does not miss; the rest it does miss
_NOT_MISSED_IN_2: _Arguments = {"": {"time_major": False, "fn": _ANY}}
_OF_A_KERNEL: Mapping[str, Any] = {  # which a separable convolution tells and does not have
    "kernel_initializer": _ANY,
    "kernel_regularizer": _ANY,
    "kernel_constraint": _ANY,
    "groups": 1,
}
_ONLY_2: _Arguments = {
    "SeparableConv1D": _OF_A_KERNEL,
    "SeparableConv2D": _OF_A_KERNEL,
    "DepthwiseConv1D": {"groups": _ANY},
    "DepthwiseConv2D": {"groups": _ANY},
    "Conv1DTranspose": {"groups": 1},
    "Conv2DTranspose": {"groups": 1},
    "Conv3DTranspose": {"groups": 1},
    "": {**_NOT_MISSED_IN_2[""], "is_legacy_optimizer": False, "jit_compile": _ANY},
    "Embedding": {"input_length": None},
    "LSTM": {"implementation": _ANY},
    "GRU": {"implementation": _ANY},
    "SimpleRNN": {"implementation": _ANY},
}
_RENAMED = {"LeakyReLU": ("alpha", "negative_slope")}  # what 2.15 and Keras 3 call an argument
_COMPILED = ("optimizer", "loss", "metrics", "loss_weights", "weighted_metrics")  # the rest is how to run it
_MODELS = frozenset(("Functional", "Sequential", "Model"))
_HOMES_3 = {"Functional": "keras.src.models.functional", "Sequential": "keras", "InputLayer": "keras.layers"}
_HOMES_2 = {"Functional": "keras.src.engine.functional"}


def to_keras3(config: Json, outputs: Described | None = None) -> Json:
    """What Keras 3 calls the object that 2.15 calls so.

    Parameters
    ----------
    config : JSON
        2.15's; it stays as it is.
    outputs : callable, optional
        Gives shape and dtype of a layer's output by its name, the number of the call and of the output.

    Raises
    ------
    UsageError
        If it says what Keras 3 cannot mean.
    """
    return _translated(_ToKeras3(outputs), config)


def from_keras3(config: Json) -> Json:
    """What 2.15 calls the object that Keras 3 calls so.

    Raises
    ------
    UsageError
        If it says what 2.15 cannot mean.
    """
    return _translated(_FromKeras3(), config)


def understood_by_both(config: Json) -> Json:
    """2.15's configuration as a .h5 has it: layers by their names, without what Keras 3 would stumble over."""
    return _translated(_OfLayersByName(), config)


def _translated(translator: _Translator, config: Json) -> Json:
    result = translator.value(config)
    raise_problems("the configuration of the model", translator.problems)
    return result


class _Translator:
    """Walks through a configuration; what its kinds leave out, rename and turn around is their own."""

    dropped: _Arguments

    def __init__(self) -> None:
        self.problems: list[str] = []

    def value(self, value: Json) -> Json:
        """The same value in the other words."""
        if isinstance(value, dict):
            return (
                self.object(value)
                if _is_object(value)
                else {key: self.value(item) for key, item in value.items()}
            )
        return [self.value(item) for item in value] if isinstance(value, list) else value

    def object(self, described: Json) -> Json:
        """The description of a layer, a model or what belongs to them."""
        kind, config = described["class_name"], self._without(described["class_name"], described["config"])
        kept = {key: value for key, value in described.items() if key not in ("config", "shared_object_id")}
        result = {key: self.value(value) for key, value in kept.items()}
        result["config"] = self.arguments(kind, {key: self.value(value) for key, value in config.items()})
        if isinstance(compiled := result.get("compile_config"), dict):
            result["compile_config"] = {key: compiled[key] for key in _COMPILED if key in compiled}
        if kind in _MODELS and "output_layers" in config:
            self.connect(config, result["config"])
        return result

    def arguments(self, kind: str, config: Json) -> Json:
        """The arguments of an object's constructor, under the names that they have on the other side."""
        return config

    def connect(self, config: Json, result: Json) -> None:
        """Say in the other way which layer of a functional model is called on which."""

    def _without(self, kind: str, config: Json) -> Json:
        """What is left of the arguments when those are out that the other side does not know."""
        neutral = {**self.dropped.get("", {}), **self.dropped.get(kind, {})}
        for key in neutral.keys() & config.keys():
            if neutral[key] is not _ANY and config[key] != neutral[key]:
                self.problems.append(
                    f"{key}={config[key]!r} of {kind} {config.get('name', '')!r} means nothing to the other version of "
                    f"Keras; what both understand is {neutral[key]!r}."
                )
        return {key: value for key, value in config.items() if key not in neutral}


def _is_object(value: Json) -> bool:
    return isinstance(value.get("class_name"), str) and isinstance(value.get("config"), dict)


class _Plainer(_Translator):
    """Leaves out of 2.15's what Keras 3 does not know and 2.15 does not miss."""

    dropped = _NOT_MISSED_IN_2

    def arguments(self, kind: str, config: Json) -> Json:
        """Keras 3 has no reduction "auto"; outside of strategies it means the mean of the batch."""
        if config.get("reduction") == "auto":
            config["reduction"] = "sum_over_batch_size"
        return config


class _OfLayersByName(_Plainer):
    def object(self, described: Json) -> Json:
        result = super().object(described)
        layers = result["config"].get("layers")
        if isinstance(layers, list):
            result["config"]["layers"] = [_by_name(layer) for layer in layers]
        return result


def _by_name(layer: Json) -> Json:
    """A layer without the module that has it, which each version calls otherwise."""
    kept = {key: layer[key] for key in ("config", "name", "inbound_nodes") if key in layer}
    return {"class_name": layer.get("registered_name") or layer["class_name"], **kept}


class _ToKeras3(_Plainer):
    dropped = _ONLY_2

    def __init__(self, outputs: Described | None) -> None:
        super().__init__()
        self._outputs = outputs

    def object(self, described: Json) -> Json:
        result = super().object(described)
        module = result.get("module")
        if isinstance(module, str) and module.split(".")[0] == "keras":
            namespace = module.removesuffix(".experimental")
            result["module"] = _HOMES_3.get(result["class_name"], namespace)
        return result

    def arguments(self, kind: str, config: Json) -> Json:
        """Shapes of inputs stand at InputLayer alone; an axis is a number."""
        config = super().arguments(kind, config)
        if config.get("name", "") is None:  # of a schedule, which names itself then
            del config["name"]
        shape = config.pop("batch_input_shape", None)
        if kind == "InputLayer":
            config["batch_shape"] = shape
        if isinstance(config.get("axis"), list) and len(config["axis"]) == 1:
            (config["axis"],) = config["axis"]
        ours, theirs = _RENAMED.get(kind, ("", ""))
        return {theirs if name == ours else name: value for name, value in config.items()}

    def connect(self, config: Json, result: Json) -> None:
        """Calls as arguments, in which tensors stand."""
        firsts = _first_calls(config["layers"])
        for layer, described in zip(config["layers"], result["layers"], strict=True):
            described["inbound_nodes"] = [self._call(node, firsts) for node in layer["inbound_nodes"]]
        for key in ("input_layers", "output_layers"):
            tensors = _shifted(config[key], firsts, -1)
            result[key] = tensors[0] if isinstance(tensors, list) and len(tensors) == 1 else tensors

    def _call(self, node: Json, firsts: Mapping[str, int]) -> Json:
        keywords: Json = {}
        argument = self._argument(node, firsts, keywords)
        is_single = isinstance(node, list) and len(node) == 1 and _is_reference(node[0])
        return {"args": [argument[0] if is_single else argument], "kwargs": keywords}

    def _argument(self, part: Json, firsts: Mapping[str, int], keywords: Json) -> Json:
        if _is_reference(part):
            if len(part) == 4:
                keywords |= {key: self._keyword(value, firsts) for key, value in part[3].items()}
            return self._tensor(part, firsts)
        if isinstance(part, dict):
            return {key: self._argument(value, firsts, keywords) for key, value in part.items()}
        return [self._argument(value, firsts, keywords) for value in part]

    def _keyword(self, value: Json, firsts: Mapping[str, int]) -> Json:
        if _is_reference(value) and value[0] in firsts:
            return self._tensor(value, firsts)
        return (
            [self._keyword(item, firsts) for item in value] if isinstance(value, list) else self.value(value)
        )

    def _tensor(self, reference: Json, firsts: Mapping[str, int]) -> Json:
        name, call, output = reference[:3]
        history = [name, call - firsts.get(name, 0), output]
        shape, dtype = self._outputs(name, call, output) if self._outputs else ([None], "float32")
        return {
            "class_name": "__keras_tensor__",
            "config": {"shape": shape, "dtype": dtype, "keras_history": history},
        }


class _FromKeras3(_Translator):
    dropped = _ONLY_3

    def value(self, value: Json) -> Json:
        """A policy of types is the name of one here, and an optimizer says that it is none of the older ones."""
        if isinstance(value, dict) and value.get("class_name") == "DTypePolicy":
            return value["config"]["name"]
        result = super().value(value)
        for key in ("optimizer", "optimizer_config"):
            if (
                isinstance(result, dict)
                and isinstance(optimizer := result.get(key), dict)
                and _is_object(optimizer)
            ):
                optimizer["config"]["is_legacy_optimizer"] = False
        return result

    def object(self, described: Json) -> Json:
        result = super().object(described)
        if isinstance(result.get("module"), str):
            result["module"] = _HOMES_2.get(result["class_name"], result["module"])
        return result

    def arguments(self, kind: str, config: Json) -> Json:
        """As :meth:`_ToKeras3.arguments`, the other way."""
        if kind == "InputLayer":
            config["batch_input_shape"] = config.pop("batch_shape", None)
        if kind == "BatchNormalization" and isinstance(config.get("axis"), int):
            config["axis"] = [config["axis"]]
        ours, theirs = _RENAMED.get(kind, ("", ""))
        return {ours if name == theirs else name: value for name, value in config.items()}

    def connect(self, config: Json, result: Json) -> None:
        """Calls as lists of tensors, with the keywords beside each."""
        firsts = _first_calls(config["layers"])
        for layer, described in zip(config["layers"], result["layers"], strict=True):
            nodes = layer.get("inbound_nodes", [])
            described["inbound_nodes"] = [self._node(node, firsts, layer.get("name", "")) for node in nodes]
        for key in ("input_layers", "output_layers"):
            tensors = [config[key]] if _is_reference(config[key]) else config[key]
            result[key] = _shifted(tensors, firsts, 1)

    def _node(self, node: Json, firsts: Mapping[str, int], layer: str) -> Json:
        if isinstance(node, list):  # 2.15's form, which files of Keras 3 may have
            return _shifted(node, firsts, 1)
        arguments, keywords = node["args"], node["kwargs"]
        if len(arguments) != 1:
            self.problems.append(
                f"layer {layer!r} is called with {len(arguments)} positional arguments; in 2.15's words it is one."
            )
            return []
        kept = {
            key: self._references(value, firsts, None) for key, value in keywords.items() if value is not None
        }
        found = self._references(arguments[0], firsts, kept)
        return [found] if _is_reference(found) else found

    def _references(self, value: Json, firsts: Mapping[str, int], keywords: Json | None) -> Json:
        if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
            name, call, output = value["config"]["keras_history"]
            return [name, call + firsts.get(name, 0), output, *([] if keywords is None else [keywords])]
        if isinstance(value, list):
            return [self._references(item, firsts, keywords) for item in value]
        if isinstance(value, dict) and not _is_object(value):
            return {key: self._references(item, firsts, keywords) for key, item in value.items()}
        return self.value(value)


def _first_calls(layers: Sequence[Json]) -> dict[str, int]:
    """The number that 2.15 gives to the first call of each layer: 1 if it is a model that was made of its inputs."""
    return {layer.get("name") or layer["config"]["name"]: int(_is_made_of_inputs(layer)) for layer in layers}


def _is_made_of_inputs(layer: Json) -> bool:
    inside = layer["config"].get("layers", []) if layer["class_name"] in _MODELS else []
    return bool(inside) and inside[0]["class_name"] == "InputLayer"


def _is_reference(value: Json) -> bool:
    """Whether it is 2.15's ``["layer", 0, 0]`` or ``["layer", 0, 0, {}]``."""
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(isinstance(number, int) for number in value[1:3])
    )


def _shifted(tensors: Json, firsts: Mapping[str, int], sign: int) -> Json:
    """References whose calls are counted as on the other side."""
    if _is_reference(tensors):
        name, call, *rest = tensors
        return [name, call + sign * firsts.get(name, 0), *rest]
    if isinstance(tensors, dict):
        return {key: _shifted(value, firsts, sign) for key, value in tensors.items()}
    return [_shifted(value, firsts, sign) for value in tensors]
