"""Numbers by their distance from a mean, where a function would do if it could be written down."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import estimator as est
from estimator import tf
from estimator.columns.column import FeatureColumn
from estimator.core.errors import UsageError

AGE = est.feature_column.numeric_column("age", normalizer_fn=est.Standardize(mean=40.0, std=8.0))


def test_a_column_gives_standard_deviations_from_the_mean(graph: tf.Graph) -> None:
    with graph.as_default(), tf.Session() as session:
        layer = est.feature_column.input_layer({"age": tf.constant([40, 56, 36])}, [AGE])
        assert session.run(layer).tolist() == [[0.0], [2.0], [-0.5]]


def test_it_is_written_down_with_its_column_and_read_again() -> None:
    config = AGE.get_config()
    assert config["normalizer_fn"] == {"class_name": "Standardize", "config": {"mean": 40.0, "std": 8.0}}
    assert type(AGE).from_config(config) == AGE


def test_a_model_with_it_is_served_of_its_model_dir_alone(tmp_path: Path) -> None:
    features, labels = {"age": np.float32([[31], [52], [44], [60]])}, np.array([0, 1, 0, 1])
    model = est.DNNClassifier([4], [AGE], str(tmp_path), config=est.RunConfig(tf_random_seed=3))
    model.train(lambda: (features, labels), steps=3)
    again = tf.contrib.predictor.from_checkpoint(str(tmp_path))
    (expected,) = model.predict(lambda: features, yield_single_examples=False)
    np.testing.assert_array_equal(again(features)["probabilities"], expected["probabilities"])


def test_all_layers_of_a_graph_may_share_what_such_a_column_makes() -> None:
    assert AGE.is_pure
    assert not est.feature_column.numeric_column("age", normalizer_fn=lambda x: x / 2.0).is_pure
    sequence: FeatureColumn = tf.contrib.feature_column.sequence_numeric_column(
        "age", normalizer_fn=est.Standardize(0.0, 2.0)
    )
    assert sequence.is_pure


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        est.Standardize(mean=float("nan"), std=0)
    assert caught.value.problems == (
        "mean is a finite number, given: nan.",
        "std is a finite number above 0, given: 0.",
    )
