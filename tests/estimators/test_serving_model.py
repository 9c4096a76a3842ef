"""Checkpoints of a model_dir, ready to be served."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from estimator import tf
from estimator.core import errors
from estimator.estimators.baseline import BaselineClassifier
from estimator.estimators.dnn import DNNClassifier
from estimator.estimators.estimator import Estimator
from estimator.estimators.kmeans import KMeansClustering
from estimator.estimators.linear import LinearRegressor
from estimator.estimators.serving_model import ServedGraph, open_checkpoint
from estimator.models.export_outputs import PredictOutput
from estimator.models.spec import EstimatorSpec
from estimator.saved_model import constants
from estimator.settings.run_config import RunConfig
from tests import tiny
from tests.estimators.test_columns import AGE, COLUMNS, FEATURES, LABELS

CONFIG = RunConfig(
    tf_random_seed=1, progress=False, save_checkpoints_steps=2, keep_best=("accuracy", "max", 1)
)


def examples(**features: Any) -> list[bytes]:
    """The features of each example as a tf.Example; empty words and ids are left out, and weights with them."""
    made = []
    for row in zip(*features.values(), strict=True):
        example = tf.train.Example()
        for name, value in zip(features, row, strict=True):
            feature = example.features.feature[name]
            values = [item for item in np.ravel(value).tolist() if item not in ("", -1)]
            kind = {"U": "bytes_list", "i": "int64_list", "f": "float_list"}[np.asarray(value).dtype.kind]
            getattr(feature, kind).value.extend(
                item.encode() if kind == "bytes_list" else item for item in values
            )
        made.append(example.SerializeToString())
    return made


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Estimator:
    made = DNNClassifier([3], COLUMNS, tmp_path_factory.mktemp("dnn"), n_classes=3, config=CONFIG)
    made.train(lambda: (FEATURES, LABELS), steps=2)
    made.evaluate(lambda: (FEATURES, LABELS), steps=1)
    return made.train(lambda: (FEATURES, (LABELS + 1) % 3), steps=2)


@pytest.fixture(scope="module")
def served(model: Estimator) -> ServedGraph:
    return open_checkpoint(model.model_dir)


def predicted(model: Estimator, **options: Any) -> Any:
    (batch,) = model.predict(lambda: FEATURES, yield_single_examples=False, **options)
    return batch


def test_a_model_predicts_of_its_features(model: Estimator, served: ServedGraph) -> None:
    expected = predicted(model)
    found = served.predictor("predict")(FEATURES)
    assert list(found) == list(expected)
    for key in expected:
        np.testing.assert_array_equal(found[key], expected[key])
    assert (served.step, served.path) == (4, model.latest_checkpoint())


def test_a_model_classifies_tf_examples(model: Estimator, served: ServedGraph) -> None:
    features = {name: values for name, values in FEATURES.items() if name != "share"}
    features["share"] = np.array([0.5, 1.0, -1, 2.0], np.float32)  # the third has no city, and no weight
    asked = examples(**features)
    spec = tf.feature_column.make_parse_example_spec(COLUMNS)
    parsed = tf.data.Dataset.from_tensors(asked).map(lambda texts: tf.parse_example(texts, spec))
    (expected,) = model.predict(lambda: parsed, yield_single_examples=False)
    found = served.predictor("classification")({"inputs": asked})
    np.testing.assert_array_equal(found["scores"], expected["probabilities"])
    assert (found["scores"] != predicted(model)["probabilities"]).any()  # where a word is '', it is crossed


def test_the_default_is_what_predicts(served: ServedGraph) -> None:
    methods = {name: signature.method_name for name, signature in served.signatures.items()}
    assert methods == {
        "serving_default": constants.PREDICT_METHOD_NAME,
        "classification": constants.CLASSIFY_METHOD_NAME,
        "predict": constants.PREDICT_METHOD_NAME,
    }
    assert list(served.signatures["serving_default"].inputs) == list(served.signatures["predict"].inputs)


def test_a_wrong_signature_is_answered(served: ServedGraph) -> None:
    with pytest.raises(KeyError, match=r"no signature 'predicts'. Did you mean 'predict'\?"):
        served.predictor("predicts")


@pytest.mark.parametrize(("checkpoint", "step"), [("best", 2), ("latest", 4), (2, 2), ("4", 4)])
def test_a_checkpoint_is_asked_for_by_what_it_is(model: Estimator, checkpoint: Any, step: int) -> None:
    found = open_checkpoint(model.model_dir, checkpoint)
    assert found.step == step
    expected = predicted(model, checkpoint_path=found.path)
    np.testing.assert_array_equal(found.predictor("predict")(FEATURES)["logits"], expected["logits"])
    assert open_checkpoint(model.model_dir, found.path).step == step


def test_a_checkpoint_that_is_not_there_is_told(model: Estimator, tmp_path: Path) -> None:
    with pytest.raises(errors.NotFoundError, match="no checkpoint of step 7; it has those of: .*2, .*4"):
        open_checkpoint(model.model_dir, 7)
    with pytest.raises(errors.NotFoundError, match="has no checkpoint; train first"):
        open_checkpoint(tmp_path)
    (tmp_path / "export" / "best" / "7").mkdir(parents=True)
    (tmp_path / "export" / "best" / "7" / "saved_model.pb").touch()
    with pytest.raises(errors.NotFoundError, match="from_saved_model reads: '.*export/best/7'"):
        open_checkpoint(tmp_path)
    with pytest.raises(ValueError, match="The passed save_path is not a valid checkpoint"):
        open_checkpoint(model.model_dir, f"{model.model_dir}/model.ckpt-9")


@pytest.mark.parametrize(
    ("checkpoint", "kind", "message"),
    [
        ("bset", errors.NotFoundError, "no checkpoint 'bset'. Did you mean 'best'"),
        ("model.ckpt-9", errors.NotFoundError, "no checkpoint 'model.ckpt-9'. checkpoint is 'latest', 'best', a step"),
        (True, ValueError, "a step, or the prefix of a checkpoint; given: True"),
        (1.5, ValueError, "given: 1.5"),
        ("", ValueError, "given: ''"),
        (None, ValueError, "given: None"),
    ],
    ids=["word", "name", "True", "float", "empty", "None"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_told(
    model: Estimator, checkpoint: Any, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        open_checkpoint(model.model_dir, checkpoint)
    assert open_checkpoint(model.model_dir, "model.ckpt-2").step == 2  # a name in the model_dir


def test_a_regressor_regresses(tmp_path: Path) -> None:
    model = LinearRegressor([AGE], tmp_path, config=RunConfig(progress=False))
    model.train(lambda: ({"age": FEATURES["age"]}, np.float32(LABELS)), steps=1)
    served = open_checkpoint(tmp_path)
    found = served.predictor("regression")({"inputs": examples(age=FEATURES["age"])})
    assert served.signatures["regression"].method_name == constants.REGRESS_METHOD_NAME
    np.testing.assert_allclose(
        found["outputs"], served.predictor("predict")({"age": FEATURES["age"]})["predictions"], rtol=1e-6
    )


def test_a_model_of_types_that_examples_have_not_only_predicts(tmp_path: Path) -> None:
    column = tf.feature_column.numeric_column("x", dtype=tf.float64)
    model = LinearRegressor([column], tmp_path, config=RunConfig(progress=False))
    model.train(lambda: ({"x": np.float64([1, 2])}, np.float32([1, 2])), steps=1)
    served = open_checkpoint(tmp_path)
    assert sorted(served.signatures) == ["predict", "serving_default"]
    assert served.predictor()({"x": [1.0]})["predictions"].shape == (1, 1)


def test_a_model_without_columns_counts_its_examples(tmp_path: Path) -> None:
    model = BaselineClassifier(tmp_path, config=RunConfig(progress=False))
    model.train(lambda: (FEATURES, LABELS), steps=1)
    found = open_checkpoint(tmp_path).predictor("predict")({"examples": [b"", b"", b""]})
    assert found["probabilities"].shape == (3, 2)


def test_clusters_without_columns_take_points(tmp_path: Path) -> None:
    points = np.float32([[0, 0], [0, 1], [9, 9], [9, 8]])
    model = KMeansClustering(2, tmp_path, initial_clusters=points[::2], config=RunConfig(progress=False))
    model.train(lambda: points, steps=1)
    found = open_checkpoint(tmp_path).predictor("serving_default")({"features": points})
    assert found["output"].tolist() == [0, 0, 1, 1]


class Receiver(NamedTuple):
    """As tf.estimator.export.ServingInputReceiver is."""

    features: Any
    receiver_tensors: Any


def served_model_fn(features: Any, labels: Any, mode: str, params: Any) -> EstimatorSpec:
    spec = tiny.model_fn(features, labels, mode, params)
    return spec if spec.predictions is None else spec._replace(
        export_outputs={"serving_default": PredictOutput(spec.predictions)}
    )  # fmt: skip


def test_a_model_of_ones_own_is_served_through_its_receiver(tmp_path: Path) -> None:
    model = Estimator(served_model_fn, tmp_path, RunConfig(progress=False), {})
    model.train(tiny.batches(), steps=1)

    def receiver() -> Receiver:
        doubled = tf.placeholder(tf.float32, [None, 2])
        return Receiver({"x": doubled / 2}, {"doubled": doubled})

    served = open_checkpoint(tmp_path, estimator=model, serving_input_receiver_fn=receiver)
    x = np.float32([[1, 2]])
    (expected,) = model.predict(lambda: {"x": x})
    assert served.predictor("serving_default")({"doubled": 2 * x})["y"].tolist() == [expected["y"].tolist()]
    with pytest.raises(ValueError, match="Estimator has a model_fn.*pass serving_input_receiver_fn"):
        open_checkpoint(tmp_path, estimator=model)
