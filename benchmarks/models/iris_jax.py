"""The iris model in plain jax: a compiled step that gets its parameters back in place.

    python -m benchmarks.models.iris_jax FOLDER

is the quickstart.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.models.iris import CLASSES, FEATURES, RATE, UNITS, load

Layers = list[tuple[Any, Any]]
SIZES = [len(FEATURES), *UNITS, CLASSES]


def initial() -> tuple[Layers, Layers]:
    """Kernels and biases, and Adagrad's accumulators."""
    rng, layers = np.random.default_rng(0), []
    for n, m in zip(SIZES, SIZES[1:], strict=False):
        limit = np.sqrt(6 / (n + m))
        layers.append((jnp.asarray(rng.uniform(-limit, limit, (n, m)), jnp.float32), jnp.zeros(m)))
    return layers, jax.tree_util.tree_map(lambda value: jnp.full_like(value, 0.1), layers)


def logits(layers: Layers, x: Any) -> Any:
    """Those of features [n, 4]."""
    for kernel, bias in layers[:-1]:
        x = jax.nn.relu(x @ kernel + bias)
    return x @ layers[-1][0] + layers[-1][1]


def loss_of(layers: Layers, x: Any, labels: Any) -> Any:
    """The mean loss of a batch."""
    chosen = jnp.take_along_axis(jax.nn.log_softmax(logits(layers, x)), labels[:, None], 1)
    return -chosen.mean()


def update(layers: Layers, accumulators: Layers, x: Any, labels: Any) -> tuple[Layers, Layers, Any]:
    """A step of Adagrad."""
    tree_map = jax.tree_util.tree_map
    loss, gradients = jax.value_and_grad(loss_of)(layers, x, labels)
    accumulators = tree_map(lambda a, g: a + g * g, accumulators, gradients)
    layers = tree_map(lambda v, g, a: v - RATE * g / jnp.sqrt(a), layers, gradients, accumulators)
    return layers, accumulators, loss


def make_step() -> Callable[..., tuple[Layers, Layers, Any]]:
    """The compiled step; what it gets is its own."""
    step: Callable[..., tuple[Layers, Layers, Any]] = jax.jit(update, donate_argnums=(0, 1))
    return step


def batches(batch: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Of the flowers in random order."""
    features, labels = load("training")
    x = np.stack([features[key] for key in FEATURES], 1)
    labels = labels.astype(np.int32)
    rng, ids = np.random.default_rng(1), np.zeros(0, np.intp)
    while True:
        while len(ids) < batch:
            ids = np.concatenate([ids, rng.permutation(len(labels))])
        used, ids = ids[:batch], ids[batch:]
        yield x[used], labels[used]


def main(folder: str) -> None:
    """The quickstart: two checkpoints and a log of losses, too."""
    (layers, accumulators), step, made = initial(), make_step(), batches(100)
    with (Path(folder) / "log.jsonl").open("w") as log:
        for number in range(200):
            layers, accumulators, loss = step(layers, accumulators, *next(made))
            if number % 100 == 0:
                log.write(json.dumps({"step": number, "loss": float(loss)}) + "\n")
            if number in (0, 199):
                np.savez(
                    Path(folder) / f"model-{number + 1}.npz", *(value for pair in layers for value in pair)
                )
    features, labels = load("test")
    classes = np.asarray(jax.jit(logits)(layers, np.stack([features[key] for key in FEATURES], 1))).argmax(1)
    print(f"accuracy {(classes == labels).mean():.3f}", *classes[:3])


if __name__ == "__main__":
    main(*sys.argv[1:])
