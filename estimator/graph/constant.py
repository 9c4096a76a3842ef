"""Python values as arrays and attributes, and the kernels of operations on arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from estimator.core import dtypes
from estimator.core.dtypes import DType, as_dtype, float32, float64, string
from estimator.core.shapes import Dimension, TensorShape, as_dims
from estimator.core.shown import shorten
from estimator.core.tracebacks import cause_of
from estimator.formats.tensors import array_from_proto
from estimator.graph.bfloat16 import kernel_of, to_bits
from estimator.graph.composite import Composite
from estimator.graph.op import NameAttrList

if TYPE_CHECKING:
    from estimator.graph.tensor import Operation

Array = np.ndarray[Any, Any]

_LARGEST = float(np.finfo(np.float32).max)


def to_array(value: Any, dtype: DType | None = None) -> Array:
    """A Python value as an array of a TensorFlow type.

    Python floats become float32 and ints int32 (int64 if they do not fit), as in TensorFlow; numpy
    arrays keep their type. With `dtype`, Python numbers go from bool to int to float to complex and never
    back; an array goes where its numbers stay what they are, see :func:`convert_numbers`.

    Raises
    ------
    TypeError
        If the value cannot be that type: a Python float as an integer, text as a number.
    ValueError
        If it is None, or a list whose rows differ in length.
    """
    if type(value) is float and (dtype is float32 or dtype is float64) and -_LARGEST < value < _LARGEST:
        return np.array(value, dtype.np)  # which is nearly all that gradients need
    if dtype is not None and dtype.name in ("resource", "variant"):
        raise TypeError(f"{value!r} cannot be made a constant of type {dtype.name}.")
    array = as_numpy(value)
    if dtype is not None and not array.size:
        return np.empty(array.shape, dtype.np)
    if array.dtype.kind in "OSU":
        return _of_objects(value, array, dtype)
    if _is_made_by_numpy(value):
        return convert_numbers(array, dtype or as_dtype(array.dtype))
    if dtype is None:
        return convert_numbers(array, _python_type(array))
    if not _takes(dtype, array.dtype.kind):
        found = _python_type(array).name
        raise TypeError(f"{shorten(value)} ({found}) cannot be made {dtype.name}; convert it first.")
    return convert_numbers(array, dtype)


def as_numpy(value: Any) -> Array:
    """The array that numpy makes of a value.

    Raises
    ------
    ValueError
        If it is None, or a list whose rows differ in length.
    TypeError
        If it is a SparseTensor or another composite.
    """
    if value is None:
        raise ValueError("None values not supported: give a number, a text, an array, or a list of them.")
    if isinstance(value, Composite):
        raise TypeError(
            f"the {type(value).__name__} of {value.name} stands for several tensors, and one is wanted; "
            f"{value.made_dense_by} makes it dense, and .values are its entries."
        )
    if isinstance(value, TensorShape):
        sizes_known = value.as_list()
        if None in sizes_known:
            raise ValueError(f"the shape {value} is not known before the graph runs; use tf.shape(x).")
        value = [Dimension(size) for size in sizes_known]
    try:
        array = np.asarray(value)
    except UnicodeDecodeError:  # bytes that are no ASCII beside a str, which numpy would join into one type
        return np.asarray(value, object)
    except ValueError as error:
        raise ValueError(
            f"{shorten(value)} is ragged: all rows of an array need the same length ({error})."
        ) from cause_of(error)
    if array.dtype == object and Dimension in types_in(array):
        sizes = [int(item) if isinstance(item, Dimension) else item for item in array.flat]
        return np.array(sizes).reshape(array.shape)
    return array


def types_in(array: Array) -> set[type]:
    """The types of what is in an object array."""
    return set(map(type, array.ravel().tolist()))


def _is_made_by_numpy(value: Any) -> bool:
    """Whether it is an array or a list of arrays; numpy's scalars in a list count as Python's, as in TensorFlow."""
    if isinstance(value, (list, tuple)):
        return bool(value) and not isinstance(value[0], np.generic) and _is_made_by_numpy(value[0])
    return hasattr(value, "__array__")


def _python_type(array: Array) -> DType:
    """What Python numbers become where no type is wanted."""
    if array.dtype == np.float64:
        return dtypes.float32
    if array.dtype == np.int64 and (not array.size or (array.min() >= -(2**31) and array.max() < 2**31)):
        return dtypes.int32
    return as_dtype(array.dtype)


def _takes(dtype: DType, kind: str) -> bool:
    """Whether Python numbers of numpy's kind b, i, u, f or c may become that type."""
    if dtype.is_integer:
        return kind in "biu"
    if dtype.is_floating:
        return kind in "biuf"
    return dtype.is_complex or (dtype.is_bool and kind == "b")


def _of_objects(value: Any, array: Array, dtype: DType | None) -> Array:
    """Text, or an object array: of text, or of numbers if a type of numbers is wanted."""
    if dtype is not None and dtype is not dtypes.string:
        return convert_numbers(np.array(array.tolist()) if array.dtype == object else array, dtype)
    objects = np.array(value, object)  # numpy's S drops trailing NULs
    texts = objects.ravel().tolist()
    is_ready = types_in(objects) <= {bytes}
    if not is_ready:
        texts = [_bytes_of(item, value) for item in texts]
    if _come_again(texts):  # as one object each they stay in the processor's caches, where all look them up
        known: dict[bytes, bytes] = {}
        texts = [known.setdefault(text, text) for text in texts]
    elif is_ready:
        return objects
    return np.fromiter(texts, object, len(texts)).reshape(objects.shape)


_LOOKED_AT = 1024  # texts


def _come_again(texts: list[bytes]) -> bool:
    """Whether there are many of few different texts, as in a column of categories."""
    some = texts[:_LOOKED_AT]
    return len(some) == _LOOKED_AT and 2 * len(set(some)) < _LOOKED_AT


def _bytes_of(item: Any, value: Any) -> bytes:
    """A text among others as bytes; numpy's own texts are Python's, too."""
    if isinstance(item, str):
        return item.encode("utf-8")
    if isinstance(item, bytes):
        return bytes(item)
    raise TypeError(
        f"{shorten(value)} is neither numbers nor text: it holds a value of type {type(item).__name__}."
    )


def convert_numbers(array: Array, dtype: DType) -> Array:
    """An array of numbers in another type and in C order, each number what it was; floating point types round.

    Raises
    ------
    TypeError
        If a number would become another one (3.7 or 300 as int8), or if they are not numbers.
    """
    if array.dtype == dtype.np:
        return np.asarray(array, order="C")
    if array.dtype.kind not in "biufc" or dtype is dtypes.string:
        found = "text" if array.dtype.kind in "SUO" else array.dtype.name
        raise TypeError(f"{shorten(array.tolist())} ({found}) cannot be made {dtype.name}; convert it first.")
    source = array if dtype.is_complex or array.dtype.kind != "c" else array.real
    if dtype is dtypes.bfloat16:
        return to_bits(source)
    if source.dtype.kind in "biu" and dtype.np.itemsize > 2:  # no float16: nothing that numpy would warn of
        cast = source.astype(dtype.np, order="C")
    else:
        with np.errstate(over="ignore", invalid="ignore"):
            cast = source.astype(dtype.np, order="C")
    if source is not array:
        _refuse_changes(array, source, dtype)
    if dtype.is_integer or dtype.is_bool:
        _refuse_changes(array, cast, dtype)
    return cast


def _refuse_changes(before: Array, after: Array, dtype: DType) -> None:
    changed = np.flatnonzero(before.reshape(-1) != after.reshape(-1))
    if changed.size:
        old, new = (array.reshape(-1)[changed[0]].item() for array in (before, after))
        limits = f" ({dtype.min}...{dtype.max})" if dtype.is_integer else ""
        raise TypeError(
            f"{old!r} does not fit into {dtype.name}{limits}: it would become {new!r}. "
            "Round, clip or compare it first."
        )


def run_kernel(
    op: Operation, xp: Any, values: Sequence[Any], run: Any = None, kernel: Any = None
) -> list[Any]:
    """The outputs of one operation for the given input values: the definition of what the operation computes.

    For an op with ``updates`` these are the new values of the variables, which the caller writes; one with
    ``writes_rows`` writes them itself. A `kernel` may be given in the place of the op's own.
    """
    definition = op.definition
    if definition.kernel is None:
        raise NotImplementedError(f"{op.describe()} only stands in files; it cannot be run.")
    arguments: list[Any] = []
    position = 0
    for arg in definition.inputs:
        if arg.is_list:
            stop = position + arg.size(op.attrs)
            arguments.append(list(values[position:stop]))
            position = stop
        else:
            value = values[position]
            arguments.append(value.value if arg.name in definition.writes_rows else value)
            position += 1
    keywords = {name: op.attrs[name] for name in definition.kernel_attrs}
    if definition.takes_run:
        keywords["run"] = run
    result = (kernel or kernel_of(op))(xp, *arguments, **keywords)
    if definition.updates:
        return [result] if len(definition.updates) == 1 else list(result)
    if not op.outputs:
        return []
    is_declared_one = len(definition.outputs) == 1 and not definition.outputs[0].is_list
    is_one = len(op.outputs) == 1 and (is_declared_one or not isinstance(result, (list, tuple)))
    results = [result] if is_one else list(result)
    if not gives_text(op):
        return results
    pairs = zip(op.outputs, results, strict=True)
    return [text_in_c_order(value) if tensor.dtype is string else value for tensor, value in pairs]


def gives_text(op: Operation) -> bool:
    """Whether an output is a string tensor."""
    return any(tensor.dtype is string for tensor in op.outputs)


def text_in_c_order(value: Any) -> Array:
    """What a kernel gives for a string tensor, as an array.

    For a result of rank 0 that holds objects numpy gives the bytes themselves, and would make of them an array
    of its own text type, which drops trailing NULs.
    """
    return np.array(value, object) if isinstance(value, bytes) else np.asarray(value, order="C")


def is_true(value: Any) -> bool:
    """What a condition says: a scalar that it is not 0, false or empty; a longer tensor that it has elements.

    Source  ToBool, TF 2.15 core/kernels/functional_ops.cc
    """
    array = value if type(value) is np.ndarray else np.asarray(value)
    return bool(array.size) if array.ndim else bool(array)


def normalise_attr(kind: str, value: Any) -> Any:
    """An attribute's value in the one form that is kept: DType, Dims, array, or a plain Python value.

    Raises
    ------
    TypeError, ValueError
        If the value is not of that kind.
    """
    if kind in _NORMAL_FORMS:
        return _NORMAL_FORMS[kind](value)
    return [normalise_attr(kind[5:-1], item) for item in value] if kind.startswith("list(") else value


def _truth(value: Any) -> bool:
    """A flag: anything else that Python takes for one, such as the text "no", is a mistake."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{value!r} is neither True nor False.")
    return bool(value)


def _text(value: Any) -> str | bytes:
    if not isinstance(value, (str, bytes)):
        raise TypeError(f"{value!r} is no text.")
    return value


_NORMAL_FORMS: dict[str, Callable[[Any], Any]] = {
    "type": as_dtype,
    "shape": as_dims,
    "bool": _truth,
    "int": lambda value: _number(int, value),
    "float": lambda value: _number(float, value),
    "string": _text,
    "tensor": lambda value: value if isinstance(value, np.ndarray) else _array_of(value),
    "func": lambda value: NameAttrList(value) if isinstance(value, str) else NameAttrList(*value),
}


def _array_of(value: Any) -> Any:
    """The array of a TensorProto, which TensorFlow's raw ops are given, or of Python values."""
    return array_from_proto(value) if hasattr(value, "tensor_shape") else to_array(value)


def _number(kind: Callable[[Any], Any], value: Any) -> Any:
    """The number as one of Python's own; int and float themselves would read a text."""
    if isinstance(value, (str, bytes)):
        raise TypeError(f"{value!r} is not a number.")
    try:
        return kind(value)
    except TypeError:
        raise TypeError(f"{value!r} is not a number.") from None
