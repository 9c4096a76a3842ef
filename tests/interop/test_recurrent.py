"""Recurrent networks: TensorFlow makes of ours what we do, and each side trains the other's graph to its numbers."""

from __future__ import annotations

import json

from tests.interop.conftest import TensorFlow
from tests.network.recurrent.test_cases import STORED


def test_tensorflow_makes_of_networks_what_is_stored(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_recurrent.py", {})
    assert answer == json.loads(STORED.read_text(encoding="utf-8")), (
        "see tests/network/recurrent/test_cases.py"
    )
