"""The convolutional network of TensorFlow's MNIST tutorial, on made-up images: ours and TensorFlow's, torch's, jax'.

Two convolutions (5x5x32 and 5x5x64), each with a 2x2 pool, then 1024 units with dropout and 10 logits, by
GradientDescent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import numpy as np

BATCH, ROWS, UNITS, CLASSES, RATE, DROPOUT = 100, 1000, 1024, 10, 0.001, 0.4
SIDE, KERNEL, CHANNELS = 28, 5, [1, 32, 64]
FLAT = (SIDE // 4) ** 2 * CHANNELS[-1]


def data() -> tuple[np.ndarray, np.ndarray]:
    """Images [n, 784], and labels."""
    rng = np.random.default_rng(0)
    return rng.random((ROWS, SIDE * SIDE), np.float32), rng.integers(0, CLASSES, ROWS).astype(np.int32)


def batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Of the data, in order, again and again."""
    return cycle(list(zip(*(np.split(values, ROWS // BATCH) for values in data()), strict=True)))


def estimator(tf: Any, folder: str, batch: int | None = None) -> tuple[Any, Callable[[], Any]]:
    """An Estimator and its input."""
    images, labels = data()

    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        net = tf.reshape(features, [-1, SIDE, SIDE, 1])
        for filters in CHANNELS[1:]:
            net = tf.layers.conv2d(net, filters, KERNEL, padding="same", activation=tf.nn.relu)
            net = tf.layers.max_pooling2d(net, 2, 2)
        net = tf.layers.dense(tf.reshape(net, [-1, FLAT]), UNITS, activation=tf.nn.relu)
        net = tf.layers.dropout(net, DROPOUT, training=True)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, tf.layers.dense(net, CLASSES))
        train_op = tf.train.GradientDescentOptimizer(RATE).minimize(loss, tf.train.get_global_step())
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)

    config = tf.estimator.RunConfig(log_step_count_steps=5)
    dataset = tf.data.Dataset.from_tensor_slices
    return tf.estimator.Estimator(
        model_fn, folder, config
    ), lambda: dataset((images, labels)).repeat().batch(batch or BATCH)


def torch_step(device: str = "cpu") -> Callable[[np.ndarray, np.ndarray], Any]:
    """A step of the plain loop."""
    import torch
    from torch import nn

    net = nn.Sequential(
        nn.Unflatten(1, (1, SIDE, SIDE)),
        nn.Conv2d(CHANNELS[0], CHANNELS[1], KERNEL, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(CHANNELS[1], CHANNELS[2], KERNEL, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(FLAT, UNITS), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(UNITS, CLASSES),
    ).to(device)  # fmt: skip
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)

    def step(images: np.ndarray, labels: np.ndarray) -> Any:
        optimizer.zero_grad(set_to_none=True)
        inputs, classes = torch.from_numpy(images).to(device), torch.from_numpy(labels).to(device)
        loss = nn.functional.cross_entropy(net(inputs), classes.long())
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def jax_step() -> Callable[[np.ndarray, np.ndarray], Any]:
    """A compiled step that gets its parameters back in place."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    rng = np.random.default_rng(1)

    def weights(*shape: int) -> list[Any]:
        limit = np.sqrt(6 / (np.prod(shape[:-1]) + shape[-1]))
        return [
            jnp.asarray(rng.uniform(-limit, limit, shape).astype(np.float32)),
            jnp.zeros(shape[-1], jnp.float32),
        ]

    values = [weights(KERNEL, KERNEL, *pair) for pair in zip(CHANNELS, CHANNELS[1:], strict=False)]
    values += [weights(FLAT, UNITS), weights(UNITS, CLASSES)]

    def loss_of(values: Any, images: Any, labels: Any, key: Any) -> Any:
        net = images.reshape(-1, SIDE, SIDE, 1)
        for kernel, bias in values[:-2]:
            layout = ("NHWC", "HWIO", "NHWC")
            net = lax.conv_general_dilated(net, kernel, (1, 1), "SAME", dimension_numbers=layout)
            net = jax.nn.relu(net + bias)
            net = lax.reduce_window(net, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        (hidden, hidden_bias), (kernel, bias) = values[-2:]
        net = jax.nn.relu(net.reshape(-1, FLAT) @ hidden + hidden_bias)
        net = jnp.where(jax.random.bernoulli(key, 1 - DROPOUT, net.shape), net / (1 - DROPOUT), 0)
        logits = net @ kernel + bias
        return -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1).mean()

    def update(values: Any, images: Any, labels: Any, number: Any) -> Any:
        key = jax.random.fold_in(jax.random.PRNGKey(0), number)
        loss, gradients = jax.value_and_grad(loss_of)(values, images, labels, key)
        return jax.tree_util.tree_map(lambda w, g: w - RATE * g, values, gradients), number + 1, loss

    compiled = jax.jit(update, donate_argnums=0)
    number = jnp.zeros((), jnp.int32)

    def step(images: np.ndarray, labels: np.ndarray) -> Any:
        nonlocal values, number
        values, number, loss = compiled(values, images, labels, number)
        return loss

    return step


def products() -> list[tuple[int, int, int]]:
    """Sizes of the products of matrices in a step: a convolution is one of patches, and has two more to go back."""
    found, side = [], SIDE
    for inputs, outputs in zip(CHANNELS, CHANNELS[1:], strict=False):
        places, patch = BATCH * side * side, KERNEL * KERNEL * inputs
        found += [(places, patch, outputs), (patch, places, outputs)]
        found += [(places, outputs, patch)] if inputs > 1 else []  # nothing flows back into the images
        side //= 2
    for inputs, outputs in ((FLAT, UNITS), (UNITS, CLASSES)):
        found += [(BATCH, inputs, outputs), (inputs, BATCH, outputs), (BATCH, outputs, inputs)]
    return found
