from __future__ import annotations

import pytest

from estimator.columns.bucketized import bucketized_column
from estimator.columns.column import DenseColumn, FeatureColumn, checked_columns
from estimator.columns.crossed import crossed_column
from estimator.columns.hashed import categorical_column_with_hash_bucket
from estimator.columns.identity import categorical_column_with_identity
from estimator.columns.indicator import indicator_column
from estimator.columns.numeric import numeric_column
from estimator.columns.sequence import sequence_categorical_column_with_identity
from estimator.columns.sequence_numeric import sequence_numeric_column
from estimator.columns.vocabulary_list import categorical_column_with_vocabulary_list
from estimator.columns.weighted import weighted_categorical_column
from estimator.graph.graph import Graph

AGE, COLOUR = numeric_column("age"), categorical_column_with_hash_bucket("colour", 10)
AGES, CITY = bucketized_column(AGE, [30.0, 60.0]), categorical_column_with_identity("city", 5)

# Source: print() of TensorFlow 2.15.1
TEXTS = {
    AGES: "BucketizedColumn(source_column=NumericColumn(key='age', shape=(1,), default_value=None, dtype=tf.float32, "
    "normalizer_fn=None), boundaries=(30.0, 60.0))",
    COLOUR: "HashedCategoricalColumn(key='colour', hash_bucket_size=10, dtype=tf.string)",
    indicator_column(CITY): "IndicatorColumn(categorical_column=IdentityCategoricalColumn(key='city', "
    "number_buckets=5, default_value=None))",
    weighted_categorical_column(CITY, "w"): "WeightedCategoricalColumn(categorical_column=IdentityCategoricalColumn("
    "key='city', number_buckets=5, default_value=None), weight_feature_key='w', dtype=tf.float32)",
    crossed_column([CITY, "b"], 9): "CrossedColumn(keys=(IdentityCategoricalColumn(key='city', number_buckets=5, "
    "default_value=None), 'b'), hash_bucket_size=9, hash_key=None)",
    categorical_column_with_vocabulary_list("v", ["a", "b"]): "VocabularyListCategoricalColumn(key='v', "
    "vocabulary_list=('a', 'b'), dtype=tf.string, default_value=-1, num_oov_buckets=0)",
    sequence_numeric_column("s"): "SequenceNumericColumn(key='s', shape=(1,), default_value=0.0, dtype=tf.float32, "
    "normalizer_fn=None)",
    sequence_categorical_column_with_identity("s", 3): "SequenceCategoricalColumn(categorical_column="
    "IdentityCategoricalColumn(key='s', number_buckets=3, default_value=None))",
}  # fmt: skip


@pytest.mark.parametrize(("column", "text"), TEXTS.items(), ids=[type(column).__name__ for column in TEXTS])
def test_columns_print_as_tensorflows_named_tuples_do(column: FeatureColumn, text: str) -> None:
    assert repr(column) == str(column) == text


def test_columns_can_be_changed_and_listed_as_named_tuples_are() -> None:
    assert COLOUR._replace(hash_bucket_size=20) == categorical_column_with_hash_bucket("colour", 20)
    assert COLOUR._fields == ("key", "hash_bucket_size", "dtype")
    assert COLOUR._asdict() == {"key": "colour", "hash_bucket_size": 10, "dtype": "string"}
    assert tuple(CITY) == ("city", 5, None)
    with pytest.raises(AttributeError):
        CITY.key = "town"  # type: ignore[misc]


def test_columns_of_different_kinds_are_different_though_their_fields_are_not() -> None:
    sequence = sequence_categorical_column_with_identity("city", 5)
    assert indicator_column(CITY) != sequence
    assert len({CITY, categorical_column_with_identity("city", 5), indicator_column(CITY), sequence}) == 3


def test_columns_can_be_sorted_by_their_texts() -> None:
    assert sorted([CITY, AGES, COLOUR]) == [AGES, COLOUR, CITY]


def test_parents_are_columns_and_names_of_features() -> None:
    assert [column.parents for column in (CITY, AGES, crossed_column([AGES, "b"], 9))] == [
        ["city"], [AGE], [AGES, "b"],
    ]  # fmt: skip


def test_all_columns_that_are_none_are_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"\(type str\): 'a'.*\(type int\): 3"):
        checked_columns(["a", AGE, 3])


def test_a_categorical_column_among_dense_ones_is_told_how_to_become_one(graph: Graph) -> None:
    with pytest.raises(
        ValueError, match="must be a DenseColumn here.*COLOUR|colour.*You can wrap a categorical"
    ):
        checked_columns([AGE, COLOUR], DenseColumn)


def test_a_column_of_sequences_among_dense_ones_is_told_where_it_belongs(graph: Graph) -> None:
    with pytest.raises(ValueError, match="must be a DenseColumn here.*is read by sequence_input_layer"):
        checked_columns([sequence_numeric_column("steps")], DenseColumn)
