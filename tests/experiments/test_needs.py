"""What a model needs of its data."""

from __future__ import annotations

from typing import Any

import pytest

from estimator.columns.identity import categorical_column_with_identity
from estimator.columns.numeric import numeric_column
from estimator.columns.weighted import weighted_categorical_column
from estimator.core.dtypes import float32, int64, string
from estimator.experiments.needs import needs_of, spec_of
from estimator.functions.parsing import FixedLenFeature


@pytest.mark.parametrize(
    ("model", "arguments", "kinds"),
    [
        ("DNNClassifier", {}, {"": int64}),
        ("DNNClassifier", {"label_vocabulary": ["a"]}, {"": string}),
        ("LinearRegressor", {}, {"": float32}),
        ("DNNEstimator", {"head": {"PoissonRegressionHead": {}}}, {"": float32}),
        ("DNNEstimator", {"head": {"MultiLabelHead": {"n_classes": 2}}}, {"": int64}),
        (
            "DNNEstimator",
            {
                "head": {
                    "MultiHead": {
                        "heads": [{"BinaryClassHead": {"name": "a"}}, {"RegressionHead": {"name": "b"}}]
                    }
                }
            },
            {"a": int64, "b": float32},
        ),
        ("own.model_fn", None, {}),
    ],
)
def test_labels_have_the_type_of_their_head(model: str, arguments: Any, kinds: dict[str, Any]) -> None:
    needs = needs_of(model, [], [], arguments)
    assert dict(needs.labels) == kinds
    assert not needs.is_complete


def test_features_are_those_of_columns_and_weights() -> None:
    needs = needs_of("LinearRegressor", [numeric_column("a")], ["w", numeric_column("v")], {})
    assert sorted(needs.features) == ["a", "v", "w"]
    assert needs.is_complete


def test_a_feature_that_two_columns_want_of_one_type_is_dense() -> None:
    weighted = weighted_categorical_column(categorical_column_with_identity("a", 3), "w")
    for columns in ([numeric_column("w"), weighted], [weighted, numeric_column("w")]):
        assert spec_of(columns)["w"] == FixedLenFeature((1,), float32)


def test_a_feature_of_two_types_is_refused() -> None:
    with pytest.raises(ValueError, match="two columns want the feature 'a' in different ways"):
        spec_of([numeric_column("a"), categorical_column_with_identity("a", 3)])
