"""Regression of labels that are far from 0."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import estimator as est
from estimator.graph.graph import Graph, get_default_graph
from estimator.models.heads.standardized import StandardizedRegressionHead
from estimator.models.spec import ModeKeys
from estimator.runtime.session import Session

LABELS, LOGITS = np.float32([[100.0], [160.0]]), np.float32([[0.5], [1.0]])


def test_the_loss_is_that_of_labels_in_standard_deviations(graph: Graph) -> None:
    head = StandardizedRegressionHead(mean=100.0, std=20.0)
    loss = head.loss(get_default_graph().constant(LABELS), get_default_graph().constant(LOGITS))
    with Session() as session:
        # labels are 0 and 3 standard deviations above the mean: (0.5² + 2²) / 2
        assert session.run(loss) == pytest.approx(2.125)


def test_predictions_and_errors_have_the_unit_of_the_labels(graph: Graph) -> None:
    head = StandardizedRegressionHead(100.0, 20.0)
    spec = head.create_estimator_spec(
        features={}, mode=ModeKeys.EVAL, logits=graph.constant(LOGITS), labels=graph.constant(LABELS)
    )
    with Session() as session:
        session.run([*graph.get_collection("local_variables_init"), *_initializers(graph)])
        session.run([update for _, update in spec.eval_metric_ops.values()])
        found = {name: float(session.run(value)) for name, (value, _) in spec.eval_metric_ops.items()}
        predictions = session.run(head.predictions(graph.constant(LOGITS))["predictions"])
    assert predictions.tolist() == [[110.0], [120.0]]
    assert found == pytest.approx(
        {
            "average_loss": 2.125,
            "prediction/mean": 115.0,
            "label/mean": 130.0,
            "mean_absolute_error": 25.0,  # (10 + 40) / 2
            "root_mean_squared_error": (1700 / 2) ** 0.5,  # (10² + 40²) / 2
        }
    )


def _initializers(graph: Graph) -> list[object]:
    return [variable.initializer for variable in graph.get_collection("local_variables")]


def test_a_network_learns_prices_as_it_learns_small_numbers(tmp_path: Path) -> None:
    x = np.linspace(-1, 1, 64, dtype=np.float32)
    prices = 300_000 + 80_000 * x
    model = est.DNNEstimator(
        head=StandardizedRegressionHead(300_000, 46_000),
        hidden_units=[8],
        feature_columns=[est.feature_column.numeric_column("x")],
        optimizer=est.train.AdamOptimizer(0.02),
        model_dir=str(tmp_path),
        config=est.RunConfig(tf_random_seed=1),
    )
    data = est.data.Dataset.from_tensor_slices(({"x": x}, prices)).repeat().batch(64)
    result = model.train(lambda: data, max_steps=150).evaluate(lambda: data, steps=1)
    assert result["average_loss"] < 0.05
    assert result["label/mean"] == pytest.approx(300_000)
    assert result["root_mean_squared_error"] == pytest.approx(
        result["average_loss"] ** 0.5 * 46_000, rel=1e-4
    )


def test_what_is_no_mean_or_deviation_is_refused() -> None:
    with pytest.raises(ValueError, match="std is a finite number above 0, given: -1"):
        StandardizedRegressionHead(0.0, -1)
