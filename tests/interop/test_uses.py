"""The stored answers are those that TensorFlow gives."""

from __future__ import annotations

from tests.interop.conftest import TensorFlow
from tests.test_uses import ANSWERS, same


def test_tensorflow_gives_the_stored_answers(tensorflow: TensorFlow) -> None:
    found = tensorflow.answer("tf_uses.py", {"calls": list(ANSWERS)})
    assert list(found) == list(ANSWERS)
    for call, stored in ANSWERS.items():
        for value, wanted in zip(found[call].pop("values"), stored["values"], strict=True):
            same(value, wanted)
        assert found[call] == {key: part for key, part in stored.items() if key != "values"}
