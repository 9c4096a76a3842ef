"""The stored centers of K-means are those that TensorFlow gives."""

from __future__ import annotations

import json

import numpy as np

from tests.estimators.kmeans_cases import CASES
from tests.estimators.test_kmeans import STORED
from tests.interop.conftest import TensorFlow


def test_tensorflow_gives_the_stored_centers(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_kmeans.py", {"cases": CASES})
    stored = json.loads(STORED.read_text())
    assert answer.keys() == stored.keys(), (
        "write the answer of tests/interop/tf_kmeans.py to tests/data/tf/kmeans.json"
    )
    for name, given in answer.items():
        np.testing.assert_allclose(stored[name]["centers"], given["centers"], rtol=1e-5, err_msg=name)
