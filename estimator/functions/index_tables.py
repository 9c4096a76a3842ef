"""Tables between words and ids that are made of a vocabulary: a list of words, or a file with one in each line.

::

    table = index_table_from_tensor(["emerson", "lake", "palmer"], num_oov_buckets=1)
    ids = table.lookup(tf.constant(["palmer", "king"]))   # 2, and 3: the one bucket for all other words
    words = index_to_string_table_from_tensor(["emerson", "lake", "palmer"]).lookup(tf.constant([1, 9], tf.int64))
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DType, DTypeLike, as_dtype, int64, string
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import tensor_of
from estimator.functions.arrays import range as range_
from estimator.functions.arrays import size
from estimator.functions.lookup import FastHashSpec, HasherSpec, IdTableWithHashBuckets, StaticHashTable
from estimator.functions.math import cast
from estimator.functions.scoping import name_scope
from estimator.functions.table_initializers import (
    KeyValueTensorInitializer,
    TableInitializer,
    TextFileIndex,
    TextFileInitializer,
)
from estimator.graph.tensor import Tensor


def index_table_from_tensor(
    mapping: Any,
    num_oov_buckets: int = 0,
    default_value: Any = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    dtype: DTypeLike = string,
    name: str | None = None,
) -> StaticHashTable | IdTableWithHashBuckets:
    """A table from the words of a vocabulary to their places in it.

    Parameters
    ----------
    mapping : Tensor, array or list of str or int
    num_oov_buckets : int
        How many ids behind the last one other words have; 0 if they have the default.
    default_value : int
        The id of other words, if there are no buckets.
    hasher_spec : HasherSpec
        How other words are spread over buckets.
    dtype : DType
        The type of the keys that it is asked for: string, or integers.
    name : str, default "string_to_index"

    Raises
    ------
    ValueError
        If there is no vocabulary, it is of another kind than `dtype`, or num_oov_buckets is negative.
    TypeError
        If `dtype` is neither text nor integers.
    FailedPreconditionError
        When its initializer runs, if a word stands twice in the vocabulary.

    Source
    ------
    tf.contrib.lookup.index_table_from_tensor, TF 1.15 lookup_ops.py
    """
    if mapping is None:
        raise ValueError("`mapping` must be specified: the words of the vocabulary.")
    kind = _word_dtype(num_oov_buckets, dtype)
    with name_scope(name, "string_to_index"):
        keys = tensor_of(mapping)
        if keys.dtype.is_integer != kind.is_integer or (keys.dtype is string) != (kind is string):
            raise ValueError(
                f"Invalid `dtype`: expected {kind.name}, but the vocabulary is {keys.dtype.name}."
            )
        values = cast(range_(size(keys)), int64)
        with name_scope(None, "hash_table"):
            words = cast(keys, int64) if keys.dtype.is_integer else keys
            table = StaticHashTable(
                KeyValueTensorInitializer(words, values, name="table_init"), default_value
            )
        return _with_buckets(table, num_oov_buckets, hasher_spec, kind)


def index_table_from_file(
    vocabulary_file: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: Any = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    key_dtype: DTypeLike = string,
    name: str | None = None,
    key_column_index: int = TextFileIndex.WHOLE_LINE,
    value_column_index: int = TextFileIndex.LINE_NUMBER,
    delimiter: str = "\t",
) -> StaticHashTable | IdTableWithHashBuckets:
    """A table from the lines of a file, or a column of it, to their numbers.

    Parameters
    ----------
    vocabulary_file : str or string Tensor
    num_oov_buckets : int
        How many ids behind the last one other words have; 0 if they have the default.
    vocab_size : int, optional
        How many lines to read; the file must have so many.
    default_value : int
        The id of other words, if there are no buckets.
    hasher_spec : HasherSpec
        How other words are spread over buckets.
    key_dtype : DType
        The type of the keys that it is asked for: string, or integers.
    name : str, default "string_to_index"
    key_column_index, value_column_index, delimiter
        As of TextFileInitializer.

    Raises
    ------
    ValueError
        If there is no file, num_oov_buckets is negative, or vocab_size is not positive.
    TypeError
        If `key_dtype` is neither text nor integers.
    NotFoundError, InvalidArgumentError, FailedPreconditionError
        When its initializer runs: as of TextFileInitializer.

    Source
    ------
    tf.contrib.lookup.index_table_from_file, TF 1.15 lookup_ops.py
    """
    _check_file(vocabulary_file, vocab_size)
    kind = _word_dtype(num_oov_buckets, key_dtype)
    with name_scope(name, "string_to_index"):
        with name_scope(None, "hash_table"):
            initializer = TextFileInitializer(
                vocabulary_file,
                int64 if kind.is_integer else kind,
                key_column_index,
                int64,
                value_column_index,
                vocab_size,
                delimiter,
                "table_init",
            )
            table = StaticHashTable(initializer, default_value)
        return _with_buckets(table, num_oov_buckets, hasher_spec, kind)


def index_to_string_table_from_tensor(
    mapping: Any, default_value: Any = "UNK", name: str | None = None
) -> StaticHashTable:
    """A table from places in a vocabulary, int64, to the words there.

    Parameters
    ----------
    mapping : Tensor, array or list of str
    default_value : str
        What stands for other numbers.
    name : str, default "index_to_string"

    Raises
    ------
    ValueError
        If there is no vocabulary, or it is not of text.

    Source
    ------
    tf.contrib.lookup.index_to_string_table_from_tensor, TF 1.15 lookup_ops.py
    """
    if mapping is None:
        raise ValueError("`mapping` must be specified: the words of the vocabulary.")
    with name_scope(name, "index_to_string"):
        values = tensor_of(mapping)
        if values.dtype is not string:
            raise ValueError(f"index_to_string_table_from_tensor: text is needed, given {values.dtype.name}.")
        keys = cast(range_(size(values)), int64)
        with name_scope(None, "hash_table"):
            return StaticHashTable(KeyValueTensorInitializer(keys, values, name="table_init"), default_value)


def index_to_string_table_from_file(
    vocabulary_file: Any,
    vocab_size: int | None = None,
    default_value: Any = "UNK",
    name: str | None = None,
    key_column_index: int = TextFileIndex.LINE_NUMBER,
    value_column_index: int = TextFileIndex.WHOLE_LINE,
    delimiter: str = "\t",
) -> StaticHashTable:
    """A table from the numbers of lines of a file, int64, to the lines, or a column of them.

    Parameters
    ----------
    vocabulary_file : str or string Tensor
    vocab_size : int, optional
        How many lines to read; the file must have so many.
    default_value : str
        What stands for other numbers.
    name : str, default "index_to_string"
    key_column_index, value_column_index, delimiter
        As of TextFileInitializer.

    Raises
    ------
    ValueError
        If there is no file, or vocab_size is not positive.
    NotFoundError, InvalidArgumentError, FailedPreconditionError
        When its initializer runs: as of TextFileInitializer.

    Source
    ------
    tf.contrib.lookup.index_to_string_table_from_file, TF 1.15 lookup_ops.py
    """
    _check_file(vocabulary_file, vocab_size)
    with name_scope(name, "index_to_string"), name_scope(None, "hash_table"):
        initializer = TextFileInitializer(
            vocabulary_file, int64, key_column_index, string, value_column_index, vocab_size, delimiter, "table_init"
        )  # fmt: skip
        return StaticHashTable(initializer, default_value)


def HashTable(
    initializer: TableInitializer, default_value: Any, shared_name: str | None = None, name: str | None = None
) -> StaticHashTable:
    """A table of given keys and values: a :class:`~estimator.functions.lookup.StaticHashTable`.

    Parameters
    ----------
    initializer : KeyValueTensorInitializer or TextFileInitializer
    default_value
        The value of other keys.
    shared_name : str, optional
        Accepted: tables of the same content are shared in any case.
    name : str, optional

    Source
    ------
    tf.contrib.lookup.HashTable, TF 1.15 lookup_ops.py
    """
    return StaticHashTable(initializer, default_value, name)


def _check_file(vocabulary_file: Any, vocab_size: int | None) -> None:
    if vocabulary_file is None or (not isinstance(vocabulary_file, Tensor) and not vocabulary_file):
        raise ValueError("`vocabulary_file` must be specified and must not be empty.")
    if vocab_size is not None and vocab_size < 1:
        raise ValueError(
            f"`vocab_size` must be greater than 0, got {vocab_size} for vocabulary_file: {vocabulary_file}."
        )


def _word_dtype(num_oov_buckets: int, dtype: Any) -> DType:
    if num_oov_buckets < 0:
        raise ValueError(f"`num_oov_buckets` must be greater or equal than 0, got {num_oov_buckets}.")
    kind = as_dtype(dtype)
    if not (kind.is_integer or kind is string):
        raise TypeError(f"the type of the keys must either be integer or string, not {kind.name}.")
    return kind


def _with_buckets(
    table: StaticHashTable, num_oov_buckets: int, hasher_spec: HasherSpec, key_dtype: DType
) -> StaticHashTable | IdTableWithHashBuckets:
    if not num_oov_buckets:
        return table
    return IdTableWithHashBuckets(table, num_oov_buckets, hasher_spec, key_dtype=key_dtype)


near_keywords_of_functions(__name__)
