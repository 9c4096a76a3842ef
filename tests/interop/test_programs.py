"""The stored answers of the small programs are those that TensorFlow gives."""

from __future__ import annotations

from tests.interop.conftest import TensorFlow
from tests.test_programs import ANSWERS, assert_same


def test_tensorflow_gives_the_stored_answers(tensorflow: TensorFlow) -> None:
    assert_same(tensorflow.answer("tf_programs.py", {}), ANSWERS)
