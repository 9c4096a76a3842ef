"""Metrics of a thousand examples in batches beside their formulas in numpy, as scikit-learn has them too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from estimator.functions.arrays import placeholder
from estimator.graph.graph import Graph
from estimator.network import metrics as m
from estimator.network.metrics.thresholds import f1_score

COUNT, CLASSES, K = 1000, 5, 3


@pytest.fixture
def data(rng: np.random.Generator) -> dict[str, Any]:
    """Yes or no and a score, an id and a guessed id, scores of classes, and weights."""
    truth, ids = rng.integers(0, 2, COUNT), rng.integers(0, CLASSES, COUNT)
    return {
        "truth": truth,
        "score": np.float32(np.clip(0.4 * truth + 0.6 * rng.random(COUNT), 0, 1)),
        "ids": ids,
        "guess": np.where(rng.random(COUNT) < 0.6, ids, rng.integers(0, CLASSES, COUNT)),
        "scores": np.float32(rng.random((COUNT, CLASSES))),
        "weight": np.float32(rng.choice([0.0, 0.5, 1.0, 3.0], COUNT)),
    }


def streamed(run: Callable[..., Any], metric: Callable[..., Any], data: dict[str, Any], *names: str) -> Any:
    """The value after batches of several sizes."""
    feeds = {name: placeholder(data[name].dtype, (None, *data[name].shape[1:])) for name in names}
    value, update = metric(*feeds.values())
    for begin, end in ((0, 400), (400, 401), (401, 401), (401, COUNT)):
        run(update, {feed: data[name][begin:end] for name, feed in feeds.items()})
    return run(value)


def exact_area(truth: Any, score: Any, weight: Any) -> float:
    """How often, by weight, a yes scores above a no; half for ties: the area under the ROC curve."""
    yes, no = truth == 1, truth == 0
    above = (score[yes][:, None] > score[no]) + 0.5 * (score[yes][:, None] == score[no])
    pairs = weight[yes][:, None] * weight[no]
    return float((above * pairs).sum() / pairs.sum())


@pytest.mark.parametrize(("num_thresholds", "tolerance"), [(200, 2e-3), (2000, 1e-4)])
def test_the_area_comes_near_the_exact_one_with_the_number_of_thresholds(
    graph: Graph, run: Any, data: Any, num_thresholds: int, tolerance: float
) -> None:
    def area(y: Any, p: Any, w: Any) -> Any:
        return m.auc(y, p, w, num_thresholds=num_thresholds)

    found = streamed(run, area, data, "truth", "score", "weight")
    assert found == pytest.approx(exact_area(data["truth"], data["score"], data["weight"]), abs=tolerance)


@pytest.mark.parametrize("name", ["mean_iou", "mean_per_class_accuracy"])
def test_the_means_over_classes_are_those_of_the_confusion_matrix(
    graph: Graph, run: Any, data: Any, name: str
) -> None:
    matrix = np.zeros((CLASSES, CLASSES))
    np.add.at(matrix, (data["ids"], data["guess"]), data["weight"])
    both, labelled, guessed = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    shares = both / (labelled + guessed - both if name == "mean_iou" else labelled)

    def metric(labels: Any, guesses: Any, weights: Any) -> Any:
        return getattr(m, name)(labels, guesses, CLASSES, weights)

    assert streamed(run, metric, data, "ids", "guess", "weight") == pytest.approx(shares.mean(), rel=1e-6)


@pytest.mark.parametrize("name", ["recall_at_k", "precision_at_k", "average_precision_at_k"])
def test_the_k_best_are_counted_as_ranks_say(graph: Graph, run: Any, data: Any, name: str) -> None:
    own = data["scores"][np.arange(COUNT), data["ids"]]
    rank = (data["scores"] > own[:, None]).sum(axis=1)  # 0 for the best
    hits = rank < K
    gains = {"recall_at_k": hits, "precision_at_k": hits / K, "average_precision_at_k": hits / (rank + 1)}

    def metric(labels: Any, scores: Any, weights: Any) -> Any:
        return getattr(m, name)(labels, scores, K, weights=weights)

    expected = np.average(gains[name], weights=data["weight"])
    assert streamed(run, metric, data, "ids", "scores", "weight") == pytest.approx(expected, rel=1e-6)


def test_the_best_f1_score_of_all_thresholds(run: Callable[..., Any]) -> None:
    rng = np.random.default_rng(9)
    scores, truth = rng.uniform(0, 1, 50).astype(np.float32), rng.integers(0, 2, 50) > 0
    weights = rng.uniform(0, 2, 50).astype(np.float32)
    value, update = f1_score(truth, scores, weights, num_thresholds=21)

    def f1(threshold: float) -> float:
        taken = scores > threshold
        tp = weights[taken & truth].sum()
        return float(2 * tp / (weights[taken].sum() + weights[truth].sum()))

    run(update)
    np.testing.assert_allclose(run(value), max(map(f1, np.linspace(0, 1, 21))), rtol=1e-4)
