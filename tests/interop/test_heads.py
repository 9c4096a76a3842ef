"""The stored numbers of heads are those that TensorFlow gives."""

from __future__ import annotations

import json

import numpy as np

from tests.interop.conftest import TensorFlow
from tests.models.heads.cases import HEADS
from tests.models.heads.test_tensorflow import STORED


def test_tensorflow_gives_the_stored_numbers(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_heads.py", {"cases": HEADS})
    stored = json.loads(STORED.read_text())
    assert [given["case"] for given in answer] == [given["case"] for given in stored], (
        "write the answer of tests/interop/tf_heads.py to tests/data/tf/heads.json"
    )
    for mine, theirs in zip(stored, answer, strict=True):
        for kind in ("plain", "penalised"):
            np.testing.assert_allclose(mine[kind]["losses"], theirs[kind]["losses"], rtol=1e-6)
            assert mine[kind]["metrics"].keys() == theirs[kind]["metrics"].keys()
