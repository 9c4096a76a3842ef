"""Where the layers of a model stand in files; the paths are those of files of tf.keras 2.15.0 and Keras 3.15.1."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.keras.saving.places import places_of

K = tf.keras
L = K.layers


@pytest.fixture(autouse=True)
def _own_graph() -> Any:
    tf.reset_default_graph()
    yield
    tf.reset_default_graph()


class Scale(L.Layer):  # type: ignore[misc, name-defined]
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inner = L.Dense(2, name="inner")

    def build(self, input_shape: Any) -> None:
        self.offset = self.add_weight(name="offset", shape=(2,), initializer="zeros", trainable=False)
        self.gain = self.add_weight(name="gain", shape=(2,), initializer="ones")
        self.built = True

    def call(self, inputs: Any) -> Any:
        return self.inner(inputs) * self.gain + self.offset


class Net(K.Model):  # type: ignore[misc, name-defined]
    def __init__(self) -> None:
        super().__init__(name="net")
        self.zed = L.Dense(2, name="zed")
        self.abc = L.Dense(2, name="abc")
        self.blocks = [L.Dense(2, name="b0"), [L.Dense(2, name="b1")], L.Dense(2, name="b2")]
        self.by = {"one": L.Dense(2, name="one"), "two": Scale(name="two")}
        self._hidden = L.Dense(2, name="hidden")
        self.tail = K.Sequential([L.Dense(2, name="t0"), L.Dense(2, name="t1")], name="tail")
        self.again = self.abc
        self.extra = self.add_weight(name="extra", shape=(1,), initializer="zeros")

    def call(self, x: Any, training: Any = None) -> Any:
        x = self._hidden(self.abc(self.zed(x)))
        x = self.blocks[2](self.blocks[1][0](self.blocks[0](x)))
        return self.tail(self.by["two"](self.by["one"](x))) + self.extra


def test_a_subclassed_model_has_the_places_of_each_version() -> None:
    model = Net()
    model(np.zeros((1, 2), np.float32))
    found = {place.layer.name: (place.path, place.path_2_15) for place in places_of(model)}
    assert found == {
        "net": ("", ""),
        "zed": ("layers/dense", "zed"),
        "abc": ("abc", "layers/dense"),
        "b0": ("blocks/dense", "layers/dense_1"),
        "b1": ("blocks/container/dense", "layers/dense_2"),
        "b2": ("blocks/dense_1", "layers/dense_3"),
        "one": ("by/dense", "layers/dense_4"),
        "two": ("by/scale", "layers/scale"),
        "inner": ("by/scale/inner", "layers/scale/inner"),
        "hidden": ("layers/dense_6", "layers/dense_5"),
        "tail": ("layers/sequential", "tail"),
        "t0": ("layers/sequential/layers/dense", "tail/layers/dense"),
        "t1": ("layers/sequential/layers/dense_1", "tail/layers/dense_1"),
    }


def test_own_weights_are_listed_trained_ones_first() -> None:
    layer = Scale(name="s")
    layer(np.zeros((1, 2), np.float32))
    layer.trainable = False
    assert [weight.name for weight in layer.own_weights] == ["s/gain:0", "s/offset:0"]


def test_connected_models_number_their_layers() -> None:
    inside = K.Sequential([K.Input((2,)), L.Dense(2, name="a"), L.Dense(2, name="b")], name="inside")
    x = K.Input((2,))
    model = K.Model(x, L.Dense(1, name="c")(inside(x)), name="m")
    found = {
        place.layer.name: (place.path, place.path_2_15)
        for place in places_of(model)
        if place.layer.own_weights
    }
    paths = {
        "a": "layers/sequential/layers/dense",
        "b": "layers/sequential/layers/dense_1",
        "c": "layers/dense",
    }
    assert found == {name: (path, path) for name, path in paths.items()}
