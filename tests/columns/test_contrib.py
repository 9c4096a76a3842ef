"""The columns of tf.contrib.layers are those of tf.feature_column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from estimator import tf
from estimator.core.errors import UnimplementedError
from estimator.tf.contrib import layers

columns = tf.feature_column


def test_each_column_is_the_one_of_the_same_meaning(tmp_path: Path) -> None:
    words = str(tmp_path / "words.txt")
    Path(words).write_text("a\nb\n")
    by_keys = columns.categorical_column_with_vocabulary_list("w", ["a", "b"])
    by_file = columns.categorical_column_with_vocabulary_file("w", words, 2, 3)
    by_default = columns.categorical_column_with_vocabulary_file("w", words, default_value=1)
    double = tf.sin
    for ours, theirs in (
        (layers.real_valued_column("x"), columns.numeric_column("x")),
        (
            layers.real_valued_column("x", dimension=2, default_value=[1.0, 2.0], normalizer=double),
            columns.numeric_column("x", (2,), [1.0, 2.0], normalizer_fn=double),
        ),
        (layers.sparse_column_with_keys("w", keys=["a", "b"]), by_keys),
        (
            layers.sparse_column_with_keys("n", [3, 5], default_value=0, dtype=tf.int64),
            columns.categorical_column_with_vocabulary_list("n", [3, 5], tf.int64, 0),
        ),
        (
            layers.sparse_column_with_hash_bucket("w", hash_bucket_size=7),
            columns.categorical_column_with_hash_bucket("w", 7),
        ),
        (
            layers.sparse_column_with_integerized_feature("i", bucket_size=4),
            columns.categorical_column_with_identity("i", 4),
        ),
        (layers.sparse_column_with_vocabulary_file("w", words, 3, vocab_size=2), by_file),
        (layers.sparse_column_with_vocabulary_file("w", words, default_value=1), by_default),
        (layers.weighted_sparse_column(by_keys, "g"), columns.weighted_categorical_column(by_keys, "g")),
        (layers.one_hot_column(by_keys), columns.indicator_column(by_keys)),
    ):
        assert ours == theirs


def test_an_embedding_begins_with_a_spread_by_its_ids(run: Callable[..., Any]) -> None:
    column = layers.embedding_column(layers.sparse_column_with_integerized_feature("i", 400), dimension=50)
    tf.feature_column.input_layer({"i": [[1]]}, [column])
    (table,) = tf.trainable_variables()
    values = run(table)
    assert np.abs(values).max() <= 2 / 20  # cut off at two deviations of 1 / sqrt(400)
    assert np.abs(values).max() > 1.8 / 20
    given = tf.ones_initializer()
    by_id = columns.categorical_column_with_identity("i", 4)
    ours = layers.embedding_column(
        by_id, 2, combiner="sqrtn", initializer=given, max_norm=1.0, trainable=False
    )
    theirs = columns.embedding_column(by_id, 2, "sqrtn", given, max_norm=1.0, trainable=False)
    assert ours == theirs


def test_features_are_parsed_as_the_columns_say() -> None:
    made = [
        layers.real_valued_column("x", 2),
        layers.one_hot_column(layers.sparse_column_with_keys("w", ["a"])),
    ]
    spec = layers.create_feature_spec_for_parsing(made)
    assert spec == {"x": tf.FixedLenFeature((2,), tf.float32), "w": tf.VarLenFeature(tf.string)}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("real_valued_column('x', dimension=None)", "dimension=None is not available; give the number"),
        ("sparse_column_with_hash_bucket('x', 5, hash_keys=[[1, 2]])", "hash_keys is not available"),
        ("sparse_column_with_hash_bucket('x', 5, combiner='mean')", "combiner='mean' is not available"),
        ("sparse_column_with_keys('x', ['a'], combiner='sqrtn')", "combiner='sqrtn' is not available"),
    ],
)
def test_what_those_columns_lack_is_refused(call: str, message: str) -> None:
    with pytest.raises(UnimplementedError, match=message):
        eval(f"layers.{call}", {"layers": layers})  # noqa: S307  those above
