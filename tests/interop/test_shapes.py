"""The stored shapes are those that TensorFlow gives."""

from __future__ import annotations

from tests.interop.conftest import TensorFlow
from tests.shapes_of_tf import CALLS
from tests.test_shapes import ANSWERS


def test_tensorflow_gives_the_stored_shapes(tensorflow: TensorFlow) -> None:
    assert tensorflow.answer("tf_shapes.py", {"calls": CALLS}) == ANSWERS
