"""The hashed column: texts or integers as ids, without a vocabulary."""

from __future__ import annotations

from typing import Any

from estimator.columns.column import CategoricalColumn, KeyedColumn, check_key, is_count, type_problems
from estimator.columns.features import Features, IdWeightPair
from estimator.columns.sparse_input import entries
from estimator.core.dtypes import DType, as_dtype, string
from estimator.core.errors import raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.functions.parsing import VarLenFeature
from estimator.graph import build as b


@frozen
class HashedCategoricalColumn(KeyedColumn, CategoricalColumn):
    """Values whose ids are their hashes; made by :func:`categorical_column_with_hash_bucket`."""

    key: str
    hash_bucket_size: int
    dtype: DType

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """Any number of values."""
        return {self.key: VarLenFeature(self.dtype)}

    @property
    def num_buckets(self) -> int:
        """How many ids there are."""
        return self.hash_bucket_size

    def get_sparse_tensors(self, features: Features) -> IdWeightPair:
        """Fingerprint64 of the text, or of an integer's decimal text, modulo the number of buckets."""
        given = entries(self.key, self.dtype, features)
        texts = b.AsString(given.values) if self.dtype.is_integer else given.values
        ids = b.StringToHashBucketFast(texts, num_buckets=self.hash_bucket_size, name="lookup")
        return IdWeightPair(given.with_values(ids))


@near_keywords
def categorical_column_with_hash_bucket(
    key: str, hash_bucket_size: int, dtype: Any = string
) -> HashedCategoricalColumn:
    """A column of texts or integers whose ids are their hashes.

    The empty text and the integer -1 are missing values. Different values may get the same id.

    Parameters
    ----------
    key : str
        The feature's name.
    hash_bucket_size : int
        How many ids there are.
    dtype : DType
        string, or an integer type.

    Raises
    ------
    ValueError
        If an argument is wrong; the message names the column.

    Source
    ------
    tf.feature_column.categorical_column_with_hash_bucket, TF 1.15
    """
    check_key(key)
    kind, problems = as_dtype(dtype), []
    if hash_bucket_size is None:
        problems.append(f"hash_bucket_size must be set. key: {key}.")
    elif not is_count(hash_bucket_size):
        problems.append(
            f"hash_bucket_size must be at least 1. hash_bucket_size: {hash_bucket_size!r}, key: {key}. "
            "A whole number above 0 is wanted."
        )
    problems += type_problems(f"column_name: {key}", kind)
    raise_problems("categorical_column_with_hash_bucket", problems)
    return HashedCategoricalColumn(key, int(hash_bucket_size), kind)
