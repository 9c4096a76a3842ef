"""Digits by two layers of 512 units: one text for ours and for TensorFlow, then jax, torch and numpy by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import numpy as np

SIZES, BATCH, ROWS = [784, 512, 512, 10], 128, 2560
RATES = {"Adam": 0.001, "Adagrad": 0.05}
BETA1, BETA2, EPSILON, ACCUMULATED = 0.9, 0.999, 1e-8, 0.1
BLOCK = 2**15  # floats of a parameter that an update works on at once, so that they stay in the cache

Step = Callable[[np.ndarray, np.ndarray], Any]


def data() -> tuple[np.ndarray, np.ndarray]:
    """Images and labels, made up."""
    rng = np.random.default_rng(0)
    return rng.random((ROWS, SIZES[0]), np.float32), rng.integers(0, SIZES[-1], ROWS).astype(np.int32)


def batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Of the data, in order, again and again."""
    x, labels = data()
    starts = range(0, ROWS, BATCH)
    return cycle([(x[start : start + BATCH], labels[start : start + BATCH]) for start in starts])


def initial() -> list[np.ndarray]:
    """Kernels and biases in turn."""
    rng, found = np.random.default_rng(1), []
    for n, m in zip(SIZES, SIZES[1:], strict=False):
        limit = np.sqrt(6 / (n + m))
        found += [rng.uniform(-limit, limit, (n, m)).astype(np.float32), np.zeros(m, np.float32)]
    return found


def estimator(
    tf: Any, optimizer: str, folder: str, batch: int | None = None
) -> tuple[Any, Callable[[], Any]]:
    """An Estimator and its input."""
    x, labels = data()

    def model_fn(features: Any, labels: Any, mode: str) -> Any:
        net = features
        for units in SIZES[1:-1]:
            net = tf.layers.dense(net, units, activation=tf.nn.relu)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, tf.layers.dense(net, SIZES[-1]))
        made = getattr(tf.train, f"{optimizer}Optimizer")(RATES[optimizer])
        train_op = made.minimize(loss, tf.train.get_global_step())
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)

    def input_fn() -> Any:
        return tf.data.Dataset.from_tensor_slices((x, labels)).repeat().batch(batch or BATCH)

    config = tf.estimator.RunConfig(log_step_count_steps=20)
    return tf.estimator.Estimator(model_fn, folder, config), input_fn


def jax_step(optimizer: str) -> Step:
    """A compiled step that gets its parameters back in place."""
    import jax
    import jax.numpy as jnp

    tree_map = jax.tree_util.tree_map

    def loss_of(values: list[Any], x: Any, labels: Any) -> Any:
        for kernel, bias in zip(values[:-2:2], values[1:-2:2], strict=True):
            x = jax.nn.relu(x @ kernel + bias)
        logits = x @ values[-2] + values[-1]
        return -jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], 1).mean()

    def adam(values: Any, slots: Any, gradients: Any) -> tuple[Any, Any]:
        m, v, number = slots
        number += 1
        m = tree_map(lambda m, g: BETA1 * m + (1 - BETA1) * g, m, gradients)
        v = tree_map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, v, gradients)
        rate = RATES["Adam"] * jnp.sqrt(1 - BETA2**number) / (1 - BETA1**number)
        values = tree_map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + EPSILON), values, m, v)
        return values, (m, v, number)

    def adagrad(values: Any, slots: Any, gradients: Any) -> tuple[Any, Any]:
        slots = tree_map(lambda a, g: a + g * g, slots, gradients)
        rate = RATES["Adagrad"]
        return tree_map(lambda w, g, a: w - rate * g / jnp.sqrt(a), values, gradients, slots), slots

    apply = adam if optimizer == "Adam" else adagrad

    def update(values: Any, slots: Any, x: Any, labels: Any) -> Any:
        loss, gradients = jax.value_and_grad(loss_of)(values, x, labels)
        return *apply(values, slots, gradients), loss

    compiled = jax.jit(update, donate_argnums=(0, 1))
    values = list(map(jnp.asarray, initial()))
    zeros = tree_map(jnp.zeros_like, values)
    adams = (zeros, tree_map(jnp.zeros_like, values), jnp.zeros(()))
    slots = adams if optimizer == "Adam" else tree_map(lambda w: w + ACCUMULATED, zeros)

    def step(x: np.ndarray, labels: np.ndarray) -> Any:
        nonlocal values, slots
        values, slots, loss = compiled(values, slots, x, labels)
        return loss

    return step


def torch_step(optimizer: str, device: str = "cpu") -> Step:
    """A step of the plain loop."""
    import torch

    net = torch.nn.Sequential(
        torch.nn.Linear(SIZES[0], SIZES[1]), torch.nn.ReLU(),
        torch.nn.Linear(SIZES[1], SIZES[2]), torch.nn.ReLU(),
        torch.nn.Linear(SIZES[2], SIZES[3]),
    ).to(device)  # fmt: skip
    made = getattr(torch.optim, optimizer)(net.parameters(), lr=RATES[optimizer])

    def step(x: np.ndarray, labels: np.ndarray) -> Any:
        made.zero_grad(set_to_none=True)
        inputs, classes = torch.from_numpy(x).to(device), torch.from_numpy(labels).to(device)
        loss = torch.nn.functional.cross_entropy(net(inputs), classes.long())
        loss.backward()
        made.step()
        return loss.detach()

    return step


def step_by_hand(optimizer: str) -> Step:
    """A step whose results all go into arrays that are there; parameters lie in one, and so do their gradients."""
    shapes = [value.shape for value in initial()]
    flat, gradient = (np.concatenate([value.ravel() for value in initial()]) for _ in range(2))
    w1, b1, w2, b2, w3, b3 = _parts(flat, shapes)
    dw1, db1, dw2, db2, dw3, db3 = _parts(gradient, shapes)
    h1, h2, z = (np.empty((BATCH, units), np.float32) for units in SIZES[1:])
    d1, d2, e = (np.empty_like(value) for value in (h1, h2, z))
    rows, ones, zero = np.arange(BATCH), np.ones(BATCH, np.float32), np.array(0, np.float32)
    apply = (_adam_by_hand if optimizer == "Adam" else _adagrad_by_hand)(flat, gradient)

    def step(x: np.ndarray, labels: np.ndarray) -> float:
        for inputs, kernel, bias, result in ((x, w1, b1, h1), (h1, w2, b2, h2)):
            np.add(np.dot(inputs, kernel, result), bias, result)
            np.maximum(result, zero, out=result)
        np.add(np.dot(h2, w3, z), b3, z)
        np.subtract(z, z.max(1, keepdims=True), z)
        total = np.exp(z, e).sum(1, keepdims=True)
        loss = float(np.log(total).sum() - z[rows, labels].sum()) / BATCH
        np.divide(e, total, e)
        e[rows, labels] -= 1
        np.multiply(e, np.float32(1 / BATCH), e)
        np.dot(h2.T, e, dw3)
        np.dot(ones, e, db3)
        np.multiply(np.dot(e, w3.T, d2), np.sign(h2, h2), d2)
        np.dot(h1.T, d2, dw2)
        np.dot(ones, d2, db2)
        np.multiply(np.dot(d2, w2.T, d1), np.sign(h1, h1), d1)
        np.dot(x.T, d1, dw1)
        np.dot(ones, d1, db1)
        apply()
        return loss

    return step


def _parts(flat: np.ndarray, shapes: list[tuple[int, ...]]) -> list[np.ndarray]:
    """The arrays of these shapes that lie in it one after the other."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes, strict=True)]


def _blocks(*arrays: np.ndarray) -> list[tuple[np.ndarray, ...]]:
    """Views of the same places of each."""
    starts = range(0, len(arrays[0]), BLOCK)
    return [tuple(array[start : start + BLOCK] for array in arrays) for start in starts]


def _adam_by_hand(flat: np.ndarray, gradient: np.ndarray) -> Callable[[], None]:
    blocks = _blocks(flat, gradient, *(np.zeros_like(flat) for _ in range(2)))
    scratch, other = np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32)
    beta1, beta2, rest1, rest2 = (np.float32(value) for value in (BETA1, BETA2, 1 - BETA1, 1 - BETA2))
    number = 0

    def apply() -> None:
        nonlocal number
        number += 1
        rate = np.float32(RATES["Adam"] * np.sqrt(1 - BETA2**number) / (1 - BETA1**number))
        for w, g, m, v in blocks:
            s, t = scratch[: len(w)], other[: len(w)]
            np.multiply(m, beta1, m)
            np.add(m, np.multiply(g, rest1, s), m)
            np.multiply(np.multiply(g, g, s), rest2, s)
            np.add(np.multiply(v, beta2, v), s, v)
            np.add(np.sqrt(v, s), np.float32(EPSILON), s)
            np.divide(np.multiply(m, rate, t), s, s)
            np.subtract(w, s, w)

    return apply


def _adagrad_by_hand(flat: np.ndarray, gradient: np.ndarray) -> Callable[[], None]:
    blocks = _blocks(flat, gradient, np.full_like(flat, ACCUMULATED))
    scratch, rate = np.empty(BLOCK, np.float32), np.float32(RATES["Adagrad"])

    def apply() -> None:
        for w, g, accumulator in blocks:
            s = scratch[: len(w)]
            np.add(accumulator, np.multiply(g, g, s), accumulator)
            np.divide(np.multiply(g, rate, g), np.sqrt(accumulator, s), s)
            np.subtract(w, s, w)

    return apply
