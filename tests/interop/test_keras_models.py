"""The stored answers about models are those that TensorFlow gives."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interop.conftest import TensorFlow
from tests.keras.test_models_of_tf import EAGER, GRAPH, NUMBERS, compare_numbers
from tests.keras.test_scripts_of_tf import ANSWERS, compare


@pytest.mark.parametrize(("mode", "stored"), [("eager", EAGER), ("graph", GRAPH)], ids=["eager", "graph"])
def test_tensorflow_gives_the_stored_answers(
    tensorflow: TensorFlow, mode: str, stored: dict[str, Any]
) -> None:
    answer = tensorflow.answer("tf_keras_models.py", {"mode": mode})
    assert list(answer) == list(stored)
    for name, row in answer.items():
        for key, value in row.items():
            if key in NUMBERS:
                compare_numbers(value, stored[name][key])
            else:
                assert value == stored[name][key], (name, key)


def test_tensorflow_finds_what_is_stored_of_scripts(tensorflow: TensorFlow) -> None:
    compare(tensorflow.answer("tf_keras_scripts.py", {}), ANSWERS)
