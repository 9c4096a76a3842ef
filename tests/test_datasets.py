"""Datasets give the elements that TensorFlow's give, in their types and shapes, and refuse what those refuse.

tests/data/tf/datasets.json was written by TensorFlow 2.15.1; with a new call in tests/datasets_of_tf.py it is made again by

    echo {} | .venv-tf/bin/python tests/interop/tf_datasets.py | sed 's/}, "/},\\n"/g' > tests/data/tf/datasets.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from estimator import tf
from estimator.pipeline.stage import UNKNOWN
from tests.datasets_of_tf import CALLS, CUT, LONG, names, record

STORED = Path(__file__).parent / "data" / "tf" / "datasets.json"
ROWS: dict[str, Any] = json.loads(STORED.read_text())

# What is meant to differ: sizes and kinds that no dataset can have are refused at once, not by the first run or never.
EXCEPTIONS: dict[str, Any] = dict.fromkeys(
    [
        "rows(1, 3, 2).padded_batch(0, [None])",
        "R(1, 6).interleave(lambda n: D.from_tensors(n).repeat(n), cycle_length=0)",
        "R(1, 6).interleave(lambda n: D.from_tensors(n).repeat(n), cycle_length=2, block_length=0)",
        "R(5).reduce({'a': np.int64(0)}, lambda state, n: state['a'] + n)",
        "R(9).map(lambda n: (n, n)).unique()",
        "R(7).window(0)",
        "R(7).window(3, shift=0)",
        "R(7).window(3, stride=0)",
        "R(5).prefetch(-3)",
    ],
    {"refused": "call"},
)


def test_every_call_has_an_answer_of_tensorflows() -> None:
    assert list(ROWS) == CALLS
    assert set(EXCEPTIONS) <= set(CALLS)


@pytest.mark.parametrize("call", CALLS)
def test_the_elements_are_tensorflows(call: str) -> None:
    found, stored = record(tf, call), EXCEPTIONS.get(call, ROWS[call])
    if stored.get("cardinality") == UNKNOWN:  # we may know what TensorFlow does not
        size = found.pop("cardinality", None)
        ended = len(stored["values"]) < CUT and "error" not in stored
        assert size == UNKNOWN or size == len(stored["values"]) or not ended
        stored = {key: value for key, value in stored.items() if key != "cardinality"}
    assert found == stored


@pytest.mark.parametrize("call", LONG)
def test_many_stages_continue_where_they_were_saved(call: str) -> None:
    dataset = eval(call, names(tf)).take(CUT)  # noqa: S307  our own text
    running = dataset.source()
    states, seen = [json.dumps(running.state())], []
    while (element := running.pull()) is not None:
        seen.append(int(element[0]))
        states.append(json.dumps(running.state()))
    for position in range(0, len(states), 5):
        restored = dataset.source()
        restored.restore(json.loads(states[position]))
        rest = []
        while (element := restored.pull()) is not None:
            rest.append(int(element[0]))
        assert rest == seen[position:], f"restored after {position} elements"
