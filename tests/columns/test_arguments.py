"""What the functions that make columns refuse, with TensorFlow's gist; of several problems, all are named."""

from __future__ import annotations

import re
from typing import Any

import pytest

from estimator import tf
from tests.columns.cases import lines

# call | a pattern of the message
REFUSED = r"""
fc.numeric_column('x', shape=0, dtype=tf.string, normalizer_fn=3) | 3 problems\s+- shape dimensions .*\s+- dtype must .*\s+- normalizer_fn
fc.numeric_column('x', default_value='q', normalizer_fn=3)      | 2 problems\s+- normalizer_fn .*\s+- default_value must be compatible
fc.bucketized_column('age', [1.0])                              | source_column must be a column generated with numeric_column
fc.bucketized_column(fc.categorical_column_with_identity('i', 3), [1.0]) | source_column must be .* Given: IdentityCategoricalColumn
fc.bucketized_column(fc.numeric_column('x', [2, 2]), [1.0])     | source_column must be one-dimensional column
fc.bucketized_column(fc.numeric_column('x'), [])                | boundaries must not be empty
fc.bucketized_column(fc.numeric_column('x'), [2.0, 1.0])        | boundaries must be a sorted list, .* 2.0 is followed by 1.0
fc.bucketized_column(fc.numeric_column('x'), [1.0, 1.0])        | boundaries must be a sorted list
fc.bucketized_column(fc.numeric_column('x'), 1.0)               | boundaries must be a sorted list. Given: 1.0
fc.bucketized_column('age', 1.0)                                | 2 problems\s+- source_column .*\s+- boundaries
fc.bucketized_column(fc.numeric_column('x'), ['a', 'b'])        | boundaries must be numbers. Given: 'a'
fc.categorical_column_with_identity('i', '3')                   | num_buckets '3' < 1, column_name i. A whole number above 0
fc.categorical_column_with_identity('i', 3, 1.5)                | default_value 1.5 not in range
fc.categorical_column_with_hash_bucket('h', 2.5)                | at least 1. hash_bucket_size: 2.5, key: h. A whole number above 0
fc.crossed_column(['a', 'b'], '9')                              | hash_bucket_size must be > 1. hash_bucket_size: '9'. A whole number above 0
fc.embedding_column(fc.categorical_column_with_identity('i', 3), '2') | Invalid dimension '2'. A whole number above 0
fc.categorical_column_with_identity('i', 0)                     | num_buckets 0 < 1, column_name i
fc.categorical_column_with_identity('i', 3, 3)                  | default_value 3 not in range \[0, 3\), column_name i
fc.categorical_column_with_identity(3, 3)                       | key must be a string. Got: type int. Given key: 3
fc.categorical_column_with_hash_bucket('h', None)               | hash_bucket_size must be set. key: h
fc.categorical_column_with_hash_bucket('h', 0)                  | at least 1. hash_bucket_size: 0, key: h
fc.categorical_column_with_hash_bucket('h', 5, tf.float32)      | column_name: h dtype must be string or integer. dtype: float32
fc.categorical_column_with_hash_bucket('h', 0, tf.float32)      | 2 problems
fc.categorical_column_with_vocabulary_list('v', [])             | vocabulary_list \[\] must be non-empty, column_name: v
fc.categorical_column_with_vocabulary_list('v', 'abc')          | vocabulary_list 'abc' must be non-empty.*Give a list
fc.categorical_column_with_vocabulary_list('v', ['a', 'b', 'a', 'b', 'c']) | Duplicate keys in vocabulary_list: 'a', 'b', column_name: v
fc.categorical_column_with_vocabulary_list('v', [1.5])          | column_name: v vocabulary dtype must be string or integer. dtype: float64
fc.categorical_column_with_vocabulary_list('v', ['a'], tf.int64) | dtype int64 and vocabulary dtype string do not match, column_name: v
fc.categorical_column_with_vocabulary_list('v', ['a'], default_value=0, num_oov_buckets=1) | Can't specify both num_oov_buckets and default_value in v
fc.categorical_column_with_vocabulary_list('v', ['a'], num_oov_buckets=-1) | Invalid num_oov_buckets -1 in v. A whole number above 0
fc.categorical_column_with_vocabulary_list('v', [], num_oov_buckets=-1) | 2 problems
fc.categorical_column_with_vocabulary_file('v', '')             | Missing vocabulary_file in v
fc.categorical_column_with_vocabulary_file('v', 'nowhere.txt')  | vocabulary_file in v does not exist: 'nowhere.txt'
fc.categorical_column_with_vocabulary_file('v', 'nowhere.txt', 0) | Invalid vocabulary_size in v: 0
fc.categorical_column_with_vocabulary_file('v', 'f', 3, num_oov_buckets=-1, dtype=tf.float32) | 2 problems\s+- Invalid num_oov_buckets -1.*\s+- column_name: v dtype
fc.sequence_numeric_column('s', dtype=tf.string)                | dtype must be convertible to float. dtype: string, key: s
fc.sequence_numeric_column('s', shape=0)                        | must be greater than 0. shape: \(0,\), key: s
fc.sequence_numeric_column('s', normalizer_fn=1)                | normalizer_fn must be a callable. Given: 1, key: s
fc.sequence_categorical_column_with_identity('s', 0)            | num_buckets 0 < 1, column_name s
fc.embedding_column(fc.numeric_column('x'), 3)                  | must be a categorical column. Given: NumericColumn
fc.embedding_column(fc.categorical_column_with_identity('i', 3), 0) | Invalid dimension 0
fc.embedding_column(fc.categorical_column_with_identity('i', 3), None) | Invalid dimension None
fc.embedding_column(fc.categorical_column_with_identity('i', 3), 2, 'max') | combiner must be one of 'mean', 'sqrtn', 'sum'. Given: 'max'
fc.embedding_column(fc.categorical_column_with_identity('i', 3), 2, initializer='zeros') | initializer must be callable if specified. Given: 'zeros'
fc.embedding_column(fc.categorical_column_with_identity('i', 3), 2, ckpt_to_load_from='c') | Must specify both .* Given: 'c' and None
fc.embedding_column('i', 0, 'max')                              | 3 problems
fc.shared_embedding_columns([], 2)                              | categorical_columns must not be empty
fc.shared_embedding_columns([fc.numeric_column('x')], 2)        | must be a categorical column. Given: NumericColumn
fc.shared_embedding_columns([fc.categorical_column_with_identity('a', 3), fc.categorical_column_with_identity('b', 4)], 2) | same number of buckets.*buckets: 3 .*buckets: 4
fc.shared_embedding_columns([fc.categorical_column_with_identity('a', 3), fc.categorical_column_with_hash_bucket('b', 3)], 0) | 2 problems\s+- To use shared_embedding_column, all categorical_columns must have the same type.*\s+- Invalid dimension
fc.weighted_categorical_column(fc.categorical_column_with_identity('i', 3), 'w', tf.string) | dtype .*string.* is not convertible to float
fc.weighted_categorical_column(fc.numeric_column('x'), 'w')     | must be a categorical column. Given: NumericColumn.*bucketized_column
fc.crossed_column(['a'], 10)                                    | keys must be a list with length > 1. Given: \['a'\]
fc.crossed_column('ab', 10)                                     | keys must be a list with length > 1. Given: 'ab'
fc.crossed_column(['a', 'b'], 0)                                | hash_bucket_size must be > 1. hash_bucket_size: 0
fc.crossed_column(['a', fc.categorical_column_with_hash_bucket('h', 5)], 10) | use the feature name as a string. Given: Hashed
fc.crossed_column(['a', fc.numeric_column('x')], 10)            | Unsupported key type.*Given: NumericColumn.*bucketized_column
fc.indicator_column(fc.numeric_column('x'))                     | must be a categorical column. Given: NumericColumn.*bucketized_column
fc.indicator_column('i')                                        | must be a categorical column. Given: 'i'
fc.indicator_column(fc.categorical_column_with_identity('i', num_bucket=3)) | 'num_bucket'. Did you mean 'num_buckets'
"""


@pytest.mark.parametrize("row", lines(REFUSED))
def test_a_wrong_argument_is_named(row: str) -> None:
    call, pattern = (part.strip() for part in row.split(" | "))
    names: dict[str, Any] = {"tf": tf, "fc": tf.feature_column}
    with pytest.raises((ValueError, TypeError)) as raised:
        eval(call, names)  # noqa: S307  those above
    assert re.search(pattern, str(raised.value)), str(raised.value)


def test_weights_that_a_column_reads_itself_have_no_parse_spec() -> None:
    column = tf.feature_column.weighted_categorical_column(
        tf.feature_column.categorical_column_with_identity("i", 3), "i"
    )
    with pytest.raises(ValueError, match="already exists for i"):
        tf.feature_column.make_parse_example_spec([column])


def test_a_cross_with_weights_is_refused() -> None:
    fc = tf.feature_column
    weighted = fc.weighted_categorical_column(fc.categorical_column_with_identity("i", 3), "w")
    column = fc.indicator_column(fc.crossed_column([weighted, "b"], 10))
    with pytest.raises(ValueError, match="crossed_column does not support weight_tensor.*i_weighted_by_w"):
        fc.input_layer({"i": [1], "w": [1.0], "b": ["x"]}, [column])


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        (["1"], "dtype: string. Text has ids in a categorical_column_with_vocabulary_list"),
        ([1.0], "dtype: float32. Give integers, or .* bucketized_column"),
    ],
)
def test_ids_that_are_no_integers_are_told_what_to_become(value: Any, advice: str) -> None:
    fc = tf.feature_column
    column = fc.indicator_column(fc.categorical_column_with_identity("i", 3))
    with pytest.raises(ValueError, match=f"Invalid input, not integer. key: i {advice}"):
        fc.input_layer({"i": value}, [column])


@pytest.mark.parametrize(
    ("column", "value", "advice"),
    [
        ("fc.categorical_column_with_hash_bucket('v', 3)", [1], "tensor dtype: int32. Give the column dtype=tf.int64"),
        ("fc.categorical_column_with_vocabulary_list('v', [1])", ["1"], "column dtype: int64, .*dtype=tf.string"),
        ("fc.categorical_column_with_vocabulary_list('v', [1])", [1.0], "input_tensor dtype must be string or integer.*bucketized_column"),
        ("fc.weighted_categorical_column(fc.categorical_column_with_identity('i', 3), 'v')", [1], "expected float32, but got int32. The weights are the feature 'v'"),
    ],
)  # fmt: skip
def test_a_feature_of_another_type_is_named_with_the_way_out(column: str, value: Any, advice: str) -> None:
    fc = tf.feature_column
    with pytest.raises(ValueError, match=advice):
        fc.linear_model({"v": value, "i": [1]}, [eval(column, {"fc": fc})])  # noqa: S307  those above
