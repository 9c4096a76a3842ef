"""Models of checkpoints as ONNX files, which onnxruntime runs as predict does."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.columns.bucketized import bucketized_column
from estimator.columns.crossed import crossed_column
from estimator.columns.embedding import embedding_column
from estimator.columns.hashed import categorical_column_with_hash_bucket
from estimator.columns.identity import categorical_column_with_identity
from estimator.columns.indicator import indicator_column
from estimator.columns.numeric import numeric_column
from estimator.columns.parse_spec import make_parse_example_spec
from estimator.columns.vocabulary_list import categorical_column_with_vocabulary_list
from estimator.columns.weighted import weighted_categorical_column
from estimator.core.dtypes import float32, int64, string
from estimator.core.errors import UsageError
from estimator.estimators.dnn import DNNClassifier, DNNRegressor
from estimator.estimators.dnn_linear import DNNLinearCombinedClassifier
from estimator.estimators.estimator import Estimator
from estimator.estimators.linear import LinearClassifier
from estimator.functions.arrays import placeholder
from estimator.functions.scoping import control_dependencies
from estimator.graph import build
from estimator.graph.graph import get_default_graph
from estimator.models.export_outputs import PredictOutput
from estimator.models.receivers import (
    ServingInputReceiver,
    build_parsing_serving_input_receiver_fn,
    build_raw_serving_input_receiver_fn,
)
from estimator.models.spec import EstimatorSpec
from estimator.network import losses
from estimator.optimizers.gradient_descent import GradientDescentOptimizer
from estimator.settings.run_config import RunConfig
from estimator.tf import layers
from estimator.variables.global_step import get_global_step
from tests.onnx_export.runtime import assert_same, run_onnx
from tests.tiny import batches, estimator, model_fn

QUIET = RunConfig(progress=False, tf_random_seed=1)
COLUMNS = [numeric_column("length"), numeric_column("sizes", shape=(3,))]


def features(count: int) -> dict[str, Any]:
    rng = np.random.default_rng(3)
    return {
        "length": rng.standard_normal(count).astype(np.float32),
        "sizes": rng.standard_normal((count, 3)).astype(np.float32),
    }


def raw() -> ServingInputReceiver:
    """Of the tiny model."""
    fed = {"x": placeholder(float32, [None, 2], "x")}
    return ServingInputReceiver(fed, fed)


def raw_columns() -> ServingInputReceiver:
    fed = {"length": placeholder(float32, [None]), "sizes": placeholder(float32, [None, 3])}
    return build_raw_serving_input_receiver_fn(fed)()


@pytest.fixture
def trained(tmp_path: Path) -> Estimator:
    model = estimator(tmp_path / "model")
    model.train(batches(), steps=2)
    return model


def check_predictions(
    model: Estimator, path: Path, receiver_fn: Any, asked: dict[str, Any]
) -> dict[str, Any]:
    """The file gives what predict does."""
    found = run_onnx(model.export_onnx(path, receiver_fn), asked)
    wanted = list(model.predict(lambda: asked))
    assert wanted
    for key in wanted[0]:
        assert_same(found[key], np.array([row[key] for row in wanted], found[key].dtype))
    return found


def test_a_model_of_dense_layers_gives_what_predict_does(trained: Estimator, tmp_path: Path) -> None:
    check_predictions(trained, tmp_path / "y.onnx", raw, {"x": np.float32([[1, 2], [-3, 4], [0, 0]])})


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("words", [False, True])
def test_a_classifier_gives_all_its_predictions(tmp_path: Path, n_classes: int, words: bool) -> None:
    names = ["setosa", "versicolor", "\u00e9"][:n_classes]
    labels = np.arange(6) % n_classes
    model = DNNClassifier(
        [5, 4],
        COLUMNS,
        str(tmp_path / "model"),
        n_classes,
        label_vocabulary=names if words else None,
        config=QUIET,
    )
    model.train(lambda: (features(6), np.array(names)[labels] if words else labels), steps=2)
    found = check_predictions(model, tmp_path / "model.onnx", raw_columns, features(5))
    assert found["class_ids"].shape == (5, 1)
    empty = {name: values[:0] for name, values in features(1).items()}
    assert run_onnx(str(tmp_path / "model.onnx"), empty)["probabilities"].shape == (0, n_classes)


def test_a_regressor_with_batch_norm_and_another_activation(tmp_path: Path) -> None:
    model = DNNRegressor(
        [5],
        COLUMNS,
        str(tmp_path / "model"),
        activation_fn=build.Softplus,
        batch_norm=True,
        dropout=0.5,
        config=QUIET,
    )
    model.train(lambda: (features(6), np.arange(6, dtype=np.float32)), steps=2)
    check_predictions(model, tmp_path / "model.onnx", raw_columns, features(5))


def test_the_file_takes_the_place_of_what_was_there(trained: Estimator, tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "y.onnx"
    assert trained.export_onnx(path, raw) == str(path)
    before = path.read_bytes()
    trained.train(batches(), steps=3)
    trained.export_onnx(path, raw)
    assert path.read_bytes() != before
    trained.export_onnx(path, raw, checkpoint_path=str(tmp_path / "model" / "model.ckpt-2"))
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["y.onnx"]


def test_one_of_several_outputs_is_chosen(tmp_path: Path) -> None:
    def with_outputs(features: Any, labels: Any, mode: str, params: Any) -> EstimatorSpec:
        spec = model_fn(features, labels, mode, params)
        if mode != "infer":
            return spec
        y = spec.predictions["y"]
        outputs = {"serving_default": PredictOutput({"y": y}), "twice": PredictOutput({"z": y + y})}
        return EstimatorSpec(mode, predictions={"y": y}, export_outputs=outputs)

    model = Estimator(with_outputs, str(tmp_path / "model"), QUIET)
    model.train(batches(), steps=1)
    asked = {"x": np.float32([[1, 2]])}
    once = run_onnx(model.export_onnx(tmp_path / "once.onnx", raw), asked)
    twice = run_onnx(model.export_onnx(tmp_path / "twice.onnx", raw, "twice"), asked)
    np.testing.assert_allclose(twice["z"], 2 * once["y"], rtol=1e-6)
    with pytest.raises(ValueError, match="output_key 'twise' is no output.*twice.*serving_default"):
        model.export_onnx(tmp_path / "x.onnx", raw, "twise")


def test_examples_cannot_be_parsed_and_nothing_is_written(tmp_path: Path) -> None:
    model = DNNRegressor([2], COLUMNS, str(tmp_path / "model"), config=QUIET)
    model.train(lambda: (features(6), np.arange(6, dtype=np.float32)), steps=1)
    parsing = build_parsing_serving_input_receiver_fn(make_parse_example_spec(COLUMNS))
    with pytest.raises(UsageError, match="ParseExample"):
        model.export_onnx(tmp_path / "out" / "model.onnx", parsing)
    assert not (tmp_path / "out").exists()


def test_what_is_wrong_with_the_arguments_is_one_error(trained: Estimator, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        trained.export_onnx(tmp_path, raw())  # type: ignore[arg-type]
    assert "is a folder; give the path of a file in it" in str(error.value)
    assert "serving_input_receiver_fn" in str(error.value)
    with pytest.raises(TypeError, match="path names the file to write"):
        trained.export_onnx(None, raw)  # type: ignore[arg-type]


def test_an_untrained_model_is_not_exported(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Couldn't find trained model"):
        estimator(tmp_path / "none").export_onnx(tmp_path / "y.onnx", raw)


def test_without_the_package_the_error_says_how_to_install_it(
    trained: Estimator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("estimator.onnx_export.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match=r"pip install 'numpy-estimator\[onnx\]'"):
        trained.export_onnx(tmp_path / "y.onnx", raw)


def _convolutional(features: Any, labels: Any, mode: str, params: Any) -> EstimatorSpec:
    """Digits: what most write, with layers of each kind that models of images have."""
    is_training = mode == "train"
    x = features["image"]
    x = layers.conv2d(x, 4, 3, strides=2, padding="same", activation=build.Relu, name="first")
    x = layers.batch_normalization(x, training=is_training, name="normed")
    x = layers.max_pooling2d(x, 2, 2, padding="same")
    x = layers.separable_conv2d(x, 6, 3, padding="same", activation=build.Elu, name="apart")
    x = layers.conv2d_transpose(x, 3, 3, strides=2, padding="same", name="back")
    x = layers.average_pooling2d(x, 3, 1)
    x = layers.dropout(layers.flatten(x), training=is_training)
    logits = layers.dense(x, 3, name="logits")
    predictions = {"class": build.ArgMax(logits, np.int32(-1)), "probabilities": build.Softmax(logits)}
    if mode == "infer":
        return EstimatorSpec(mode, predictions=predictions)
    loss = losses.sparse_softmax_cross_entropy(labels, logits)
    updates = get_default_graph().get_collection("update_ops")
    with control_dependencies(updates):
        train_op = GradientDescentOptimizer(0.1).minimize(loss, global_step=get_global_step())
    return EstimatorSpec(mode, loss=loss, train_op=train_op)


def test_a_convolutional_model(tmp_path: Path) -> None:
    images = np.random.default_rng(8).standard_normal((6, 12, 10, 1)).astype(np.float32)
    model = Estimator(_convolutional, str(tmp_path / "model"), QUIET)
    model.train(lambda: ({"image": images}, np.arange(6) % 3), steps=3)

    def receiver() -> ServingInputReceiver:
        fed = {"image": placeholder(float32, [None, 12, 10, 1])}
        return ServingInputReceiver(fed, fed)

    check_predictions(model, tmp_path / "digits.onnx", receiver, {"image": images})


def _people(count: int) -> dict[str, Any]:
    """Words that no vocabulary has, a missing word and a missing id among them."""
    rng = np.random.default_rng(9)
    jobs = np.array([b"baker", b"nurse", b"", b"pirate", "caf\u00e9".encode()], object)
    return {
        "age": (rng.random(count) * 60).astype(np.float32),
        "job": jobs[np.arange(count) % 5],
        "town": np.resize(np.array([0, 3, -1, 4]), count),
        "tools": np.resize(np.array([[0, 2], [1, -1], [-1, -1]]), (count, 2)),
        "hours": np.resize(np.float32([[0.5, 2], [3, 0], [0, 0]]), (count, 2)),
    }


def _people_receiver() -> ServingInputReceiver:
    fed = {
        "age": placeholder(float32, [None]),
        "job": placeholder(string, [None]),
        "town": placeholder(int64, [None]),
        "tools": placeholder(int64, [None, 2]),
        "hours": placeholder(float32, [None, 2]),
    }
    return ServingInputReceiver(fed, fed)


@pytest.mark.parametrize("combiner", ["mean", "sum", "sqrtn"])
def test_a_wide_and_deep_model_of_columns_of_words_and_ids(tmp_path: Path, combiner: str) -> None:
    age = numeric_column("age", normalizer_fn=lambda x: build.Log1p(x))
    ages = bucketized_column(numeric_column("age"), [18.0, 30.0, 45.0])
    job = categorical_column_with_vocabulary_list("job", ["baker", "nurse", "caf\u00e9"])
    town = categorical_column_with_identity("town", 5)
    tools = categorical_column_with_identity("tools", 3)
    deep = [age, indicator_column(ages), indicator_column(job), indicator_column(tools)]
    used = weighted_categorical_column(tools, "hours")
    deep += [embedding_column(town, 3), embedding_column(tools, 2, combiner)]
    deep += [indicator_column(used), embedding_column(used, 2, combiner)]
    model = DNNLinearCombinedClassifier(
        str(tmp_path / "model"),
        [ages, job, town, used],
        dnn_feature_columns=deep,
        dnn_hidden_units=[4],
        config=QUIET,
    )
    model.train(lambda: (_people(8), np.arange(8) % 2), steps=4)
    found = check_predictions(model, tmp_path / "model.onnx", _people_receiver, _people(11))
    assert len({tuple(row) for row in found["logits"].tolist()}) == 11
    empty = {name: values[:0] for name, values in _people(1).items()}
    assert run_onnx(str(tmp_path / "model.onnx"), empty)["probabilities"].shape == (0, 2)


def test_columns_that_onnx_cannot_have_are_all_named(tmp_path: Path) -> None:
    hashed = categorical_column_with_hash_bucket("job", 10)
    crossed = crossed_column(["job", "town"], 10)
    model = LinearClassifier([hashed, crossed], str(tmp_path / "model"), config=QUIET)
    model.train(lambda: (_people(8), np.arange(8) % 2), steps=1)
    with pytest.raises(UsageError) as error:
        model.export_onnx(tmp_path / "model.onnx", _people_receiver)
    text = str(error.value)
    assert "StringToHashBucketFast" in text and "SparseCross" in text
    assert not (tmp_path / "model.onnx").exists()
