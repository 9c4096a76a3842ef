"""The stored answers are those that TensorFlow gives, and every name of ours is one of tf.keras."""

from __future__ import annotations

import importlib

import numpy as np

from tests.facade_stubs import keras_tables
from tests.interop.conftest import TensorFlow
from tests.keras.layers.test_cases import ANSWERS, CONFIGURATIONS, NUMBERS
from tests.test_facades import module_of

# names that Keras finds in no namespace but in `get`, where each of ours is found in both
BY_NAME = {"estimator.keras.losses": ["BCE", "bce", "huber_loss"]}


def test_tensorflow_gives_the_stored_answers(tensorflow: TensorFlow) -> None:
    answer = tensorflow.answer("tf_keras_layers.py", {"mode": "graph"})
    assert list(answer) == list(ANSWERS)
    for case, row in answer.items():
        for key, value in row.items():
            if key in NUMBERS:
                for found, stored in zip(value, ANSWERS[case][key], strict=True):
                    np.testing.assert_allclose(found, stored, rtol=1e-5, atol=1e-6, err_msg=f"{case}: {key}")
            else:
                assert value == ANSWERS[case][key], (case, key)


def test_tensorflow_tells_the_stored_configurations(tensorflow: TensorFlow) -> None:
    assert tensorflow.answer("tf_keras_layers.py", {"mode": "eager"}) == CONFIGURATIONS


def test_every_name_is_one_of_tf_keras(tensorflow: TensorFlow) -> None:
    theirs = tensorflow.answer("tf_keras_names.py", {})
    for table in keras_tables():
        ours = importlib.import_module(module_of(table))
        names = theirs[ours.__name__.removeprefix("estimator.")]
        others = [name for name in ours.__all__ if name not in names]
        assert others == BY_NAME.get(ours.__name__, []), ours.__name__
