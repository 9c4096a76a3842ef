"""DNNEstimator: a network with a head of one's choice; keys and names are TensorFlow 2.15's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator.columns.numeric import numeric_column
from estimator.estimators.dnn import DNNEstimator
from estimator.models.heads.head import Head
from estimator.models.heads.multi_class import MultiClassHead
from estimator.models.heads.multi_head import MultiHead
from estimator.models.heads.multi_label import MultiLabelHead
from estimator.models.heads.regression import (
    LogisticRegressionHead,
    PoissonRegressionHead,
    RegressionHead,
)
from estimator.optimizers.adam import AdamOptimizer
from estimator.pipeline.dataset import Dataset
from estimator.settings.run_config import RunConfig

CONFIG = RunConfig(tf_random_seed=3, progress=False)
COLUMNS = [numeric_column("b"), numeric_column("a", shape=2)]

RNG = np.random.default_rng(0)
COUNT = 10
FEATURES = {
    "a": RNG.normal(size=(COUNT, 2)).astype(np.float32),
    "b": RNG.normal(size=COUNT).astype(np.float32),
}

HEADS: dict[str, tuple[Head, Any, set[str], set[Any]]] = {
    # the head, labels, and the keys of metrics and predictions of tf.estimator.DNNEstimator, TensorFlow 2.15
    "multi-label": (
        MultiLabelHead(3),
        np.eye(3, dtype=np.int64)[np.arange(COUNT) % 3],
        {"auc", "auc_precision_recall", "average_loss", "loss", "global_step"},
        {"logits", "probabilities", "classes"},
    ),
    "counts": (
        PoissonRegressionHead(),
        np.arange(COUNT, dtype=np.float32),
        {"average_loss", "label/mean", "loss", "prediction/mean", "global_step"},
        {"logits", "predictions"},
    ),
    "shares": (
        LogisticRegressionHead(),
        np.arange(COUNT) % 2,
        {"average_loss", "label/mean", "loss", "prediction/mean", "global_step"},
        {"logits", "predictions"},
    ),
    "several": (
        MultiHead([RegressionHead(name="r"), MultiClassHead(3, name="c")]),
        {"r": np.arange(COUNT, dtype=np.float32), "c": np.arange(COUNT) % 3},
        {
            "accuracy/c", "average_loss/c", "average_loss/r", "global_step", "label/mean/r", "loss", "loss/c", "loss/r",
            "prediction/mean/r",
        },
        {
            ("r", "predictions"),
            *(("c", key) for key in "logits probabilities class_ids classes all_class_ids all_classes".split()),
        },
    ),
}  # fmt: skip


def with_head(model_dir: Path, name: str, **arguments: Any) -> DNNEstimator:
    return DNNEstimator(HEADS[name][0], [4], COLUMNS, model_dir, config=CONFIG, **arguments)


def labelled(name: str) -> Callable[[], Dataset]:
    return lambda: Dataset.from_tensor_slices((FEATURES, HEADS[name][1])).batch(4)


@pytest.mark.parametrize("name", HEADS)
def test_a_network_has_the_keys_of_its_head(tmp_path: Path, name: str) -> None:
    _, _, metrics, predictions = HEADS[name]
    model = with_head(tmp_path, name)
    model.train(labelled(name), steps=3)
    assert set(model.evaluate(labelled(name))) == metrics
    assert set(next(model.predict(labelled(name)))) == predictions


@pytest.mark.parametrize("name", HEADS)
def test_a_network_with_a_head_learns(tmp_path: Path, name: str) -> None:
    model = with_head(tmp_path, name, optimizer=AdamOptimizer(0.02))
    model.train(labelled(name), steps=1)
    before = model.evaluate(labelled(name))["loss"]
    model.train(lambda: labelled(name)().repeat(), steps=100)
    assert model.evaluate(labelled(name))["loss"] < 0.8 * before


def test_a_network_with_a_head_has_the_variables_of_a_ready_made_one(tmp_path: Path) -> None:
    model = with_head(tmp_path, "multi-label")
    model.train(labelled("multi-label"), steps=1)
    weights = [f"dnn/{layer}/{kind}" for layer in ("hiddenlayer_0", "logits") for kind in ("bias", "kernel")]
    slots = [f"{weight}/t_0/Adagrad" for weight in weights]
    assert sorted(model.get_variable_names()) == sorted([*weights, *slots, "global_step"])


def test_what_is_no_head_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="head must be a tf.estimator.Head.*given: 3"):
        DNNEstimator(3, [4], COLUMNS, tmp_path)  # type: ignore[arg-type]
