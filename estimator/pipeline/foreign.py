"""Columns and tensors of other libraries as arrays, recognised by their shape: none of them is imported.

===========================================  ====================================================================
given                                        becomes
===========================================  ====================================================================
numbers and bools                            an array of their type; bfloat16 becomes float32, decimals float64
texts, bytes, categories                     bytes; categories of numbers their numbers
lists of one size (Arrow's fixed sizes)      an array with more dimensions
lists of any size                            a RaggedTensorValue, also where all happen to be of one length
sparse tensors and matrices                  a SparseTensorValue
a missing value                              NaN among floats; elsewhere an error that says in which rows
===========================================  ====================================================================

What a missing value becomes is decided here and nowhere else. Which type a column gets depends on its type alone,
never on what stands in it, so that a part of a table is what the whole is.
"""

from __future__ import annotations

import numbers
from typing import Any, TypeAlias

import numpy as np

from estimator.core.tracebacks import cause_of
from estimator.formats import arrow
from estimator.graph.constant import types_in
from estimator.graph.ragged import RaggedTensorValue
from estimator.graph.sparse import SparseTensorValue
from estimator.pipeline.tables import can, is_column, is_frame, lies_in_arrow, unfolded

Array: TypeAlias = "np.ndarray[Any, Any]"

_ARROW = (arrow.Flat, arrow.Listed, arrow.Fixed, arrow.Unread)


def settled(value: Any, where: str) -> Any:
    """An array, or the value of a ragged or sparse tensor, of another library's column or tensor; else what it is.

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
    if _is_subclass(value) and isinstance(value, np.ma.MaskedArray):
        return filled(value.data, np.ma.getmaskarray(value), where, "MaskedArray")
    if is_frame(value):
        return _of_frame(value, where)
    if is_column(value):
        return _of_pandas(value, where)
    if can(value, "detach", "numpy"):
        return _of_torch(value, where)
    if can(value, "__dlpack__") and not can(value, "__array__"):
        return _by_dlpack(value, where)
    if can(value, "tocoo", "nnz"):
        return _of_scipy(value)
    if can(value, "__getitem__", "__len__") and not (can(value, "__iter__") or can(value, "__array__")):
        raise TypeError(  # numpy would make one array of all parts of all samples
            f"{where} is a {type(value).__name__}, which gives single examples by number; a loader makes batches of "
            "them: DataLoader(dataset, batch_size=32), or what the library has for it."
        )
    if getattr(getattr(value, "dtype", None), "name", "") == "bfloat16" and can(value, "astype"):
        return np.asarray(value.astype(np.float32))
    return value


def _is_subclass(value: Any) -> bool:
    """Whether it is an array of a class of its own; numpy.ma, which the first who names it imports, has one."""
    return isinstance(value, np.ndarray) and type(value) is not np.ndarray


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


def _of_frame(frame: Any, where: str) -> Array:
    """A row each, if all columns have one type."""
    for number, name in enumerate(frame.columns):  # numpy would make NaN of what is missing
        settled(frame.iloc[:, number], f"{where}[{name!r}]")
    array: Array = np.asarray(frame)
    if array.dtype == object and not types_in(array) <= {str, bytes}:
        types = ", ".join(f"{name!r} {dtype}" for name, dtype in frame.dtypes.items())
        raise TypeError(
            f"{where} is a DataFrame, which is one array here, and its columns have no common type: {types}. "
            "Pass dict(frame), a dict of its columns."
        )
    return array


def _of_pandas(column: Any, where: str) -> Any:
    dtype = column.dtype
    if lies_in_arrow(column):
        return settled(unfolded(column), where)
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


def _of_torch(tensor: Any, where: str) -> Any:
    if getattr(tensor, "is_nested", False):
        raise TypeError(
            f"{where} is a nested {type(tensor).__name__}: pass its to_padded_tensor(0), or a list of arrays."
        )
    if "strided" not in str(getattr(tensor, "layout", "strided")):
        return _of_sparse_torch(tensor, where)
    if str(tensor.dtype).endswith(
        ("bfloat16", "float8_e4m3fn", "float8_e5m2")
    ):  # types that numpy does not have
        tensor = tensor.float()
    try:
        array: Array = tensor.numpy(force=True)  # off its device, and without its gradient
    except (TypeError, RuntimeError) as error:
        raise TypeError(f"{where} ({type(tensor).__name__}) gives no array: {error}") from cause_of(error)
    return array


def _of_sparse_torch(tensor: Any, where: str) -> SparseTensorValue:
    if tensor.dense_dim():
        raise TypeError(
            f"{where} is a {type(tensor).__name__} whose entries are arrays: pass its to_dense()."
        )
    entries = tensor.detach().to_sparse_coo().coalesce()
    indices, values = (_of_torch(part, where) for part in (entries.indices().T, entries.values()))
    return SparseTensorValue(indices, values, np.array(tensor.shape, np.int64))


def _of_scipy(matrix: Any) -> SparseTensorValue:
    """The entries row by row, each place once."""
    entries = matrix.tocoo(copy=True)
    entries.sum_duplicates()
    indices = np.stack(
        entries.coords if hasattr(entries, "coords") else (entries.row, entries.col), axis=1
    ).astype(np.int64)
    order = np.lexsort(indices.T[::-1])
    return SparseTensorValue(indices[order], entries.data[order], np.array(matrix.shape, np.int64))


def _by_dlpack(tensor: Any, where: str) -> Array:
    try:
        return np.from_dlpack(tensor)
    except (BufferError, RuntimeError, TypeError, ValueError) as error:
        raise TypeError(
            f"{where} ({type(tensor).__name__}) gives no array: {error} Copy it to the CPU first."
        ) from cause_of(error)
