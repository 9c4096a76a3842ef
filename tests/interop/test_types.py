"""The stored types are those that TensorFlow gives, and so are the limits of ops."""

from __future__ import annotations

import json
from pathlib import Path

from estimator.graph import type_limits
from tests.interop.conftest import TensorFlow
from tests.test_types import STORED


def test_tensorflow_gives_the_stored_types(tensorflow: TensorFlow) -> None:
    assert tensorflow.answer("tf_types.py", {}) == json.loads(STORED.read_text())


def test_the_limits_of_ops_are_tensorflows(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_type_limits.py", {})
    assert answer["text"] == Path(type_limits.__file__).with_suffix(".txt").read_text("ascii")
