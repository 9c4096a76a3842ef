"""Metrics of tf.keras: what TensorFlow's come to is what is stored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.interop.conftest import TensorFlow

STORED = Path(__file__).parents[1] / "data/tf/keras_metrics.json"


def test_tensorflow_comes_to_what_is_stored(tensorflow: TensorFlow) -> None:
    answered = tensorflow.answer("../keras/metrics/rows.py", {})
    stored: Any = json.loads(STORED.read_text("utf-8"))
    assert answered == stored
