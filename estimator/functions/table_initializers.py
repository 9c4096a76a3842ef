"""What lookup tables take their entries from: tensors, or the lines of a text file."""

from __future__ import annotations

import hashlib
import os
import uuid
from typing import Any, ClassVar, Protocol

import numpy as np

from estimator.core.dtypes import DType, as_dtype, int64, string
from estimator.core.keywords import near_keywords, near_keywords_of_functions
from estimator.functions.arguments import tensor_of
from estimator.functions.grouping import group, no_op
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.static import static_value
from estimator.graph.tensor import Operation, Tensor


class InitializableTable(Protocol):
    """A table that an initializer can fill."""

    key_dtype: DType
    value_dtype: DType
    resource_handle: Tensor


class TableInitializer(Protocol):
    """Where a table's entries come from.

    Attributes
    ----------
    key_dtype, value_dtype : DType
    shared_name : str
        The name of the table in a session: tables of the same name are one.
    """

    key_dtype: DType
    value_dtype: DType
    shared_name: str

    def initialize(self, table: InitializableTable) -> Operation:
        """The operation that fills a table, which joins the collection that tables_initializer runs."""


@near_keywords
class KeyValueTensorInitializer:
    """Entries given as two tensors.

    Parameters
    ----------
    keys, values : Tensor, array or list
        Equally long.
    key_dtype, value_dtype : DType, optional
        For keys and values that are no tensors.
    name : str, default "key_value_init"

    Shape
    -----
    keys [n], values [n]

    Raises
    ------
    FailedPreconditionError
        When it is run, if one key has two values.
    InvalidArgumentError
        When it is run, if there are no keys.

    Source
    ------
    tf.lookup.KeyValueTensorInitializer, TF 1.15 lookup_ops.py
    """

    def __init__(
        self, keys: Any, values: Any, key_dtype: Any = None, value_dtype: Any = None, name: str | None = None
    ) -> None:
        self._keys = _named(keys, key_dtype, "keys")
        self._values = _named(values, value_dtype, "values")
        self._name = "key_value_init" if name is None else name
        self.key_dtype, self.value_dtype = self._keys.dtype, self._values.dtype
        self.shared_name = f"hash_table_{_content(self._keys, self._values)}"

    def initialize(self, table: InitializableTable) -> Operation:
        """The operation that fills a table.

        Raises
        ------
        TypeError
            If the table has other types.
        """
        _demand_types(table, self.key_dtype, self.value_dtype)
        graph = self._keys.graph
        with graph.as_default(), graph.name_scope(self._name):
            made: Operation = b.LookupTableImportV2(table.resource_handle, self._keys, self._values)
        return _collected(made)


class TextFileIndex:
    """What of a line is a key or a value, where it is not the number of a column."""

    WHOLE_LINE: ClassVar[int] = -2
    LINE_NUMBER: ClassVar[int] = -1


@near_keywords
class TextFileInitializer:
    """One entry for each line of a text file.

    Parameters
    ----------
    filename : str or string Tensor
        A constant one becomes an asset of an exported model.
    key_dtype : DType
    key_index : int
        The column that has the keys, counted from 0, or one of TextFileIndex: the whole line, or its number from 0.
    value_dtype : DType
    value_index : int
        As `key_index`, for the values.
    vocab_size : int, optional
        How many lines to read; the file must have so many.
    delimiter : str, default tab
        What stands between columns, one character.
    name : str, default "text_file_init"
    value_index_offset : int
        Added to numbers of lines.

    Raises
    ------
    ValueError
        If there is no filename, or an index, a type or the size is not possible.
    NotFoundError, PermissionDeniedError, DataLossError
        When it is run, if the file cannot be read.
    InvalidArgumentError
        When it is run, if the file has not the lines or columns that it is said to have.
    FailedPreconditionError
        When it is run, if one key has two values.

    Source
    ------
    tf.lookup.TextFileInitializer, TF 1.15 lookup_ops.py
    """

    def __init__(
        self,
        filename: Any,
        key_dtype: Any,
        key_index: int,
        value_dtype: Any,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
        value_index_offset: int = 0,
    ) -> None:
        if not isinstance(filename, Tensor) and not filename:
            raise ValueError("`filename` argument required for tf.lookup.TextFileInitializer.")
        if vocab_size is not None and vocab_size <= 0:
            raise ValueError(f"`vocab_size` should be > 0, received: {vocab_size}.")
        self.key_dtype, self.value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)
        _demand_index("key", key_index, self.key_dtype)
        _demand_index("value", value_index, self.value_dtype)
        path = filename if isinstance(filename, Tensor) else os.fspath(filename)
        with get_default_graph().control_dependencies(None):
            self._filename = tensor_of(path, string, "asset_path")
        self._name = name or "text_file_init"
        self._attrs: dict[str, Any]
        self._attrs = {"key_index": key_index, "value_index": value_index, "delimiter": delimiter}
        self._attrs |= {"vocab_size": -1 if vocab_size is None else vocab_size, "offset": value_index_offset}
        source = path.name if isinstance(path, Tensor) else os.fsdecode(path)
        parts = [source, vocab_size, key_index, value_index, value_index_offset or None]
        self.shared_name = "_".join(["hash_table", *(str(part) for part in parts if part is not None)])

    def initialize(self, table: InitializableTable) -> Operation:
        """The operation that fills a table.

        Raises
        ------
        TypeError
            If the table has other types.
        """
        _demand_types(table, self.key_dtype, self.value_dtype)
        graph = self._filename.graph
        with graph.as_default(), graph.name_scope(self._name):
            made: Operation = b.InitializeTableFromTextFileV2(
                table.resource_handle, self._filename, **self._attrs
            )
        if self._filename.op.type == "Const":
            graph.add_to_collection(GraphKeys.ASSET_FILEPATHS, self._filename)
        return _collected(made)


def tables_initializer(name: str = "init_all_tables") -> Operation:
    """An operation that initialises all tables of the default graph; a session with hooks runs it by itself.

    Source
    ------
    tf.tables_initializer, TF 1.15 lookup_ops.py
    """
    made = get_default_graph().get_collection(GraphKeys.TABLE_INITIALIZERS)
    return group(*made, name=name) if made else no_op(name)


def _named(value: Any, dtype: Any, name: str) -> Tensor:
    return tensor_of(value, None if dtype is None else as_dtype(dtype), name)


def _collected(made: Operation) -> Operation:
    made.graph.add_to_collection(GraphKeys.TABLE_INITIALIZERS, made)
    return made


def _demand_types(table: InitializableTable, key_dtype: DType, value_dtype: DType) -> None:
    if (table.key_dtype, table.value_dtype) != (key_dtype, value_dtype):
        raise TypeError(
            f"a table from {table.key_dtype.name} to {table.value_dtype.name} cannot be initialized with keys of "
            f"{key_dtype.name} and values of {value_dtype.name}."
        )


def _demand_index(what: str, index: int, dtype: DType) -> None:
    if index < TextFileIndex.WHOLE_LINE:
        raise ValueError(f"`{what}_index` should be >= -2, received: {index}.")
    if index == TextFileIndex.LINE_NUMBER and dtype is not int64:
        raise ValueError(
            f"`{what}_dtype` must be int64 if `{what}_index` is {index}, received: {dtype.name}."
        )
    if index == TextFileIndex.WHOLE_LINE and not (dtype.is_integer or dtype is string):
        raise ValueError(
            f"`{what}_dtype` should be either integer or string for `{what}_index` {index}, received: {dtype.name}."
        )


def _content(*tensors: Tensor) -> str:
    """Short text that is the same for the same values, so that graphs of one program have the same names.

    TensorFlow draws a random one, as is done here for values that only the run tells.
    """
    said = [_described(tensor) for tensor in tensors]
    if None in said:
        return str(uuid.uuid4())
    return hashlib.blake2b(repr(said).encode(), digest_size=16).hexdigest()


def _described(tensor: Tensor) -> Any:
    """What a value is, or how it is computed from constants; None if it depends on something else."""
    value, op = static_value(tensor), tensor.op
    if value is not None:
        content = (
            repr(value.tolist()).encode() if value.dtype == object else np.ascontiguousarray(value).tobytes()
        )
        return value.dtype.str, value.shape, hashlib.blake2b(content, digest_size=16).hexdigest()
    inputs = [_described(source) for source in op.inputs]
    if op.effect != "pure" or not inputs or None in inputs:
        return None
    return op.type, tensor.value_index, sorted(op.attrs.items(), key=str), inputs


near_keywords_of_functions(__name__)
