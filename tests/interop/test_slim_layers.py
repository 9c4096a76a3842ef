"""The stored answers of tf_slim are those that it gives, and the names of contrib are as many as were read."""

from __future__ import annotations

import numpy as np
import pytest

from tests.interop.conftest import TensorFlow
from tests.network.slim.test_cases import STORED

NUMBERS = {"losses", "value", "slopes"}


def test_tf_slim_gives_the_stored_answers(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_slim_layers.py", {})
    if answer == {"missing": "tf_slim"}:
        pytest.skip("tf_slim is not installed beside TensorFlow: `make interop` puts it into a new .venv-tf.")
    assert answer["signatures"] == STORED["signatures"]
    for part in ("cases", "training"):
        assert list(answer[part]) == list(STORED[part])
    for case, row in answer["cases"].items():
        stored = STORED["cases"][case]
        for key in row.keys() - NUMBERS - {"moved"}:
            assert row[key] == stored[key], (case, key)
        for key in NUMBERS:
            for found, expected in zip(row[key], stored[key], strict=True):
                np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6, err_msg=f"{case}: {key}")
        for name, value in row["moved"].items():
            np.testing.assert_allclose(
                value, stored["moved"][name], rtol=1e-5, atol=1e-6, err_msg=f"{case}: {name}"
            )
    for case, row in answer["training"].items():
        stored = STORED["training"][case]
        np.testing.assert_allclose(row.pop("losses"), stored["losses"], rtol=1e-5, err_msg=case)
        found, expected = row.pop("variables"), stored["variables"]
        assert row == {key: stored[key] for key in row}, case
        for name, value in found.items():
            np.testing.assert_allclose(value, expected[name], rtol=1e-5, atol=1e-6, err_msg=f"{case}: {name}")
