"""Tables, columns and tensors of other libraries, recognised by their shape: none of them is imported.

===========================================  ====================================================================
given                                        becomes
===========================================  ====================================================================
a table: pandas, polars, pyarrow, Hugging    a dict of its columns; a column of records a dict of its fields
Face, or anything with Arrow's C interface
numbers and bools                            an array of their type; bfloat16 becomes float32, decimals float64
texts, bytes, categories                     bytes; categories of numbers their numbers
lists of one size (Arrow's fixed sizes)      an array with more dimensions
lists of any size                            a RaggedTensorValue, also where all happen to be of one length
a missing value                              NaN among floats; elsewhere an error that says in which rows
===========================================  ====================================================================

What a missing value becomes is decided here and nowhere else. Which type a column gets depends on its type alone,
never on what stands in it, so that a part of a table is what the whole is.
"""

from __future__ import annotations

import numbers
import operator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from estimator.core import nest
from estimator.core.tracebacks import cause_of
from estimator.formats import arrow
from estimator.graph.constant import types_in
from estimator.graph.ragged import RaggedTensorValue
from estimator.pipeline.structure import leaves, pack

Array: TypeAlias = "np.ndarray[Any, Any]"

_ARROW = (arrow.Flat, arrow.Listed, arrow.Fixed, arrow.Unread)


def _can(value: Any, *names: str) -> bool:
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
    return _can(value, "detach", "numpy")


# -- tables as dicts -------------------------------------------------------------------------------


def unfolded(data: Any) -> Any:
    """The nested data with a dict of columns in place of each table; itself if there is none.

    Raises
    ------
    ValueError
        If a table has several columns of one name, or its library cannot give its rows.
    """
    given = leaves(data)
    found = list(map(_unfolded, given))
    return data if all(map(operator.is_, found, given)) else pack(data, found)


def is_data(value: Any) -> bool:
    """Whether it is a table or column of another library with all its rows at hand; a stream of tables is none."""
    return (
        _is_frame(value)
        or _is_query(value)
        or _is_hugging_face(value)
        or _is_stored_column(value)
        or (_is_arrow(value) and (_can(value, "__len__") or not _can(value, "__iter__")))
    )


def is_stream(value: Any) -> bool:
    """Whether it gives tables of rows one after the other by a method of its own: files, of pyarrow."""
    return _can(value, "to_batches") and not is_data(value)


def _unfolded(leaf: Any) -> Any:
    if _is_frame(leaf):
        return _columns_of_frame(leaf)
    if _is_column(leaf):
        return _read(leaf.array.__arrow_array__()) if _lies_in_arrow(leaf) else leaf
    found = _with_arrow(leaf)
    return _read(found) if _is_arrow(found) else found


def _is_frame(value: Any) -> bool:
    return _can(value, "iloc", "columns")


def _is_column(value: Any) -> bool:
    """A Series or Index of pandas, or of what is made like it."""
    return _can(value, "isna", "dtype", "to_numpy")


def _lies_in_arrow(column: Any) -> bool:
    return hasattr(column.dtype, "pyarrow_dtype")


def _is_hugging_face(value: Any) -> bool:
    return _can(value, "column_names", "features", "with_format", "__len__")


def _columns_of_frame(frame: Any) -> dict[Any, Any]:
    if not frame.columns.is_unique:
        twice = list(dict.fromkeys(frame.columns[frame.columns.duplicated()]))
        raise ValueError(f"a table has several columns of the same name: {', '.join(map(repr, twice))}.")
    return {name: _unfolded(frame[name]) for name in frame.columns}


def _is_query(value: Any) -> bool:
    """A query that was not run yet, of polars."""
    return _can(value, "collect", "collect_schema")


def _is_stored_column(value: Any) -> bool:
    """A column of a Hugging Face dataset."""
    return _can(value, "__len__") and all(
        hasattr(value, name) for name in ("source", "column_name", "features")
    )


def _with_arrow(value: Any) -> Any:
    """The same rows as something that has Arrow's interface, if there is a way."""
    if _is_query(value):
        return value.collect()
    if _can(value, "to_table", "to_batches") and not _is_arrow(value):
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
    return _can(value, "__arrow_c_stream__") or _can(value, "__arrow_c_array__")


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


# -- columns as arrays -----------------------------------------------------------------------------


def settled(value: Any, where: str) -> Any:
    """An array, or a RaggedTensorValue, of another library's column or tensor; anything else as it is.

    Raises
    ------
    TypeError
        If values are missing, or its type is none of an array's; the message says where it stood.
    """
    if isinstance(value, arrow.Struct):
        raise TypeError(
            f"{where} holds records inside of lists of lists: make a column of each of their fields."
        )
    if isinstance(value, _ARROW):
        return _of_arrow(value, where)
    if isinstance(value, np.ma.MaskedArray):
        return filled(value.data, np.ma.getmaskarray(value), where, "MaskedArray")
    if _is_column(value):
        return _of_pandas(value, where)
    if _can(value, "detach", "numpy"):
        return _of_torch(value, where)
    if _can(value, "__dlpack__") and not _can(value, "__array__"):
        return _by_dlpack(value, where)
    if _can(value, "__getitem__", "__len__") and not _can(
        value, "__iter__"
    ):  # numpy would make one array of it
        raise TypeError(
            f"{where} is a {type(value).__name__}, which gives single examples by number; a loader makes batches of "
            "them: DataLoader(dataset, batch_size=32), or what the library has for it."
        )
    if getattr(getattr(value, "dtype", None), "name", "") == "bfloat16" and _can(value, "astype"):
        return np.asarray(value.astype(np.float32))
    return value


def filled(values: Array, missing: Array, where: str, kind: str = "column") -> Array:
    """The values with NaN where floats are missing.

    Parameters
    ----------
    values, missing : ndarray
        Of one shape; ``missing`` is bool.
    where, kind : str
        What messages call it.

    Raises
    ------
    TypeError
        If values are missing that are no floats.
    """
    if values.dtype.kind in "fc" and missing.any():
        return np.where(missing, values.dtype.type(np.nan), values)
    refuse_missing(missing, where, kind)
    return values


def refuse_missing(missing: Array, where: str, kind: str) -> None:
    """Raise a TypeError that says which rows are missing, if one is."""
    if not missing.any():
        return
    rows = np.flatnonzero(np.atleast_1d(missing).reshape(len(np.atleast_1d(missing)), -1).any(axis=1))
    shown = ", ".join(map(str, rows[:5])) + (", ..." if len(rows) > 5 else "")
    raise TypeError(
        f"{where} ({kind}): {np.count_nonzero(missing)} of its {missing.size} values are missing "
        f"(row{'s' * (len(rows) > 1)} {shown}), which only floats can say, as NaN: fill them or drop their rows "
        "first (fillna, dropna, fill_null, drop_nulls, filled). Categorical columns pass over '' and -1."
    )


def _of_arrow(column: Any, where: str) -> Any:
    if isinstance(column, arrow.Unread):
        raise TypeError(f"{where} holds {column.reason}, which no tensor can: {_CONVERT}")
    if isinstance(column, arrow.Flat):
        return column.values if column.missing is None else filled(column.values, column.missing, where)
    if column.missing is not None:
        refuse_missing(column.missing, where, "lists")
    inner = settled(column.inner, f"{where} (in its lists)")
    if isinstance(column, arrow.Listed):
        return RaggedTensorValue(inner, column.splits)
    if isinstance(inner, RaggedTensorValue):  # rows of one length, each of which is a list
        return RaggedTensorValue(inner, np.arange(column.rows + 1) * int(np.prod(column.shape)))
    return inner.reshape(column.rows, *column.shape, *inner.shape[1:])


_CONVERT = "make numbers or text of them first (of a moment, the seconds since another one)."


# -- pandas ----------------------------------------------------------------------------------------


def _of_pandas(column: Any, where: str) -> Any:
    dtype = column.dtype
    if _lies_in_arrow(column):
        return settled(_unfolded(column), where)
    kind = type(column).__name__
    if getattr(dtype, "kind", "O") in "mM":
        raise TypeError(
            f"{where} ({kind}) is of type {dtype}, which is not an array of numbers or text: {_CONVERT}"
        )
    missing = np.asarray(column.isna(), bool)
    if hasattr(dtype, "categories") and hasattr(column.array, "codes"):
        return _of_categories(column.array, missing, where, kind)
    exact = getattr(dtype, "numpy_dtype", None)  # of the types that know of missing values themselves
    values = np.asarray(column) if exact is None else column.to_numpy(dtype=exact, na_value=exact.type(0))
    return (
        _of_objects(values, missing, where, kind)
        if values.dtype == object
        else filled(values, missing, where, kind)
    )


def _of_categories(column: Any, missing: Array, where: str, kind: str) -> Any:
    words = settled(column.categories, where)
    if not len(words):
        return filled(np.full(len(missing), "", object), missing, where, kind)
    return filled(words[np.where(missing, 0, column.codes)], missing, where, kind)


def _of_objects(values: Array, missing: Array, where: str, kind: str) -> Any:
    """A column of Python's objects: texts, lists, or decimals."""
    present = values[~missing]
    found = types_in(present)
    if found and all(issubclass(item, (list, tuple, np.ndarray)) for item in found):
        refuse_missing(missing, where, kind)
        return _of_lists(present.tolist(), where, kind)
    if found and all(item.__name__ == "Decimal" and issubclass(item, numbers.Number) for item in found):
        return np.where(missing, np.nan, np.where(missing, 0, values).astype(np.float64))
    if not all(issubclass(item, (str, bytes)) for item in found):
        raise TypeError(f"{where} ({kind}) is neither numbers nor text: {_say_types(values, missing)}.")
    return filled(values, missing, where, kind)


def _say_types(values: Array, missing: Array) -> str:
    first: dict[str, int] = {}
    for row in np.flatnonzero(~missing).tolist():
        first.setdefault(type(values[row]).__name__, row)
    told = ", ".join(f"{name} (first in row {row})" for name, row in first.items())
    return f"it holds Python objects of type {told}; convert the column to one type of numbers or to text (astype)"


def _of_lists(rows: list[Any], where: str, kind: str) -> RaggedTensorValue:
    splits = np.cumsum([0, *map(len, rows)])
    if all(isinstance(row, np.ndarray) and row.dtype != object for row in rows):
        arrays = [row for row in rows if len(row)] or rows[:1]  # an empty one may be of any type
        return RaggedTensorValue(np.concatenate(arrays), splits)
    items = [item for row in rows for item in row]
    values = np.fromiter(items, object, len(items))
    if all(issubclass(item, (bool, int, float, np.number, np.bool_)) for item in types_in(values)):
        return RaggedTensorValue(np.array(items), splits)
    missing = np.array([item is None for item in items])
    return RaggedTensorValue(_of_objects(values, missing, f"{where} (in its lists)", kind), splits)


# -- tensors ---------------------------------------------------------------------------------------


def _of_torch(tensor: Any, where: str) -> Array:
    if getattr(tensor, "is_nested", False) or "strided" not in str(getattr(tensor, "layout", "strided")):
        raise TypeError(
            f"{where} is a {type(tensor).__name__} of layout {tensor.layout}: pass its to_dense()."
        )
    if str(tensor.dtype).endswith(
        ("bfloat16", "float8_e4m3fn", "float8_e5m2")
    ):  # types that numpy does not have
        tensor = tensor.float()
    try:
        array: Array = tensor.numpy(force=True)  # off its device, and without its gradient
    except (TypeError, RuntimeError) as error:
        raise TypeError(f"{where} ({type(tensor).__name__}) gives no array: {error}") from cause_of(error)
    return array


def _by_dlpack(tensor: Any, where: str) -> Array:
    try:
        return np.from_dlpack(tensor)
    except (BufferError, RuntimeError, TypeError, ValueError) as error:
        raise TypeError(
            f"{where} ({type(tensor).__name__}) gives no array: {error} Copy it to the CPU first."
        ) from cause_of(error)
