"""Ready-made models over every kind of column: TensorFlow's keys in the checkpoint, and that they train and go on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.checkpoint.reader import list_variables
from estimator.settings.run_config import RunConfig

FC = tf.feature_column
AGE = FC.numeric_column("age")
CITY = FC.categorical_column_with_hash_bucket("city", 5)
COLOUR = FC.categorical_column_with_vocabulary_list("colour", ["red", "blue"], num_oov_buckets=1)
HOME, WORK = (FC.categorical_column_with_identity(key, 4) for key in ("home", "work"))
BOTH = FC.shared_embedding_columns([HOME, WORK], 2)
COLUMNS = [
    AGE,
    FC.bucketized_column(AGE, [30.0, 50.0]),
    FC.embedding_column(CITY, 3),
    FC.indicator_column(COLOUR),
    FC.indicator_column(FC.crossed_column(["city", "colour"], 7)),
    FC.embedding_column(FC.weighted_categorical_column(CITY, "share"), 2, "sum"),
    *BOTH,
]
FEATURES = {
    "age": np.float32([20, 40, 60, 80]),
    "city": np.array(["rome", "oslo", "", "rome"]),
    "colour": np.array(["red", "green", "blue", ""]),
    "share": np.float32([0.5, 1.0, 0.0, 2.0]),
    "home": np.array([0, 1, 2, -1]),
    "work": np.array([3, 3, 0, 1]),
}
LABELS = np.array([0, 1, 1, 0])

# Source: TensorFlow 2.15.1, tf.compat.v1.estimator.DNNClassifier([4], COLUMNS, n_classes=2)
KEYS = {
    "dnn/hiddenlayer_0/bias": [4],
    "dnn/hiddenlayer_0/kernel": [23, 4],
    "dnn/input_from_feature_columns/input_layer/city_embedding/embedding_weights": [5, 3],
    "dnn/input_from_feature_columns/input_layer/city_weighted_by_share_embedding/embedding_weights": [5, 2],
    "dnn/input_from_feature_columns/input_layer/home_work_shared_embedding/embedding_weights": [4, 2],
    "dnn/logits/bias": [1],
    "dnn/logits/kernel": [4, 1],
}


def input_fn(mode: str = "train") -> Any:
    dataset = tf.data.Dataset.from_tensor_slices((FEATURES, LABELS)).batch(4)
    return dataset.repeat() if mode == "train" else dataset


def test_a_model_of_all_kinds_of_columns_has_tensorflows_keys_and_learns(tmp_path: Path) -> None:
    config = RunConfig(tf_random_seed=1, progress=False)
    model = tf.estimator.DNNClassifier([4], COLUMNS, tmp_path, optimizer="Adam", config=config)
    before = model.train(input_fn, steps=1).evaluate(lambda: input_fn("eval"))["loss"]
    model = tf.estimator.DNNClassifier([4], COLUMNS, tmp_path, optimizer="Adam", config=config)
    after = model.train(input_fn, steps=40).evaluate(lambda: input_fn("eval"))
    assert after["loss"] < before / 2
    assert after["global_step"] == 41
    assert len(list(model.predict(lambda: input_fn("eval")))) == 4
    stored = {key: shape for key, shape in list_variables(tmp_path) if "t_0" not in key and "beta" not in key}
    del stored["global_step"]
    assert stored == KEYS


def test_columns_that_do_not_fit_the_features_are_all_named_before_anything_is_written(
    tmp_path: Path,
) -> None:
    columns = [
        FC.numeric_column("aeg"),
        FC.embedding_column(FC.categorical_column_with_identity("house", 3), 2),
    ]
    model = tf.estimator.DNNClassifier([4], columns, tmp_path / "model")
    with pytest.raises(ValueError, match="Feature aeg is not .*Did you mean 'age'.*Feature house is not"):
        model.train(input_fn, steps=1)
    assert not (tmp_path / "model").exists()
