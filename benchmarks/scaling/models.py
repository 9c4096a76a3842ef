"""The models whose scaling is looked at: those of the rows of the results, by the size of the batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.models import digits, hashed, iris, perceptron, sequences

Made = tuple[Any, Callable[[], Any]]


@dataclass(frozen=True)
class Model:
    """A model.

    Parameters
    ----------
    title : str
    make : Callable
        (tf, folder, batch) -> an Estimator and its input function.
    batch : int
        Examples in a step of the rows of the results.
    batches : tuple of int
        At which sizes it is measured; a process of a large cluster may have few examples of a batch.
    """

    title: str
    make: Callable[[Any, str, int], Made]
    batch: int
    batches: tuple[int, ...]


def _iris(tf: Any, folder: str, batch: int) -> Made:
    return iris.canned(tf, folder), iris.training_input(tf, batch)


MODELS = {
    "iris": Model("iris, DNN of [10, 10]", _iris, 32, (1, 4, 16, 32, 128, 512, 2048)),
    "mlp": Model(
        "MLP 784-512-512-10, Adam",
        lambda tf, folder, batch: perceptron.estimator(tf, "Adam", folder, batch),
        perceptron.BATCH,
        (1, 4, 16, 64, 128, 512, 2048),
    ),
    "hashed": Model(
        "8 hashed columns (100,000 x 16) and [256, 128]",
        lambda tf, folder, batch: hashed.estimator(tf, "words", folder, batch),
        hashed.BATCH,
        (1, 8, 32, 128, 512, 2048),
    ),
    "cnn": Model("CNN, MNIST tutorial", digits.estimator, digits.BATCH, (1, 5, 25, 100, 400)),
    "rnn": Model(
        "LSTM of 64 units, 50 steps", sequences.estimator, sequences.BATCH, (1, 4, 16, 32, 128, 512)
    ),
}
