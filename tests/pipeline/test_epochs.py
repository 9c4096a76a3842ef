"""Inputs of tensors that end, as the documentation of TensorFlow's K-means makes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import OutOfRangeError

POINTS = np.array([[0.0, 0.0], [1.0, 0.0], [4.0, 4.0], [5.0, 4.0]], np.float32)


def test_a_tensor_can_be_read_so_often_in_each_session() -> None:
    with tf.Graph().as_default():
        limited = tf.train.limit_epochs(tf.constant(POINTS), num_epochs=2)
        assert limited.shape.as_list() == [4, 2]
        for _ in range(2):
            with tf.Session() as session:
                session.run(tf.local_variables_initializer())
                for _ in range(2):
                    np.testing.assert_array_equal(session.run(limited), POINTS)
                with pytest.raises(OutOfRangeError, match="Reached limit of 2"):
                    session.run(limited)


def test_without_a_number_there_is_no_end() -> None:
    with tf.Graph().as_default():
        tensor = tf.constant(POINTS)
        assert tf.train.limit_epochs(tensor) is tensor
        assert tf.local_variables() == []


@pytest.mark.parametrize("num_epochs", [0, -1])
def test_there_is_at_least_one(num_epochs: int) -> None:
    with tf.Graph().as_default(), pytest.raises(ValueError, match=f"num_epochs must be > 0 not {num_epochs}"):
        tf.train.limit_epochs(POINTS, num_epochs)


def test_a_training_ends_where_its_tensors_do(tmp_path: Path) -> None:
    def input_fn() -> Any:
        return tf.train.limit_epochs(tf.convert_to_tensor(POINTS), num_epochs=2)

    model = tf.estimator.experimental.KMeans(2, tmp_path, POINTS[[0, 3]], use_mini_batch=False)
    model.train(input_fn)
    assert model.get_variable_value("global_step") == 2
    # each center is the mean of its two points, over 2 + 1e-6
    np.testing.assert_allclose(model.cluster_centers(), [[0.5, 0.0], [4.5, 4.0]], rtol=1e-5)
    assert list(model.predict_cluster_index(input_fn)) == [0, 0, 1, 1] * 2
    assert model.score(input_fn) == pytest.approx(1.0, rel=1e-4)
