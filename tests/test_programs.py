r"""Small programs that call by every keyword that scripts use give what they give in TensorFlow.

tests/data/tf/programs.json was written by TensorFlow 2.15.1; with a new program in tests/programs it is made again by

    .venv-tf/bin/python tests/interop/tf_programs.py | sed -E 's/(^\{|[]}],) ?("\w+\.\w+": )/\1\n\2/g' > tests/data/tf/programs.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from tests.programs import answer, programs

STORED = Path(__file__).parent / "data" / "tf" / "programs.json"
ANSWERS = json.loads(STORED.read_text())
PROGRAMS = programs()


def test_every_program_has_tensorflows_answer() -> None:
    assert list(ANSWERS) == list(PROGRAMS)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_gives_what_it_gives_in_tensorflow(name: str, tmp_path: Path) -> None:
    assert_same(json.loads(json.dumps(answer(tf, PROGRAMS[name], tmp_path))), ANSWERS[name])


def assert_same(found: Any, theirs: Any, where: str = "") -> None:
    """Numbers are nearly equal, all else is equal."""
    if isinstance(theirs, dict) and isinstance(found, dict):
        assert sorted(found) == sorted(theirs), where
        for key in theirs:
            assert_same(found[key], theirs[key], f"{where} {key}")
    elif isinstance(theirs, list) and isinstance(found, list):
        assert len(found) == len(theirs), where
        for place, pair in enumerate(zip(found, theirs, strict=True)):
            assert_same(*pair, f"{where} {place}")
    elif isinstance(theirs, float) and isinstance(found, float):
        np.testing.assert_allclose(found, theirs, rtol=1e-5, atol=1e-6, err_msg=where)
    else:
        assert found == theirs, where


@pytest.mark.parametrize(
    ("found", "theirs"),
    [(1.001, 1.0), ([1.0], [1.0, 2.0]), ({"a": "x"}, {"a": "y"}), ({}, {"a": 1}), (1, "1")],
)
def test_what_differs_is_told(found: Any, theirs: Any) -> None:
    with pytest.raises(AssertionError):
        assert_same(found, theirs)
