"""The stored values are those that TensorFlow gives; each side runs the other's graphs to them, gradients included."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from estimator import tf
from tests.batches_of_tf import read, write
from tests.interop.conftest import TensorFlow
from tests.test_batches import EXCEPTIONS, STORED, VALUES, check_close


def test_tensorflow_gives_the_stored_values(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_batches.py", {})
    stored = json.loads(STORED.read_text())
    advice = "write the answer of tests/interop/tf_batches.py to tests/data/tf/batches.json: see tests/test_batches.py"
    assert list(answer) == list(stored), advice
    check_close(answer, stored, advice)


def check_all(found: dict[str, Any]) -> None:
    """Compare with what is stored all that is not meant to differ."""
    compared = [call for call in found if call not in EXCEPTIONS]
    for call in compared:
        check_close(found[call], {part: VALUES[call][part] for part in found[call]}, call)
    assert len(compared) > 300


def test_tensorflow_runs_our_graphs_to_its_values(tensorflow: TensorFlow, tmp_path: Path) -> None:
    check_all(tensorflow.answer("tf_batches.py", {"read": write(tf, str(tmp_path))}))


def test_we_run_tensorflows_graphs_to_its_values(tensorflow: TensorFlow, tmp_path: Path) -> None:
    check_all(read(tf, tensorflow.answer("tf_batches.py", {"write": str(tmp_path)})))
