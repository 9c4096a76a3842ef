"""Eight features of 100,000 buckets and thirteen numbers: one text for ours and TensorFlow, then the other peers.

Each feature has a table of so many rows of 16 numbers; behind them are layers of 256 and 128 units and a logit. Adagrad
changes only the rows that a batch looks up. jax, torch and numpy get ids: none of them hashes words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import numpy as np

BATCH, BATCHES = 512, 50
BUCKETS, WIDTH, FEATURES, NUMBERS = 100_000, 16, 8, 13
SIZES = [FEATURES * WIDTH + NUMBERS, 256, 128, 1]
RATE, ACCUMULATED = 0.05, 0.1

Batch = tuple[np.ndarray, np.ndarray, np.ndarray]
Step = Callable[[np.ndarray, np.ndarray, np.ndarray], Any]


def data() -> Batch:
    """Ids [n, 8], numbers [n, 13] and labels [n, 1]."""
    rng, count = np.random.default_rng(0), BATCHES * BATCH
    ids = rng.integers(0, BUCKETS, (count, FEATURES))
    return ids, rng.normal(size=(count, NUMBERS)).astype(np.float32), rng.integers(0, 2, (count, 1))


def words() -> np.ndarray:
    """Such as there are a million of, [n, 8]."""
    drawn = np.random.default_rng(0).integers(0, 10**6, (BATCHES * BATCH, FEATURES))
    return np.array([b"word%d" % number for number in drawn.ravel()], object).reshape(drawn.shape)


def batches() -> Iterator[Batch]:
    """Ids of all features in one table [n, 8], numbers, and labels as floats; again and again."""
    ids, numbers, labels = data()
    ids += np.arange(FEATURES) * BUCKETS
    parts = (np.split(values, BATCHES) for values in (ids, numbers, labels.astype(np.float32)))
    return cycle(list(zip(*parts, strict=True)))


def tables() -> tuple[np.ndarray, list[np.ndarray]]:
    """The table of all features, and kernels and biases in turn."""
    rng, layers = np.random.default_rng(1), []
    for n, m in zip(SIZES, SIZES[1:], strict=False):
        limit = np.sqrt(6 / (n + m))
        layers += [rng.uniform(-limit, limit, (n, m)).astype(np.float32), np.zeros(m, np.float32)]
    return rng.normal(0, 0.25, (FEATURES * BUCKETS, WIDTH)).astype(np.float32), layers


def estimator(tf: Any, kind: str, folder: str, batch: int | None = None) -> tuple[Any, Callable[[], Any]]:
    """A DNNClassifier of "words" or "ids", and its input."""
    fc = tf.feature_column
    ids, numbers, labels = data()
    values = ids if kind == "ids" else words()
    features = {f"f{place}": values[:, place] for place in range(FEATURES)}
    features |= {f"n{place}": numbers[:, place] for place in range(NUMBERS)}
    categorical = (
        fc.categorical_column_with_identity if kind == "ids" else fc.categorical_column_with_hash_bucket
    )
    columns = [fc.embedding_column(categorical(f"f{place}", BUCKETS), WIDTH) for place in range(FEATURES)]
    columns += [fc.numeric_column(f"n{place}") for place in range(NUMBERS)]

    def input_fn() -> Any:
        return (
            tf.data.Dataset.from_tensor_slices((features, labels)).batch(batch or BATCH).repeat().prefetch(2)
        )

    config = tf.estimator.RunConfig(log_step_count_steps=20)
    return tf.estimator.DNNClassifier(SIZES[1:-1], columns, folder, config=config), input_fn


def jax_step() -> Step:
    """A compiled step. It adds up the squares of an id that comes twice, and not its gradients: that is quicker."""
    import jax
    import jax.numpy as jnp

    def loss_of(rows: Any, layers: list[Any], numbers: Any, labels: Any) -> Any:
        x = jnp.concatenate([rows.reshape(len(rows), -1), numbers], 1)
        for kernel, bias in zip(layers[:-2:2], layers[1:-2:2], strict=True):
            x = jax.nn.relu(x @ kernel + bias)
        logits = x @ layers[-2] + layers[-1]
        return (jax.nn.softplus(logits) - labels * logits).sum()

    def update(state: Any, ids: Any, numbers: Any, labels: Any) -> Any:
        table, squares, layers, accumulators = state
        rows = table[ids]
        loss, (of_rows, of_layers) = jax.value_and_grad(loss_of, (0, 1))(rows, layers, numbers, labels)
        accumulators = [a + g * g for a, g in zip(accumulators, of_layers, strict=True)]
        changes = zip(layers, of_layers, accumulators, strict=True)
        layers = [w - RATE * g / jnp.sqrt(a) for w, g, a in changes]
        squares = squares.at[ids].add(of_rows * of_rows)
        table = table.at[ids].add(-RATE * of_rows / jnp.sqrt(squares[ids]))
        return (table, squares, layers, accumulators), loss

    compiled = jax.jit(update, donate_argnums=0)
    table, layers = tables()
    squares, accumulators = (
        jnp.full(table.shape, ACCUMULATED),
        [jnp.full(w.shape, ACCUMULATED) for w in layers],
    )
    state = (jnp.asarray(table), squares, list(map(jnp.asarray, layers)), accumulators)

    def step(ids: np.ndarray, numbers: np.ndarray, labels: np.ndarray) -> Any:
        nonlocal state
        state, loss = compiled(state, ids.astype(np.int32), numbers, labels)
        return loss

    return step


def torch_step() -> Step:
    """The plain loop; one table with sparse gradients is twice as quick as eight."""
    import torch

    table = torch.nn.Embedding(FEATURES * BUCKETS, WIDTH, sparse=True)
    net = torch.nn.Sequential(
        torch.nn.Linear(SIZES[0], SIZES[1]), torch.nn.ReLU(),
        torch.nn.Linear(SIZES[1], SIZES[2]), torch.nn.ReLU(),
        torch.nn.Linear(SIZES[2], SIZES[3]),
    )  # fmt: skip
    optimizer = torch.optim.Adagrad(
        [*table.parameters(), *net.parameters()], lr=RATE, initial_accumulator_value=ACCUMULATED
    )
    loss_of = torch.nn.BCEWithLogitsLoss(reduction="sum")

    def step(ids: np.ndarray, numbers: np.ndarray, labels: np.ndarray) -> Any:
        optimizer.zero_grad(set_to_none=True)
        rows = table(torch.from_numpy(ids)).flatten(1)
        loss = loss_of(net(torch.cat([rows, torch.from_numpy(numbers)], 1)), torch.from_numpy(labels))
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def step_by_hand() -> Step:
    """A step in numpy: gradients of the same row are added up, and only rows that occur are touched."""
    table, (w1, b1, w2, b2, w3, b3) = tables()
    squares = np.full_like(table, ACCUMULATED)
    layers = [w1, b1, w2, b2, w3, b3]
    gradients = [np.empty_like(layer) for layer in layers]
    dw1, db1, dw2, db2, dw3, db3 = gradients
    accumulators = [np.full_like(layer, ACCUMULATED) for layer in layers]
    scratches = [np.empty_like(layer) for layer in layers]
    x, h1, h2, z = (np.empty((BATCH, units), np.float32) for units in SIZES)
    dx, d1, d2, e = (np.empty_like(value) for value in (x, h1, h2, z))
    ones, zero, width = np.ones(BATCH, np.float32), np.array(0, np.float32), FEATURES * WIDTH

    def step(ids: np.ndarray, numbers: np.ndarray, labels: np.ndarray) -> float:
        x[:, :width] = table.take(ids.ravel(), 0).reshape(BATCH, width)
        x[:, width:] = numbers
        for inputs, kernel, bias, result in ((x, w1, b1, h1), (h1, w2, b2, h2)):
            np.add(np.dot(inputs, kernel, result), bias, result)
            np.maximum(result, zero, out=result)
        np.add(np.dot(h2, w3, z), b3, z)
        np.exp(np.negative(np.abs(z, e), e), e)
        loss = float((np.maximum(z, zero) - z * labels + np.log1p(e)).sum())
        np.subtract(np.where(z >= 0, 1, e) / (1 + e), labels, e)
        np.dot(h2.T, e, dw3)
        np.dot(ones, e, db3)
        np.multiply(np.multiply(e, w3.T, d2), np.sign(h2, h2), d2)
        np.dot(h1.T, d2, dw2)
        np.dot(ones, d2, db2)
        np.multiply(np.dot(d2, w2.T, d1), np.sign(h1, h1), d1)
        np.dot(x.T, d1, dw1)
        np.dot(ones, d1, db1)
        np.dot(d1, w1.T, dx)
        for w, g, accumulator, s in zip(layers, gradients, accumulators, scratches, strict=True):
            _adagrad(w, g, accumulator, s)
        _adagrad_of_rows(table, squares, ids.ravel(), dx[:, :width].reshape(-1, WIDTH))
        return loss

    return step


def _adagrad(w: np.ndarray, g: np.ndarray, accumulator: np.ndarray, scratch: np.ndarray) -> None:
    np.add(accumulator, np.multiply(g, g, scratch), accumulator)
    np.divide(np.multiply(g, np.float32(RATE), g), np.sqrt(accumulator, scratch), scratch)
    np.subtract(w, scratch, w)


def _adagrad_of_rows(table: np.ndarray, squares: np.ndarray, ids: np.ndarray, of_rows: np.ndarray) -> None:
    order = ids.argsort(kind="stable")
    sorted_ids = ids[order]
    starts = np.flatnonzero(np.diff(sorted_ids, prepend=-1))
    rows = sorted_ids[starts]
    g = np.add.reduceat(of_rows.take(order, 0), starts, 0)
    squared = squares.take(rows, 0) + g * g
    squares[rows] = squared
    table[rows] = table.take(rows, 0) - np.float32(RATE) * g / np.sqrt(squared)
