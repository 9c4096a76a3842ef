"""The bucketized column: a number's place among boundaries."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any

from estimator.columns.column import CategoricalColumn, DenseColumn, FeatureColumn, Weights, flat
from estimator.columns.features import Features, IdWeightPair
from estimator.columns.numeric import NumericColumn
from estimator.core.dtypes import int64
from estimator.core.errors import raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.core.shapes import TensorShape
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor


@frozen
class BucketizedColumn(DenseColumn, CategoricalColumn):
    """The buckets that numbers fall into; made by :func:`bucketized_column`.

    Dense, a number becomes a one-hot row. Categorical, number i of an example has ids from ``i * buckets`` on, so
    that each has weights of its own.
    """

    source_column: NumericColumn
    boundaries: tuple[float, ...]

    @property
    def name(self) -> str:
        """The name of the numeric column, marked."""
        return f"{self.source_column.name}_bucketized"

    @property
    def parents(self) -> list[FeatureColumn | str]:
        """The numeric column."""
        return [self.source_column]

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """As the numeric column has it."""
        return self.source_column.parse_example_spec

    @property
    def variable_shape(self) -> TensorShape:
        """A row for each number of an example, with a place for each bucket."""
        return TensorShape([*self.source_column.shape, len(self.boundaries) + 1])

    @property
    def num_buckets(self) -> int:
        """The buckets of all numbers of an example."""
        return self.size

    def transform_feature(self, features: Features) -> Tensor:
        """The bucket of each number: how many boundaries are not above it. NaN is in the last one.

        Shape
        -----
        -> [batch, numbers of the source column], int32
        """
        numbers = flat(self.source_column, self.source_column.get_dense_tensor(features, Weights()))
        buckets: Tensor = b.Bucketize(numbers, boundaries=list(map(float, self.boundaries)))
        return buckets

    def get_dense_tensor(self, features: Features, weights: Weights) -> Tensor:
        """The buckets as one-hot rows."""
        buckets = b.Cast(features.get(self), DstT=int64)
        result: Tensor = b.OneHot(buckets, len(self.boundaries) + 1, 1.0, 0.0, name="one_hot")
        return result

    def get_sparse_tensors(self, features: Features) -> IdWeightPair:
        """The buckets as ids, one for each number."""
        buckets = b.Cast(features.get(self), DstT=int64)
        numbers = self.source_column.size
        first = [place * (len(self.boundaries) + 1) for place in range(numbers)]
        shape = b.Shape(buckets, out_type=int64)
        everywhere = b.Where(b.OnesLike(b.Cast(buckets, DstT="bool")))
        ids = b.Reshape(buckets + first if numbers > 1 else buckets, [-1])
        return IdWeightPair(SparseTensor(everywhere, ids, shape))


@near_keywords
def bucketized_column(source_column: NumericColumn, boundaries: Sequence[float]) -> BucketizedColumn:
    """A column of the buckets that numbers fall into.

    ``boundaries=[0., 1., 2.]`` make the buckets (-inf, 0), [0, 1), [1, 2) and [2, inf): a boundary belongs to the
    bucket on its right, -0.0 is 0.0, and NaN falls into the last.

    Parameters
    ----------
    source_column : numeric column
        Of one number, or of a vector for each example.
    boundaries : list or tuple of numbers
        In ascending order.

    Raises
    ------
    ValueError
        If the source is not such a column, or the boundaries are not sorted.

    Source
    ------
    tf.feature_column.bucketized_column, TF 1.15
    """
    problems = []
    if not isinstance(source_column, NumericColumn):
        problems.append(
            f"source_column must be a column generated with numeric_column(). Given: {source_column!r}."
        )
    elif len(source_column.shape) > 1:
        problems.append(f"source_column must be one-dimensional column. Given: {source_column!r}.")
    problems += _boundary_problems(boundaries)
    raise_problems("bucketized_column", problems)
    return BucketizedColumn(source_column, tuple(boundaries))


def _boundary_problems(boundaries: Any) -> list[str]:
    if not isinstance(boundaries, (list, tuple)):
        return [f"boundaries must be a sorted list. Given: {boundaries!r}."]
    if not boundaries:
        return ["boundaries must not be empty."]
    wrong = [value for value in boundaries if not isinstance(value, numbers.Real)]
    if wrong:
        return [f"boundaries must be numbers. Given: {wrong[0]!r}."]
    for left, right in zip(boundaries, boundaries[1:], strict=False):
        if not left < right:
            return [
                f"boundaries must be a sorted list, each above the one before. {left} is followed by {right}."
            ]
    return []
