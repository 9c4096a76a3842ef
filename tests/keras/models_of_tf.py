"""Models that TensorFlow and this package build alike: `told` says of each what is to be the same.

Run by tests/interop/tf_keras_models.py with TensorFlow; the answers lie in tests/data/tf/keras_models_eager.json and
keras_models_graph.json, which are made again by

    echo '{"mode": "eager"}' | .venv-tf/bin/python tests/interop/tf_keras_models.py | tail -1 \\
        > tests/data/tf/keras_models_eager.json
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def dense(tf: Any) -> Any:
    layers = tf.keras.layers
    x = tf.keras.Input((4,))
    hidden = layers.Dense(3, activation="relu")(x)
    hidden = layers.BatchNormalization()(hidden)
    hidden = layers.Dropout(0.5)(hidden)
    return tf.keras.Model(x, layers.Dense(2, activation="softmax", kernel_regularizer="l2")(hidden))


def pictures(tf: Any) -> Any:
    layers = tf.keras.layers
    return tf.keras.Sequential(
        [
            layers.Conv2D(4, 3, activation="relu", input_shape=(8, 8, 1)),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(3, name="a_layer_whose_name_is_long"),
        ],
        name="pictures",
    )


def towers(tf: Any) -> Any:
    layers = tf.keras.layers
    left, right = tf.keras.Input((4,), name="left"), tf.keras.Input((4,), name="right")
    shared = layers.Dense(3, name="shared")
    ours, theirs = shared(left), shared(right)
    inner = tf.keras.Sequential([layers.Dense(2, input_shape=(3,)), layers.Dense(2)], name="inner")
    both = layers.concatenate([inner(ours), theirs])
    outputs = [layers.Dense(1, name="o1")(both), layers.Dense(2, name="o2")(layers.add([ours, theirs]))]
    return tf.keras.Model([left, right], outputs, name="big")


def dicts(tf: Any) -> Any:
    layers = tf.keras.layers
    a, b = tf.keras.Input((2,), name="first"), tf.keras.Input((2,), name="second")
    both = layers.Concatenate()([a, b])
    return tf.keras.Model({"y": a, "x": b}, {"p": layers.Dense(1)(both), "q": both})


def nested(tf: Any) -> Any:
    layers = tf.keras.layers
    x = tf.keras.Input((3,))
    core = tf.keras.Model(x, layers.Dense(2)(x), name="core")
    y = tf.keras.Input((3,))
    middle = tf.keras.Model(y, layers.Activation("relu")(core(y)), name="middle")
    row = tf.keras.Sequential([middle, layers.Dense(4)], name="row")
    z = tf.keras.Input((3,))
    model = tf.keras.Model(z, layers.add([row(z), row(z)]), name="outer")
    core.trainable = False
    return model


def words(tf: Any) -> Any:
    layers = tf.keras.layers
    x = tf.keras.Input((5,), dtype="int32", name="ids")
    y = layers.GlobalAveragePooling1D()(layers.Embedding(7, 3)(x))
    return tf.keras.Model(inputs=x, outputs=layers.Dense(1)(y), name="words", trainable=False)


def fixed_batch(tf: Any) -> Any:
    x = tf.keras.Input(batch_shape=(2, 3), dtype="float64")
    return tf.keras.Model(x, tf.keras.layers.Reshape((3, 1))(x))


def shapes_later(tf: Any) -> Any:
    layers = tf.keras.layers
    return tf.keras.Sequential([layers.Dense(3), layers.Dense(5)])


def built(tf: Any) -> Any:
    model = shapes_later(tf)
    model.build((None, 4))
    return model


def subclass(tf: Any) -> Any:
    layers = tf.keras.layers

    class Body(tf.keras.Model):
        def __init__(self, units: int = 3) -> None:
            super().__init__()
            self.first = layers.Dense(units)
            self.row = [layers.Dense(2), layers.BatchNormalization(), layers.BatchNormalization()]
            self.unused = layers.Dense(7)
            self.named = {"last": layers.Dense(1), "before": layers.Dense(4)}
            self.inner = tf.keras.Sequential([layers.Dense(2, activation="tanh")])

        def call(self, inputs: Any, training: Any = None) -> Any:
            outputs = self.first(inputs)
            for layer in self.row:
                outputs = layer(outputs)
            return self.named["last"](self.named["before"](self.inner(outputs)))

    return Body(4)


def with_losses(tf: Any) -> Any:
    """A loss and a metric that are functions of the model's tensors."""
    layers = tf.keras.layers
    x = tf.keras.Input((4,))
    hidden = layers.Dense(3, name="hidden")(x)
    model = tf.keras.Model(x, layers.Dense(4, name="last")(hidden))
    size = layers.GlobalAveragePooling1D()(layers.Reshape((3, 1))(hidden))
    model.add_loss(size)
    model.add_metric(size, name="size", aggregation="mean")
    return model


def normal(*sizes: int) -> Any:
    return np.random.default_rng(sum(sizes)).normal(size=sizes).astype(np.float32)


IDS = np.array([[1, 2, 3, 4, 5], [0, 6, 0, 0, 1]], np.int32)
MODELS: dict[str, tuple[Callable[[Any], Any], list[Any]]] = {
    "dense": (dense, [normal(3, 4), normal(5, 4).astype(np.float64)]),
    "pictures": (pictures, [normal(2, 8, 8, 1)]),
    "towers": (towers, [[normal(2, 4), normal(2, 4)], {"right": normal(2, 4), "left": normal(3, 4)[:2]}]),
    "dicts": (dicts, [{"x": normal(3, 2), "y": normal(3, 2)}]),
    "nested": (nested, [normal(2, 3)]),
    "words": (words, [IDS]),
    "fixed batch": (fixed_batch, [normal(2, 3)]),
    "shapes later": (shapes_later, [normal(5, 4), normal(7, 4)]),
    "built": (built, [normal(5, 4)]),
    "subclass": (subclass, [normal(5, 4), normal(2, 4)]),
    "with losses": (with_losses, [normal(2, 4)]),
}


def operations(tf: Any) -> Any:
    """Functions of tensors between layers."""
    layers = tf.keras.layers
    x = tf.keras.Input((4,))
    y = tf.nn.relu(layers.Dense(3)(x) * 2.0 + 1.0)
    parts = tf.split(y, 3, axis=1)
    joined = tf.concat([parts[0], parts[2], tf.reduce_mean(y, axis=1, keepdims=True)], axis=1)
    return tf.keras.Model(x, layers.Dense(2)(joined))


GRAPHS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "dense": (dense, [None, 4]),
    "towers": (towers, [[None, 4], [None, 4]]),
    "nested": (nested, [None, 3]),
    "shapes later": (shapes_later, [None, 4]),
    "subclass": (subclass, [None, 4]),
    "operations": (operations, [None, 4]),
}


def told(tf: Any, name: str) -> dict[str, Any]:
    """What a model that is called outside of graphs says of itself, and what it computes."""
    make, inputs = MODELS[name]
    model = make(tf)
    row: dict[str, Any] = {"before": _summary(model) if model.built else None}
    results = []
    for given in inputs:
        model(given)
        set_weights(model)
        results.append(_plain(model(given)))
        row["trained"] = _plain(model(given, training=True)) if name == "subclass" else None
    row |= {
        "results": results,
        "summary": _summary(model),
        "expanded": _summary(model, expand_nested=True, show_trainable=True, line_length=110),
        "weights": [weight.name for weight in model.weights],
        "trainable": [weight.name for weight in model.trainable_weights],
        "frozen": [weight.name for weight in model.non_trainable_weights],
        "values": [_plain(value) for value in model.get_weights()] if name == "subclass" else None,
        "layers": [layer.name for layer in model.layers],
        "config": model.to_json(),
        "shapes": [_shapes(model, "input_shape"), _shapes(model, "output_shape")],
        "losses": len(model.losses),
        "parameters": model.count_params(),
    }
    return row


def drawn(tf: Any, name: str) -> dict[str, Any]:
    """What a model that is called on a placeholder adds to the graph."""
    make, dims = GRAPHS[name]
    with tf.Graph().as_default() as graph:
        model = make(tf)
        several = isinstance(dims[0], list)
        tensors = [
            tf.placeholder(tf.float32, sizes, name=f"given{place}")
            for place, sizes in enumerate(dims if several else [dims])
        ]
        outputs = [model(tensors if several else tensors[0]) for _ in range(2)]
        trained = model(tensors if several else tensors[0], training=True)
        return {
            "outputs": [
                [tensor.name for tensor in tf.nest.flatten(output)] for output in [*outputs, trained]
            ],
            "variables": [variable.name for variable in tf.global_variables()],
            "trainable": [variable.name for variable in tf.trainable_variables()],
            "weights": [weight.name for weight in model.weights],
            "losses": [loss.name for loss in model.losses],
            "updates": len(model.updates),
            "collected": len(tf.get_collection(tf.GraphKeys.UPDATE_OPS)),
            "placeholders": [op.name for op in graph.get_operations() if op.type == "Placeholder"],
            "layers": [layer.name for layer in model.layers],
            "operations": [
                layer.get_config() for layer in model.layers if type(layer).__name__ == "TensorFlowOpLayer"
            ],
            "summary": _summary(model),
        }


def set_weights(model: Any) -> None:
    """Weights that are the same in both."""
    rng = np.random.default_rng(7)
    model.set_weights([rng.uniform(0.1, 1.0, value.shape) for value in model.get_weights()])


def _summary(model: Any, **settings: Any) -> str:
    lines: list[str] = []
    model.summary(print_fn=lambda line, **_: lines.append(line), **settings)
    return "\n".join(lines)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return np.asarray(value).tolist()


def _shapes(model: Any, which: str) -> Any:
    try:
        return getattr(model, which)
    except AttributeError:
        return None
