"""Wide and deep models: two parts that add up, each with its optimizer; their defaults, names and parts.

TensorFlow's own numbers for them are in test_tensorflow_model_dirs.py; names, tags and defaults here are those that
tf.compat.v1.estimator of TensorFlow 2.15.1 shows for the same models.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.estimators.dnn_linear import (
    DNNLinearCombinedClassifier,
    DNNLinearCombinedEstimator,
    DNNLinearCombinedRegressor,
)
from tests.estimators.test_linear import CONFIG, FC, FEATURES, REAL, C, Names, X, tags, trained

WIDE, DEEP = [C], [X, FC.embedding_column(C, 2)]
TABLE = "dnn/input_from_feature_columns/input_layer/c_embedding/embedding_weights"
LAYERS = [f"dnn/{layer}/{part}" for layer in ("hiddenlayer_0", "logits") for part in ("bias", "kernel")]
LINEAR = ["linear/linear_model/bias_weights", "linear/linear_model/c/weights"]


def classifier(model_dir: Path, **arguments: Any) -> DNNLinearCombinedClassifier:
    arguments = {"dnn_hidden_units": [3], "config": CONFIG} | arguments
    return DNNLinearCombinedClassifier(model_dir, WIDE, dnn_feature_columns=DEEP, **arguments)


def test_variables_slots_and_summaries_are_called_as_tensorflows(tmp_path: Path) -> None:
    hook = Names()
    found = trained(classifier(tmp_path), hooks=[hook])
    slots = {f"{name}/Adagrad" for name in (*LAYERS, TABLE)}
    slots |= {f"{name}/{slot}" for name in LINEAR for slot in ("Ftrl", "Ftrl_1")}
    assert set(found) == {"global_step", TABLE, *LAYERS, *LINEAR, *slots}
    assert sorted(hook.names) == sorted(f"{name}/part_0:0" for name in (TABLE, *LAYERS, *LINEAR))
    assert found["global_step"] == 3  # two optimizers, and still one step a batch
    layers = ("dnn/dnn/hiddenlayer_0", "dnn/dnn/logits", "linear/linear")
    assert tags(tmp_path) == {
        "scalars": {
            "average_loss", "linear/bias", "linear/fraction_of_zero_weights", "loss",
            *(f"{layer}/fraction_of_zero_values" for layer in layers),
        },
        "histograms": {f"{layer}/activation" for layer in layers},
    }  # fmt: skip


def test_the_logits_of_the_parts_add_up(tmp_path: Path) -> None:
    model = DNNLinearCombinedRegressor(
        tmp_path, [X], dnn_feature_columns=[X], dnn_hidden_units=[3], config=CONFIG, linear_optimizer="SGD"
    )
    found = trained(model, REAL)
    hidden = FEATURES["x"] @ found["dnn/hiddenlayer_0/kernel"] + found["dnn/hiddenlayer_0/bias"]
    deep = np.maximum(hidden, 0) @ found["dnn/logits/kernel"] + found["dnn/logits/bias"]
    wide = FEATURES["x"] @ found["linear/linear_model/x/weights"] + found["linear/linear_model/bias_weights"]
    rows = model.predict(lambda: tf.data.Dataset.from_tensor_slices(FEATURES).batch(4))
    np.testing.assert_allclose([row["predictions"] for row in rows], deep + wide, rtol=1e-5)
    assert np.abs(wide).max() > 1e-3


@pytest.mark.parametrize(
    ("name", "explicit"),
    [
        ("dnn_optimizer", tf.train.AdagradOptimizer(0.001)),
        ("linear_optimizer", tf.train.FtrlOptimizer(0.005)),
    ],
)
def test_optimizers_by_name_have_tensorflows_rates(name: str, explicit: Any, tmp_path: Path) -> None:
    by_default, given = (
        trained(classifier(tmp_path / "a")),
        trained(classifier(tmp_path / "b", **{name: explicit})),
    )
    for key, value in given.items():
        assert (by_default[key] == value).all(), key


def test_each_optimizer_moves_its_own_part(tmp_path: Path) -> None:
    before = trained(classifier(tmp_path / "a", dnn_optimizer=tf.train.GradientDescentOptimizer(0.0)))
    after = trained(classifier(tmp_path / "b", dnn_optimizer=tf.train.GradientDescentOptimizer(0.1)))
    assert {name for name in after if np.any(before[name] != after[name])} >= {TABLE, *LAYERS}
    assert all(np.any(before[name]) for name in LINEAR)
    assert "dnn/logits/kernel/Ftrl" not in before


def test_one_part_is_enough(tmp_path: Path) -> None:
    wide = trained(
        DNNLinearCombinedClassifier(tmp_path / "wide", WIDE, dnn_feature_columns=[], config=CONFIG)
    )
    assert not any(name.startswith("dnn/") for name in wide)
    deep = DNNLinearCombinedClassifier(
        tmp_path / "deep", dnn_feature_columns=DEEP, dnn_hidden_units=[3], config=CONFIG
    )
    assert not any(name.startswith("linear/") for name in trained(deep))


def test_batch_normalisation_and_dropout_work_in_the_deep_part(tmp_path: Path) -> None:
    found = trained(classifier(tmp_path, batch_norm=True, dnn_dropout=0.5))
    assert np.any(found["dnn/hiddenlayer_0/batchnorm_0/moving_mean"] != 0)  # UPDATE_OPS have run


def test_a_partitioner_cuts_what_belongs_to_columns(tmp_path: Path) -> None:
    hook = Names()
    trained(classifier(tmp_path, input_layer_partitioner=tf.fixed_size_partitioner(2)), hooks=[hook])
    cut = {name.rpartition("/part_1")[0] for name in hook.names if name.endswith("/part_1:0")}
    assert cut == {TABLE, "linear/linear_model/c/weights"}


def test_a_head_of_ones_own_says_what_the_logits_mean(tmp_path: Path) -> None:
    head = tf.estimator.MultiClassHead(3)
    model = DNNLinearCombinedEstimator(head, tmp_path, WIDE, config=CONFIG)
    assert trained(model)["linear/linear_model/c/weights"].shape == (3, 3)


def test_without_columns_or_hidden_units_there_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match="Either linear_feature_columns or dnn_feature_columns must be defined"
    ):
        DNNLinearCombinedRegressor(tmp_path / "m")
    with pytest.raises(
        ValueError, match="dnn_hidden_units must be defined when dnn_feature_columns is specified"
    ):
        DNNLinearCombinedRegressor(tmp_path / "m", dnn_feature_columns=DEEP)
    assert not (tmp_path / "m").exists()


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ValueError) as error:
        DNNLinearCombinedClassifier(
            linear_feature_columns=[3], dnn_feature_columns=[C], dnn_hidden_units=[0], linear_optimizer="Frtl",
            dnn_optimizer=None, dnn_dropout=2, linear_sparse_combiner="max",
        )  # fmt: skip
    text = str(error.value)
    for problem in (
        "must be feature columns", "embedding_column or indicator_column", "hidden_units", "name: Frtl.", "Given: None",
        "dropout", "sparse_combiner",
    ):  # fmt: skip
        assert problem in text
