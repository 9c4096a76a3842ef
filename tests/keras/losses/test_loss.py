"""Losses of tf.keras by name, of one's own, with masks; and what they refuse."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.graph.graph import Graph, get_default_graph
from estimator.keras import losses
from estimator.keras.losses import Loss, MeanSquaredError, Reduction


class Cubes(Loss):
    """The mean of |error|³."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each example."""
        return tf.reduce_mean(tf.abs(y_pred - y_true) ** 3, axis=-1)


def test_a_loss_of_ones_own_says_what_an_example_costs() -> None:
    loss = Cubes(reduction=Reduction.SUM)
    assert loss([[0.0], [1.0]], [[2.0], [2.0]]).numpy() == 9.0
    assert loss([[0.0], [1.0]], [[2.0], [2.0]], sample_weight=[0.5, 1.0]).numpy() == 5.0
    assert Cubes.from_config(loss.get_config()).get_config() == {"reduction": "sum", "name": None}
    assert losses.get(loss) is loss


def test_calls_outside_of_graphs_do_not_grow_the_graph() -> None:
    loss = MeanSquaredError()
    y = np.ones((4, 3), np.float32)
    for _ in range(3):  # of some sizes, then of any
        loss(y, y), loss(y[:2], y[:2]), losses.mse(y, y)
    size = len(get_default_graph().get_operations())
    for rows in (1, 3, 4):
        assert loss(y[:rows], 0 * y[:rows]).numpy() == 1.0
        assert losses.mse(y[:rows], 0 * y[:rows]).numpy().tolist() == [1.0] * rows
    assert len(get_default_graph().get_operations()) == size


def test_losses_are_found_by_name() -> None:
    assert losses.get("mse") is losses.mean_squared_error
    assert isinstance(losses.get("MeanSquaredError"), MeanSquaredError)
    assert losses.get({"class_name": "Huber", "config": {"delta": 2.0}}).get_config()["delta"] == 2.0
    assert losses.get(len) is len
    assert losses.get(None) is None
    assert losses.deserialize(losses.serialize(losses.mse)) is losses.mse
    with pytest.raises(ValueError, match="Unknown loss function: 'msee'.* Did you mean 'mse'"):
        losses.get("msee")
    with pytest.raises(ValueError, match="Could not interpret loss function identifier: 3"):
        losses.get(3)


def test_probabilities_behind_a_softmax_are_taken_for_their_logits() -> None:
    with Graph().as_default(), tf.Session() as session:
        logits = tf.constant([[0.0, 200.0]])
        loss = losses.SparseCategoricalCrossentropy()(tf.constant([0]), tf.nn.softmax(logits))
        assert session.run(loss) == 200.0
        loss = losses.BinaryCrossentropy()(tf.constant([[0.0]]), tf.sigmoid(tf.constant([[90.0]])))
        assert session.run(loss) == 90.0


def test_examples_that_a_mask_leaves_out_are_not_counted() -> None:
    with Graph().as_default(), tf.Session() as session:
        predictions = tf.constant([[1.0], [2.0], [5.0]])
        predictions._keras_mask = tf.constant([True, True, False])
        labels = tf.zeros([3, 1])
        assert session.run(MeanSquaredError()(labels, predictions)) == 2.5
        weighted = MeanSquaredError("sum")(labels, predictions, sample_weight=[1.0, 0.5, 9.0])
        assert session.run(weighted) == 3.0


def test_a_model_fn_may_take_a_loss() -> None:
    with Graph().as_default(), tf.Session() as session:
        w = tf.Variable([[2.0]])
        step = tf.keras.optimizers.SGD(0.25).minimize(MeanSquaredError()(tf.zeros([1, 1]), w), [w])
        session.run(tf.global_variables_initializer())
        session.run(step)
        assert session.run(w) == 1.0


def test_a_copy_is_a_loss_of_its_own() -> None:
    loss = losses.Huber(delta=2.0)
    loss([1.0], [2.0])
    assert copy.deepcopy(loss).get_config() == loss.get_config()


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid Reduction Key: summ.* Did you mean 'sum'"):
        MeanSquaredError(reduction="summ")
    with pytest.raises(
        ValueError, match=r"sample_weight of the shape \(2,\) does not fit losses of the shape \(\)"
    ):
        MeanSquaredError()([1.0, 2.0], [1.0, 2.0], sample_weight=[1.0, 2.0])
    with pytest.raises(NotImplementedError, match="Loss must define call"):
        Loss()([1.0], [1.0])
    with pytest.raises(TypeError, match="from_logit"):
        losses.BinaryCrossentropy(from_logit=True)
    with pytest.raises(ValueError, match="rank of the predictions"), Graph().as_default():
        losses.sparse_categorical_crossentropy(tf.constant([1]), tf.placeholder(tf.float32), axis=1)
