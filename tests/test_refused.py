"""What TensorFlow refuses is refused here, in words of its own.

tests/data/tf/refused.json was written by TensorFlow 2.15.1; with a new call in tests/refused_of_tf.py it is made again by

    python -c "from tests.refused_of_tf import CALLS; import json; print(json.dumps({'calls': CALLS}))" \\
        | .venv-tf/bin/python tests/interop/tf_refused.py | sed 's/", "/",\\n"/g' > tests/data/tf/refused.json
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from estimator import tf
from tests.refused_of_tf import CALLS, refusal

ANSWERS = json.loads((Path(__file__).parent / "data" / "tf" / "refused.json").read_text())

KINDS = {"TypeError", "ValueError", "InvalidArgumentError", "UsageError", "IndexError", "UnimplementedError"}
OF_PYTHON = r"has no attribute|unsupported operand|not supported between|object is not|argument must be|invalid literal"


def test_every_call_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == CALLS and all(ANSWERS.values())


@pytest.mark.parametrize("call", CALLS)
def test_a_wrong_argument_is_refused(call: str) -> None:
    kind, message = refusal(tf, call)
    assert kind in KINDS, f"{kind or 'taken'}; {ANSWERS[call]} in TensorFlow"
    assert not re.search(OF_PYTHON, message)
