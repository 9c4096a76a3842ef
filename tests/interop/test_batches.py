"""The stored values are those that TensorFlow gives."""

from __future__ import annotations

import json

from tests.interop.conftest import TensorFlow
from tests.test_batches import STORED, check_close


def test_tensorflow_gives_the_stored_values(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_batches.py", {})
    stored = json.loads(STORED.read_text())
    advice = "write the answer of tests/interop/tf_batches.py to tests/data/tf/batches.json: see tests/test_batches.py"
    assert list(answer) == list(stored), advice
    check_close(answer, stored, advice)
