"""What functions of ``tf`` give, and their gradients, are TensorFlow's numbers, with known and unknown sizes.

tests/data/tf/values.json was written by TensorFlow 2.15.1; with a new call in tests/values_of_tf.py it is made again by

    python -c "from tests.values_of_tf import CALLS; import json; print(json.dumps({'calls': CALLS}))" \\
        | .venv-tf/bin/python tests/interop/tf_values.py | sed 's/}}, "/}},\\n"/g' > tests/data/tf/values.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.values_of_tf import CALLS, outcome

ANSWERS = json.loads((Path(__file__).parent / "data" / "tf" / "values.json").read_text())


def test_every_call_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == CALLS


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("call", CALLS)
def test_values_and_gradients_are_tensorflows(call: str, known: bool) -> None:
    ours, theirs = outcome(tf, call, known), ANSWERS[call]
    assert len(ours["values"]) == len(theirs["values"])
    for value, wanted in zip(ours["values"], theirs["values"], strict=True):
        same(value, wanted)
    if theirs["gradients"] is None:  # ours may have some
        return
    assert ours["gradients"].keys() == theirs["gradients"].keys()
    for name, wanted in theirs["gradients"].items():
        same(ours["gradients"][name], wanted)


def same(value: list[Any], wanted: list[Any]) -> None:
    (dtype, numbers), (their_dtype, their_numbers) = value, wanted
    assert dtype == their_dtype
    assert np.shape(numbers) == np.shape(their_numbers)
    if dtype.startswith(("float", "complex")):
        np.testing.assert_allclose(numbers, their_numbers, rtol=2e-4, atol=2e-5)
    else:
        assert numbers == their_numbers
