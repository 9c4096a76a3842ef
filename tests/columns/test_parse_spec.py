from __future__ import annotations

from typing import Any

import pytest

from estimator import tf

FC = tf.feature_column

# Source: TensorFlow 2.15.1
SPECS: list[tuple[Any, dict[str, Any]]] = [
    (FC.numeric_column("x", 2), {"x": tf.FixedLenFeature((2,), tf.float32)}),
    (
        FC.numeric_column("x", dtype=tf.float64, default_value=1.0),
        {"x": tf.FixedLenFeature((1,), tf.float64, (1.0,))},
    ),
    (
        FC.bucketized_column(FC.numeric_column("x"), [1]),
        {"x": tf.FixedLenFeature((1,), tf.float32)},
    ),
    (FC.categorical_column_with_identity("i", 3), {"i": tf.VarLenFeature(tf.int64)}),
    (FC.categorical_column_with_hash_bucket("h", 3, tf.int32), {"h": tf.VarLenFeature(tf.int32)}),
    (
        FC.categorical_column_with_vocabulary_list("v", [1, 2], tf.int32),
        {"v": tf.VarLenFeature(tf.int32)},
    ),
    (FC.categorical_column_with_vocabulary_file("v", "f", 3), {"v": tf.VarLenFeature(tf.string)}),
    (FC.sequence_numeric_column("s"), {"s": tf.VarLenFeature(tf.float32)}),
    (FC.sequence_categorical_column_with_identity("s", 3), {"s": tf.VarLenFeature(tf.int64)}),
    (
        FC.weighted_categorical_column(FC.categorical_column_with_hash_bucket("h", 3), "w"),
        {"h": tf.VarLenFeature(tf.string), "w": tf.VarLenFeature(tf.float32)},
    ),
    (
        FC.crossed_column([FC.categorical_column_with_identity("i", 3), "a"], 5),
        {"i": tf.VarLenFeature(tf.int64), "a": tf.VarLenFeature(tf.string)},
    ),
    (
        FC.indicator_column(FC.categorical_column_with_identity("i", 3)),
        {"i": tf.VarLenFeature(tf.int64)},
    ),
]


@pytest.mark.parametrize(("column", "spec"), SPECS, ids=[type(column).__name__ for column, _ in SPECS])
def test_each_kind_of_column_says_how_its_features_are_parsed(column: Any, spec: dict[str, Any]) -> None:
    assert FC.make_parse_example_spec([column]) == spec
    assert column.parse_example_spec == spec


def test_columns_of_one_feature_may_share_its_spec() -> None:
    age = FC.numeric_column("age")
    assert list(FC.make_parse_example_spec([age, FC.bucketized_column(age, [1])])) == ["age"]


def test_features_parsed_in_two_ways_are_refused_all_at_once() -> None:
    columns = [FC.numeric_column("a", 2), FC.numeric_column("a", 3), "b"]
    with pytest.raises(
        ValueError, match="different parse_spec for key a.*must be feature columns. Given: 'b'"
    ):
        FC.make_parse_example_spec(columns)


# Source: TensorFlow 2.15.1
def test_a_classifiers_spec_has_the_label_and_the_weights() -> None:
    spec = tf.estimator.classifier_parse_example_spec(
        [FC.numeric_column("x")], "y", label_dtype=tf.string, label_default="a", weight_column="w"
    )
    assert spec == {
        "x": tf.FixedLenFeature((1,), tf.float32),
        "y": tf.FixedLenFeature((1,), tf.string, "a"),
        "w": tf.FixedLenFeature((1,), tf.float32),
    }


def test_a_regressors_label_may_have_several_numbers() -> None:
    weights = FC.numeric_column("w", dtype=tf.float64)
    spec = tf.estimator.regressor_parse_example_spec(
        [FC.numeric_column("x")], "y", label_dimension=3, label_default=1.0, weight_column=weights
    )
    assert spec["y"] == tf.FixedLenFeature((3,), tf.float32, 1.0)
    assert spec["w"] == tf.FixedLenFeature((1,), tf.float64)


@pytest.mark.parametrize(
    ("label", "weights", "message"),
    [
        ("x", None, "label should not be used as feature. label_key: x, features: x"),
        ("y", "x", "weight_column should not be used as feature. weight_column: x"),
        ("y", "y", "weight_column should not be used as feature. weight_column: y"),
        ("x", 3, "label should not be used as feature.*weight_column should be a feature's name.*type: int"),
        (None, None, "label_key is missing"),
    ],
)
def test_labels_and_weights_that_are_features_are_refused(label: Any, weights: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tf.estimator.classifier_parse_example_spec([FC.numeric_column("x")], label, weight_column=weights)
