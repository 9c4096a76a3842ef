from __future__ import annotations

import json
from typing import Any

import pytest

from estimator import tf
from estimator.columns.column import FeatureColumn

FC = tf.feature_column


def half(x: Any) -> Any:
    return x / 2.0


AGE, CITY = FC.numeric_column("age", normalizer_fn=half), FC.categorical_column_with_identity("city", 5)
COLUMNS = [
    AGE,
    FC.numeric_column("pair", (2,), default_value=(1.0, 2.0), dtype=tf.float64),
    FC.bucketized_column(AGE, [30.0, 60.0]),
    CITY,
    FC.categorical_column_with_hash_bucket("colour", 10, tf.int64),
    FC.categorical_column_with_vocabulary_list("v", ["a", "b"], num_oov_buckets=2),
    FC.categorical_column_with_vocabulary_file("v", "f", 3),
    FC.sequence_numeric_column("s", 2, normalizer_fn=half),
    FC.indicator_column(FC.sequence_categorical_column_with_identity("s", 3)),
    FC.weighted_categorical_column(CITY, "w"),
    FC.indicator_column(CITY),
    FC.crossed_column([FC.bucketized_column(AGE, [30.0]), FC.crossed_column([CITY, "b"], 5)], 9, hash_key=3),
]


@pytest.mark.parametrize("column", COLUMNS, ids=[type(column).__name__ for column in COLUMNS])
def test_a_column_is_made_again_of_its_config(column: FeatureColumn) -> None:
    stored = json.loads(json.dumps(column.get_config()))
    assert type(column).from_config(stored, {"half": half}) == column


def test_a_config_names_what_cannot_be_written() -> None:
    """Source: TensorFlow 2.15.1"""
    assert AGE.get_config() == {
        "key": "age", "shape": (1,), "default_value": None, "dtype": "float32", "normalizer_fn": "half",
    }  # fmt: skip
    assert FC.indicator_column(CITY).get_config() == {
        "categorical_column": {
            "class_name": "IdentityCategoricalColumn",
            "config": {"key": "city", "number_buckets": 5, "default_value": None},
        }
    }


def test_a_config_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid config.*expected keys: key, number_buckets, default_value"):
        type(CITY).from_config({"key": "city"})
    with pytest.raises(ValueError, match="'half' is not known.*custom_objects={'half'"):
        type(AGE).from_config(AGE.get_config())


def test_an_initializer_is_described_and_made_again() -> None:
    column = FC.embedding_column(CITY, 4, initializer=tf.truncated_normal_initializer(stddev=0.5, seed=3))
    config = column.get_config()
    assert config["initializer"] == {
        "class_name": "TruncatedNormal", "config": {"mean": 0.0, "stddev": 0.5, "seed": 3, "dtype": "float32"},
    }  # fmt: skip
    assert type(column).from_config(config).get_config() == config
    by_class = FC.embedding_column(CITY, 4, initializer=tf.zeros_initializer)
    assert type(by_class).from_config(by_class.get_config()) == by_class
