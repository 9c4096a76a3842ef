"""Layers of tf.contrib.layers, and what they make of inputs: shapes, values, variables, lists, derivatives, updates.

The calls are text, so that tf_slim (tests/interop/tf_slim_layers.py) and this package (tests/network/slim/test_cases.py)
evaluate the very same ones; nothing is imported here that either of them lacks. tests/data/tf/slim.json has the answers
of tf_slim, which is tf.contrib.layers kept alive.
"""

from __future__ import annotations

from typing import Any

import numpy as np

CASES = """
fully_connected(rows, 4)
fully_connected(rows, 4, activation_fn=None, scope='fc', biases_initializer=None)
fully_connected(inputs=rows, num_outputs=2, activation_fn=tf.tanh, weights_regularizer=layers.l2_regularizer(0.5), scope='s')
fully_connected(images, 3, biases_regularizer=layers.l1_regularizer(0.1), trainable=False)
fully_connected(rows, 4, normalizer_fn=layers.batch_norm, normalizer_params={'is_training': True, 'decay': 0.9})
fully_connected(layers.fully_connected(rows, 2), 2)
fully_connected(layers.fully_connected(rows, 3, scope='s'), 3, scope='s', reuse=True)
fully_connected(rows, 4, variables_collections=['mine'], outputs_collections='outs')
fully_connected(rows, 4, variables_collections={'weights': ['mine', 'more']}, outputs_collections=['outs', 'more'], scope='a/b')
linear(rows, 2)
relu(rows, 2)
relu6(rows, 2)
elu(rows, 2)
relu(num_outputs=2, inputs=rows, scope='r')
conv1d(steps, 3, 3)
conv2d(images, 3, 3)
conv2d(images, 3, [2, 3], stride=2, padding='VALID', activation_fn=None)
convolution2d(images, 3, 2, rate=2, scope='c')
conv2d(layers.conv2d(images, 2, 3), 2, 3)
conv2d(images, 3, 3, normalizer_fn=layers.batch_norm)
conv2d(images, 3, 3, normalizer_fn=layers.batch_norm, normalizer_params={'scale': True, 'updates_collections': None})
conv2d(images, 2, [3, 3], weights_regularizer=layers.l1_l2_regularizer(0.1, 0.2), variables_collections={'biases': ['mine']})
conv3d(volumes, 2, 2)
convolution(steps, 2, 2, biases_initializer=None)
conv2d_in_plane(images, 3)
convolution2d_in_plane(images, [2, 3], stride=2, padding='VALID', weights_regularizer=layers.l2_regularizer(0.1), scope='p')
conv2d_transpose(images, 3, 3, stride=2)
conv2d_transpose(images, 3, [2, 3], stride=[3, 2], padding='VALID', activation_fn=None, scope='up')
conv3d_transpose(volumes, 2, 2, stride=2)
separable_conv2d(images, 3, 3)
separable_conv2d(images, 3, [2, 3], depth_multiplier=2, stride=2, weights_regularizer=layers.l2_regularizer(0.1))
separable_conv2d(images, None, 3, depth_multiplier=2, variables_collections=['mine'])
separable_conv2d(images, None, 2, rate=2, padding='VALID', normalizer_fn=layers.batch_norm, scope='sep')
max_pool2d(images, 2)
max_pool2d(images, [3, 2], stride=[1, 2], padding='SAME', scope='pool', outputs_collections='outs')
avg_pool2d(images, 2)
avg_pool2d(images, tf.TensorShape([5, 6]), padding='VALID')
conv2d(images, 3, tf.TensorShape([2, 3]), padding='VALID')
avg_pool2d(images, [3, 2], [1, 2], 'SAME')
max_pool3d(volumes, 2)
avg_pool3d(volumes, [1, 2, 2], [2, 1, 1], 'SAME')
batch_norm(rows)
batch_norm(rows, is_training=False, scale=True)
batch_norm(rows, center=False, updates_collections=None, decay=0.9)
batch_norm(rows, scale=True, fused=False, is_training=True, reuse=None, scope='bn')
batch_norm(rows, fused=False, updates_collections=None)
batch_norm(rows, is_training=tf.constant(True), updates_collections=None, activation_fn=tf.nn.relu)
batch_norm(rows, is_training=tf.placeholder_with_default(True, []))
batch_norm(rows, is_training=tf.placeholder_with_default(False, []), updates_collections=None)
batch_norm(rows, is_training=tf.placeholder_with_default(False, []), fused=False)
batch_norm(rows, batch_weights=tf.constant([1.0, 2.0, 0.5, 0.0]), decay=0.5)
batch_norm(rows, updates_collections=['mine', 'more'])
batch_norm(steps, decay=0.9, scale=True)
batch_norm(steps, updates_collections=None)
batch_norm(images)
batch_norm(images, is_training=False)
batch_norm(images, scale=True, center=True, decay=0.9, epsilon=0.01, trainable=False)
batch_norm(images, updates_collections=None, fused=True, variables_collections={'moving_mean': ['mine']}, outputs_collections='outs')
batch_norm(images, fused=False, scale=True)
batch_norm(images, param_regularizers={'beta': layers.l2_regularizer(0.5)}, param_initializers={'beta': tf.ones_initializer()})
batch_norm(volumes, decay=0.9)
batch_norm(volumes, decay=0.9, updates_collections=None)
layer_norm(rows)
layer_norm(steps, begin_norm_axis=-1, begin_params_axis=-1, scope='ln')
layer_norm(images, center=False, activation_fn=tf.nn.relu, variables_collections=['mine'], outputs_collections='outs')
instance_norm(images)
instance_norm(steps, center=False, epsilon=0.1, activation_fn=tf.nn.relu, scope='in')
instance_norm(images, data_format='NCHW')
group_norm(images, groups=2)
group_norm(images, groups=1, scale=False, scope='gn', mean_close_to_zero=True)
group_norm(volumes, groups=2, reduction_axes=[-4, -3, -2], center=False, outputs_collections='outs')
group_norm(images, groups=3, channels_axis=2, reduction_axes=[1, 3])
bias_add(images)
bias_add(rows, activation_fn=tf.nn.relu, initializer=tf.ones_initializer(), regularizer=layers.l2_regularizer(0.1), scope='b')
bias_add(images, data_format='NCHW', variables_collections={'biases': ['mine']})
dropout(rows, is_training=False)
dropout(rows, keep_prob=1.0)
flatten(images)
flatten(steps, outputs_collections='outs', scope='flat')
one_hot_encoding(tf.constant([2, 0, 1]), 4)
one_hot_encoding(tf.constant([2, 0], tf.int64), num_classes=3, on_value=2.0, off_value=-1.0, outputs_collections='outs')
softmax(rows)
softmax(steps, scope='soft')
unit_norm(rows, 1)
unit_norm(images, dim=2, epsilon=0.1)
maxout(rows, 1)
maxout(images, num_units=3, axis=2)
repeat(rows, 2, layers.fully_connected, 3)
repeat(images, 2, layers.conv2d, 2, [3, 3], activation_fn=None, scope='conv1')
stack(rows, layers.fully_connected, [3, 2])
stack(inputs=rows, layer=layers.fully_connected, stack_args=[3, 2], activation_fn=tf.tanh, weights_regularizer=layers.l2_regularizer(0.1))
stack(images, layers.conv2d, [(2, [3, 3]), (3, [1, 1], 2)], scope='tower')
scale_gradient(rows, 0.25)
""".strip().splitlines()

SHAPES = {"rows": (4, 3), "steps": (2, 7, 2), "images": (2, 5, 6, 2), "volumes": (2, 3, 4, 3, 2)}
LISTS = ("model_variables", "mine", "more", "outs")


def wave(shape: Any, speed: float = 1.0) -> Any:
    """Numbers that have nothing to do with one another, the same on both sides."""
    return (
        np.cos(speed * np.arange(1, np.prod(shape, dtype=int) + 1) ** 1.5).reshape(shape).astype(np.float32)
    )


def value_of(name: str, shape: Any) -> Any:
    """What a variable is set to; a variance is above 0."""
    if name.endswith(("moving_variance", "gamma")):
        return np.abs(wave(shape, 0.7)) + 0.5
    return wave(shape, 0.7) / 2


def record(tf: Any, layers: Any, call: str, known: bool = True) -> dict[str, Any]:
    """What the layer makes, with its variables set.

    Parameters
    ----------
    tf, layers : module
    call : str
        One of CASES.
    known : bool
        Whether the sizes of the inputs are known in the graph, but for their channels.

    Returns
    -------
    dict
        ``name``, ``dims`` and ``static`` dims of the output; ``variables``: names, shapes, whether they are trained;
        ``lists``: what is in collections, in its order; ``updates`` and ``losses``: how many updates, and the penalties;
        ``value``, ``slopes`` by the inputs and the trained variables, and what the updates make of the averages (``moved``).
    """
    with tf.Graph().as_default() as graph:
        inputs = {
            name: tf.placeholder(tf.float32, shape if known else sizes_unknown(call, shape), name=name)
            for name, shape in SHAPES.items()
        }
        y = eval(f"layers.{call}", {"tf": tf, "layers": layers, **inputs})  # noqa: S307  those above
        trained, all_of_them = tf.trainable_variables(), tf.global_variables()
        weights = tf.placeholder(tf.float32, name="weights")
        xs = [*inputs.values(), *trained]
        slopes = [slope for slope in tf.gradients(tf.reduce_sum(y * weights), xs) if slope is not None]
        updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
        losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
        lists = {key: [item.name for item in graph.get_collection(key)] for key in LISTS}
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())

            def fresh() -> None:
                for variable in all_of_them:
                    variable.load(value_of(variable.op.name, variable.shape.as_list()), session)

            feeds = {x: wave(SHAPES[name]) for name, x in inputs.items()}
            fresh()
            value, penalties = session.run([y, losses], feeds)
            fresh()
            found = session.run(slopes, {**feeds, weights: wave(value.shape, 0.3)})
            fresh()
            session.run([y, *updates], feeds)
            moved = {
                variable.op.name: session.run(variable)
                for variable in all_of_them
                if "moving" in variable.op.name
            }
        return {
            "name": y.name,
            "dims": list(value.shape),
            "static": y.shape.as_list(),
            "variables": [
                [variable.op.name, variable.shape.as_list(), any(variable is one for one in trained)]
                for variable in all_of_them
            ],
            "lists": {key: names for key, names in lists.items() if names},
            "updates": len(updates),
            "losses": plain(penalties),
            "value": plain(value),
            "slopes": plain(found),
            "moved": {name: plain(value) for name, value in moved.items()},
        }


def sizes_unknown(call: str, shape: Any) -> Any:
    """The shape of which only the channels are known, and what else the layer makes variables of."""
    wants_all = ("maxout", "group_norm", "NCHW")
    return (
        [None, *shape[1:]]
        if any(word in call for word in wants_all)
        else [*[None] * (len(shape) - 1), shape[-1]]
    )


def plain(value: Any) -> Any:
    """Numbers as JSON has them, with the digits that float32 has."""
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return [float(f"{number:.8g}") for number in np.ravel(value).tolist()]
