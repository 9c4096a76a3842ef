"""The stored declarations of ops, and the arguments and outputs of raw ops, are those that TensorFlow's have."""

from __future__ import annotations

import json
from pathlib import Path

from tests.graph.test_raw import THEIRS
from tests.interop.conftest import TensorFlow


def test_tensorflow_gives_the_stored_raw_ops(tensorflow: TensorFlow) -> None:
    assert tensorflow.answer("tf_raw_ops.py", {}) == THEIRS


def test_tensorflow_declares_its_ops_as_stored(tensorflow: TensorFlow) -> None:
    stored = json.loads((Path(__file__).parents[1] / "ops" / "tf_signatures.json").read_text())
    assert tensorflow.answer("tf_signatures.py", {"ops": list(stored)}) == stored
