"""The vocabulary file column: values whose ids are their lines in a file."""

from __future__ import annotations

import os
from typing import Any

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
from estimator.columns.vocabulary_list import looked_up, oov_problems
from estimator.core import log
from estimator.core.dtypes import DType, as_dtype, int64, string
from estimator.core.errors import raise_problems
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.functions.index_tables import index_table_from_file
from estimator.functions.parsing import VarLenFeature


@frozen
class VocabularyFileCategoricalColumn(KeyedColumn, CategoricalColumn):
    """Values whose ids are their lines in a file; made by :func:`categorical_column_with_vocabulary_file`."""

    key: str
    vocabulary_file: str
    vocabulary_size: int
    num_oov_buckets: int
    dtype: DType
    default_value: int

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """Any number of values."""
        return {self.key: VarLenFeature(self.dtype)}

    @property
    def num_buckets(self) -> int:
        """The lines that count, and the buckets of what is not among them."""
        return self.vocabulary_size + self.num_oov_buckets

    def get_sparse_tensors(self, features: Features) -> IdWeightPair:
        """The line of each value, from 0 on; of what is in none, the default or a hash behind the lines."""
        given = entries(self.key, self.dtype, features)
        table = index_table_from_file(
            vocabulary_file=self.vocabulary_file,
            num_oov_buckets=self.num_oov_buckets,
            vocab_size=self.vocabulary_size,
            default_value=self.default_value,
            key_dtype=int64 if self.dtype.is_integer else self.dtype,
            name=scope_name(f"{self.key}_lookup"),
        )
        return IdWeightPair(looked_up(table, given))


@near_keywords
def categorical_column_with_vocabulary_file(
    key: str,
    vocabulary_file: Any,
    vocabulary_size: int | None = None,
    num_oov_buckets: int = 0,
    default_value: int | None = None,
    dtype: Any = string,
) -> VocabularyFileCategoricalColumn:
    """A column of texts or integers whose ids are their lines in a file.

    The empty text and the integer -1 are missing values. What is not in the file has the default value, where -1 counts
    as no entry, or with `num_oov_buckets` an id behind the last by its hash (an integer by that of its decimal text).

    Parameters
    ----------
    key : str
        The feature's name.
    vocabulary_file : str or path
        A file with one value a line; it is read when a session's tables are initialized.
    vocabulary_size : int, optional
        How many of its lines count: by default all.
    num_oov_buckets : int
        How many ids there are for what is not in the file.
    default_value : int, optional
        The id of what is not in the file: by default -1.
    dtype : DType
        string, or an integer type.

    Raises
    ------
    ValueError
        If an argument is wrong (all problems at once), or the file whose lines are to be counted is not there.

    Source
    ------
    tf.feature_column.categorical_column_with_vocabulary_file, TF 1.15
    """
    check_key(key)
    kind = as_dtype(dtype)
    path = os.fspath(vocabulary_file) if vocabulary_file else ""
    problems = [] if path else [f"Missing vocabulary_file in {key}."]
    size = vocabulary_size
    if path and size is None:
        if os.path.isfile(path):
            size = _line_count(path)
            log.info("vocabulary_size = %d in %s is the number of lines in %s.", size, key, path)
        else:
            problems.append(f"vocabulary_file in {key} does not exist: {path!r}.")
    if size is not None and not is_count(size):
        problems.append(f"Invalid vocabulary_size in {key}: {size!r}.")
    problems += oov_problems(key, num_oov_buckets, default_value)
    problems += type_problems(f"column_name: {key}", kind)
    raise_problems("categorical_column_with_vocabulary_file", problems)
    return VocabularyFileCategoricalColumn(
        key, path, int(size or 0), num_oov_buckets or 0, kind, -1 if default_value is None else default_value
    )


def _line_count(path: str) -> int:
    with open(path, "rb") as lines:
        return sum(1 for _ in lines)
