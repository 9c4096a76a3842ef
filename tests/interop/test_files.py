"""The stored answers about files are those that TensorFlow gives."""

from __future__ import annotations

from tests.files_of_tf import CALLS
from tests.interop.conftest import TensorFlow
from tests.test_files import ANSWERS


def test_tensorflow_reads_and_changes_files_as_stored(tensorflow: TensorFlow) -> None:
    assert tensorflow.answer("tf_files.py", {"calls": CALLS}) == ANSWERS
