"""A network of all kinds of layers, which both sides build, train and exchange; nothing is imported that either lacks."""

from __future__ import annotations

from typing import Any

import numpy as np

BEFORE, AFTER, SIZE = 3, 5, 8  # steps before and after the checkpoint, pixels


def batches() -> dict[str, Any]:
    """Images and labels, a step along the first axis."""
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 3, (AFTER, 8))
    images = rng.normal(size=(AFTER, 8, SIZE, SIZE, 2)) + labels[:, :, None, None, None]
    return {"x": images.astype(np.float32), "y": labels, "training": np.arange(AFTER) != 2}


def build(tf: Any, rate: int = 2, training: Any = True) -> Any:
    """The loss and the training step, of placeholders x and y; both are in collections.

    `rate` is that of the dilated convolution. With 1 there is none: ours is one operation, which TensorFlow trains only
    with oneDNN, and that is off in these tests. `training` says whether batches are normalized by themselves.
    """
    x = tf.placeholder(tf.float32, [None, SIZE, SIZE, 2], name="x")
    y = tf.placeholder(tf.int64, [None], name="y")
    loss = tf.losses.sparse_softmax_cross_entropy(y, network(tf, x, rate, training))
    step = tf.train.get_or_create_global_step()
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        train_op = tf.train.MomentumOptimizer(0.02, 0.9).minimize(loss, global_step=step)
    tf.add_to_collection(tf.GraphKeys.TRAIN_OP, train_op)
    return loss, train_op


def network(tf: Any, net: Any, rate: int, training: Any) -> Any:
    """The logits."""
    layers = tf.layers
    net = layers.conv2d(net, 6, 3, padding="same", use_bias=False)
    net = tf.nn.relu(layers.batch_normalization(net, training=training, momentum=0.8))
    net = layers.max_pooling2d(net, 3, 2, padding="same")
    net = layers.conv2d(net, 6, 2, dilation_rate=rate, padding="same", activation=tf.nn.elu)
    net = layers.separable_conv2d(net, 8, 3, padding="same", depth_multiplier=2, activation=tf.nn.relu)
    net = layers.average_pooling2d(net, 2, 1)
    net = layers.conv2d_transpose(net, 4, 3, 2, padding="same", activation=tf.tanh)
    net = layers.conv1d(
        tf.reshape(net, [-1, 36, 4]), 5, 3, strides=2, padding="causal", activation=tf.nn.relu
    )
    net = layers.max_pooling1d(net, 2, 2)
    net = layers.separable_conv1d(net, 4, 3)
    net = layers.batch_normalization(net, training=training, momentum=0.8)
    net = layers.conv3d(tf.reshape(net, [-1, 7, 2, 2, 1]), 2, (3, 1, 2), padding="same")
    net = layers.max_pooling3d(net, (2, 1, 1), (2, 1, 1))
    return layers.dense(layers.dropout(layers.flatten(net)), 3)
