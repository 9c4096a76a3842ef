"""The experiment of a model_dir that was trained before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.columns.numeric import numeric_column
from estimator.core.errors import NotFoundError, UsageError
from estimator.estimators.dnn import DNNEstimator
from estimator.estimators.linear import LinearClassifier
from estimator.experiments.experiment import Experiment
from estimator.experiments.trained import experiment_of_model_dir, recorded_experiment
from estimator.models.heads.binary import BinaryClassHead
from estimator.models.heads.multi_head import MultiHead
from estimator.models.heads.regression import RegressionHead
from estimator.settings.run_config import RunConfig
from tests import tiny

CONFIG = RunConfig(tf_random_seed=1, progress=False)
X = {"x": np.array([1.0, 2.0, -1.0, 0.5], np.float32)}
ROWS = "x,y,t,w\n1.0,b,0.5,1\n2.0,b,1.5,2\n-1.0,a,-3,1\n0.5,a,0,1\n"
TEXT = """\
estimator: {LinearClassifier: {n_classes: 2, label_vocabulary: [a, b]}}
columns: [{numeric_column: {key: x}}]
train: {input: {csv: rows.csv, label: y}, max_steps: 3}
run_config: {tf_random_seed: 1, progress: false}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "rows.csv").write_text(ROWS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_was_trained_as_an_experiment_is_that_experiment_wherever_it_lies_now(folder: Path) -> None:
    first = Experiment.read(TEXT, {"model_dir": "model", "train.input.batch_size": 2})
    first.train()
    (folder / "model").rename(folder / "moved")
    found = experiment_of_model_dir("moved", {"train.max_steps": 5})
    assert found.resolved() == first.resolved() | {
        "model_dir": "moved",
        "train": first.resolved()["train"] | {"max_steps": 5},
    }
    found.train()
    assert found.estimator().get_variable_value("global_step") == 5
    told = found.resolved()
    del told["model_dir"]  # where the file lies
    assert recorded_experiment("moved") == told


def test_a_ready_made_model_is_there_without_its_data(folder: Path) -> None:
    columns = [numeric_column("x")]
    model = LinearClassifier(columns, "model", label_vocabulary=["a", "b"], weight_column="w", config=CONFIG)
    data = X | {"w": np.array([1, 2, 1, 1], np.float32)}
    model.train(lambda: (data, np.array([b"b", b"b", b"a", b"a"])), steps=3)
    assert recorded_experiment("model") is None
    found = experiment_of_model_dir(
        "model", {"evaluate.input": {"csv": "rows.csv", "label": "y", "batch_size": 4}}
    )
    assert found.sections == ("evaluate",)
    expected = model.evaluate(lambda: (data, np.array([b"b", b"b", b"a", b"a"])), steps=1)
    assert found.evaluate() == pytest.approx(expected)


def test_labels_of_several_heads_have_their_types(folder: Path) -> None:
    head = MultiHead(
        [BinaryClassHead(label_vocabulary=["a", "b"], name="which"), RegressionHead(name="much")]
    )
    model = DNNEstimator(head, [3], [numeric_column("x")], "model", config=CONFIG)
    labels: dict[str, Any] = {
        "which": np.array([b"b", b"b", b"a", b"a"]),
        "much": np.array([0.5, 1.5, -3, 0], np.float32),
    }
    model.train(lambda: (X, labels), steps=3)
    data = {"csv": "rows.csv", "label": {"which": "y", "much": "t"}, "batch_size": 4}
    found = experiment_of_model_dir("model", {"evaluate.input": data}).evaluate()
    assert found == pytest.approx(model.evaluate(lambda: (X, labels), steps=1))


def test_what_the_data_lacks_is_told(folder: Path) -> None:
    LinearClassifier([numeric_column("z")], "model", config=CONFIG).train(
        lambda: ({"z": X["x"]}, np.ones(4, int)), steps=1
    )
    found = experiment_of_model_dir("model", {"predict.input.csv": "rows.csv"})
    with pytest.raises(UsageError, match="rows.csv has no column 'z', which LinearClassifier needs"):
        found.predict_input_fn()


def test_a_model_dir_that_tells_nothing_is_told(folder: Path) -> None:
    tiny.estimator("own").train(tiny.batches(), steps=1)
    (folder / "empty").mkdir()
    for name, what in (
        ("own", "with a model_fn"),
        ("empty", "has no .recipe.json"),
        ("none", "there is no model_dir"),
    ):
        with pytest.raises(NotFoundError, match=what):
            experiment_of_model_dir(name)
