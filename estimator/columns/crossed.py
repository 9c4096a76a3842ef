"""The crossed column: combinations of features as ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from estimator.columns.column import CategoricalColumn, FeatureColumn, is_count
from estimator.columns.features import Features, IdWeightPair
from estimator.columns.hashed import HashedCategoricalColumn
from estimator.core.dtypes import string
from estimator.core.errors import raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.functions.crossing import sparse_cross_hashed
from estimator.functions.parsing import VarLenFeature


@frozen
class CrossedColumn(CategoricalColumn):
    """The combinations of what several features hold; made by :func:`crossed_column`."""

    keys: tuple[str | CategoricalColumn, ...]
    hash_bucket_size: int
    hash_key: int | None

    @property
    def name(self) -> str:
        """The sorted names of what is crossed."""
        return "_X_".join(sorted(key if isinstance(key, str) else key.name for key in self._leaves()))

    @property
    def parents(self) -> list[FeatureColumn | str]:
        """The names of features and the columns that are crossed."""
        return list(self.keys)

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """What the columns have, and any number of texts for the name of a feature."""
        spec: dict[str, Any] = {}
        for key in self.keys:
            spec |= {key: VarLenFeature(string)} if isinstance(key, str) else key.parse_example_spec
        return spec

    @property
    def num_buckets(self) -> int:
        """How many ids there are."""
        return self.hash_bucket_size

    def get_sparse_tensors(self, features: Features) -> IdWeightPair:
        """The hash of each combination. A feature that is crossed by its name keeps '' and -1 as values.

        Raises
        ------
        ValueError
            If a column gives weights.
        """
        inputs = []
        for key in self._leaves():
            if isinstance(key, str):
                inputs.append(features.tensor(key))
                continue
            ids, weights = features.ids(key)
            if weights is not None:
                raise ValueError(
                    "crossed_column does not support weight_tensor, but the given column populates weight_tensor. "
                    f"Given column: {key.name}."
                )
            inputs.append(ids)
        return IdWeightPair(sparse_cross_hashed(inputs, self.hash_bucket_size, self.hash_key))

    def _leaves(self) -> Iterator[str | CategoricalColumn]:
        """What is crossed in the end: a cross of crosses is one of their keys."""
        for key in self.keys:
            if isinstance(key, CrossedColumn):
                yield from key._leaves()
            else:
                yield key


@near_keywords
def crossed_column(
    keys: Sequence[str | CategoricalColumn], hash_bucket_size: int, hash_key: int | None = None
) -> CrossedColumn:
    """A column of the combinations of what several features hold.

    An id is the fingerprint of a combination modulo the number of buckets. The order of the keys matters, and so does
    the type: 1 and '1' are different values.

    Parameters
    ----------
    keys : sequence of str and categorical columns
        At least two. The name of a feature crosses its values as they are.
    hash_bucket_size : int
        How many ids there are.
    hash_key : int, optional
        Begins the fingerprints, in place of TensorFlow's number.

    Raises
    ------
    ValueError
        If there are fewer than two keys, one is neither a name nor a categorical column, or a hashed one.

    Source
    ------
    tf.feature_column.crossed_column, TF 1.15
    """
    problems = []
    if not is_count(hash_bucket_size):
        problems.append(
            f"hash_bucket_size must be > 1. hash_bucket_size: {hash_bucket_size!r}. A whole number above 0 is wanted."
        )
    if isinstance(keys, str) or not keys or len(keys) < 2:
        problems.append(f"keys must be a list with length > 1. Given: {keys!r}.")
    else:
        problems += [problem for key in keys for problem in _key_problems(key)]
    raise_problems("crossed_column", problems)
    return CrossedColumn(tuple(keys), int(hash_bucket_size), hash_key)


def _key_problems(key: Any) -> list[str]:
    if isinstance(key, HashedCategoricalColumn):
        return [
            "categorical_column_with_hash_bucket is not supported for crossing. Hashing before crossing will increase "
            f"probability of collision. Instead, use the feature name as a string. Given: {key!r}."
        ]
    if not isinstance(key, (str, CategoricalColumn)):
        return [
            "Unsupported key type. All keys must be either string, or categorical column except "
            f"HashedCategoricalColumn. Given: {key!r}. Numbers can be crossed as a bucketized_column."
        ]
    return []
