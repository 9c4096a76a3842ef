"""The numeric column: a feature that already is numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from estimator.columns.column import DenseColumn, Features, FixedLenFeature
from estimator.core.dtypes import DType, as_dtype, float32
from estimator.core.errors import InvalidArgumentError
from estimator.core.keywords import near_keywords
from estimator.core.shapes import Dims, show
from estimator.graph import build as b
from estimator.graph.tensor import Tensor


@dataclass(frozen=True)
class NumericColumn(DenseColumn):
    """A feature of numbers, of shape [batch, *shape]; made by :func:`numeric_column`."""

    key: str
    shape: tuple[int, ...]
    default_value: Any
    dtype: DType
    normalizer_fn: Callable[[Tensor], Any] | None

    @property
    def name(self) -> str:
        """The name of the feature that the column reads, which is the column's own name."""
        return self.key

    @property
    def size(self) -> int:
        """How many numbers an example has."""
        return math.prod(self.shape)

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """One feature of fixed length."""
        return {self.key: FixedLenFeature(self.shape, self.dtype, self.default_value)}

    def dense_tensor(self, features: Features) -> Tensor:
        """The feature as float32 [batch, size], normalised.

        Raises
        ------
        ValueError
            If the feature is text, or its static shape says another width.
        """
        given = features.get(self.key)
        if given.dtype.name in ("string", "resource", "variant"):
            raise ValueError(
                f"The corresponding Tensor of numerical column must be a Tensor of numbers. key: {self.key}, "
                f"given: {given.dtype.name}. Text needs a categorical column, or conversion in input_fn."
            )
        _check_width(self, given.dims)
        numbers = given.graph.cast(given, float32)
        if self.normalizer_fn is not None:
            numbers = numbers.graph.convert(self.normalizer_fn(numbers))
            numbers = numbers.graph.cast(numbers, float32)
        return self._flat(numbers)

    def _flat(self, numbers: Tensor) -> Tensor:
        """[batch, size]; a width that is only known when it runs is checked then."""
        if numbers.dims is not None and len(numbers.dims) == 1 and self.size == 1:
            result: Tensor = b.ExpandDims(numbers, -1)
            return result
        if numbers.dims is not None and len(numbers.dims) == 2 and numbers.dims[1] == self.size:
            return numbers
        if numbers.dims is None or None in numbers.dims[1:]:
            numbers = _checked_when_run(self, numbers)
        result = b.Reshape(numbers, [-1, self.size])
        result.set_shape((None if numbers.dims is None else numbers.dims[0], self.size))
        return result


def _check_width(column: NumericColumn, dims: Dims) -> None:
    if dims is None or None in dims[1:] or math.prod(dims[1:]) == column.size:  # type: ignore[arg-type]
        return
    rest = dims[1:]
    wanted = column.shape[0] if len(column.shape) == 1 else column.shape
    if not rest:
        advice = "One number for each example is given: use shape=1, or give a [batch, size] array"
        advice += ": is dataset.batch(...) missing?" if None not in dims else "."
    else:
        advice = f"Use numeric_column({column.key!r}, shape={rest[0] if len(rest) == 1 else rest}), or fix the input."
    raise InvalidArgumentError(
        f"feature {column.key!r} has the shape {show(dims)}, but numeric_column({column.key!r}, shape={wanted}) "
        f"wants {_numbers(column)} for each example. {advice}"
    )


def _numbers(column: NumericColumn) -> str:
    return f"{column.size} number{'s' if column.size > 1 else ''}"


def _checked_when_run(column: NumericColumn, numbers: Tensor) -> Tensor:
    graph = numbers.graph
    shape = b.Shape(numbers)
    width = b.Prod(shape[1:], 0)
    fits = b.Equal(width, column.size)
    message = (
        f"feature {column.key!r} has the wrong width: numeric_column({column.key!r}, shape={column.shape}) wants "
        f"{_numbers(column)} for each example; shape given:"
    )
    data = [np.array(message, object), shape]
    with graph.control_dependencies([b.Assert(fits, data, summarize=8, name="assert_width")]):
        result: Tensor = b.Identity(numbers)
    return result


@near_keywords
def numeric_column(
    key: str,
    shape: Any = (1,),
    default_value: Any = None,
    dtype: Any = float32,
    normalizer_fn: Callable[[Tensor], Any] | None = None,
) -> NumericColumn:
    """A column of numbers.

    Parameters
    ----------
    key : str
        The feature's name.
    shape : int or sequence of int
        The shape of one example.
    default_value : number or nested list, optional
        Stands in for a feature that a tf.Example lacks.
    dtype : DType
        How it is parsed; a model always gets float32.
    normalizer_fn : callable, optional
        From the float32 tensor to the tensor that is used, for example ``lambda x: (x - 3.0) / 4.2``.

    Raises
    ------
    ValueError, TypeError
        If an argument is wrong; the message names the column.

    Source
    ------
    tf.feature_column.numeric_column, TF 1.15
    """
    if not isinstance(key, str):
        raise ValueError(f"key must be a string. Got: type {type(key).__name__}. Given key: {key}.")
    sizes = _checked_shape(key, shape)
    kind = as_dtype(dtype)
    if not (kind.is_integer or kind.is_floating):
        raise ValueError(f"dtype must be convertible to float. dtype: {kind.name}, key: {key}")
    if normalizer_fn is not None and not callable(normalizer_fn):
        raise TypeError(f"normalizer_fn must be a callable. Given: {normalizer_fn!r}, key: {key}")
    return NumericColumn(key, sizes, _checked_default(key, sizes, default_value, kind), kind, normalizer_fn)


def _checked_shape(key: str, shape: Any) -> tuple[int, ...]:
    sizes = tuple(shape) if hasattr(shape, "__iter__") else (shape,)
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, (int, np.integer)):
            raise TypeError(f"shape dimensions must be integer. shape: {sizes}, key: {key}")
        if size < 1:
            raise ValueError(f"shape dimensions must be greater than 0. shape: {sizes}, key: {key}")
    return tuple(int(size) for size in sizes)


def _checked_default(key: str, shape: tuple[int, ...], value: Any, dtype: DType) -> Any:
    """The default as nested tuples of the column's shape."""
    if value is None:
        return None
    array = np.asarray(value)
    wrong_type = array.dtype.kind not in "iufb" or (dtype.is_integer and array.dtype.kind == "f")
    if wrong_type:
        raise TypeError(
            f"default_value must be compatible with dtype. default_value: {value}, dtype: {dtype.name}, key: {key}"
        )
    if array.shape not in ((), shape):
        raise ValueError(
            f"The shape of default_value must be equal to given shape. default_value: {value}, shape: {shape}, "
            f"key: {key}"
        )
    kept = array.astype(dtype.np) if dtype.is_floating else array
    return _tuples(np.broadcast_to(kept, shape).tolist())


def _tuples(value: Any) -> Any:
    return tuple(_tuples(part) for part in value) if isinstance(value, list) else value
