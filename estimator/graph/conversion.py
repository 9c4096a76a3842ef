"""Values that are, hold or stand for tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.named_tuple import NamedTuple
from estimator.graph.tensor import Owner, Tensor


class _Conversion(NamedTuple):
    """How values of some classes become tensors; those of a lower priority are asked first."""

    priority: int
    kinds: tuple[type, ...]
    function: Callable[..., Any]


_CONVERSIONS: list[_Conversion] = []
_NUMBERS = (int, float, np.generic, np.ndarray)


def register_tensor_conversion_function(
    base_type: type | tuple[type, ...], conversion_func: Callable[..., Any], priority: int = 100
) -> None:
    """Let values of a class be taken wherever a tensor is.

    Parameters
    ----------
    base_type : type or tuple of types
    conversion_func : callable
        Called as ``conversion_func(value, dtype=None, name=None, as_ref=False)``; gives a tensor of that type, or
        NotImplemented to leave it to the next one.
    priority : int
        Of several for one value, the one with the lowest priority is asked first; of equal ones, the first registered.

    Raises
    ------
    TypeError
        If `base_type` is no type or that of numbers or arrays, or `conversion_func` is no function.

    Example
    -------
    >>> from estimator import tf
    >>> class Metres:
    ...     def __init__(self, value):
    ...         self.value = value
    >>> def converted(metres, dtype=None, name=None, as_ref=False):
    ...     return tf.constant(metres.value, dtype, name=name)
    >>> tf.register_tensor_conversion_function(Metres, converted)
    >>> tf.Session().run(tf.square(Metres(3.0))).item()
    9.0

    Source
    ------
    tf.register_tensor_conversion_function, TF 1.15 ops.py
    """
    kinds = base_type if isinstance(base_type, tuple) else (base_type,)
    if not kinds or not all(isinstance(kind, type) for kind in kinds):
        raise TypeError(f"base_type must be a type or a tuple of types, given: {base_type!r}.")
    if any(issubclass(kind, _NUMBERS) for kind in kinds):
        raise TypeError("Cannot register conversions for Python numeric types and NumPy scalars and arrays.")
    if not callable(conversion_func):
        raise TypeError(f"conversion_func must be a function, given: {conversion_func!r}.")
    _CONVERSIONS.append(_Conversion(priority, kinds, conversion_func))
    _CONVERSIONS.sort(key=lambda conversion: conversion.priority)


def _converted(value: Any, dtype: DType | None, name: str | None) -> Any:
    """What the first conversion that knows the value makes of it; the value itself if none does."""
    for conversion in _CONVERSIONS:
        if not isinstance(value, conversion.kinds):
            continue
        result = conversion.function(value, dtype=dtype, name=name and name.rstrip("/"), as_ref=False)
        if result is NotImplemented:
            continue
        if not isinstance(result, Tensor) or (dtype is not None and result.dtype is not dtype):
            wanted = "a tensor" if dtype is None else f"a tensor of {dtype.name}"
            raise RuntimeError(
                f"the conversion function {conversion.function!r} for {type(value).__name__} should give {wanted}, but "
                f"gave {result!r}."
            )
        return result
    return value


def tensor_of(graph: Owner, value: Any, name: str | None, dtype: DType | None = None) -> Any:
    """The tensor of `graph` that a value is, stands for or holds, packed under that name; else the value itself.

    A `dtype` is the wish of who asks; only functions that are registered heed it.
    """
    if not isinstance(value, Tensor) and hasattr(value, "as_tensor"):
        value = value.as_tensor()
    if _CONVERSIONS and not isinstance(value, Tensor):
        value = _converted(value, dtype, name)
    if isinstance(value, Tensor):
        return value if value.op.graph is graph else graph.capture(value)
    if isinstance(value, (list, tuple)) and any(_holds_tensor(item) for item in value):
        return _pack(graph, value, name or "packed")
    return value


def _holds_tensor(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_holds_tensor(item) for item in value)
    is_registered = any(isinstance(value, conversion.kinds) for conversion in _CONVERSIONS)
    return is_registered or isinstance(value, Tensor) or hasattr(value, "as_tensor")


def _pack(graph: Owner, values: Sequence[Any], name: str) -> Tensor:
    with graph.name_scope(name) as scope:
        items = [tensor_of(graph, item, str(place)) for place, item in enumerate(values)]
        dtype = next((item.dtype for item in items if isinstance(item, Tensor)), None)
        tensors = [graph.convert(item, dtype, str(place)) for place, item in enumerate(items)]
        result: Tensor = graph.apply("Pack", (tensors,), {"axis": 0, "name": scope})
    return result


near_keywords_of_functions(__name__)
