"""The stored answers are those that TensorFlow gives."""

from __future__ import annotations

import json

import numpy as np

from tests.interop.conftest import TensorFlow
from tests.network.layers.test_cases import ANSWERS, NUMBERS, STORED


def test_tensorflow_gives_the_stored_answers(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_layers.py", {})
    assert answer["signatures"] == json.loads(STORED.read_text())["signatures"]
    assert list(answer["cases"]) == list(ANSWERS)
    for case, row in answer["cases"].items():
        for key, value in row.items():
            if key in NUMBERS:
                for found, stored in zip(value, ANSWERS[case][key], strict=True):
                    np.testing.assert_allclose(found, stored, rtol=1e-5, atol=1e-6, err_msg=f"{case}: {key}")
            else:
                assert value == ANSWERS[case][key], (case, key)
