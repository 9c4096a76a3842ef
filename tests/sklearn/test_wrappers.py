"""Estimators inside scikit-learn's own tools: Pipeline, GridSearchCV, clone, joblib's pickles, DataFrames."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import estimator as est
from estimator import tf

ROOT = Path(__file__).parents[2]
X, CLASSES = load_iris(return_X_y=True)
X = (X - X.mean(0)) / X.std(0)
NAMES = np.array(["setosa", "versicolor", "virginica"])
LABELS = NAMES[CLASSES]


def classifier(**changes: Any) -> est.sklearn.Classifier:
    return est.sklearn.Classifier(
        est.DNNClassifier, hidden_units=[8], **{"steps": 60, "random_state": 0} | changes
    )


@pytest.fixture(scope="module")
def fitted() -> est.sklearn.Classifier:
    return classifier().fit(X, LABELS)


def test_labels_of_any_kind_come_back(fitted: est.sklearn.Classifier) -> None:
    assert fitted.classes_.tolist() == NAMES.tolist()
    assert set(fitted.predict(X)) == set(NAMES)
    assert fitted.score(X, LABELS) > 0.9


def test_probabilities_are_those_of_the_estimator_inside(fitted: est.sklearn.Classifier) -> None:
    inside = fitted.estimator_.predict(lambda: tf.data.Dataset.from_tensors({"x": X.astype(np.float32)}))
    expected = np.stack([row["probabilities"] for row in inside])
    np.testing.assert_array_equal(fitted.predict_proba(X), expected)
    np.testing.assert_allclose(expected.sum(1), 1, rtol=1e-6)


def test_the_same_random_state_gives_the_same_model(fitted: est.sklearn.Classifier) -> None:
    again, other = classifier().fit(X, LABELS), classifier(random_state=1).fit(X, LABELS)
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))
    assert not np.array_equal(other.predict_proba(X), fitted.predict_proba(X))


def test_more_rows_than_are_predicted_at_once_keep_their_order(fitted: est.sklearn.Classifier) -> None:
    many = np.tile(X, (8, 1))
    np.testing.assert_allclose(
        fitted.predict_proba(many), np.tile(fitted.predict_proba(X), (8, 1)), rtol=1e-5
    )


def test_a_search_over_a_pipeline_finds_what_trains() -> None:
    pipeline = make_pipeline(StandardScaler(), classifier(steps=30))
    search = GridSearchCV(
        pipeline,
        {"classifier__optimizer": [tf.train.AdamOptimizer(0.1), "SGD"], "classifier__steps": [1, 40]},
        cv=2,
    )
    search.fit(X, LABELS)
    assert search.best_params_["classifier__steps"] == 40
    assert search.best_score_ > 0.9
    assert search.predict(X[:1]) in NAMES


def test_a_clone_has_the_parameters_and_nothing_that_was_trained(fitted: est.sklearn.Classifier) -> None:
    copy = clone(fitted)
    assert copy.get_params() == fitted.get_params()
    assert copy.get_params()["hidden_units"] == [8]
    with pytest.raises(NotFittedError):
        copy.predict(X)


@pytest.mark.parametrize("changed", [{}, {"hidden_units": [3, 3]}])
def test_a_pickle_has_the_checkpoint_in_it(changed: dict[str, Any]) -> None:
    model = classifier().fit(X, LABELS)
    expected = model.predict_proba(X)
    text = pickle.dumps(model.set_params(**changed))  # which counts from the next fit on
    folder = model.estimator_.model_dir
    del model
    assert not os.path.exists(folder)
    read = pickle.loads(text)  # noqa: S301
    np.testing.assert_array_equal(read.predict_proba(X), expected)
    assert read.get_params()["hidden_units"] == changed.get("hidden_units", [8])


def test_a_fit_begins_anew_in_a_folder_of_its_own(tmp_path: Path) -> None:
    model = classifier(steps=5, model_dir=tmp_path / "models")
    folders = [model.fit(X, LABELS).estimator_.model_dir for _ in range(2)]
    assert {Path(folder).parent for folder in folders} == {tmp_path / "models"}
    assert [Path(folder, "model.ckpt-5.index").exists() for folder in folders] == [True, True]
    assert folders[0] != folders[1]
    del model
    assert os.path.exists(folders[1])


def test_a_frame_gives_its_columns_by_their_names_to_feature_columns() -> None:
    frame = pd.DataFrame({"colour": ["red", "blue", "green"] * 30, "noise": np.zeros(90)})
    colours = tf.feature_column.categorical_column_with_vocabulary_list("colour", ["red", "blue", "green"])
    model = est.sklearn.Classifier(feature_columns=[colours], steps=60, random_state=0)
    model.fit(frame, frame["colour"])
    assert model.feature_names_in_.tolist() == ["colour", "noise"]
    assert model.predict(frame[:3]).tolist() == ["red", "blue", "green"]
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame.rename(columns={"noise": "sound"}))
    with pytest.raises(TypeError, match="need a DataFrame as X, given: ndarray"):
        model.predict(frame.to_numpy())


def test_weights_count_as_repetitions_do() -> None:
    """y is the mean of what one row has, by its weights: 0.75."""
    ones, y, weights = np.ones((8, 1)), np.array([0, 1] * 4, float), np.array([1, 3] * 4, float)
    model = est.sklearn.Regressor(optimizer=tf.train.GradientDescentOptimizer(0.01), batch_size=8, steps=300)
    assert model.fit(ones, y, sample_weight=weights).predict(ones[:1]) == pytest.approx([0.75], abs=1e-3)
    assert model.fit(ones, y).predict(ones[:1]) == pytest.approx([0.5], abs=1e-3)


def test_a_linear_regression_is_that_of_scikit_learn() -> None:
    y = X @ [1.0, -2.0, 0.5, 0.0] + 3
    model = est.sklearn.Regressor(
        optimizer=tf.train.FtrlOptimizer(1.0), steps=800, batch_size=150, random_state=0
    )
    ours, theirs = model.fit(X, y).predict(X), Ridge(1e-6).fit(X, y).predict(X)
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, atol=0.05)
    assert model.score(X, y) > 0.999


def test_a_wide_and_deep_model_has_its_columns_too() -> None:
    model = est.sklearn.Classifier(
        est.DNNLinearCombinedClassifier, dnn_hidden_units=[4], steps=2, random_state=0
    )
    names = model.fit(X, CLASSES).estimator_.get_variable_names()
    assert {"dnn/logits/kernel", "linear/linear_model/x/weights"} <= set(names)


def model_fn(features: Any, labels: Any, mode: str, params: dict[str, Any]) -> est.EstimatorSpec:
    logits = est.layers.dense(features["x"], params["classes"])
    predictions = {"probabilities": est.nn.softmax(logits)}
    if mode == est.ModeKeys.PREDICT:
        return est.EstimatorSpec(mode, predictions=predictions)
    loss = est.losses.sparse_softmax_cross_entropy(labels, logits)
    step = est.train.get_global_step()
    return est.EstimatorSpec(mode, loss=loss, train_op=est.train.AdamOptimizer(0.1).minimize(loss, step))


def test_a_model_function_of_the_users_own_classifies() -> None:
    model = est.sklearn.Classifier(
        est.Estimator, model_fn=model_fn, params={"classes": 3}, steps=60, random_state=0
    )
    assert model.fit(X, LABELS).score(X, LABELS) > 0.9
    with pytest.raises(ValueError, match="sample_weight needs a weight_column, which"):
        model.fit(X, LABELS, sample_weight=np.ones(len(X)))


def test_an_argument_that_nobody_has_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="Invalid parameter 'hiden_units'(?s:.*)Did you mean 'hidden_units'"):
        classifier().set_params(hiden_units=[3])
    with pytest.raises(TypeError, match="hiden_units.*Did you mean 'hidden_units'"):
        est.sklearn.Classifier(est.DNNClassifier, hiden_units=[3]).fit(X, CLASSES)


def test_one_class_is_refused() -> None:
    with pytest.raises(ValueError, match=r"needs two classes, y has one class: \['setosa'\]"):
        classifier().fit(X[:50], LABELS[:50])


def test_fit_and_predict_are_silent_unless_debugging_is_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    for level, is_silent in (("INFO", True), ("DEBUG", False)):
        with caplog.at_level(level, "tensorflow"):
            classifier(steps=1).fit(X, CLASSES).predict(X)
        assert (not [record for record in caplog.records if record.levelname == "INFO"]) == is_silent


def test_a_representation_has_the_arguments_of_the_estimator_too() -> None:
    assert repr(classifier(steps=7)) == (
        "Classifier(estimator=<class 'estimator.estimators.dnn.DNNClassifier'>,\n"
        "           hidden_units=[8], random_state=0, steps=7)"
    )


def test_without_scikit_learn_the_extra_is_named() -> None:
    code = "import sys; sys.modules['sklearn'] = None\nimport estimator as est\nest.sklearn.Classifier"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stderr.splitlines()[-1].endswith("pip install 'numpy-estimator[sklearn]'.")
    assert "est.sklearn needs sklearn, which is not installed" in done.stderr
