"""TensorFlow refuses what it is said to refuse."""

from __future__ import annotations

from tests.interop.conftest import TensorFlow
from tests.refused_of_tf import CALLS
from tests.test_refused import ANSWERS


def test_tensorflow_refuses_what_is_stored(tensorflow: TensorFlow) -> None:
    assert tensorflow.answer("tf_refused.py", {"calls": CALLS}) == ANSWERS
