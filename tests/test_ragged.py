"""Ragged tensors give TensorFlow's numbers, static shapes and refusals, with known and unknown sizes.

tests/data/tf/ragged.json was written by TensorFlow 2.15.1; with a new call in tests/ragged_of_tf.py it is made again by

    python -c "from tests.ragged_of_tf import *; import json; print(json.dumps({'calls': CALLS, 'faults': FAULTS}))" \\
        | .venv-tf/bin/python tests/interop/tf_ragged.py | sed 's/}, "/},\\n"/g' > tests/data/tf/ragged.json
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from estimator import tf
from tests.ragged_of_tf import CALLS, FAULTS
from tests.test_values import same
from tests.values_of_tf import fault, outcome, static_shape

ANSWERS = json.loads((Path(__file__).parent / "data" / "tf" / "ragged.json").read_text())


def test_every_call_has_tensorflows_answer() -> None:
    assert (list(ANSWERS["calls"]), list(ANSWERS["faults"])) == (CALLS, FAULTS)


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("call", CALLS)
def test_values_and_gradients_are_tensorflows(call: str, known: bool) -> None:
    ours, theirs = outcome(tf, call, known), ANSWERS["calls"][call]
    assert len(ours["values"]) == len(theirs["values"])
    for value, wanted in zip(ours["values"], theirs["values"], strict=True):
        same(value, wanted)
    if theirs["gradients"] is None:  # ours may have some
        return
    assert ours["gradients"].keys() == theirs["gradients"].keys()
    for name, wanted in theirs["gradients"].items():
        same(ours["gradients"][name], wanted)


@pytest.mark.parametrize("call", CALLS)
def test_the_static_shape_says_no_less_than_tensorflows(call: str) -> None:
    ours, theirs = static_shape(tf, call), ANSWERS["calls"][call]["shape"]
    if theirs is None:
        return
    assert ours is not None
    assert len(ours) == len(theirs)
    assert all(wanted is None or size == wanted for size, wanted in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("call", FAULTS)
def test_what_tensorflow_refuses_is_refused_by_an_error_of_its_class(call: str) -> None:
    assert fault(tf, call) == ANSWERS["faults"][call]
