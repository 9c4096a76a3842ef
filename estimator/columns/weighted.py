"""The weighted column: ids with a weight for each."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.columns.column import CategoricalColumn, FeatureColumn, categorical_problems
from estimator.columns.features import Features, IdWeightPair
from estimator.core.dtypes import DType, as_dtype, float32
from estimator.core.errors import raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.core.shapes import Dims, show
from estimator.functions.parsing import VarLenFeature
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor


@frozen
class WeightedCategoricalColumn(CategoricalColumn):
    """Ids and the weights that another feature holds; made by :func:`weighted_categorical_column`."""

    categorical_column: CategoricalColumn
    weight_feature_key: str
    dtype: DType

    @property
    def name(self) -> str:
        """The names of the column and of the feature with the weights."""
        return f"{self.categorical_column.name}_weighted_by_{self.weight_feature_key}"

    @property
    def parents(self) -> list[FeatureColumn | str]:
        """The column and the feature with the weights."""
        return [self.categorical_column, self.weight_feature_key]

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """As the column has it, and any number of weights.

        Raises
        ------
        ValueError
            If the column reads the feature with the weights itself.
        """
        spec = self.categorical_column.parse_example_spec
        key = self.weight_feature_key
        if key in spec:
            raise ValueError(f"Parse config {spec[key]} already exists for {key}.")
        return spec | {key: VarLenFeature(self.dtype)}

    @property
    def num_buckets(self) -> int:
        """As the column has it."""
        return self.categorical_column.num_buckets

    def get_sparse_tensors(self, features: Features) -> IdWeightPair:
        """The ids, and their weights as floating point numbers; of a dense feature, those at the places of the ids.

        Raises
        ------
        ValueError
            If the weights are of another type than the column says, or are known not to be as many as the ids.
        InvalidArgumentError
            When it runs, if sparse weights are not as many as the ids.
        """
        weights = features.tensor(self.weight_feature_key)
        if weights.dtype is not self.dtype:
            raise ValueError(
                f"Bad dtype, expected {self.dtype.name}, but got {weights.dtype.name}. The weights are the feature "
                f"{self.weight_feature_key!r}; give weighted_categorical_column its dtype, or cast it in input_fn."
            )
        ids = features.ids(self.categorical_column).id_tensor
        if isinstance(weights, SparseTensor):
            weights = weights.with_values(self._checked(weights.values, ids.values))
        else:
            self._check_width(weights.dims, ids.dims)
            weights = ids.with_values(b.GatherNd(weights, ids.indices))
        if not self.dtype.is_floating:
            weights = weights.with_values(weights.graph.cast(weights.values, float32))
        return IdWeightPair(ids, weights)

    def _check_width(self, weights: Dims, ids: Dims) -> None:
        """Refuse weights that are known to be more or fewer than the ids of an example can be."""
        if weights is None or ids is None or weights[-1] in (None, ids[-1]) or ids[-1] is None:
            return
        raise ValueError(
            f"the weights, the feature {self.weight_feature_key!r}, have the shape {show(weights)}, and the ids of "
            f"{self.categorical_column.name!r} {show(ids)}: each id has a weight of its own."
        )

    def _checked(self, weights: Tensor, ids: Tensor) -> Tensor:
        """The weights, of which there must be as many as ids: one alone would do for all of them."""
        message = (
            f"the feature {self.weight_feature_key!r} must have a weight at each place where "
            f"{self.categorical_column.name!r} has an id; numbers of weights and of ids:"
        )
        counts = [b.Size(weights), b.Size(ids)]
        check = b.Assert(b.Equal(*counts), [np.array(message, object), *counts], name="assert_weights")
        with ids.graph.control_dependencies([check]):
            result: Tensor = b.Identity(weights)
        return result


@near_keywords
def weighted_categorical_column(
    categorical_column: CategoricalColumn, weight_feature_key: str, dtype: Any = float32
) -> WeightedCategoricalColumn:
    """A column of ids with weights, which another feature holds at the same places: sparse, or dense.

    Parameters
    ----------
    categorical_column : categorical column
    weight_feature_key : str
        The name of the feature with the weights.
    dtype : DType
        The type of the weights.

    Raises
    ------
    ValueError
        If the column is not categorical, or the type is not one of numbers.

    Source
    ------
    tf.feature_column.weighted_categorical_column, TF 1.15
    """
    problems = categorical_problems(categorical_column)
    kind = None if dtype is None else as_dtype(dtype)
    if kind is None or not (kind.is_integer or kind.is_floating):
        problems.append(f"dtype {dtype} is not convertible to float.")
    raise_problems("weighted_categorical_column", problems)
    return WeightedCategoricalColumn(categorical_column, weight_feature_key, as_dtype(dtype))
