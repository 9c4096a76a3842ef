"""The stored elements of datasets over files are those that TensorFlow gives."""

from __future__ import annotations

import json

from tests.interop.conftest import TensorFlow
from tests.test_file_datasets import STORED


def test_tensorflow_gives_the_stored_elements(tensorflow: TensorFlow) -> None:
    advice = "write the answer of tests/interop/tf_file_datasets.py to tests/data/tf: see tests/test_file_datasets.py"
    assert tensorflow.answer("tf_file_datasets.py", {}) == json.loads(STORED.read_text()), advice
