"""The stored answers about assertions are those that TensorFlow gives."""

from __future__ import annotations

from tests.assertions_of_tf import CALLS
from tests.interop.conftest import TensorFlow
from tests.test_assertions import ANSWERS


def test_tensorflow_asserts_as_stored(tensorflow: TensorFlow) -> None:
    assert tensorflow.answer("tf_assertions.py", {"calls": CALLS}) == ANSWERS
