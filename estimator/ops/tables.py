"""Ops of lookup tables.

The value of a table's handle at run time is a :class:`estimator.runtime.tables.Table` of the session: what finds,
inserts and exports.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.shapes import Dims, compatible, merge, show
from estimator.formats.vocabulary_files import read_lines
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op
from estimator.ops._vocabulary_files import LINE_NUMBER, WHOLE_LINE, read_column

# From which types to which; TensorFlow has no kernels for others.
_TYPES = {
    "string": "string bool int32 int64 float32 float64".split(),
    "int32": "string int32 float32 float64".split(),
    "int64": "string int32 int64 float32 float64".split(),
}
_HANDLE = {
    "container": "",
    "shared_name": "",
    "use_node_name_sharing": False,
    "key_dtype": DType,
    "value_dtype": DType,
}


def _handle(s: ShapeScope) -> Dims:
    key, value = s.attrs["key_dtype"].name, s.attrs["value_dtype"].name
    if value not in _TYPES.get(key, ()):
        known = "; ".join(f"from {source} to {', '.join(targets)}" for source, targets in _TYPES.items())
        raise ValueError(f"there are no tables from {key} to {value}; there are tables {known}.")
    return ()


@op(
    "HashTableV2",
    "-> table_handle: resource",
    attrs=_HANDLE,
    shape=_handle,
    effect="read",
    host=True,
    differentiable=False,
)
def hash_table_v2(xp: Any, *, run: Any) -> Any:
    """The handle of a table that is initialised once.

    Source  TF op HashTableV2, lookup_ops.cc
    """
    return run.shared()


@op(
    "MutableHashTableV2",
    "-> table_handle: resource",
    attrs=_HANDLE,
    shape=_handle,
    effect="read",
    host=True,
    differentiable=False,
)
def mutable_hash_table_v2(xp: Any, *, run: Any) -> Any:
    """The handle of a table that is empty at first, and may be changed at any time.

    Source  TF op MutableHashTableV2, lookup_ops.cc
    """
    return run.shared()


def _pairs(s: ShapeScope) -> list[Dims]:
    keys, values = s.shapes[1:]
    merge(rules.with_rank(keys, 1, "keys"), rules.with_rank(values, 1, "values"))
    return []


def _entries(s: ShapeScope) -> list[Dims]:
    merge(s.shapes[1], s.shapes[2])
    return []


@op(
    "InitializeTableV2",
    "table_handle: resource, keys: Tkey, values: Tval",
    shape=_pairs,
    effect="write",
    host=True,
    differentiable=False,
)
def initialize_table_v2(xp: Any, table_handle: Any, keys: Any, values: Any) -> None:
    """Give a table its entries; nothing if it has them already.

    Source  TF op InitializeTableV2, lookup_ops.cc
    """
    table_handle.replace(keys, values)


@op(
    "LookupTableImportV2",
    "table_handle: resource, keys: Tin, values: Tout",
    shape=_pairs,
    effect="write",
    host=True,
    differentiable=False,
)
def lookup_table_import_v2(xp: Any, table_handle: Any, keys: Any, values: Any) -> None:
    """Replace all entries of a table; one that is static takes them once.

    Source  TF op LookupTableImportV2, lookup_ops.cc
    """
    table_handle.replace(keys, values)


def _file(s: ShapeScope) -> list[Dims]:
    rules.check_scalars(s, filename=1)
    delimiter, size = s.attrs["delimiter"], s.attrs["vocab_size"]
    if len(delimiter) != 1:
        raise ValueError(f"delimiter should be only 1 char, not {delimiter!r}.")
    if size < -1 or size == 0:
        raise ValueError(f"vocab_size must be positive, or -1 for all lines, not {size}.")
    for name in ("key_index", "value_index"):
        if s.attrs[name] < WHOLE_LINE:
            raise ValueError(
                f"{name} must be a column, {LINE_NUMBER} (the line's number) or {WHOLE_LINE} (the line), "
                f"not {s.attrs[name]}."
            )
    return []


@op(
    "InitializeTableFromTextFileV2",
    "table_handle: resource, filename: string",
    attrs={"key_index": int, "value_index": int, "vocab_size": -1, "delimiter": "\t", "offset": 0},
    shape=_file,
    effect="write",
    host=True,
    differentiable=False,
)
def initialize_table_from_text_file_v2(
    xp: Any,
    table_handle: Any,
    filename: Any,
    key_index: int,
    value_index: int,
    vocab_size: int,
    delimiter: Any,
    offset: int,
) -> None:
    """Give a table one entry for each line of a file; nothing if it has entries already.

    Raises
    ------
    NotFoundError, PermissionDeniedError, DataLossError
        If the file cannot be read.
    InvalidArgumentError
        If its lines are not what they are said to be; with their number.
    FailedPreconditionError
        If one key has two values.

    Source  TF op InitializeTableFromTextFileV2, lookup_ops.cc
    """
    table = table_handle
    if table.is_initialized:
        return
    path, character = (
        os.fsdecode(filename.item()),
        delimiter.encode() if isinstance(delimiter, str) else delimiter,
    )
    lines = read_lines(path, vocab_size)
    keys = read_column(path, lines, key_index, character, table.key_dtype, offset)
    values = read_column(path, lines, value_index, character, table.value_dtype, offset)
    table.initialize(keys, values)


def _found(s: ShapeScope) -> Dims:
    keys, default = s.shapes[1:]
    if default != () and not compatible(keys, default):
        raise ValueError(
            f"default_value must be a scalar, or of the keys' shape {show(keys)}, given {show(default)}."
        )
    return keys


@op(
    "LookupTableFindV2",
    "table_handle: resource, keys: Tin, default_value: Tout -> values: Tout",
    shape=_found,
    effect="read",
    host=True,
    differentiable=False,
)
def lookup_table_find_v2(xp: Any, table_handle: Any, keys: Any, default_value: Any) -> Any:
    """The value of each key; the default, one for all or one for each, for keys that are not in the table.

    Source  TF op LookupTableFindV2, lookup_ops.cc
    """
    return table_handle.find(keys, default_value)


@op(
    "LookupTableSizeV2",
    "table_handle: resource -> size: int64",
    shape=rules.scalar,
    effect="read",
    host=True,
    differentiable=False,
)
def lookup_table_size_v2(xp: Any, table_handle: Any) -> Any:
    """How many keys a table has.

    Source  TF op LookupTableSizeV2, lookup_ops.cc
    """
    return np.array(len(table_handle.entries), np.int64)


@op(
    "LookupTableExportV2",
    "table_handle: resource -> keys: Tkeys, values: Tvalues",
    shape=lambda s: [(None,), (None,)],
    effect="read",
    host=True,
    differentiable=False,
)
def lookup_table_export_v2(xp: Any, table_handle: Any) -> Any:
    """All keys and all values of a table.

    Source  TF op LookupTableExportV2, lookup_ops.cc
    """
    return table_handle.export()


@op(
    "LookupTableInsertV2",
    "table_handle: resource, keys: Tin, values: Tout",
    shape=_entries,
    effect="write",
    host=True,
    differentiable=False,
)
def lookup_table_insert_v2(xp: Any, table_handle: Any, keys: Any, values: Any) -> None:
    """Add entries to a table, or replace those of the same keys.

    Source  TF op LookupTableInsertV2, lookup_ops.cc
    """
    table_handle.insert(keys, values)


@op(
    "LookupTableRemoveV2",
    "table_handle: resource, keys: Tin",
    shape=rules.no_output,
    effect="write",
    host=True,
    differentiable=False,
)
def lookup_table_remove_v2(xp: Any, table_handle: Any, keys: Any) -> None:
    """Remove the entries of these keys, as far as there are any.

    Source  TF op LookupTableRemoveV2, lookup_ops.cc
    """
    table_handle.remove(keys)
