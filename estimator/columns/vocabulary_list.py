"""The vocabulary list column: values whose ids are their places in a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from estimator.columns.column import (
    CategoricalColumn,
    KeyedColumn,
    check_key,
    is_count,
    scope_name,
    type_problems,
)
from estimator.columns.features import Features, IdWeightPair
from estimator.columns.sparse_input import entries
from estimator.core.dtypes import DType, as_dtype, int64, string
from estimator.core.errors import raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.functions.index_tables import index_table_from_tensor
from estimator.functions.parsing import VarLenFeature
from estimator.graph.sparse import SparseTensor


@frozen
class VocabularyListCategoricalColumn(KeyedColumn, CategoricalColumn):
    """Values whose ids are their places in a list; made by :func:`categorical_column_with_vocabulary_list`."""

    key: str
    vocabulary_list: tuple[Any, ...]
    dtype: DType
    default_value: int
    num_oov_buckets: int

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """Any number of values."""
        return {self.key: VarLenFeature(self.dtype)}

    @property
    def num_buckets(self) -> int:
        """The length of the list, and the buckets of what is not in it."""
        return len(self.vocabulary_list) + self.num_oov_buckets

    def get_sparse_tensors(self, features: Features) -> IdWeightPair:
        """The place of each value in the list; of what is not in it, the default or a hash behind the list."""
        given = entries(self.key, self.dtype, features)
        table = index_table_from_tensor(
            mapping=self.vocabulary_list,
            num_oov_buckets=self.num_oov_buckets,
            default_value=self.default_value,
            dtype=int64 if self.dtype.is_integer else self.dtype,
            name=scope_name(f"{self.key}_lookup"),
        )
        return IdWeightPair(looked_up(table, given))


def looked_up(table: Any, given: SparseTensor) -> SparseTensor:
    """The ids that a table has for texts, or for integers of any type."""
    if given.dtype.is_integer:
        given = given.with_values(given.graph.cast(given.values, int64))
    ids: SparseTensor = table.lookup(given)
    return ids


@near_keywords
def categorical_column_with_vocabulary_list(
    key: str,
    vocabulary_list: Sequence[Any],
    dtype: Any = None,
    default_value: int = -1,
    num_oov_buckets: int = 0,
) -> VocabularyListCategoricalColumn:
    """A column of texts or integers whose ids are their places in a list.

    The empty text and the integer -1 are missing values. What is not in the list has the default value, where -1 counts
    as no entry, or with `num_oov_buckets` an id behind the list by its hash (an integer by that of its decimal text).

    Parameters
    ----------
    key : str
        The feature's name.
    vocabulary_list : sequence of str or int
        The values, none of them twice.
    dtype : DType, optional
        string, or an integer type: by default that of the list.
    default_value : int
        The id of what is not in the list.
    num_oov_buckets : int
        How many ids there are for what is not in the list.

    Raises
    ------
    ValueError
        If an argument is wrong; all problems at once.

    Source
    ------
    tf.feature_column.categorical_column_with_vocabulary_list, TF 1.15
    """
    check_key(key)
    values = _values(vocabulary_list)
    given = None if dtype is None else as_dtype(dtype)
    if values:
        held = string if np.array(values).dtype.kind in "USO" else as_dtype(np.array(values).dtype)
        problems = _duplicates(key, values) + type_problems(f"column_name: {key} vocabulary", held)
        if not problems and given is not None and given.is_integer != held.is_integer:
            problems.append(
                f"dtype {given.name} and vocabulary dtype {held.name} do not match, column_name: {key}."
            )
    else:
        held, problems = (
            string,
            [
                f"vocabulary_list {vocabulary_list!r} must be non-empty, column_name: {key}. "
                "Give a list of texts or of integers."
            ],
        )
    if given is not None:
        problems += type_problems(f"column_name: {key}", given)
    problems += oov_problems(key, num_oov_buckets, None if default_value == -1 else default_value)
    raise_problems("categorical_column_with_vocabulary_list", problems)
    return VocabularyListCategoricalColumn(key, values, given or held, default_value, num_oov_buckets)


def _values(vocabulary_list: Any) -> tuple[Any, ...]:
    """The list as a tuple; empty for what is no list, such as a single text."""
    if vocabulary_list is None or isinstance(vocabulary_list, (str, bytes)):
        return ()
    return tuple(vocabulary_list.tolist() if hasattr(vocabulary_list, "tolist") else vocabulary_list)


def _duplicates(key: str, values: Sequence[Any]) -> list[str]:
    twice = [repr(value) for value, count in Counter(values).items() if count > 1]
    return (
        [f"Duplicate keys in vocabulary_list: {', '.join(twice[:10])}, column_name: {key}."] if twice else []
    )


def oov_problems(key: str, num_oov_buckets: int | None, default_value: int | None) -> list[str]:
    """What is wrong with where values go that are out of a vocabulary."""
    if not num_oov_buckets:
        return []
    problems = []
    if default_value is not None:
        problems.append(f"Can't specify both num_oov_buckets and default_value in {key}.")
    if not is_count(num_oov_buckets):
        problems.append(
            f"Invalid num_oov_buckets {num_oov_buckets!r} in {key}. A whole number above 0 is wanted."
        )
    return problems
