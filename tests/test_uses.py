"""Functions of ``tf`` called as public scripts call them give what TensorFlow gives.

tests/data/tf/uses.json was written by TensorFlow 2.15.1; with a new call in tests/uses_of_tf.py,
tests/keywords_of_tf.py or tests/cases_of_tf.py it is made again by

    python -c "from tests.uses_of_tf import ALL; import json; print(json.dumps({'calls': ALL}))" \\
        | .venv-tf/bin/python tests/interop/tf_uses.py | sed 's/}, "/},\\n"/g' > tests/data/tf/uses.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.test_shapes import says_as_much
from tests.uses_of_tf import ALL, outcome

ANSWERS = json.loads((Path(__file__).parent / "data" / "tf" / "uses.json").read_text())


def same(ours: Any, theirs: Any) -> None:
    """A value is that of TensorFlow."""
    if isinstance(theirs, list) and str(theirs[0]).startswith(("float", "complex")):
        assert (ours[0], np.shape(ours[1])) == (theirs[0], np.shape(theirs[1]))
        np.testing.assert_allclose(ours[1], theirs[1], rtol=2e-5, atol=1e-6)
    else:
        assert ours == theirs


def test_every_call_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == ALL


@pytest.mark.parametrize("call", ANSWERS)
def test_a_call_gives_tensorflows_values_shapes_and_scopes(call: str) -> None:
    ours, theirs = outcome(tf, call), ANSWERS[call]
    for value, wanted in zip(ours["values"], theirs["values"], strict=True):
        same(value, wanted)
    assert ours["scopes"] == theirs["scopes"]
    assert all(map(says_as_much, ours["shapes"], theirs["shapes"])), (ours["shapes"], theirs["shapes"])
