"""Functions of tensors under Keras' names: what they tell and refuse; their numbers are compared in tests/values_of_tf.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph

K = tf.keras.backend


@pytest.fixture(autouse=True)
def _graph() -> Iterator[Graph]:
    with Graph().as_default() as graph:
        yield graph


def test_what_a_tensor_is_is_told_as_far_as_it_is_known() -> None:
    x = K.placeholder(ndim=3)
    assert (K.ndim(x), K.int_shape(x), K.dtype(x)) == (3, (None, None, None), "float32")
    y = K.placeholder((None, 4), dtype="int64", name="given")
    assert (K.int_shape(y), K.dtype(y), y.op.name) == ((None, 4), "int64", "given")
    assert K.int_shape(tf.placeholder(tf.float32)) is None
    assert K.is_sparse(tf.SparseTensor([[0]], [1], [2])) and not K.is_sparse(x)
    assert K.dtype(tf.Variable(1.0)) == "float32"


@pytest.mark.parametrize(
    ("x", "y", "axes", "words"),
    [
        (np.ones(3), np.ones((3, 2)), None, r"inputs with rank < 2.*\(3,\) and \(3, 2\)"),
        (np.ones((3, 2)), np.ones((3, 2)), 0, "over axis 0"),
        (np.ones((3, 2)), np.ones((3, 4)), 1, r"x.shape\[1\] != y.shape\[1\] \(2 != 4\)"),
    ],
    ids=["ranks", "rows", "sizes"],
)
def test_products_of_batches_that_do_not_fit_are_refused(x: Any, y: Any, axes: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        K.batch_dot(x, y, axes)


def test_a_choice_by_more_axes_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match=r"ndim\(condition\)=2, ndim\(then_expression\)=1"):
        K.switch(np.ones((1, 1), bool), [1.0], [2.0])
