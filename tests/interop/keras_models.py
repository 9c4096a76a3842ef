"""Small models that this package, tf.keras 2.15 and Keras 3 make alike, with values, data and a training of their own.

Each is a function of the module `keras`; what it takes and learns comes of formulas, so that all sides have the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Example(NamedTuple):
    """A model, its inputs and its labels: what it is called with and trained on; and what compile is told."""

    model: Any
    inputs: Any
    labels: Any
    told: Callable[[], dict[str, Any]]


def numbers(*shape: int, seed: int = 1) -> np.ndarray:
    """Float32 numbers in [-1, 1): the same everywhere, which no generator of random numbers promises."""
    many = np.arange(1, int(np.prod(shape)) + 1, dtype=np.float64)
    return (
        (np.modf(np.abs(np.sin(many * 12.9898 + seed) * 43758.5453))[0] * 2 - 1)
        .reshape(shape)
        .astype("float32")
    )


def ids(*shape: int, below: int, seed: int = 1) -> np.ndarray:
    """Integers in [0, below)."""
    return ((numbers(*shape, seed=seed) + 1) * below / 2).astype("int32")


def sequential(keras: Any) -> Example:
    """Layers one after another, one of them with weights that are not trained."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((3,), name="features"),
            layers.Dense(4, activation="relu", name="hidden", kernel_regularizer=keras.regularizers.L2(0.01)),
            layers.BatchNormalization(name="norm"),
            layers.Dropout(0.0, name="drop"),
            layers.Dense(3, activation="softmax", name="classes"),
        ],
        name="sequential",
    )

    def told() -> dict[str, Any]:
        optimizer = keras.optimizers.Adam(learning_rate=0.05)
        return {"optimizer": optimizer, "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}

    return Example(model, numbers(8, 3), ids(8, below=3, seed=2), told)


def functional(keras: Any) -> Example:
    """Two inputs, a layer that is called twice, a model inside the model."""
    layers = keras.layers
    words = keras.Input((2,), dtype="int32", name="words")
    amounts = keras.Input((4,), name="amounts")
    flat = layers.Flatten(name="flat")(layers.Embedding(5, 2, name="table")(words))
    shared = layers.Dense(4, activation="tanh", name="shared")
    inside_input = keras.Input((4,), name="inside_input")
    inside = keras.Model(inside_input, layers.Dense(2, name="inside_dense")(inside_input), name="inside")
    joined = layers.Concatenate(name="joined")([inside(shared(flat)), inside(shared(amounts))])
    model = keras.Model([words, amounts], layers.Dense(1, name="output")(joined), name="two_inputs")

    def told() -> dict[str, Any]:
        optimizer = keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)
        return {"optimizer": optimizer, "loss": "mean_squared_error", "metrics": ["mean_absolute_error"]}

    return Example(model, [ids(6, 2, below=5), numbers(6, 4)], numbers(6, 1, seed=3), told)


def recurrent(keras: Any) -> Example:
    """The layers whose weights are their cell's."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((5, 2), name="steps"),
            layers.LSTM(3, return_sequences=True, name="first"),
            layers.GRU(2, name="second"),
            layers.Dense(1, name="score"),
        ],
        name="recurrent",
    )

    def told() -> dict[str, Any]:
        return {"optimizer": keras.optimizers.RMSprop(learning_rate=0.01), "loss": "mean_squared_error"}

    return Example(model, numbers(4, 5, 2), numbers(4, 1, seed=4), told)


def convolutional(keras: Any) -> Example:
    """Images."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((6, 6, 1), name="image"),
            layers.Conv2D(2, 3, padding="same", activation="relu", name="edges"),
            layers.MaxPooling2D(2, name="pool"),
            layers.GlobalAveragePooling2D(name="mean"),
            layers.Dense(2, name="logits"),
        ],
        name="convolutional",
    )

    def told() -> dict[str, Any]:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        return {
            "optimizer": keras.optimizers.Adagrad(learning_rate=0.1),
            "loss": loss,
            "metrics": ["accuracy"],
        }

    return Example(model, numbers(4, 6, 6, 1), ids(4, below=2, seed=5), told)


def frozen(keras: Any) -> Example:
    """A model inside whose first layer is frozen: files list its weights behind those of the second, of equal shape."""
    layers = keras.layers
    first = layers.Dense(3, name="first", trainable=False)
    inside = keras.Sequential(
        [keras.Input((3,), name="x"), first, layers.Dense(3, name="second")], name="inside"
    )
    model = keras.Sequential(
        [keras.Input((3,), name="y"), inside, layers.Dense(1, name="last")], name="frozen"
    )

    def told() -> dict[str, Any]:
        return {"optimizer": keras.optimizers.SGD(learning_rate=0.1), "loss": "mean_squared_error"}

    return Example(model, numbers(4, 3), numbers(4, 1, seed=6), told)


def assorted(keras: Any) -> Example:
    """One layer of many kinds, with regularizers and constraints; a learning rate that a schedule gives."""
    layers = keras.layers
    series = keras.Input((6, 4), name="series")
    x = layers.Conv1D(3, 2, padding="same", activation="relu", name="conv", kernel_constraint="max_norm")(
        series
    )
    x = layers.LayerNormalization(name="norm")(x)
    x = layers.MaxPooling1D(2, name="halved")(x)
    x = layers.Bidirectional(layers.GRU(2, return_sequences=True, name="gru"), name="both")(x)
    x = layers.TimeDistributed(layers.Dense(2, bias_regularizer="l2"), name="each")(x)
    x = layers.Activation("tanh", name="squashed")(layers.Reshape((6,), name="flat")(x))
    left = layers.Dense(4, kernel_initializer="he_normal", name="left")(x)
    right = layers.LeakyReLU(0.25, name="leaky")(layers.Dense(4, use_bias=False, name="right")(x))
    merged = layers.Multiply(name="product")([layers.Add(name="sum")([left, right]), right])
    model = keras.Model(
        series, layers.Dense(2, name="out")(layers.Dropout(0.0, name="drop")(merged)), name="assorted"
    )

    def told() -> dict[str, Any]:
        rate = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=2, decay_rate=0.5)
        return {
            "optimizer": keras.optimizers.Adam(rate, amsgrad=True, clipnorm=1.0),
            "loss": "mean_squared_error",
        }

    return Example(model, numbers(3, 6, 4), numbers(3, 2, seed=7), told)


def subclassed(keras: Any) -> Example:
    """A model with a call of its own; its layers are attributes, and in a list."""
    layers = keras.layers

    class Net(keras.Model):
        """Layers whose places in files are others in each version of Keras."""

        def __init__(self) -> None:
            super().__init__(name="net")
            self.first = layers.Dense(3, activation="tanh")
            self.stack = [layers.Dense(3), layers.LayerNormalization(), layers.Dense(3)]
            self.out = layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            """The outputs."""
            x = self.first(inputs)
            for layer in self.stack:
                x = layer(x)
            return self.out(x)

    model = Net()
    model(numbers(1, 2))

    def told() -> dict[str, Any]:
        return {"optimizer": keras.optimizers.SGD(learning_rate=0.1), "loss": "mean_squared_error"}

    return Example(model, numbers(4, 2), numbers(4, 1, seed=8), told)


MODELS: dict[str, Callable[[Any], Example]] = {
    make.__name__: make for make in (sequential, functional, recurrent, convolutional, frozen, assorted)
}


WEIGHTS_ALONE: dict[str, Callable[[Any], Example]] = {"subclassed": subclassed}  # of which no .h5 tells more


def with_values(model: Any) -> None:
    """Give every weight of the model its number."""
    model.set_weights(
        [
            np.abs(numbers(*weight.shape, seed=place)) * 0.5 + 0.25
            if "variance" in weight.name
            else numbers(*weight.shape, seed=place)
            for place, weight in enumerate(model.weights)
        ]
    )


def compiled(name: str, keras: Any) -> Example:
    """The example of that name with its values, ready to be trained."""
    example = (MODELS | WEIGHTS_ALONE)[name](keras)
    with_values(example.model)
    example.model.compile(**example.told())
    return example


def trained(name: str, keras: Any) -> Example:
    """The example of that name after three steps on its data."""
    example = compiled(name, keras)
    for _ in range(3):
        example.model.train_on_batch(example.inputs, example.labels)
    return example
