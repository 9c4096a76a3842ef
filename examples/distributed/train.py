"""A script as it is for one process; several that are started together train the same model with it.

    python examples/distributed/train.py
    mpiexec -n 4 python -m mpi4py examples/distributed/train.py

Each process reads its share of the flowers, and their gradients are put together in each step. The first one writes.
"""

from __future__ import annotations

import numpy as np

import estimator as est
from estimator import tf

MODEL_DIR = "models/distributed"


def input_fn() -> tf.data.Dataset:
    """Made-up flowers of two kinds; all processes make the same, and each is given its own batches."""
    x = np.random.default_rng(0).normal(size=(4096, 4)).astype(np.float32)
    labels = (x.sum(axis=1) > 0).astype(np.int64)
    return tf.data.Dataset.from_tensor_slices(({"x": x}, labels)).shuffle(4096, seed=1).repeat().batch(32)


def main() -> None:
    """Train up to step 200, from the last checkpoint if there is one."""
    columns = [tf.feature_column.numeric_column("x", shape=4)]
    config = est.RunConfig(save_checkpoints_steps=50, tf_random_seed=1)
    classifier = est.DNNClassifier([16, 16], columns, MODEL_DIR, config=config)
    classifier.train(input_fn, max_steps=200)


if __name__ == "__main__":
    main()
