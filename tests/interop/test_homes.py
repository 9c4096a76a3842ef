"""TensorFlow defines its names where the stored table says."""

from __future__ import annotations

import json
from pathlib import Path

from tests.interop.conftest import TensorFlow

STORED = Path(__file__).parents[1] / "data" / "tf" / "homes.json"


def test_the_modules_of_public_names_are_tensorflows(tensorflow: TensorFlow) -> None:
    assert tensorflow.answer("tf_homes.py", {}) == json.loads(STORED.read_text()), (
        "write the answer of tests/interop/tf_homes.py to tests/data/tf/homes.json: see there"
    )
