"""The numeric column: a feature that already is numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.columns.column import DenseColumn, KeyedColumn, Normalizer, Weights, check_key
from estimator.columns.features import Features
from estimator.core.dtypes import DType, as_dtype, float32
from estimator.core.errors import Gathered, InvalidArgumentError
from estimator.core.frozen import frozen
from estimator.core.keywords import near_keywords
from estimator.core.shapes import Dims, TensorShape, show
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Tensor


@frozen
class NumericColumn(KeyedColumn, DenseColumn):
    """A feature of numbers, of shape [batch, *shape]; made by :func:`numeric_column`."""

    key: str
    shape: tuple[int, ...]
    default_value: Any
    dtype: DType
    normalizer_fn: Callable[[Tensor], Any] | None

    @property
    def is_pure(self) -> bool:
        """Not with a function of the user's own: it may make variables, which each layer has of its own."""
        return self.normalizer_fn is None or isinstance(self.normalizer_fn, Normalizer)

    @property
    def variable_shape(self) -> TensorShape:
        """The shape of one example."""
        return TensorShape(self.shape)

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """One feature of fixed length."""
        from estimator.functions.parsing import FixedLenFeature

        return {self.key: FixedLenFeature(self.shape, self.dtype, self.default_value)}

    def transform_feature(self, features: Features) -> Tensor:
        """The feature as float32, normalised.

        Raises
        ------
        ValueError
            If the feature is sparse, or text without a normalizer_fn, or its static shape says another width.
        """
        given = features.given(self.key)
        if isinstance(given, SparseTensor):
            raise ValueError(
                "The corresponding Tensor of numerical column must be a Tensor. SparseTensor is not supported. "
                f"key: {self.key}. Make it dense with tf.sparse_tensor_to_dense, or parse it as a FixedLenFeature."
            )
        if given.dtype.name == "string" and self.normalizer_fn is None:
            raise ValueError(
                f"The corresponding Tensor of numerical column must be a Tensor of numbers. key: {self.key}, "
                f"given: {given.dtype.name}. Text needs a categorical column, or normalizer_fn=tf.string_to_number."
            )
        _check_width(self, given.dims)
        return normalized(self, features.tensor(self.key))

    def get_dense_tensor(self, features: Features, weights: Weights) -> Tensor:
        """The feature as float32, normalised; a width that is only known when it runs is checked then."""
        numbers: Tensor = features.get(self)
        if numbers.dims is None or None in numbers.dims[1:]:
            return _checked_when_run(self, numbers)
        return numbers


def normalized(column: Any, numbers: Any) -> Tensor:
    """What the normalizer_fn of a numeric column makes of its feature, as float32.

    A normalizer such as ``(x - 3.0) / 4.2`` is written for the type that the column says; integers become it.
    """
    graph = get_default_graph()
    if column.normalizer_fn is not None:
        if column.dtype.is_floating and not numbers.dtype.is_floating and numbers.dtype.name != "string":
            numbers = graph.cast(numbers, column.dtype)
        numbers = graph.convert(column.normalizer_fn(numbers))
    return graph.cast(numbers, float32)


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
        From the feature, with at least two dimensions, to what is used of it, for example
        ``lambda x: (x - 3.0) / 4.2``. Integers come as `dtype` if that is a floating point type.

    Raises
    ------
    ValueError, TypeError
        If an argument is wrong; the message names the column, and all that is wrong.

    Source
    ------
    tf.feature_column.numeric_column, TF 1.15
    """
    check_key(key)
    gathered = Gathered("numeric_column")
    sizes, kind = number_arguments(gathered, key, shape, dtype, normalizer_fn)
    default = None
    if sizes is not None and kind is not None:
        default = gathered.result_of(_checked_default, key, sizes, default_value, kind)
    gathered.raise_all()
    return NumericColumn(key, sizes, default, kind, normalizer_fn)


def number_arguments(
    gathered: Gathered, key: str, shape: Any, dtype: Any, normalizer_fn: Any
) -> tuple[Any, Any]:
    """The shape of a column of numbers as a tuple, and its type; None for one that is wrong, which is gathered."""
    sizes = gathered.result_of(_checked_shape, key, shape)
    kind = gathered.result_of(_checked_type, key, dtype)
    gathered.result_of(_check_normalizer, key, normalizer_fn)
    return sizes, kind


def _checked_type(key: str, dtype: Any) -> DType:
    kind = as_dtype(dtype)
    if not (kind.is_integer or kind.is_floating):
        raise ValueError(f"dtype must be convertible to float. dtype: {kind.name}, key: {key}")
    return kind


def _check_normalizer(key: str, normalizer_fn: Any) -> None:
    if normalizer_fn is not None and not callable(normalizer_fn):
        raise TypeError(f"normalizer_fn must be a callable. Given: {normalizer_fn!r}, key: {key}")


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
