"""TensorFlow has the names that the package's list says it has."""

from __future__ import annotations

from estimator.core.tensorflow_names import parse, tensorflow_names
from tests.interop.conftest import TensorFlow


def test_the_list_of_public_names_is_tensorflows(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_public_names.py", {})
    ours = {name: names for name, names in tensorflow_names().items() if not name.startswith("tf.contrib")}
    assert parse(answer["text"]) == ours  # no TensorFlow of today has contrib
