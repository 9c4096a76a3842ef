"""The stored numbers are those that TensorFlow gives."""

from __future__ import annotations

from tests.interop.conftest import TensorFlow
from tests.test_values import ANSWERS, same
from tests.values_of_tf import CALLS


def test_tensorflow_gives_the_stored_numbers(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_values.py", {"calls": CALLS})
    assert list(answer) == list(ANSWERS)
    for call, stored in ANSWERS.items():
        for value, wanted in zip(answer[call]["values"], stored["values"], strict=True):
            same(value, wanted)
