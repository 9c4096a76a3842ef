"""The stored signatures are TensorFlow's, and none is missing of what is public."""

from __future__ import annotations

from estimator import tf
from tests.interop.conftest import TensorFlow
from tests.signatures import public_callables
from tests.test_signatures import THEIRS


def test_tensorflow_is_called_as_stored(tensorflow: TensorFlow) -> None:
    assert tensorflow.answer("tf_signatures_of_functions.py", {"names": public_callables(tf)}) == THEIRS
