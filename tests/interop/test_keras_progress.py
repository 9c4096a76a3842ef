"""Keras draws the progress lines that are stored as its own."""

from __future__ import annotations

from tests.interop.conftest import TensorFlow
from tests.keras.callbacks.test_progress_bar import LINES
from tests.keras.progress_of_tf import BARS


def test_keras_draws_what_is_stored(tensorflow: TensorFlow) -> None:
    assert tensorflow.answer("tf_keras_progress.py", BARS) == LINES
