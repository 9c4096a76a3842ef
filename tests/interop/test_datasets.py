"""The stored elements of datasets are those that TensorFlow gives."""

from __future__ import annotations

import json

from tests.interop.conftest import TensorFlow
from tests.test_datasets import STORED


def test_tensorflow_gives_the_stored_elements(tensorflow: TensorFlow) -> None:
    advice = "write the answer of tests/interop/tf_datasets.py to tests/data/tf/datasets.json: see tests/test_datasets.py"
    assert tensorflow.answer("tf_datasets.py", {}) == json.loads(STORED.read_text()), advice
