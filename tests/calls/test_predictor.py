"""Predictors give what predict gives, of arrays that they are called with."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core import errors
from estimator.estimators.dnn import DNNClassifier, DNNRegressor
from estimator.estimators.estimator import Estimator
from estimator.estimators.linear import LinearClassifier
from estimator.runtime.executors import numpy as executor
from estimator.runtime.session import Session
from tests import tiny

CONFIG = tf.estimator.RunConfig(tf_random_seed=1, progress=False)
AGE = tf.feature_column.numeric_column("age")
JOB = tf.feature_column.categorical_column_with_vocabulary_list("job", ["baker", "nurse"])
PEOPLE = {
    "age": np.float32([31, 18, 55]),
    "job": np.array([b"baker", b"nurse", b"smith"], object),
}


def trained(model_dir: Path) -> DNNClassifier:
    columns = [AGE, tf.feature_column.indicator_column(JOB)]
    model = DNNClassifier([4], columns, model_dir, n_classes=3, config=CONFIG)
    model.train(lambda: (PEOPLE, np.array([0, 1, 2])), max_steps=3)
    return model


def predicted(model: Estimator, features: Any, **options: Any) -> Any:
    (batch,) = model.predict(lambda: features, yield_single_examples=False, **options)
    return batch


def assert_same(found: Any, expected: Any) -> None:
    assert list(found) == list(expected)
    for key, value in expected.items():
        np.testing.assert_array_equal(found[key], value)
        assert found[key].dtype == value.dtype


def test_a_predictor_gives_what_predict_gives(tmp_path: Path) -> None:
    model = trained(tmp_path)
    predictor = model.predictor({key: column[:1] for key, column in PEOPLE.items()})
    assert_same(predictor(PEOPLE), predicted(model, PEOPLE))
    none = {key: column[:0] for key, column in PEOPLE.items()}
    assert predictor(none)["class_ids"].shape == (0, 1)


def test_a_predictor_looks_up_once_what_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    predictor = trained(tmp_path).predictor(PEOPLE)
    runner, looked_up = Session._runner, []
    monkeypatch.setattr(Session, "_runner", lambda *given: (looked_up.append(given[1]), runner(*given))[1])
    for _ in range(3):
        predictor(PEOPLE)
        predictor(dict(reversed(PEOPLE.items())))
    assert len(looked_up) == 1


def test_a_predictor_of_a_closed_session_says_so(tmp_path: Path) -> None:
    predictor = trained(tmp_path).predictor(PEOPLE)
    predictor(PEOPLE)
    predictor.session.close()
    with pytest.raises(RuntimeError, match="closed Session"):
        predictor(PEOPLE)


def test_lists_of_plain_values_serve_as_example_and_as_input(tmp_path: Path) -> None:
    model = trained(tmp_path)
    predictor = model.predictor({"age": [1.0], "job": ["baker"]})
    asked = {"age": [31, 18, 55], "job": ["baker", "nurse", "smith"]}
    assert_same(predictor(asked), predicted(model, PEOPLE))


def test_specs_serve_as_example(tmp_path: Path) -> None:
    model = trained(tmp_path)
    specs = {"job": tf.TensorSpec([None], tf.string), "age": tf.TensorSpec([None], tf.float32)}
    assert_same(model.predictor(specs)(PEOPLE), predicted(model, PEOPLE))
    assert_same(model.predictor({**specs, "age": [1.0]})(PEOPLE), predicted(model, PEOPLE))


def test_sparse_features_are_fed_as_sparse_values(tmp_path: Path) -> None:
    model = LinearClassifier([JOB], tmp_path, config=CONFIG)
    jobs = tf.SparseTensorValue([[0, 0], [1, 0], [1, 1]], [b"baker", b"nurse", b"baker"], [2, 2])
    model.train(lambda: ({"job": jobs}, np.array([0, 1])), max_steps=2)
    predictor = model.predictor({"job": jobs})
    assert_same(predictor({"job": jobs}), predicted(model, {"job": jobs}))
    wider = tf.SparseTensorValue([[0, 3]], [b"nurse"], [1, 4])
    assert_same(predictor({"job": wider}), predicted(model, {"job": wider}))


def test_features_without_a_name_are_given_as_they_are(tmp_path: Path) -> None:
    def model_fn(features: Any, mode: str) -> Any:
        return tf.estimator.EstimatorSpec(mode, predictions=features * 2)

    predictor = Estimator(model_fn, tmp_path, CONFIG).predictor(np.zeros((1, 2), np.float32))
    np.testing.assert_array_equal(predictor([[1, 2], [3, 4]]), [[2, 4], [6, 8]])
    np.testing.assert_array_equal(predictor({"features": [[1, 2]]}), [[2, 4]])


def test_a_table_is_a_dict_of_its_columns(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    model = trained(tmp_path)
    people = pandas.DataFrame({"age": np.float32([31, 18, 55]), "job": ["baker", "nurse", "smith"]})
    assert_same(model.predictor(people[:1])(people), predicted(model, PEOPLE))


def test_only_the_wanted_keys_are_given(tmp_path: Path) -> None:
    model = trained(tmp_path)
    assert list(model.predictor(PEOPLE, predict_keys="logits")(PEOPLE)) == ["logits"]
    with pytest.raises(ValueError, match="Expected to run at least one output.*'logits'"):
        model.predictor(PEOPLE, predict_keys=["logit"])


def test_it_stays_with_its_checkpoint(tmp_path: Path) -> None:
    model = trained(tmp_path)
    predictor, before = model.predictor(PEOPLE), predicted(model, PEOPLE)
    model.train(lambda: (PEOPLE, np.array([0, 1, 2])), max_steps=6)
    assert_same(predictor(PEOPLE), before)
    assert (model.predictor(PEOPLE)(PEOPLE)["logits"] != before["logits"]).any()
    first = model.predictor(PEOPLE, checkpoint_path=str(tmp_path / "model.ckpt-3"))
    assert_same(first(PEOPLE), before)


def test_a_call_plans_nothing_and_reads_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny.estimator(tmp_path).train(tiny.batches(), steps=1)
    predictor = model.predictor({"x": np.zeros((1, 2), np.float32)})
    for _ in range(2):  # the second call plans
        predictor({"x": [[1, 2]]})
    planned: list[Any] = []
    monkeypatch.setattr(executor, "make_plan", lambda *given: planned.append(given))
    for path in tmp_path.iterdir():
        path.unlink()
    assert predictor({"x": [[1, 2]]})["y"].shape == (1, 1)
    assert planned == []


def test_threads_may_call_it_at_once(tmp_path: Path) -> None:
    model = trained(tmp_path)
    predictor = model.predictor(PEOPLE, predict_keys="logits")
    asked = [{**PEOPLE, "age": PEOPLE["age"] + number} for number in range(40)]
    expected = [predictor(features)["logits"].tolist() for features in asked]
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(predictor, asked)
        assert [batch["logits"].tolist() for batch in found] == expected


# -- mistakes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"age": [1.0], "jobs": ["baker"]}, r"unexpected keys.*'jobs'.*'job'.*Expected: 'age', 'job'"),
        ({"age": 1.0, "job": "baker"}, r"Cannot feed value of shape \(\) for Tensor 'features/age:0'"),
        ({"age": [[1.0]], "job": ["baker"]}, r"shape \(1, 1\)"),
        ({"age": ["old"], "job": ["baker"]}, "features/age:0"),
    ],
)
def test_what_does_not_fit_is_told_by_name(given: Any, message: str, tmp_path: Path) -> None:
    predictor = trained(tmp_path).predictor(PEOPLE)
    with pytest.raises((ValueError, TypeError), match=message):
        predictor(given)


def test_what_is_missing_is_told_by_name(tmp_path: Path) -> None:
    predictor = trained(tmp_path).predictor(PEOPLE)
    for given in ({"age": [1.0]}, {"age": [1.0], "job": None}):
        with pytest.raises(
            errors.InvalidArgumentError, match="input_dict lacks 'job'. Expected: 'age', 'job'"
        ):
            predictor(given)
    with pytest.raises(TypeError, match="takes a dict with 'age', 'job'"):
        predictor(7)


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ({"age": 1.0, "job": ["baker"]}, r"\['age'\] is a scalar"),
        ({"age": tf.TensorSpec([], tf.float32)}, "'age' has no dimension"),
        ({3: [1.0]}, "named by str, given: 3"),
        ({"age": {"a": [1.0], "b": [2.0]}}, "'age' holds several arrays"),
        ({"age": [1.0, 2.0], "job": ["baker"]}, "same number of rows"),
        ({}, "Feature age is not in features dictionary"),
    ],
)
def test_examples_that_are_none_are_refused(features: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        trained(tmp_path).predictor(features)


def test_without_a_checkpoint_it_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    model = DNNRegressor([2], [AGE], tmp_path, config=CONFIG)
    assert model.predictor({"age": [1.0]})({"age": [1.0]})["predictions"].shape == (1, 1)
    assert "predict uses initial, untrained weights" in caplog.text
    strict = DNNRegressor([2], [AGE], tmp_path, config=CONFIG.replace(require_checkpoint=True))
    with pytest.raises(errors.NotFoundError, match="train first"):
        strict.predictor({"age": [1.0]})
    assert list(tmp_path.iterdir()) == []
