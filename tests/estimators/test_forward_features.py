from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.estimators.estimator import Estimator
from estimator.estimators.forward_features import forward_features
from estimator.settings.run_config import RunConfig

CONFIG = RunConfig(progress=False)


def model_fn(features: Any, labels: Any, mode: str) -> Any:
    w = tf.get_variable("w", [], initializer=tf.ones_initializer())
    loss = tf.reduce_mean(features["x"]) * w
    train_op = tf.train.GradientDescentOptimizer(0.0).minimize(loss, tf.train.get_global_step())
    doubled = features["x"] * 2.0
    outputs = {"predict": tf.estimator.export.PredictOutput({"y": doubled})}
    return tf.estimator.EstimatorSpec(mode, {"y": doubled}, loss, train_op, export_outputs=outputs)


def input_fn() -> Any:
    words = tf.SparseTensor([[0, 0], [1, 1]], ["a", "b"], [2, 2])
    x = tf.constant([1.0, 3.0])
    return tf.data.Dataset.from_tensors(
        ({"x": x, "id": np.array([7, 8]), "words": words}, np.array([0.0, 1.0]))
    )


@pytest.fixture
def model(tmp_path: Path) -> Estimator:
    return Estimator(model_fn, tmp_path, CONFIG).train(input_fn, steps=1)


def test_features_come_back_beside_the_predictions(model: Estimator) -> None:
    rows = list(forward_features(model, "id").predict(input_fn))
    assert [(row["y"], row["id"]) for row in rows] == [(2.0, 7), (6.0, 8)]
    assert set(rows[0]) == {"y", "id"}


def test_all_come_back_if_no_keys_are_given_and_sparse_ones_become_dense(model: Estimator) -> None:
    more = forward_features(model, keys=None, sparse_default_values={"words": "-"})
    rows = list(more.predict(input_fn))
    assert set(rows[0]) == {"y", "x", "id", "words"}
    assert [row["words"].tolist() for row in rows] == [[b"a", b"-"], [b"-", b"b"]]


def test_exported_outputs_have_them_too_and_training_goes_on(model: Estimator) -> None:
    more = forward_features(model, ["id"])
    more.train(input_fn, steps=1)
    assert model.get_variable_value("global_step") == 2
    with tf.Graph().as_default():
        features = {"x": tf.constant([1.0]), "id": tf.constant([7])}
        tf.train.create_global_step()
        spec = more.model_fn(features, None, tf.estimator.ModeKeys.EVAL, CONFIG)
        assert set(spec.export_outputs["predict"].outputs) == {"y", "id"}


def test_what_cannot_come_back_is_told_at_once(model: Estimator) -> None:
    with pytest.raises(ValueError) as caught:
        next(forward_features(model, ["idd", "words", "x"], {"x": 0.0}).predict(input_fn))
    for part in (
        "Key 'idd' is not in features",
        "Did you mean 'id'",
        "Feature (words) should be a Tensor",
        "Feature (x) is expected to be a `SparseTensor`",
    ):
        assert part in str(caught.value)


def test_a_prediction_of_that_name_is_not_lost(tmp_path: Path) -> None:
    def named(features: Any, mode: str) -> Any:
        train_op = tf.train.get_global_step().assign_add(1)
        return tf.estimator.EstimatorSpec(mode, {"id": features["x"]}, tf.constant(0.0), train_op)

    model = Estimator(named, tmp_path, CONFIG).train(lambda: input_fn().map(lambda x, y: x), steps=1)
    with pytest.raises(
        ValueError, match=r"Cannot forward feature key \(id\), since it does exist in predictions"
    ):
        next(forward_features(model, "id").predict(input_fn))


def test_keys_are_names_and_the_model_an_estimator(model: Estimator) -> None:
    with pytest.raises(TypeError, match=r"a string or a list of strings. Given: \[1\]"):
        forward_features(model, [1])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="estimator must be an Estimator, given: 3"):
        forward_features(3)  # type: ignore[arg-type]
