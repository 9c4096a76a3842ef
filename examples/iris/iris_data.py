"""Fisher's iris flowers: four lengths in centimetres, and which of three species it is.

The 150 flowers are split the same way for everybody: of each species' 50, in their published order, every
fifth is a test flower (30), the others are for training (120); both files take the species in turn.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

import estimator as est

FEATURES = ["SepalLength", "SepalWidth", "PetalLength", "PetalWidth"]
SPECIES = ["Setosa", "Versicolor", "Virginica"]


def load_data(name):
    """(features, labels) of "training" or "test": a dict of float32 arrays, and an int64 array."""
    with (Path(__file__).parent / f"iris_{name}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    features = {key: np.array([row[key] for row in rows], np.float32) for key in FEATURES}
    return features, np.array([row["Species"] for row in rows], np.int64)


def train_input_fn(features, labels, batch_size):
    """The flowers in random order, again and again."""
    dataset = est.data.Dataset.from_tensor_slices((dict(features), labels))
    return dataset.shuffle(1000).repeat().batch(batch_size)


def eval_input_fn(features, labels, batch_size):
    """The flowers once, in order; labels may be None, for predict."""
    inputs = dict(features) if labels is None else (dict(features), labels)
    return est.data.Dataset.from_tensor_slices(inputs).batch(batch_size)
