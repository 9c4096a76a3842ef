"""Labels that are no class, and what is said of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from estimator.experiments.classes import Classes, classes_of

IDS = Classes("DNNClassifier", 3, ())
NAMES = Classes("DNNClassifier", 2, ("low", "high"))


@pytest.mark.parametrize(
    ("classes", "labels", "unknown"),
    [
        (IDS, np.array([0, 2, 1]), None),
        (IDS, np.array([0, 3, 4]), 3),
        (IDS, np.array([0, -1]), -1),
        (NAMES, np.array([b"low", b"high"], object), None),
        (NAMES, [b"low", b"hihg"], b"hihg"),
    ],
)
def test_the_first_label_that_is_no_class_is_found(classes: Classes, labels: Any, unknown: Any) -> None:
    assert classes.unknown(labels) == unknown


@pytest.mark.parametrize(
    ("classes", "label", "words"),
    [
        (IDS, 3, ["'kind' is 3", "3 classes are 0 to 2", "subtract 1", "say n_classes: 4"]),
        (IDS, -1, ["'kind' is -1", "0 to 2", "leave out rows"]),
        (NAMES, b"hihg", ["'kind' is 'hihg'", "Did you mean 'high'", "It has: high, low"]),
    ],
)
def test_what_is_said_tells_what_to_do(classes: Classes, label: Any, words: list[str]) -> None:
    said = classes.refusal("kind", label)
    assert all(word in said for word in words), said


@pytest.mark.parametrize(
    ("model", "arguments", "n_classes"),
    [
        ("LinearClassifier", {"n_classes": 5}, {"": 5}),
        ("LinearClassifier", {}, {"": 2}),
        ("LinearRegressor", {}, {}),
        ("own.models.Classifier", {"n_classes": 5}, {}),
        ("DNNEstimator", {"head": {"BinaryClassHead": {}}}, {"": 2}),
        ("DNNEstimator", {"head": {"MultiLabelHead": {"n_classes": 4}}}, {}),
        (
            "DNNEstimator",
            {"head": {"MultiHead": {"heads": [
                {"MultiClassHead": {"n_classes": 4, "name": "a"}}, {"RegressionHead": {"name": "b"}},
            ]}}},
            {"a": 4},
        ),
    ],
)  # fmt: skip
def test_classes_are_known_where_one_label_names_one(
    model: str, arguments: dict[str, Any], n_classes: dict[str, int]
) -> None:
    assert {head: each.n_classes for head, each in classes_of(model, arguments).items()} == n_classes
