"""add_metrics: an Estimator of the same model with more metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.estimators.add_metrics import add_metrics
from estimator.estimators.baseline import BaselineClassifier
from estimator.estimators.estimator import Estimator
from estimator.network import metrics
from estimator.pipeline.dataset import Dataset
from estimator.settings.run_config import RunConfig

CONFIG = RunConfig(progress=False)


def input_fn() -> Dataset:
    features = {"x": np.array([[1.0], [2.0], [6.0]], np.float32)}
    return Dataset.from_tensors((features, np.array([1, 0, 1])))


def trained(model_dir: Path) -> Estimator:
    return BaselineClassifier(model_dir, config=CONFIG).train(input_fn, steps=1)


def test_the_metrics_are_those_of_the_model_and_more(tmp_path: Path) -> None:
    def metric_fn(features: Any, labels: Any, predictions: Any, config: Any) -> Any:
        assert isinstance(config, RunConfig)
        return {
            "mean_x": metrics.mean(features["x"]),
            "auc": metrics.mean(labels),  # in place of the model's own
            "mean_score": metrics.mean(predictions["logistic"]),
        }

    model = trained(tmp_path)
    more = add_metrics(model, metric_fn)
    before, after = model.evaluate(input_fn), more.evaluate(input_fn)
    assert more.model_dir == model.model_dir
    assert set(after) == {*before, "mean_x", "mean_score"}
    assert (after["mean_x"], after["auc"]) == (3.0, pytest.approx(2 / 3))
    assert after["mean_score"] == pytest.approx(before["prediction/mean"])


def test_the_new_one_trains_and_predicts_like_the_old(tmp_path: Path) -> None:
    model = trained(tmp_path)
    more = add_metrics(model, lambda labels: {"mine": metrics.mean(labels)})
    more.train(input_fn, steps=1)
    assert model.get_variable_value("global_step") == 2
    assert set(next(more.predict(input_fn))) == set(next(model.predict(input_fn)))


def test_arguments_that_nobody_fills_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"not expected args: \['extra'\]. Known: features, labels"):
        add_metrics(trained(tmp_path), lambda labels, extra: {})
    with pytest.raises(TypeError, match="estimator must be an Estimator, given: 3"):
        add_metrics(3, lambda labels: {})  # type: ignore[arg-type]


def test_what_is_no_dict_is_refused(tmp_path: Path) -> None:
    more = add_metrics(trained(tmp_path), lambda labels: metrics.mean(labels))
    with pytest.raises(ValueError, match=r"metric_fn must give a dict of metric key to \(value, update_op\)"):
        more.evaluate(input_fn)
