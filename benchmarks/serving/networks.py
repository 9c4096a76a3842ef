"""What is served: a ready-made classifier of ours, and the same in numpy for everybody else.

    python -m benchmarks.serving.networks NAME FOLDER

trains one a little with ours; its checkpoints are in the folder then, its parameters in ``parameters.npz`` there.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.models.iris import FEATURES

PARAMETERS = "parameters.npz"


class Network(NamedTuple):
    """A classifier.

    Parameters
    ----------
    features : dict of str to int
        How many numbers each has, in the order of the alphabet.
    units : list of int
    classes : int
    """

    features: dict[str, int]
    units: list[int]
    classes: int


NETWORKS = {
    "iris": Network(dict.fromkeys(sorted(FEATURES), 1), [10, 10], 3),
    "mlp": Network({"x": 256}, [512, 512], 10),
}

Answer = dict[str, np.ndarray]


class Forward:
    """A network in numpy: what DNNClassifier predicts.

    Parameters
    ----------
    name : str
        Of the network.
    folder : str
        Where its parameters are.
    """

    def __init__(self, name: str, folder: str) -> None:
        self.network = NETWORKS[name]
        with np.load(Path(folder) / PARAMETERS) as found:
            self._values = [found[key] for key in found.files]
        self._ids = np.arange(self.network.classes, dtype=np.int32)
        self._texts = np.array([str(number) for number in self._ids], object)

    def logits(self, x: np.ndarray) -> np.ndarray:
        """Those of rows."""
        for kernel, bias in zip(self._values[:-2:2], self._values[1:-2:2]):
            x = np.maximum(x @ kernel + bias, 0)
        result: np.ndarray = x @ self._values[-2] + self._values[-1]
        return result

    def probabilities(self, x: np.ndarray) -> np.ndarray:
        """Those of rows."""
        return _softmax(self.logits(x))

    def __call__(self, features: Answer) -> Answer:
        """All that is predicted of features [rows, n]."""
        logits = self.logits(np.concatenate([features[key] for key in self.network.features], 1))
        classes = logits.argmax(1)
        every = (len(logits), self.network.classes)
        return {
            "logits": logits,
            "probabilities": _softmax(logits),
            "class_ids": classes[:, None],
            "classes": self._texts[classes][:, None],
            "all_class_ids": np.broadcast_to(self._ids, every),
            "all_classes": np.broadcast_to(self._texts, every),
        }


def _softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max(1, keepdims=True))
    result: np.ndarray = e / e.sum(1, keepdims=True)
    return result


def row(name: str) -> dict[str, list[float]]:
    """What is asked: one row's numbers, with as many digits as data have."""
    rng = np.random.default_rng(2)
    return {
        key: np.round(rng.uniform(0, 8, size), 2).tolist() for key, size in NETWORKS[name].features.items()
    }


def train(name: str, folder: str) -> None:
    """Train one and write its parameters."""
    from estimator import tf

    network, rng, rows = NETWORKS[name], np.random.default_rng(0), 512
    features = {key: rng.uniform(0, 8, (rows, size)) for key, size in network.features.items()}
    data = ({key: np.float32(x) for key, x in features.items()}, np.arange(rows) % network.classes)
    columns = [tf.feature_column.numeric_column(key, (size,)) for key, size in network.features.items()]
    config = tf.estimator.RunConfig(tf_random_seed=1)
    model: Any = tf.estimator.DNNClassifier(network.units, columns, folder, network.classes, config=config)
    model.train(lambda: tf.data.Dataset.from_tensor_slices(data).repeat().batch(64), steps=20)
    layers = [f"dnn/hiddenlayer_{number}" for number in range(len(network.units))] + ["dnn/logits"]
    values = {f"{x}/{y}": model.get_variable_value(f"{x}/{y}") for x in layers for y in ("kernel", "bias")}
    np.savez(Path(folder) / PARAMETERS, **values)


if __name__ == "__main__":
    logging.getLogger("estimator").setLevel(logging.WARNING)
    train(*sys.argv[1:])
