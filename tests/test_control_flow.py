"""Branches, loops and TensorArrays give TensorFlow's values and gradients, interpreted and planned.

tests/data/tf/control_flow.json was written by TensorFlow 2.15.1; make it again for a new case by

    .venv-tf/bin/python tests/interop/tf_control_flow.py | sed 's/], "/],\\n"/g' > tests/data/tf/control_flow.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.control_flow_of_tf import CASES, answers

ANSWERS = json.loads((Path(__file__).parent / "data" / "tf" / "control_flow.json").read_text())
RUNS = 4  # generic code first, plans from the second or third run on


def test_every_case_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == list(CASES)


@pytest.mark.parametrize("name", CASES)
def test_values_and_gradients_are_tensorflows(name: str) -> None:
    planned = answers(tf, CASES[name], RUNS)
    assert answers(tf, CASES[name], RUNS, executor="interpreter") == planned
    assert len(planned) == len(ANSWERS[name])
    for found, theirs in zip(planned, ANSWERS[name], strict=True):
        assert_close(found, theirs)


def assert_close(found: Any, theirs: Any) -> None:
    if theirs is None or isinstance(theirs, str):
        assert found == theirs
    else:
        assert np.shape(found) == np.shape(theirs)
        np.testing.assert_allclose(found, theirs, rtol=1e-5, atol=1e-6)
