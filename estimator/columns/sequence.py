"""Sequence columns: categories of each step of a sequence."""

from __future__ import annotations

from typing import Any

from estimator.columns.column import CategoricalColumn, WrappingColumn
from estimator.columns.features import Features, IdWeightPair
from estimator.columns.hashed import categorical_column_with_hash_bucket
from estimator.columns.identity import categorical_column_with_identity
from estimator.columns.vocabulary_file import categorical_column_with_vocabulary_file
from estimator.columns.vocabulary_list import categorical_column_with_vocabulary_list
from estimator.core.dtypes import int64, string
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.functions.sparse import sparse_reshape
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor


@frozen
class SequenceCategoricalColumn(WrappingColumn, CategoricalColumn):
    """The ids of each step of a sequence; made by the functions ``sequence_categorical_column_with_*``."""

    categorical_column: CategoricalColumn

    @property
    def name(self) -> str:
        """The name of the feature."""
        return self.categorical_column.name

    @property
    def num_buckets(self) -> int:
        """As the column has it that makes the ids."""
        return self.categorical_column.num_buckets

    def get_sparse_tensors(self, features: Features) -> IdWeightPair:
        """The ids, with a last dimension for those of one step, so that no steps are combined.

        Shape
        -----
        -> [batch, time, n]
        """
        ids, weights = features.ids(self.categorical_column)
        return IdWeightPair(_with_steps(ids), None if weights is None else _with_steps(weights))


def _with_steps(entries: SparseTensor) -> SparseTensor:
    shape = entries.dense_shape
    rest = b.ExpandDims(b.Prod(shape[2:], 0), 0)  # not -1: with no steps it could be anything
    return sparse_reshape(entries, b.ConcatV2([shape[:2], rest], 0))


def ids_of_examples(column: Any, features: Features) -> IdWeightPair:
    """The ids that an indicator or embedding gives as one row for each example.

    Raises
    ------
    ValueError
        If its categorical column is one of sequences.
    """
    inner = column.categorical_column
    if isinstance(inner, SequenceCategoricalColumn):
        raise ValueError(
            f"In column: {column.name}. categorical_column must not be of type SequenceCategoricalColumn. Suggested "
            "fix A: If you wish to use input_layer, use a non-sequence categorical_column_with_*. Suggested fix B: If "
            f"you wish to create sequence input, use sequence_input_layer instead of input_layer. Given: {inner!r}."
        )
    return features.ids(inner)


def ids_of_sequences(column: Any, features: Features) -> IdWeightPair:
    """The ids that an indicator or embedding gives as one row for each step of a sequence.

    Raises
    ------
    ValueError
        If its categorical column is not one of sequences.
    """
    inner = column.categorical_column
    if not isinstance(inner, SequenceCategoricalColumn):
        raise ValueError(
            f"In column: {column.name}. categorical_column must be of type SequenceCategoricalColumn to use "
            "sequence_input_layer. Suggested fix: Use one of sequence_categorical_column_with_*. Given: "
            f"{inner!r}."
        )
    return features.ids(inner)


def sequence_length(entries: SparseTensor, per_step: int = 1) -> Tensor:
    """How many steps each example of a batch has: up to the last that has an entry.

    Parameters
    ----------
    entries : SparseTensor
        [batch, time, ...]
    per_step : int
        How many entries of the second dimension make one step.

    Shape
    -----
    -> [batch], int64
    """
    batch = b.ExpandDims(entries.dense_shape[0], 0)
    ends = b.AddV2(entries.indices[:, 1], 1)
    last = b.Maximum(
        b.UnsortedSegmentMax(ends, entries.indices[:, 0], batch[0]), 0
    )  # 0 for none, not the least
    lengths = last if per_step == 1 else b.FloorDiv(b.AddV2(last, per_step - 1), per_step)
    result: Tensor = b.Cast(lengths, DstT=int64)
    return result


@near_keywords
def sequence_categorical_column_with_identity(
    key: str, num_buckets: int, default_value: int | None = None
) -> SequenceCategoricalColumn:
    """The ids of each step of a sequence, as :func:`categorical_column_with_identity` has those of an example.

    Source
    ------
    tf.feature_column.sequence_categorical_column_with_identity, TF 1.15
    """
    return SequenceCategoricalColumn(categorical_column_with_identity(key, num_buckets, default_value))


@near_keywords
def sequence_categorical_column_with_hash_bucket(
    key: str, hash_bucket_size: int, dtype: Any = string
) -> SequenceCategoricalColumn:
    """The ids of each step of a sequence, as :func:`categorical_column_with_hash_bucket` has those of an example.

    Source
    ------
    tf.feature_column.sequence_categorical_column_with_hash_bucket, TF 1.15
    """
    return SequenceCategoricalColumn(categorical_column_with_hash_bucket(key, hash_bucket_size, dtype))


@near_keywords
def sequence_categorical_column_with_vocabulary_list(
    key: str, vocabulary_list: Any, dtype: Any = None, default_value: int = -1, num_oov_buckets: int = 0
) -> SequenceCategoricalColumn:
    """The ids of each step of a sequence, as :func:`categorical_column_with_vocabulary_list` has those of an example.

    Source
    ------
    tf.feature_column.sequence_categorical_column_with_vocabulary_list, TF 1.15
    """
    return SequenceCategoricalColumn(
        categorical_column_with_vocabulary_list(key, vocabulary_list, dtype, default_value, num_oov_buckets)
    )


@near_keywords
def sequence_categorical_column_with_vocabulary_file(
    key: str,
    vocabulary_file: Any,
    vocabulary_size: int | None = None,
    num_oov_buckets: int = 0,
    default_value: int | None = None,
    dtype: Any = string,
) -> SequenceCategoricalColumn:
    """The ids of each step of a sequence, as :func:`categorical_column_with_vocabulary_file` has those of an example.

    Source
    ------
    tf.feature_column.sequence_categorical_column_with_vocabulary_file, TF 1.15
    """
    return SequenceCategoricalColumn(
        categorical_column_with_vocabulary_file(
            key, vocabulary_file, vocabulary_size, num_oov_buckets, default_value, dtype
        )
    )
