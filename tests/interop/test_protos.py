"""The stored answers about messages of any format are those that TensorFlow gives."""

from __future__ import annotations

from tests.interop.conftest import TensorFlow
from tests.protos_of_tf import CALLS
from tests.test_protos import ANSWERS


def test_tensorflow_takes_messages_apart_and_puts_them_together_as_stored(tensorflow: TensorFlow) -> None:
    assert tensorflow.answer("tf_protos.py", {"calls": CALLS}) == ANSWERS
