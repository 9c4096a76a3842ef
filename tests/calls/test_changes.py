"""What has changed of a model since the last training: told before anything is touched."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import InvalidArgumentError
from estimator.estimators.dnn import DNNClassifier, DNNEstimator
from estimator.settings.run_config import RunConfig
from tests.tiny import batches, estimator

CONFIG = RunConfig(progress=False, tf_random_seed=1)
numeric = tf.feature_column.numeric_column


def input_fn() -> Any:
    x = np.ones((4, 2), np.float32)
    return {"x": x, "age": x[:, 0], "job": np.array(["a", "b", "a", "b"])}, np.array([0, 1, 0, 1])


def classifier(model_dir: Path, **changes: Any) -> DNNClassifier:
    arguments = {"hidden_units": [4, 4], "feature_columns": [numeric("x", 2), numeric("age")]}
    return DNNClassifier(**(arguments | changes), model_dir=model_dir, config=CONFIG)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    model_dir = tmp_path_factory.mktemp("changes") / "model"
    classifier(model_dir).train(input_fn, steps=1)
    return model_dir


JOB = tf.feature_column.categorical_column_with_vocabulary_list("job", ["a", "b"])


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"hidden_units": [20]}, "hidden_units: [4, 4] -> [20]"),
        ({"n_classes": 3}, "n_classes: 2 -> 3"),
        ({"feature_columns": [numeric("x", 2)]}, "feature_columns: - NumericColumn(age)"),
        (
            {"feature_columns": [numeric("x", 2), tf.feature_column.embedding_column(JOB, 3)]},
            "feature_columns: - NumericColumn(age), + EmbeddingColumn(job)",
        ),
        ({"hidden_units": [20], "dropout": 0.1}, "hidden_units: [4, 4] -> [20]; dropout: None -> 0.1"),
    ],
)
@pytest.mark.parametrize("call", ["train", "evaluate"])
def test_where_model_and_checkpoint_do_not_fit_the_error_says_what_was_changed(
    trained: Path, changes: dict[str, Any], line: str, call: str
) -> None:
    before = {path.name: path.read_bytes() for path in trained.iterdir() if path.is_file()}
    with pytest.raises(Exception, match="variables of the model do not fit") as caught:
        getattr(classifier(trained, **changes), call)(input_fn, steps=1)
    assert str(caught.value).splitlines()[-1] == f"Changed since the last training there: {line}."
    after = {path.name: path.read_bytes() for path in trained.iterdir() if path.is_file()}
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize(
    ("changes", "level", "line"),
    [
        ({"activation_fn": tf.nn.tanh}, "WARNING", "activation_fn: nn.relu -> math.tanh"),
        (
            {"feature_columns": [numeric("x", 2), numeric("age", default_value=1.0)]},
            "WARNING",
            "feature_columns NumericColumn(age).default_value: None -> [1.0]",
        ),
        (
            {"optimizer": tf.train.AdagradOptimizer(0.5)},
            "INFO",
            "optimizer: 'Adagrad' -> AdagradOptimizer",
        ),
    ],
)
def test_where_they_fit_it_is_told_before_the_first_step(
    tmp_path: Path, changes: dict[str, Any], level: str, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    classifier(tmp_path).train(input_fn, steps=1)
    caplog.clear()
    with caplog.at_level(logging.INFO):
        classifier(tmp_path, **changes).train(input_fn, steps=1)
    said = [record for record in caplog.records if "is not made as it was" in record.message]
    assert [record.levelname for record in said] == [level]
    assert f"trained last: {line}. Its variables fit" in said[0].message
    saved = [record.message for record in caplog.records].index(said[0].message)
    assert not any("Saving checkpoints" in record.message for record in caplog.records[:saved])


def test_the_same_model_is_told_nothing_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            classifier(tmp_path / "canned").train(input_fn, steps=1)
            estimator(tmp_path / "own").train(batches(), steps=1)
    assert "is not made as it was" not in caplog.text


def test_a_default_that_is_given_is_no_change(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    classifier(tmp_path).train(input_fn, steps=1)
    with caplog.at_level(logging.INFO):
        given = {"optimizer": "Adagrad", "dropout": None, "n_classes": 2, "activation_fn": "relu"}
        classifier(tmp_path, **given).train(input_fn, steps=1)
        classifier(tmp_path).train(input_fn, steps=1)
    assert "is not made as it was" not in caplog.text


def test_heads_are_compared_by_what_they_are_made_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def train(head: Any) -> None:
        DNNEstimator(head, [4], [numeric("x", 2)], model_dir=tmp_path, config=CONFIG).train(input_fn, steps=1)

    train(tf.estimator.BinaryClassHead())
    with caplog.at_level(logging.INFO):
        train(tf.estimator.BinaryClassHead(weight_column=None, thresholds=None))
        assert "is not made as it was" not in caplog.text
        train(tf.estimator.BinaryClassHead(weight_column="age"))
    assert "trained last: head.weight_column: None -> 'age'. Its" in caplog.text


def test_of_a_model_function_the_params_are_compared(tmp_path: Path) -> None:
    estimator(tmp_path, units=3).train(batches(), steps=1)
    with pytest.raises(
        InvalidArgumentError, match=r"Changed since the last training there: units: 3 -> 7\.\Z"
    ):
        estimator(tmp_path, units=7).train(batches(), steps=1)


@pytest.mark.parametrize("name", ["metadata.yaml", ".recipe.json"])
def test_where_nobody_knows_what_was_trained_the_error_stays_as_it_is(
    trained: Path, tmp_path: Path, name: str
) -> None:
    for path in trained.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / ".recipe.json").write_text('{"estimator_recipe": [')
    (tmp_path / name).unlink()
    with pytest.raises(InvalidArgumentError) as caught:
        classifier(tmp_path, hidden_units=[9, 9]).train(input_fn, steps=1)
    assert "Changed since" not in str(caught.value)
