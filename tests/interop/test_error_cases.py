"""TensorFlow's words for a mistake are those that tests/calls/error_cases.py says they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.calls.error_cases import CASES, is_told


def test_tensorflow_says_the_same(tensorflow: Any, tmp_path: Path) -> None:
    model_dirs = {name: str(tmp_path / str(number)) for number, name in enumerate(CASES)}
    found = tensorflow.answer("tf_error_cases.py", {"model_dirs": model_dirs})
    other = {
        name: (CASES[name].error, CASES[name].gist, found[name])
        for name in CASES
        if not is_told(name, model_dirs[name], found[name])
    }
    assert other == {}
