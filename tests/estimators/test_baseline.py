"""Models that ignore their features, against TensorFlow's numbers and the means of labels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.core.errors import InvalidArgumentError
from estimator.estimators.baseline import (
    BaselineClassifier,
    BaselineEstimator,
    BaselineRegressor,
    baseline_logits,
)
from estimator.estimators.estimator import Estimator
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.models.heads.multi_label import MultiLabelHead
from estimator.optimizers.adam import AdamOptimizer
from estimator.pipeline.dataset import Dataset
from estimator.runtime.session import Session
from estimator.settings.run_config import RunConfig
from estimator.variables.variable import global_variables_initializer

CONFIG = RunConfig(progress=False)
FEATURES = {"x": np.zeros((4, 2), np.float32), "w": np.array([1, 2, 0.5, 1], np.float32)}
TWO = np.array([1, 0, 1, 1])
REAL = np.array([[1, 0], [2, 0], [1, 1], [1, 3]], np.float32)


def input_fn(labels: Any, repeats: int = 1) -> Callable[[], Dataset]:
    return lambda: Dataset.from_tensors((FEATURES, labels)).repeat(repeats)


# What three steps of TensorFlow 2.15 on those four examples leave, and evaluate gives
CASES: dict[str, tuple[Callable[[Path], Estimator], Any, dict[str, Any], dict[str, float]]] = {
    "two classes": (
        lambda path: BaselineClassifier(path, config=CONFIG),
        TWO,
        {
            "baseline/bias": [0.5748636722564697],
            "baseline/bias/Ftrl": [1.9177963733673096],
            "baseline/bias/Ftrl_1": [-2.6536574363708496],
        },
        {
            "accuracy_baseline": 0.75,
            "average_loss": 0.5901832,
            "loss": 2.3607328,
            "prediction/mean": 0.63988465,
        },
    ),
    "weights": (
        lambda path: BaselineClassifier(path, weight_column="w", optimizer="SGD", config=CONFIG),
        TWO,
        {"baseline/bias": [0.1576678454875946]},
        {"accuracy": 0.5555556, "average_loss": 0.6874921, "loss": 3.0937142, "label/mean": 0.5555556},
    ),
    "two numbers": (
        lambda path: BaselineRegressor(
            path, label_dimension=2, optimizer=lambda: AdamOptimizer(0.5), config=CONFIG
        ),
        REAL,
        {
            "baseline/bias": [1.401037335395813, 1.335900902748108],
            "baseline/bias/Adam": [-1.5670056343078613, -1.0351295471191406],
            "baseline/bias/Adam_1": [0.140471413731575, 0.07992863655090332],
            "head/beta1_power": 0.6560999155044556,
            "head/beta2_power": 0.9960060715675354,
        },
        {"average_loss": 0.91157085, "label/mean": 1.125, "loss": 7.292567, "prediction/mean": 1.3684691},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_three_steps_leave_what_tensorflows_leave(tmp_path: Path, name: str) -> None:
    make, labels, variables, metrics = CASES[name]
    model = make(tmp_path)
    model.train(input_fn(labels, 3), steps=3)
    assert set(model.get_variable_names()) == {*variables, "global_step"}
    for key, value in variables.items():
        np.testing.assert_allclose(model.get_variable_value(key), value, rtol=1e-5, err_msg=key)
    found = model.evaluate(input_fn(labels))
    for key, number in metrics.items():
        assert found[key] == pytest.approx(number, rel=1e-5), key


def test_it_learns_how_frequent_the_classes_are(tmp_path: Path) -> None:
    model = BaselineClassifier(tmp_path, n_classes=3, label_vocabulary=["a", "b", "c"], config=CONFIG)
    model.train(input_fn(np.array(["a", "b", "a", "c"]), 300))
    predictions = list(model.predict(lambda: Dataset.from_tensors(FEATURES)))
    assert len(predictions) == 4
    np.testing.assert_allclose(predictions[0]["probabilities"], [0.5, 0.25, 0.25], atol=0.01)
    assert {prediction["classes"][0] for prediction in predictions} == {b"a"}


def test_any_head_may_stand_on_it(tmp_path: Path) -> None:
    model = BaselineEstimator(MultiLabelHead(2), tmp_path, config=CONFIG)
    model.train(input_fn(np.array([[1, 0], [1, 1], [0, 0], [1, 0]]), 300))
    prediction = next(model.predict(lambda: Dataset.from_tensors(FEATURES)))
    np.testing.assert_allclose(prediction["probabilities"], [0.75, 0.25], atol=0.01)


def test_weights_need_not_be_there_to_predict(tmp_path: Path) -> None:
    model = BaselineRegressor(tmp_path, weight_column="w", config=CONFIG)
    model.train(input_fn(np.ones(4, np.float32)), steps=1)
    assert len(list(model.predict(lambda: Dataset.from_tensors({"x": FEATURES["x"]})))) == 4


def test_features_of_different_numbers_of_rows_stop_the_run() -> None:
    with Graph().as_default() as graph, Session(graph=graph) as session:
        short = b.PlaceholderWithDefault(np.zeros((3, 1), np.float32), shape=(None, 1))
        logits = baseline_logits({"long": FEATURES["x"], "short": short}, 1)
        session.run(global_variables_initializer())
        with pytest.raises(InvalidArgumentError, match=r"different numbers of rows.*long, short.*\[4 3\]"):
            session.run(logits)


def test_no_features_are_refused() -> None:
    with Graph().as_default(), pytest.raises(ValueError, match=r"features must not be empty.*\['w'\]"):
        baseline_logits({"w": FEATURES["w"]}, 1, weight_key="w")


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"(?s)BaselineClassifier: 3 problems.*n_classes.*nosuch.*provided 3"
    ):
        BaselineClassifier(tmp_path, n_classes=1, optimizer="nosuch", config=3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: BaselineEstimator("head"), TypeError, "head must be a tf.estimator.Head.*'head'"),  # type: ignore[arg-type]
        (lambda: BaselineClassifier(optimizer="Ftrll"), ValueError, "Ftrll.*Did you mean.*Ftrl"),
        (lambda: BaselineRegressor(label_dimension=0), ValueError, "label_dimension must be >= 1"),
    ],
)
def test_wrong_arguments_are_refused(make: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make()
