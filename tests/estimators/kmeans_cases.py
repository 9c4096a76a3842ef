"""What K-means is given beside TensorFlow; nothing is imported here that TensorFlow's side lacks.

TensorFlow's mini-batches are left out: there, whether a step reads the counts before or after it adds to them is a matter
of chance. TensorFlow's side is tests/interop/tf_kmeans.py, this package's tests/estimators/test_kmeans.py. tests/data/tf/kmeans.json
has TensorFlow's answers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

CASES: dict[str, tuple[dict[str, Any], int]] = {
    "full batch": ({"use_mini_batch": False}, 4),
    "cosine, full batch": ({"use_mini_batch": False, "distance_metric": "cosine"}, 4),
    "few changes": ({"use_mini_batch": False, "relative_tolerance": 0.05}, 20),
}


def points() -> Any:
    """Three heaps of eight points."""
    rng = np.random.RandomState(0)
    heaps = [rng.normal(center, 0.5, (8, 2)) for center in ((1, 1), (4, 0), (0, 5))]
    return np.concatenate(heaps).astype(np.float32)


def first_centers() -> Any:
    """Two of one heap, one of another: they have to move."""
    return points()[[0, 1, 8]] + np.float32(0.5)


def outcome(tf: Any, model_dir: str, arguments: dict[str, Any], steps: int) -> dict[str, Any]:
    """What comes of a training on all points at once."""

    def at_once() -> Any:
        return tf.data.Dataset.from_tensors(points())

    model = tf.estimator.experimental.KMeans(3, model_dir, initial_clusters=first_centers(), **arguments)
    model.train(lambda: at_once().repeat(), steps=steps)
    reader = tf.train.load_checkpoint(model_dir)
    return {
        "centers": model.cluster_centers().tolist(),
        "variables": {key: list(dims) for key, dims in reader.get_variable_to_shape_map().items()},
        "values": {key: reader.get_tensor(key).tolist() for key in reader.get_variable_to_shape_map()},
        "score": float(model.score(at_once)),
        "metrics": {key: float(value) for key, value in model.evaluate(at_once).items()},
        "index": [int(index) for index in model.predict_cluster_index(at_once)],
        "transformed": [distances.tolist() for distances in model.transform(at_once)],
        "types": {
            key: [str(value.dtype), list(value.shape)] for key, value in next(model.predict(at_once)).items()
        },
    }
