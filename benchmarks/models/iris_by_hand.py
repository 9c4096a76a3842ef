"""The iris model as one would write it for speed in numpy, without a framework: what ours could reach.

    python -m benchmarks.models.iris_by_hand FOLDER

is the quickstart. Parameters and their gradients lie in one array each, so that Adagrad is four calls; activations are
[units, batch], so that sums over classes and over a batch are quick; every result goes into an array that is there.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.models.iris import CLASSES, FEATURES, RATE, UNITS, load

SIZES = [len(FEATURES), *UNITS, CLASSES]
AHEAD = 100  # batches that are gathered at once


class Parameters:
    """Kernels [out, in + 1], each with its bias as the last column, one after the other in an array."""

    def __init__(self) -> None:
        shapes = [(m, n + 1) for n, m in zip(SIZES, SIZES[1:], strict=False)]
        starts = np.cumsum([0, *(rows * columns for rows, columns in shapes)])
        self.flat = np.zeros(starts[-1], np.float32)
        parts = zip(shapes, starts, starts[1:], strict=False)
        self.kernels = [self.flat[start:end].reshape(shape) for shape, start, end in parts]


def batches(batch: int, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Features and a row of ones [5, batch], and labels as ones [3, batch], of the flowers in random order."""
    features, labels = load("training")
    x = with_ones(np.stack([features[key] for key in FEATURES])).T.copy()
    ones = np.eye(CLASSES, dtype=np.float32)[labels]
    left = np.zeros(0, np.intp)
    while True:
        order = [left] + [rng.permutation(len(labels)) for _ in range(AHEAD * batch // len(labels) + 1)]
        ids = np.concatenate(order)
        used, left = ids[: AHEAD * batch].reshape(AHEAD, batch), ids[AHEAD * batch :]
        yield from zip(x.take(used, 0).swapaxes(1, 2), ones.take(used, 0).swapaxes(1, 2).copy(), strict=True)


def with_ones(x: np.ndarray) -> np.ndarray:
    """Another row, by which a kernel's last column becomes a bias."""
    return np.concatenate([x, np.ones((1, x.shape[1]), np.float32)])


def make_step(values: Parameters, batch: int) -> Callable[[np.ndarray, np.ndarray], float]:
    """A function that trains on a batch, and returns its loss."""
    rng = np.random.default_rng(0)
    for kernel in values.kernels:
        limit = np.sqrt(6 / (sum(kernel.shape) - 1))
        kernel[:, :-1] = rng.uniform(-limit, limit, (len(kernel), kernel.shape[1] - 1))
    gradients = Parameters()
    (w1, w2, w3), (dw1, dw2, dw3) = values.kernels, gradients.kernels
    w2_back, w3_back = w2[:, :-1].T, w3[:, :-1].T
    flat, gradient = values.flat, gradients.flat
    accumulator, scratch = np.full_like(flat, 0.1), np.empty_like(flat)
    first, second = (with_ones(np.zeros((units, batch), np.float32)) for units in UNITS)
    h1, h2, first_t, second_t = first[:-1], second[:-1], first.T, second.T
    d1, d2 = np.empty_like(h1), np.empty_like(h2)
    z, e, row = (np.empty((rows, batch), np.float32) for rows in (CLASSES, CLASSES, 1))
    flat_z, flat_row, ones = z.ravel(), row.ravel(), np.ones(batch, np.float32)
    zero, rate, scale = (np.array(value, np.float32) for value in (0, RATE, 1 / batch))
    add, dot, exp, log, maximum, multiply = np.add, np.dot, np.exp, np.log, np.maximum, np.multiply
    divide, sign, sqrt, subtract = np.divide, np.sign, np.sqrt, np.subtract

    def step(x: np.ndarray, y: np.ndarray) -> float:
        dot(w1, x, h1)
        maximum(h1, zero, out=h1)
        dot(w2, first, h2)
        maximum(h2, zero, out=h2)
        dot(w3, second, z)
        maximum.reduce(z, 0, None, row, True)
        subtract(z, row, z)
        exp(z, e)
        add.reduce(e, 0, None, row, True)
        divide(e, row, e)
        log(row, row)
        loss = float(dot(flat_row, ones) - dot(flat_z, y.ravel())) / batch
        subtract(e, y, e)
        multiply(e, scale, e)  # what flows back into the logits
        dot(e, second_t, dw3)
        dot(w3_back, e, d2)
        multiply(d2, sign(h2, h2), d2)
        dot(d2, first_t, dw2)
        dot(w2_back, d2, d1)
        multiply(d1, sign(h1, h1), d1)
        dot(d1, x.T, dw1)
        multiply(gradient, gradient, scratch)
        add(accumulator, scratch, accumulator)
        sqrt(accumulator, scratch)
        multiply(gradient, rate, gradient)
        divide(gradient, scratch, gradient)
        subtract(flat, gradient, flat)
        return loss

    return step


def logits(values: Parameters, x: np.ndarray) -> np.ndarray:
    """Those of features [4, n]."""
    for kernel in values.kernels[:-1]:
        x = np.maximum(kernel @ with_ones(x), 0)
    result: np.ndarray = values.kernels[-1] @ with_ones(x)
    return result


def main(folder: str) -> None:
    """The quickstart: two checkpoints and a log of losses, too."""
    values = Parameters()
    step, made = make_step(values, 100), batches(100, np.random.default_rng(1))
    with (Path(folder) / "log.jsonl").open("w") as log:
        for number in range(200):
            loss = step(*next(made))
            if number % 100 == 0:
                log.write(json.dumps({"step": number, "loss": loss}) + "\n")
            if number in (0, 199):
                np.savez(Path(folder) / f"model-{number + 1}.npz", *values.kernels)
    features, labels = load("test")
    classes = logits(values, np.stack([features[key] for key in FEATURES])).argmax(0)
    print(f"accuracy {(classes == labels).mean():.3f}", *classes[:3])


if __name__ == "__main__":
    main(*sys.argv[1:])
