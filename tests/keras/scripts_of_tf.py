"""Scripts of 2018 with models of Keras in model_fns and sessions, which TensorFlow and this package run alike.

tests/data/tf/keras_scripts.json has TensorFlow's answers; it is made again by

    .venv-tf/bin/python tests/interop/tf_keras_scripts.py < /dev/null | tail -1 > tests/data/tf/keras_scripts.json
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np

IMAGES = np.random.default_rng(3).normal(size=[8, 36]).astype(np.float32)
LABELS = (np.arange(8) % 3).astype(np.int64)


def waves(shape: Any, dtype: Any = None, partition_info: Any = None, **_: Any) -> Any:
    """Initial weights that both sides have."""
    sizes = [int(size) for size in shape]
    return (np.sin(np.arange(np.prod(sizes)) * 0.7) * 0.4).reshape(sizes).astype(np.float32)


def create_model(tf: Any) -> Any:
    """As tensorflow/models' official mnist has it: one pooling layer stands twice in the row."""
    layers = tf.keras.layers
    pool = layers.MaxPooling2D((2, 2), (2, 2), padding="same", data_format="channels_last")
    return tf.keras.Sequential(
        [
            layers.Reshape(target_shape=[6, 6, 1], input_shape=(36,)),
            layers.Conv2D(4, 3, padding="same", activation=tf.nn.relu, kernel_initializer=waves),
            pool,
            layers.Conv2D(5, 3, padding="same", activation=tf.nn.relu, kernel_initializer=waves),
            pool,
            layers.Flatten(),
            layers.Dense(7, activation=tf.nn.relu, kernel_initializer=waves),
            layers.Dropout(0.0),
            layers.Dense(3, kernel_initializer=waves),
        ]
    )


def model_class(tf: Any) -> Any:
    """As the same was written before: a class of tf.keras.Model with layers of tf.layers."""

    class Model(tf.keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = tf.layers.Conv2D(
                4, 3, padding="same", activation=tf.nn.relu, kernel_initializer=waves
            )
            self.fc1 = tf.layers.Dense(7, activation=tf.nn.relu, kernel_initializer=waves)
            self.fc2 = tf.keras.layers.Dense(3, kernel_initializer=waves)
            self.dropout = tf.layers.Dropout(0.0)
            self.max_pool2d = tf.layers.MaxPooling2D((2, 2), (2, 2), padding="same")

        def __call__(self, inputs: Any, training: Any = None) -> Any:
            y = self.max_pool2d(self.conv1(tf.reshape(inputs, [-1, 6, 6, 1])))
            y = self.dropout(self.fc1(tf.layers.flatten(y)), training=training)
            return self.fc2(y)

    return Model()


def _model_fn(tf: Any, create: Callable[[Any], Any]) -> Callable[..., Any]:
    def model_fn(features: Any, labels: Any, mode: Any) -> Any:
        model = create(tf)
        logits = model(features["image"], training=mode == tf.estimator.ModeKeys.TRAIN)
        if mode == tf.estimator.ModeKeys.PREDICT:
            return tf.estimator.EstimatorSpec(mode, predictions={"probabilities": tf.nn.softmax(logits)})
        loss = tf.losses.sparse_softmax_cross_entropy(labels=labels, logits=logits)
        accuracy = tf.metrics.accuracy(labels=labels, predictions=tf.argmax(logits, axis=1))
        optimizer = tf.train.MomentumOptimizer(0.05, 0.9)
        train_op = optimizer.minimize(loss, tf.train.get_or_create_global_step())
        return tf.estimator.EstimatorSpec(
            mode, loss=loss, train_op=train_op, eval_metric_ops={"accuracy": accuracy}
        )

    return model_fn


def _trained(tf: Any, create: Callable[[Any], Any]) -> dict[str, Any]:
    def input_fn() -> Any:
        return tf.data.Dataset.from_tensor_slices(({"image": IMAGES}, LABELS)).batch(4).repeat(3)

    with tempfile.TemporaryDirectory() as directory:
        estimator = tf.estimator.Estimator(_model_fn(tf, create), directory)
        estimator.train(input_fn)
        return {
            "variables": sorted(estimator.get_variable_names()),
            "evaluation": {key: float(value) for key, value in estimator.evaluate(input_fn).items()},
            "predictions": [found["probabilities"].tolist() for found in estimator.predict(input_fn)][:4],
        }


def official_mnist(tf: Any) -> Any:
    return _trained(tf, create_model)


def official_mnist_as_a_class(tf: Any) -> Any:
    return _trained(tf, model_class)


def normalized(tf: Any) -> Any:
    """A class of Keras' layers, whose updates and losses the script runs and adds itself."""

    class Net(tf.keras.Model):
        def __init__(self) -> None:
            super().__init__(name="net")
            self.first = tf.keras.layers.Dense(
                4, kernel_initializer=waves, kernel_regularizer=tf.keras.regularizers.l2(0.1)
            )
            self.norm = tf.keras.layers.BatchNormalization(momentum=0.5)
            self.last = tf.keras.layers.Dense(3, kernel_initializer=waves)

        def call(self, inputs: Any, training: Any = None) -> Any:
            return self.last(self.norm(tf.nn.relu(self.first(inputs)), training=training))

    x, y = tf.placeholder(tf.float32, [None, 36]), tf.placeholder(tf.int64, [None])
    net = Net()
    logits = net(x, training=True)
    loss = tf.losses.sparse_softmax_cross_entropy(y, logits) + tf.add_n(net.losses)
    with tf.control_dependencies(net.updates):
        train = tf.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=net.trainable_weights)
    predicted = net(x, training=False)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        losses = [float(session.run([train, loss], {x: IMAGES, y: LABELS})[1]) for _ in range(4)]
        return {
            "losses": losses,
            "predicted": session.run(predicted, {x: IMAGES[:2]}).tolist(),
            "moving": [session.run(weight).tolist() for weight in net.non_trainable_weights],
            "names": [weight.name for weight in net.weights],
            "outputs": [logits.name, predicted.name],
            "counts": [len(net.updates), len(net.losses)],
        }


def functional_in_a_session(tf: Any) -> Any:
    """A functional model on a placeholder, a layer of tf.layers behind it, and the learning phase fed."""
    K = tf.keras.backend
    x = tf.keras.Input((36,), name="images")
    hidden = tf.keras.layers.Dense(4, activation="tanh", kernel_initializer=waves, name="hidden")(x)
    hidden = tf.keras.layers.BatchNormalization(momentum=0.5, name="norm")(hidden)
    model = tf.keras.Model(x, hidden * 2.0)
    given = tf.placeholder(tf.float32, [None, 36], name="given")
    logits = tf.layers.dense(model(given), 3, kernel_initializer=waves, name="logits")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        learning = K.learning_phase()
        results = [session.run(logits, {given: IMAGES, learning: phase}).tolist() for phase in (False, True)]
        direct = session.run(model.output, {model.input: IMAGES[:2], learning: False})
        return {
            "results": results,
            "direct": direct.tolist(),
            "names": [variable.name for variable in tf.global_variables()],
            "phase": learning.name,
            "output": logits.name,
        }


def keras_optimizer_by_hand(tf: Any) -> Any:
    """Weights that are read and set, and gradients that a script applies."""
    model = tf.keras.Sequential([tf.keras.layers.Dense(3, input_shape=(36,), kernel_initializer=waves)])
    y = tf.placeholder(tf.int64, [None])
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=model.outputs[0]))
    gradients = tf.gradients(loss, model.trainable_variables)
    step = [
        variable.assign_sub(0.1 * gradient)
        for variable, gradient in zip(model.trainable_variables, gradients)
    ]
    session = tf.keras.backend.get_session()
    losses = []
    for _ in range(3):
        losses.append(float(session.run(loss, {model.inputs[0]: IMAGES, y: LABELS})))
        session.run(step, {model.inputs[0]: IMAGES, y: LABELS})
    kernel, bias = model.get_weights()
    model.set_weights([kernel * 0.0, bias])
    return {"losses": losses, "kernel": kernel[:2].tolist(), "after": tf.keras.backend.get_value(model.weights[1]).tolist(),
            "zeros": float(np.abs(model.get_weights()[0]).sum())}  # fmt: skip


SCRIPTS: dict[str, Callable[[Any], Any]] = {
    "official mnist": official_mnist,
    "official mnist as a class": official_mnist_as_a_class,
    "normalized": normalized,
    "functional in a session": functional_in_a_session,
    "gradients by hand": keras_optimizer_by_hand,
}


def answers(tf: Any) -> dict[str, Any]:
    """What all scripts find, each in a graph of its own."""
    found = {}
    for name, script in SCRIPTS.items():
        tf.keras.backend.clear_session()
        found[name] = script(tf)
    return found
