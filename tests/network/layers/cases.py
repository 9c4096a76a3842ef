"""Layers, and what they make of inputs: shapes, values, variables, derivatives, updates.

The calls are text, so that TensorFlow (tests/interop/tf_layers.py) and this package (tests/network/layers/test_cases.py)
evaluate the very same ones; nothing is imported here that either of them lacks. tests/data/tf/layers.json has
TensorFlow's answers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

CASES = """
conv1d(steps, 3, 3)
conv1d(steps, 3, 2, strides=2, padding='SAME')
conv1d(steps, 3, 4, padding='same')
conv1d(steps, 3, 3, padding='causal')
conv1d(steps, 3, 2, padding='causal', dilation_rate=3)
conv1d(steps, 3, 3, padding='causal', strides=2)
conv1d(steps, 3, 2, dilation_rate=2, activation=tf.nn.relu)
conv1d(steps, 3, 2, dilation_rate=2, padding='same')
conv2d(images, 3, 3)
conv2d(images, 3, (2, 3), padding='same', activation=tf.nn.relu)
conv2d(images, 3, [3, 2], strides=(2, 1), padding='same', name='given')
conv2d(images, 3, 4, strides=3, padding='same', use_bias=False)
conv2d(images, 1, 1, strides=2)
conv2d(images, 3, 2, dilation_rate=2)
conv2d(images, 3, 3, dilation_rate=(2, 1), padding='same')
conv2d(images, 3, 2, kernel_regularizer=lambda w: tf.reduce_sum(tf.square(w)), activity_regularizer=tf.reduce_sum)
conv2d(images, 3, 2, bias_regularizer=tf.nn.l2_loss, trainable=False)
conv3d(volumes, 2, 2)
conv3d(volumes, 2, (1, 2, 3), strides=(2, 1, 2), padding='same')
conv2d_transpose(images, 3, 3)
conv2d_transpose(images, 3, 3, strides=2)
conv2d_transpose(images, 3, (2, 3), strides=(3, 2), padding='same', activation=tf.nn.relu)
conv2d_transpose(images, 3, 2, strides=3, use_bias=False)
conv3d_transpose(volumes, 2, 2, strides=2)
conv3d_transpose(volumes, 2, 3, strides=(1, 2, 1), padding='same')
separable_conv1d(steps, 3, 3)
separable_conv1d(steps, 3, 2, strides=2, padding='same', depth_multiplier=2, activation=tf.nn.relu)
separable_conv1d(steps, 3, 3, padding='causal', use_bias=False)
separable_conv1d(steps, 3, 2, dilation_rate=2)
separable_conv2d(images, 3, 3)
separable_conv2d(images, 3, (2, 3), strides=2, padding='same', depth_multiplier=2)
separable_conv2d(images, 3, 2, dilation_rate=2, padding='same', activation=tf.nn.relu)
separable_conv2d(images, 3, 2, depthwise_regularizer=tf.nn.l2_loss, pointwise_regularizer=tf.nn.l2_loss)
max_pooling1d(steps, 2, 2)
max_pooling1d(steps, 3, 2, 'same')
max_pooling2d(images, 2, 2)
max_pooling2d(images, (3, 2), (1, 2), padding='same')
max_pooling2d(images, 3, 2, padding='SAME', name='given')
max_pooling3d(volumes, 2, 2)
max_pooling3d(volumes, (1, 2, 2), (2, 1, 1), 'same')
average_pooling1d(steps, 2, 2)
average_pooling1d(steps, 3, 2, 'same')
average_pooling2d(images, 2, 2)
average_pooling2d(images, (3, 2), (1, 2), padding='same')
average_pooling3d(volumes, 2, 1)
average_pooling3d(volumes, 3, 2, 'same')
batch_normalization(images)
batch_normalization(images, training=True)
batch_normalization(images, training=True, axis=1, momentum=0.9, epsilon=0.01)
batch_normalization(images, training=True, axis=2)
batch_normalization(images, training=True, axis=[1, 3])
batch_normalization(images, training=True, fused=False)
batch_normalization(images, training=True, center=False, scale=False)
batch_normalization(images, training=True, trainable=False)
batch_normalization(volumes, training=True)
batch_normalization(volumes, training=True, axis=1)
batch_normalization(steps, training=True)
batch_normalization(steps, training=True, axis=1, scale=False)
batch_normalization(rows, training=True, momentum=0.5)
batch_normalization(rows, training=tf.constant(True))
dense(rows, 4, activation=tf.nn.relu)
dense(images, 4, use_bias=False)
dropout(images)
flatten(images)
flatten(images, data_format='channels_first')
flatten(steps)
""".strip().splitlines()

SHAPES = {"rows": (4, 3), "steps": (2, 7, 2), "images": (2, 5, 6, 2), "volumes": (2, 3, 4, 3, 2)}


def wave(shape: Any, speed: float = 1.0) -> Any:
    """Numbers that have nothing to do with one another, the same on both sides."""
    return (
        np.cos(speed * np.arange(1, np.prod(shape, dtype=int) + 1) ** 1.5).reshape(shape).astype(np.float32)
    )


def value_of(name: str, shape: Any) -> Any:
    """What a variable is set to; a variance is above 0."""
    return (
        np.abs(wave(shape, 0.7)) + 0.5
        if name.endswith(("moving_variance", "gamma"))
        else wave(shape, 0.7) / 2
    )


def record(tf: Any, call: str, known: bool = True) -> dict[str, Any]:
    """What the layer makes, with its variables set.

    Parameters
    ----------
    tf : module
    call : str
        One of CASES.
    known : bool
        Whether the sizes of the inputs are known in the graph, but for their channels.

    Returns
    -------
    dict
        ``name``, ``dims`` and ``static`` dims of the output; ``variables``: names, shapes, whether they are trained; ``losses`` and
        ``updates``: how many there are; ``value``, ``slopes`` by the inputs and the trained variables, and what the
        updates make of the others (``moved``).
    """
    with tf.Graph().as_default():
        inputs = {
            name: tf.placeholder(tf.float32, shape if known else sizes_unknown(call, shape), name=name)
            for name, shape in SHAPES.items()
        }
        y = eval(f"tf.layers.{call}", {"tf": tf, **inputs})  # noqa: S307  those above
        trained, all_of_them = tf.trainable_variables(), tf.global_variables()
        x = inputs[call.partition("(")[2].split(",")[0].rstrip(")")]
        weights = tf.placeholder(tf.float32, name="weights")
        xs = [x, *trained]
        slopes = tf.gradients(tf.reduce_sum(y * weights), xs)
        updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
        losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            for variable in all_of_them:
                variable.load(value_of(variable.op.name, variable.shape.as_list()), session)
            feeds = {x: wave(SHAPES[x.op.name])}
            value = session.run(y, feeds)
            found, penalties = session.run([slopes, losses], {**feeds, weights: wave(value.shape, 0.3)})
            session.run(updates, feeds)
            moved = [session.run(variable) for variable in all_of_them if "moving" in variable.op.name]
        return {
            "name": y.name,
            "dims": list(value.shape),
            "static": y.shape.as_list(),
            "variables": [
                [variable.op.name, variable.shape.as_list(), variable in trained] for variable in all_of_them
            ],
            "updates": len(updates),
            "losses": plain(penalties),
            "value": plain(value),
            "slopes": plain(found),
            "moved": plain(moved),
        }


def sizes_unknown(call: str, shape: Any) -> Any:
    """The shape of which only the channels are known, and what else the layer makes variables of."""
    if "axis=" in call or "dense" in call:
        return [None, *shape[1:]]
    return [*[None] * (len(shape) - 1), shape[-1]]


def plain(value: Any) -> Any:
    """Numbers as JSON has them, with the digits that float32 has."""
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return [float(f"{number:.8g}") for number in np.ravel(value).tolist()]
