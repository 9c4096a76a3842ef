"""TensorFlow trains tables and users' own optimizers as the tests say it does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.interop.conftest import TensorFlow

STORED = Path(__file__).parents[1] / "data/tf/optimizers.json"


def test_tensorflow_leaves_what_is_stored(tensorflow: TensorFlow) -> None:
    answered = tensorflow.answer("../optimizers/trainings.py", {})
    stored: Any = json.loads(STORED.read_text())
    assert answered == stored
