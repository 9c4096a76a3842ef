"""The stored answers of the programs are those that TensorFlow gives."""

from __future__ import annotations

from pathlib import Path

from tests.interop.conftest import TensorFlow
from tests.statements import programs
from tests.test_statements import ANSWERS


def test_tensorflow_gives_the_stored_answers(tensorflow: TensorFlow, tmp_path: Path) -> None:
    request = {"programs": programs(), "folder": str(tmp_path)}
    assert tensorflow.answer("tf_statements.py", request) == ANSWERS
