"""The stored answers about examples and lines are those that TensorFlow gives."""

from __future__ import annotations

from tests.interop.conftest import TensorFlow
from tests.parsing_of_tf import CALLS
from tests.test_parsing import ANSWERS


def test_tensorflow_parses_as_it_is_stored(tensorflow: TensorFlow) -> None:
    assert tensorflow.answer("tf_parsing.py", {"calls": CALLS}) == ANSWERS
