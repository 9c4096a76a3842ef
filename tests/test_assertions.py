"""tf.test.TestCase fails where TensorFlow's does.

tests/data/tf/assertions.json was written by TensorFlow 2.15.1; with a new call in tests/assertions_of_tf.py it is made
again by

    python -c "from tests.assertions_of_tf import CALLS; import json; print(json.dumps({'calls': CALLS}))" \\
        | .venv-tf/bin/python tests/interop/tf_assertions.py | sed 's/", "/",\\n"/g' > tests/data/tf/assertions.json
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from estimator import tf
from tests.assertions_of_tf import CALLS, outcome

ANSWERS: dict[str, str] = json.loads((Path(__file__).parent / "data" / "tf" / "assertions.json").read_text())

# Where ours is meant to differ.
EXCEPTIONS: dict[str, str] = {}


def test_every_call_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == CALLS


@pytest.mark.parametrize("call", CALLS)
def test_an_assertion_fails_where_tensorflows_does(call: str) -> None:
    assert outcome(tf, call) == EXCEPTIONS.get(call, ANSWERS[call])
