"""The columns of tf.contrib.layers, as the columns of tf.feature_column that do the same.

They go where those go: to ready-made models, ``tf.feature_column.input_layer`` and ``linear_model``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from estimator.columns.embedding import embedding_column as _embedding_column
from estimator.columns.hashed import categorical_column_with_hash_bucket
from estimator.columns.identity import categorical_column_with_identity
from estimator.columns.indicator import indicator_column
from estimator.columns.numeric import numeric_column
from estimator.columns.parse_spec import make_parse_example_spec
from estimator.columns.vocabulary_file import categorical_column_with_vocabulary_file
from estimator.columns.vocabulary_list import categorical_column_with_vocabulary_list
from estimator.columns.weighted import weighted_categorical_column
from estimator.core.dtypes import DTypeLike, float32, int64, string
from estimator.core.errors import UnimplementedError
from estimator.core.keywords import near_keywords_of_functions
from estimator.variables.initializers import TruncatedNormal


def real_valued_column(
    column_name: str,
    dimension: int = 1,
    default_value: Any = None,
    dtype: DTypeLike = float32,
    normalizer: Callable[[Any], Any] | None = None,
) -> Any:
    """A feature of numbers, `dimension` of them in each example: a numeric_column.

    Source
    ------
    tf.contrib.layers.real_valued_column, TF 1.15 feature_column.py
    """
    if dimension is None:
        raise UnimplementedError(
            f"real_valued_column {column_name!r}: dimension=None is not available; give the number of values."
        )
    return numeric_column(column_name, (dimension,), default_value, dtype, normalizer)


def sparse_column_with_keys(
    column_name: str,
    keys: Sequence[Any],
    default_value: int = -1,
    combiner: str = "sum",
    dtype: DTypeLike = string,
) -> Any:
    """A feature of words, by their places in a list: a categorical_column_with_vocabulary_list.

    Source
    ------
    tf.contrib.layers.sparse_column_with_keys, TF 1.15 feature_column.py
    """
    _demand_sum("sparse_column_with_keys", combiner)
    return categorical_column_with_vocabulary_list(column_name, keys, dtype, default_value)


def sparse_column_with_hash_bucket(
    column_name: str,
    hash_bucket_size: int,
    combiner: str = "sum",
    dtype: DTypeLike = string,
    hash_keys: None = None,
) -> Any:
    """A feature of words, by their hashes: a categorical_column_with_hash_bucket.

    Source
    ------
    tf.contrib.layers.sparse_column_with_hash_bucket, TF 1.15 feature_column.py
    """
    _demand_sum("sparse_column_with_hash_bucket", combiner)
    if hash_keys is not None:
        raise UnimplementedError(
            f"sparse_column_with_hash_bucket {column_name!r}: hash_keys is not available; leave it out, or give "
            "several columns."
        )
    return categorical_column_with_hash_bucket(column_name, hash_bucket_size, dtype)


def sparse_column_with_integerized_feature(
    column_name: str, bucket_size: int, combiner: str = "sum", dtype: DTypeLike = int64
) -> Any:
    """A feature of ids in [0, bucket_size): a categorical_column_with_identity. Other ids are an error of the run.

    Source
    ------
    tf.contrib.layers.sparse_column_with_integerized_feature, TF 1.15 feature_column.py, which takes the remainder of
    other ids
    """
    _demand_sum("sparse_column_with_integerized_feature", combiner)
    return categorical_column_with_identity(column_name, bucket_size)


def sparse_column_with_vocabulary_file(
    column_name: str,
    vocabulary_file: str,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    combiner: str = "sum",
    dtype: DTypeLike = string,
) -> Any:
    """A feature of words, by their lines in a file: a categorical_column_with_vocabulary_file.

    Source
    ------
    tf.contrib.layers.sparse_column_with_vocabulary_file, TF 1.15 feature_column.py
    """
    _demand_sum("sparse_column_with_vocabulary_file", combiner)
    default = (
        None if num_oov_buckets and default_value == -1 else default_value
    )  # there are buckets in its place
    return categorical_column_with_vocabulary_file(
        column_name, vocabulary_file, vocab_size, num_oov_buckets, default, dtype
    )


def weighted_sparse_column(sparse_id_column: Any, weight_column_name: str, dtype: DTypeLike = float32) -> Any:
    """A categorical column whose values have weights: a weighted_categorical_column.

    Source
    ------
    tf.contrib.layers.weighted_sparse_column, TF 1.15 feature_column.py
    """
    return weighted_categorical_column(sparse_id_column, weight_column_name, dtype)


def one_hot_column(sparse_id_column: Any) -> Any:
    """A categorical column as counts of its ids: an indicator_column.

    Source
    ------
    tf.contrib.layers.one_hot_column, TF 1.15 feature_column.py
    """
    return indicator_column(sparse_id_column)


def embedding_column(
    sparse_id_column: Any,
    dimension: int,
    combiner: str = "mean",
    initializer: Any = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
) -> Any:
    """The rows of a table at a categorical column's ids: an embedding_column of tf.feature_column.

    The table begins truncated normal with the standard deviation ``1 / sqrt(number of ids)``, unlike there.

    Source
    ------
    tf.contrib.layers.embedding_column, TF 1.15 feature_column.py
    """
    if initializer is None:
        initializer = TruncatedNormal(stddev=sparse_id_column.num_buckets**-0.5)
    return _embedding_column(
        sparse_id_column, dimension, combiner, initializer, ckpt_to_load_from, tensor_name_in_ckpt, max_norm, trainable
    )  # fmt: skip


def create_feature_spec_for_parsing(feature_columns: Iterable[Any]) -> dict[str, Any]:
    """What parse_example needs to read the columns' features: tf.feature_column.make_parse_example_spec.

    Source
    ------
    tf.contrib.layers.create_feature_spec_for_parsing, TF 1.15 feature_column.py
    """
    return make_parse_example_spec(feature_columns)


def _demand_sum(column: str, combiner: str) -> None:
    if combiner != "sum":
        raise UnimplementedError(
            f"{column}: combiner={combiner!r} is not available; embedding_column has a combiner, and linear_model "
            "sparse_combiner."
        )


near_keywords_of_functions(__name__)
