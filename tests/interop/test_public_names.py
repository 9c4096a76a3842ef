"""TensorFlow has the names that the package's list says it has."""

from __future__ import annotations

from estimator.core.tensorflow_names import parse, tensorflow_names
from tests.interop.conftest import TensorFlow


def test_the_list_of_public_names_is_tensorflows(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_public_names.py", {})
    assert parse(answer["text"]) == tensorflow_names()
