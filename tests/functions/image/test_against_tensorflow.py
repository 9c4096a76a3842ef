"""Functions of images give what TensorFlow's give, and lead back what TensorFlow's do.

tests/data/tf/images.npz was written by TensorFlow 2.15.1; for new calls in cases.py it is made again by

    echo '{"values": "tests/data/tf/images.npz"}' | .venv-tf/bin/python tests/interop/tf_images.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.functions.image import coding_cases
from tests.functions.image.cases import CALLS, evaluate

STORED = Path(__file__).parents[2] / "data" / "tf" / "images.npz"
VALUES = np.load(STORED)


def keys_of(call: str) -> list[str]:
    return [key for key in VALUES.files if key.rpartition("/")[0] in (call, f"{call}/d")]


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("call", CALLS)
def test_values_and_gradients_are_tensorflows(call: str, known: bool) -> None:
    answer = evaluate(tf, call, known)
    assert sorted(answer) == sorted(keys_of(call))
    for key, value in answer.items():
        same(value, VALUES[key])


def same(value: Any, expected: Any) -> None:
    assert (value.dtype, value.shape) == (expected.dtype, expected.shape)
    if expected.dtype.kind == "f":
        coarse = expected.dtype == np.float16
        np.testing.assert_allclose(
            value, expected, rtol=2e-3 if coarse else 1e-5, atol=2e-3 if coarse else 2e-6
        )
    else:
        np.testing.assert_array_equal(value, expected)


@pytest.mark.parametrize("call", coding_cases.CALLS)
def test_files_are_decoded_to_the_same_numbers(call: str) -> None:
    (value,) = evaluate(tf, call, arrays=coding_cases.FILES).values()
    same(value, VALUES[f"{call}/0"])


@pytest.mark.parametrize("call", coding_cases.QUICK_CALLS)
def test_jpegs_are_decoded_nearly_as_tensorflow_does_by_default(call: str) -> None:
    (value,) = evaluate(tf, call, arrays=coding_cases.FILES).values()
    apart = np.abs(value.astype(int) - VALUES[f"{call}/0"])
    assert 0 < apart.max() <= 8
    assert apart.mean() < 2


def test_every_stored_call_is_evaluated() -> None:
    evaluated = {*CALLS, *coding_cases.CALLS, *coding_cases.QUICK_CALLS}
    assert {key.removesuffix("/0") for key in VALUES.files if key.endswith("/0")} == evaluated
