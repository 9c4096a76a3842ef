"""Tables of other libraries as dicts of their columns. They are recognised by their shape: none is imported.

pandas, polars, pyarrow, Hugging Face, duckdb, or anything with Arrow's C interface. What becomes of a column is said in
:mod:`estimator.pipeline.foreign`.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from estimator.core import nest
from estimator.formats import arrow
from estimator.pipeline.structure import leaves, pack


def can(value: Any, *names: str) -> bool:
    """Whether the value's class has all of these: an instance could have columns of such names."""
    return all(hasattr(type(value), name) for name in names)


# -- structure -------------------------------------------------------------------------------------


def collated(value: Any) -> Any:
    """A batch with tuples in place of lists that hold torch's tensors: its loaders make lists of samples' parts.

    Any other list is one array.
    """
    if isinstance(value, Mapping):
        return nest.like(value, {key: collated(item) for key, item in value.items()})
    if isinstance(value, list) and any(map(_holds_torch, value)):
        return tuple(map(collated, value))
    return nest.like(value, list(map(collated, value))) if isinstance(value, tuple) else value


def _holds_torch(value: Any) -> bool:
    if isinstance(value, (list, tuple, Mapping)):
        return any(map(_holds_torch, value.values() if isinstance(value, Mapping) else value))
    return can(value, "detach", "numpy")


# -- tables as dicts -------------------------------------------------------------------------------


def unfolded(data: Any, frames: bool = True) -> Any:
    """The nested data with a dict of columns in place of each table; itself if there is none.

    Parameters
    ----------
    data : nested structure
    frames : bool
        Whether those of pandas, too: as the data of a Dataset they are one array, as in TensorFlow.

    Raises
    ------
    ValueError
        If a table has several columns of one name, or its library cannot give its rows.
    """
    given = leaves(data)
    found = [leaf if is_frame(leaf) and not frames else _unfolded(leaf) for leaf in given]
    return data if all(map(operator.is_, found, given)) else pack(data, found)


def is_data(value: Any) -> bool:
    """Whether it is a table or column of another library with all its rows at hand; a stream of tables is none."""
    return (
        is_frame(value)
        or _is_query(value)
        or _is_hugging_face(value)
        or _is_stored_column(value)
        or (_is_arrow(value) and (can(value, "__len__") or not can(value, "__iter__")))
    )


def is_stream(value: Any) -> bool:
    """Whether it gives tables of rows one after the other by a method of its own: files, of pyarrow."""
    return can(value, "to_batches") and not is_data(value)


def _unfolded(leaf: Any) -> Any:
    if is_frame(leaf):
        return _columns_of_frame(leaf)
    if is_column(leaf):
        return _read(leaf.array.__arrow_array__()) if lies_in_arrow(leaf) else leaf
    found = _with_arrow(leaf)
    return _read(found) if _is_arrow(found) else found


def is_frame(value: Any) -> bool:
    """A DataFrame of pandas, or of what is made like it."""
    return can(value, "iloc", "columns")


def is_column(value: Any) -> bool:
    """A Series or Index of pandas, or of what is made like it."""
    return can(value, "isna", "dtype", "to_numpy")


def lies_in_arrow(column: Any) -> bool:
    """Whether a column of pandas is one of Arrow, inside."""
    return hasattr(column.dtype, "pyarrow_dtype")


def _is_hugging_face(value: Any) -> bool:
    return can(value, "column_names", "features", "with_format", "__len__")


def _columns_of_frame(frame: Any) -> dict[Any, Any]:
    if not frame.columns.is_unique:
        twice = list(dict.fromkeys(frame.columns[frame.columns.duplicated()]))
        raise ValueError(f"a table has several columns of the same name: {', '.join(map(repr, twice))}.")
    return {name: _unfolded(frame[name]) for name in frame.columns}


def _is_query(value: Any) -> bool:
    """A query that was not run yet, of polars."""
    return can(value, "collect", "collect_schema")


def _is_stored_column(value: Any) -> bool:
    """A column of a Hugging Face dataset."""
    return can(value, "__len__") and all(
        hasattr(value, name) for name in ("source", "column_name", "features")
    )


def _with_arrow(value: Any) -> Any:
    """The same rows as something that has Arrow's interface, if there is a way."""
    if _is_query(value):
        return value.collect()
    if can(value, "to_table", "to_batches") and not _is_arrow(value):
        return value.to_table()
    if _is_hugging_face(value):
        return _stored(value, value.format["columns"])
    if _is_stored_column(value) and _is_hugging_face(value.source):
        return _stored(value.source, [value.column_name])[value.column_name]
    return list(value) if _is_stored_column(value) else value


def _stored(dataset: Any, names: list[str]) -> Any:
    """Columns of a Hugging Face dataset as they are stored: its other formats round them to float32.

    What a transform computes, which only it knows, is taken as it comes.
    """
    if dataset.format["type"] == "custom":
        return dataset[:]
    return dataset.with_format("arrow", columns=names)[:]


def _is_arrow(value: Any) -> bool:
    return can(value, "__arrow_c_stream__") or can(value, "__arrow_c_array__")


def _read(value: Any) -> Any:
    from estimator.formats.arrow_memory import read  # few need it, and it takes a while to load

    return _fields(read(value))


def _fields(column: Any, missing: Any = None) -> Any:
    """A column of records as a dict, of lists of records a dict of lists; where a record is missing, its fields are."""
    if isinstance(column, arrow.Listed) and isinstance(column.inner, arrow.Struct):
        inner = column.inner.columns.items()
        return {name: _fields(replace(column, inner=field), missing) for name, field in inner}
    if isinstance(column, arrow.Struct):
        gone = _either(column.missing, missing)
        return {name: _fields(field, gone) for name, field in column.columns.items()}
    if missing is None or isinstance(column, arrow.Unread):
        return column
    return replace(column, missing=_either(column.missing, missing))


def _either(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return right if left is None else left
    return left | right
