"""The identity column: a feature that already is ids."""

from __future__ import annotations

from typing import Any

from estimator.columns.column import CategoricalColumn, KeyedColumn, check_key, is_count
from estimator.columns.features import Features, IdWeightPair
from estimator.columns.sparse_input import to_sparse
from estimator.core.dtypes import int64
from estimator.core.errors import raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.functions.parsing import VarLenFeature
from estimator.graph import build as b
from estimator.graph.sparse import SparseTensor


@frozen
class IdentityCategoricalColumn(KeyedColumn, CategoricalColumn):
    """Integers that are ids; made by :func:`categorical_column_with_identity`."""

    key: str
    number_buckets: int
    default_value: int | None

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """Any number of integers."""
        return {self.key: VarLenFeature(int64)}

    @property
    def num_buckets(self) -> int:
        """How many ids there are."""
        return self.number_buckets

    def get_sparse_tensors(self, features: Features) -> IdWeightPair:
        """The integers; with a default value, that for those out of range. A dense -1 is no entry all the same.

        Raises
        ------
        ValueError
            If the feature is of another type.
        """
        given = features.tensor(self.key)
        if not given.dtype.is_integer:
            advice = "Give integers, or let numbers fall into buckets: bucketized_column."
            if given.dtype.name == "string":
                advice = "Text has ids in a categorical_column_with_vocabulary_list or _with_hash_bucket."
            raise ValueError(
                f"Invalid input, not integer. key: {self.key} dtype: {given.dtype.name}. {advice}"
            )
        entries = to_sparse(given)
        ids = entries.values.graph.cast(entries.values, int64)
        if self.default_value is not None:
            is_out = b.LogicalOr(
                b.Less(ids, 0), b.GreaterEqual(ids, self.number_buckets), name="out_of_range"
            )
            ids = b.SelectV2(is_out, self.default_value, ids)
        return IdWeightPair(SparseTensor(entries.indices, ids, entries.dense_shape))


@near_keywords
def categorical_column_with_identity(
    key: str, num_buckets: int, default_value: int | None = None
) -> IdentityCategoricalColumn:
    """A column of integers in [0, num_buckets) that stand for categories.

    A dense -1 is a missing value. Below 0 an entry counts as none, from num_buckets on an embedding or linear
    weight refuses it when the graph runs, unless there is a default value.

    Parameters
    ----------
    key : str
        The feature's name.
    num_buckets : int
        How many categories there are.
    default_value : int, optional
        The id of what is out of range.

    Raises
    ------
    ValueError
        If there are no buckets, or the default value is not among them.

    Source
    ------
    tf.feature_column.categorical_column_with_identity, TF 1.15
    """
    check_key(key)
    problems = []
    if not is_count(num_buckets):
        problems.append(
            f"num_buckets {num_buckets!r} < 1, column_name {key}. A whole number above 0 is wanted."
        )
    elif default_value is not None and not (is_count(default_value, 0) and default_value < num_buckets):
        problems.append(
            f"default_value {default_value!r} not in range [0, {num_buckets}), column_name {key}."
        )
    raise_problems("categorical_column_with_identity", problems)
    return IdentityCategoricalColumn(key, int(num_buckets), default_value)
