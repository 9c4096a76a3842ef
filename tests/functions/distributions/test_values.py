"""What methods of distributions give, and their gradients, are TensorFlow's numbers, whatever is known of the shapes.

tests/data/tf/distributions.json was written by TensorFlow 2.15.1; with a new row in tests/distributions_of_tf.py it is
made again by

    python -c "from tests.distributions_of_tf import CALLS; import json; print(json.dumps({'calls': CALLS}))" \\
        | .venv-tf/bin/python tests/interop/tf_values.py | sed 's/}}, "/}},\\n"/g' > tests/data/tf/distributions.json
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from estimator import tf
from tests.distributions_of_tf import CALLS
from tests.test_values import same
from tests.values_of_tf import inputs_of, outcome

ANSWERS = json.loads((Path(__file__).parents[2] / "data" / "tf" / "distributions.json").read_text())


def test_every_call_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == CALLS


@pytest.mark.parametrize(
    ("call", "known"),
    [(call, known) for call in CALLS for known in ((True, False, None) if inputs_of(call) else [True])],
)
def test_values_and_gradients_are_tensorflows(call: str, known: bool | None) -> None:
    ours, theirs = outcome(tf, call, known), ANSWERS[call]
    for value, wanted in zip(ours["values"], theirs["values"], strict=True):
        same(value, wanted)
    assert ours["gradients"].keys() == theirs["gradients"].keys()
    for name, wanted in theirs["gradients"].items():
        same(ours["gradients"][name], wanted)
