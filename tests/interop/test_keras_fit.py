"""TensorFlow makes the fits whose numbers are stored."""

from __future__ import annotations

from tests.interop.conftest import TensorFlow
from tests.keras.training.test_fitting import STORED, differences


def test_tensorflow_fits_as_is_stored(tensorflow: TensorFlow) -> None:
    assert not differences(tensorflow.answer("tf_keras_fit.py", {}), STORED)
