"""Classes as vectors; the arrays are what TensorFlow 2.15 gives."""

from __future__ import annotations

import numpy as np
import pytest

from estimator.keras.texts.vectors import normalize, to_categorical


def test_classes_become_vectors_in_the_shape_that_they_have() -> None:
    assert to_categorical([0, 2]).tolist() == [[1, 0, 0], [0, 0, 1]]
    assert to_categorical([[1], [0]], 2, dtype="int8").tolist() == [[0, 1], [1, 0]]
    assert to_categorical([[1, 0], [0, 1]], 3).shape == (2, 2, 3)
    assert to_categorical(np.zeros(0), 3).shape == (0, 3)
    with pytest.raises(IndexError):
        to_categorical([5], 3)


def test_vectors_get_the_length_1() -> None:
    assert normalize([[3.0, 4.0]]).tolist() == [[0.6, 0.8]]
    assert normalize([[1.0, -3.0]], order=1).tolist() == [[0.25, -0.75]]
    assert normalize([[2.0], [0.0]], axis=0).tolist() == [[1.0], [0.0]]
