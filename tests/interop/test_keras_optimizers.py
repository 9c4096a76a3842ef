"""Optimizers of tf.keras: what TensorFlow computes, keeps and calls it is what is stored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.interop.conftest import TensorFlow

STORED = Path(__file__).parents[1] / "data/tf/keras_optimizers.json"


def test_tensorflow_leaves_what_is_stored(tensorflow: TensorFlow) -> None:
    answered = tensorflow.answer("../keras/optimizers/trainings.py", {})
    stored: Any = json.loads(STORED.read_text("utf-8"))
    assert answered == stored
