"""What parses examples and lines, whole or damaged, gives TensorFlow's values, and errors of its kind about the same place.

tests/data/tf/parsing.json was written by TensorFlow 2.15.1; with a new call in tests/parsing_of_tf.py it is made again by

    python -c "from tests.parsing_of_tf import CALLS; import json; print(json.dumps({'calls': CALLS}))" \\
        | .venv-tf/bin/python tests/interop/tf_parsing.py | sed 's/}, "/},\\n"/g' > tests/data/tf/parsing.json
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from estimator import tf
from tests.parsing_of_tf import CALLS, outcome

ANSWERS = json.loads((Path(__file__).parent / "data" / "tf" / "parsing.json").read_text())


def test_every_call_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == CALLS


@pytest.mark.parametrize("call", CALLS)
def test_what_is_parsed_is_tensorflows(call: str) -> None:
    _compare(call)


@pytest.mark.parametrize("call", [call for call in CALLS if "parse_" in call])
def test_what_is_parsed_by_columns_is_tensorflows(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("estimator.ops._parsing._FEWEST_COLUMNS", 0)
    _compare(call)


def _compare(call: str) -> None:
    ours, theirs = outcome(tf, call), ANSWERS[call]
    if "error" not in theirs:
        assert ours == theirs
        return
    assert ours["error"] == theirs["error"]
    assert set(theirs["marks"]) <= set(ours["marks"])
