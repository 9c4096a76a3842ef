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


def strange_columns(keys: tuple[str, ...]) -> list[Any]:
    return [FC.categorical_column_with_hash_bucket(key, 5) for key in keys]


def keys_of_columns(model: Any, keys: tuple[str, ...]) -> set[str]:
    """The keys of what the columns have made, after a step on texts."""
    features = {key: np.array(["rome", "oslo"]) for key in keys}
    model.train(lambda: (features, np.array([[0.0], [1.0]])), steps=1)
    made = [
        name
        for name, _ in list_variables(model.model_dir)
        if "input_layer/" in name or "linear_model/" in name
    ]
    return {name for name in made if name.endswith("weights") and not name.endswith("bias_weights")}


DEEP, WIDE = "dnn/input_from_feature_columns/input_layer", "linear/linear_model"


# Source: TensorFlow 2.15.1, tf.compat.v1.estimator, with the features a/b, c/b, x/, a>b, /a
@pytest.mark.parametrize(
    ("keys", "names"),
    [(("a/b", "c/b"), ["a_b", "c_b"]), (("x/", "y"), ["x_", "y"]), (("a>b",), ["a_b"]), (("/a",), ["_a"]), (("a\\b",), ["a_b"])],
)  # fmt: skip
def test_ready_made_models_call_a_feature_with_a_slash_as_tensorflows(
    keys: tuple[str, ...], names: list[str], tmp_path: Path
) -> None:
    config = RunConfig(progress=False)
    columns = strange_columns(keys)
    tables = [FC.embedding_column(column, 2) for column in columns]
    deep = {f"{DEEP}/{name}_embedding/embedding_weights" for name in names}
    wide = {f"{WIDE}/{name}/weights" for name in names}
    network = tf.estimator.DNNRegressor([2], tables, tmp_path / "deep", config=config)
    assert keys_of_columns(network, keys) == deep
    assert (
        keys_of_columns(tf.estimator.LinearRegressor(columns, tmp_path / "wide", config=config), keys) == wide
    )
    both = tf.estimator.DNNLinearCombinedRegressor(
        tmp_path / "both", linear_feature_columns=columns, dnn_feature_columns=tables, dnn_hidden_units=[2], config=config
    )  # fmt: skip
    assert keys_of_columns(both, keys) == deep | wide


# Source: TensorFlow 2.15.1, tf.compat.v1.estimator.DNNRegressor, whose shared embeddings need its older input layer
def test_beside_shared_embeddings_the_slash_stays_as_in_tensorflow(tmp_path: Path) -> None:
    keys = ("a/b", "c/b", "d/e")
    first, second, third = strange_columns(keys)
    columns = [*FC.shared_embedding_columns([first, second], 2), FC.embedding_column(third, 2)]
    model = tf.estimator.DNNRegressor([2], columns, tmp_path, config=RunConfig(progress=False))
    assert keys_of_columns(model, keys) == {
        f"{DEEP}/a/b_c/b_shared_embedding/embedding_weights", f"{DEEP}/d/e_embedding/embedding_weights"
    }  # fmt: skip
