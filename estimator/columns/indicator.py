"""The indicator column: ids as a row that counts them."""

from __future__ import annotations

from estimator.columns.column import (
    CategoricalColumn,
    DenseColumn,
    SequenceDenseColumn,
    TensorSequenceLengthPair,
    Weights,
    WrappingColumn,
    categorical_problems,
)
from estimator.columns.features import Features
from estimator.columns.sequence import ids_of_examples, ids_of_sequences, sequence_length
from estimator.core.dtypes import float32
from estimator.core.errors import raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.core.shapes import TensorShape
from estimator.graph import build as b
from estimator.graph.tensor import Tensor


@frozen
class IndicatorColumn(WrappingColumn, DenseColumn, SequenceDenseColumn):
    """How often each id occurs in an example, or the sum of its weights; made by :func:`indicator_column`."""

    categorical_column: CategoricalColumn

    @property
    def name(self) -> str:
        """The name of the categorical column, marked."""
        return f"{self.categorical_column.name}_indicator"

    @property
    def variable_shape(self) -> TensorShape:
        """One row with a place for each id."""
        return TensorShape([1, self.categorical_column.num_buckets])

    def transform_feature(self, features: Features) -> Tensor:
        """The sums of the weights of each id. Negative ids, and those that are too large, are left out.

        Shape
        -----
        ids [batch, n] -> [batch, num_buckets]; those of sequences [batch, time, n] -> [batch, time, num_buckets]
        """
        ids, weights = features.ids(self.categorical_column)
        size = self.categorical_column.num_buckets
        is_known = b.LogicalAnd(b.GreaterEqual(ids.values, 0), b.Less(ids.values, size))
        amounts = b.Cast(is_known, DstT=float32)
        if weights is not None:
            amounts = b.SelectV2(is_known, b.Cast(weights.values, DstT=float32), b.ZerosLike(amounts))
        known = b.SelectV2(
            is_known, ids.values, b.ZerosLike(ids.values)
        )  # the others add 0 to the first place
        places = b.ConcatV2([ids.indices[:, :-1], b.ExpandDims(known, 1)], 1)
        shape = b.ConcatV2([ids.dense_shape[:-1], [size]], 0)
        counts: Tensor = b.ScatterNd(places, amounts, shape)
        return counts

    def get_dense_tensor(self, features: Features, weights: Weights) -> Tensor:
        """The row of each example.

        Raises
        ------
        ValueError
            If the categorical column is one of sequences.
        """
        ids_of_examples(self, features)
        row: Tensor = features.get(self)
        return row

    def get_sequence_dense_tensor(self, features: Features, weights: Weights) -> TensorSequenceLengthPair:
        """The row of each step.

        Raises
        ------
        ValueError
            If the categorical column is not one of sequences.
        """
        ids = ids_of_sequences(self, features).id_tensor
        return TensorSequenceLengthPair(features.get(self), sequence_length(ids))


@near_keywords
def indicator_column(categorical_column: CategoricalColumn) -> IndicatorColumn:
    """A dense column of how often each id of a categorical column occurs in an example: a one-hot or multi-hot row.

    Parameters
    ----------
    categorical_column : categorical column
        With weights, the row holds the sum of each id's weights.

    Raises
    ------
    ValueError
        If the column is not categorical.

    Source
    ------
    tf.feature_column.indicator_column, TF 1.15
    """
    raise_problems("indicator_column", categorical_problems(categorical_column))
    return IndicatorColumn(categorical_column)
