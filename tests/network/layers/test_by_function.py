"""The functions of layers take what TensorFlow's take, and hand it on."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.network.layers.by_function import function_of
from estimator.network.layers.layer import Layer

SIGNATURES = json.loads((Path(__file__).parents[2] / "data" / "tf" / "layers.json").read_text())["signatures"]
FUNCTIONS = [name for name in SIGNATURES if name.islower()]
LAYER_OF = {name.lower(): name for name in SIGNATURES if not name.islower()}


def parameters(name: str) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(getattr(tf.layers, name)).parameters)


@pytest.mark.parametrize("name", SIGNATURES)
def test_it_takes_what_tensorflows_takes_in_the_same_order(name: str) -> None:
    ours = [parameter for parameter in parameters(name) if not parameter.startswith("_")]
    theirs = list(SIGNATURES[name])
    if "kwargs" in theirs:  # what TensorFlow hides there may have a name here
        theirs.remove("kwargs")
        ours = [parameter for parameter in ours if parameter in theirs]
    assert ours == theirs


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_defaults_of_its_layer(name: str) -> None:
    layer = LAYER_OF[name.replace("_", "")]
    known = parameters(layer) | dict(inspect.signature(getattr(tf.layers, layer).call).parameters)
    for parameter in list(parameters(name).values())[1:]:
        if parameter.name == "reuse":
            assert parameter.default is None
        elif name != "flatten":  # whose layer has None for "channels_last", in TensorFlow as well
            assert parameter.default == known[parameter.name].default, parameter.name


class Told(Layer):
    """A layer that keeps what it is told."""

    def __init__(self, size: int, speed: float = 1.0, name: str | None = None, **kwargs: Any) -> None:
        self.told = {"size": size, "speed": speed, "name": name, **kwargs}
        super().__init__(name=name, **kwargs)

    def call(self, inputs: Any, training: bool = False) -> Any:
        TOLD.append((self.told, training))
        return inputs


class ToldFunction:
    def __call__(
        self,
        inputs: Any,
        size: int,
        training: bool = False,
        name: str | None = None,
        reuse: bool | None = None,
    ) -> Any: ...


class WithoutVariables:
    def __call__(self, inputs: Any, size: int, speed: float = 1.0, name: str | None = None) -> Any: ...


TOLD: list[Any] = []


def test_arguments_reach_the_layer_and_its_call_under_their_own_names(graph: Graph) -> None:
    x = placeholder("float32", [2])
    TOLD.clear()
    function_of(Told, ToldFunction.__call__, "told")(x, 3, True, "given", True)
    function_of(Told, ToldFunction.__call__, "told")(inputs=x, size=3)
    function_of(Told, WithoutVariables.__call__, "told")(x, 3, speed=2.0, name="given")
    assert TOLD == [
        ({"size": 3, "speed": 1.0, "name": "given", "_scope": "given", "_reuse": True}, True),
        ({"size": 3, "speed": 1.0, "name": None, "_scope": None, "_reuse": None}, False),
        ({"size": 3, "speed": 2.0, "name": "given"}, False),
    ]


def test_a_function_looks_like_one(graph: Graph) -> None:
    dense = tf.layers.dense
    assert (dense.__name__, dense.__module__) == ("dense", "estimator.network.layers.dense")
    assert "new :class:`Dense` layer" in dense.__doc__
    assert "tf.layers.dense, TF 1.15" in dense.__doc__


def test_a_call_that_does_not_fit_is_refused(graph: Graph) -> None:
    x = placeholder("float32", [2, 2])
    with pytest.raises(TypeError, match=r"dense\(\) missing a required argument: 'units'"):
        tf.layers.dense(x)
    with pytest.raises(
        TypeError, match=r"dense\(\) got an unexpected keyword argument 'unit'. Did you mean 'units'"
    ):
        tf.layers.dense(x, unit=3)
    with pytest.raises(TypeError, match=r"flatten\(\) too many positional arguments"):
        tf.layers.flatten(x, "name", "channels_last", 3)


@pytest.mark.parametrize("name", sorted(set(LAYER_OF.values()) - {"Layer"}))
def test_a_misspelt_argument_of_a_call_is_refused(name: str) -> None:
    assert "kwargs" not in inspect.signature(getattr(tf.layers, name).call).parameters
