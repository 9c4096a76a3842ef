"""Columns as plain values, for files, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from estimator.core.dtypes import DType, as_dtype
from estimator.core.registry import did_you_mean
from estimator.variables import initializers


def described(value: Any) -> Any:
    """A field of a column as a plain value: types and functions by their names, objects by class and config."""
    if isinstance(value, DType):
        return value.name
    if isinstance(value, tuple):
        return tuple(described(item) for item in value)
    if hasattr(value, "get_config") and not isinstance(value, type):
        return {"class_name": type(value).__name__, "config": value.get_config()}
    return getattr(value, "__name__", repr(value)) if callable(value) else value


def rebuilt(field: str, value: Any, known: Mapping[str, Any]) -> Any:
    """What :func:`described` described.

    Parameters
    ----------
    field : str
        The name of the column's field.
    value : value
    known : mapping
        Name to class or function, beside the initializers.

    Raises
    ------
    ValueError
        If a class or function is not known.
    """
    if field == "dtype":
        return as_dtype(value)
    if isinstance(value, (list, tuple)):
        return tuple(rebuilt("", item, known) for item in value)
    if isinstance(value, Mapping):
        kind = _named(value["class_name"], known)
        more = (
            (known,) if hasattr(kind, "parse_example_spec") else ()
        )  # a column may hold what has to be known
        return kind.from_config(value["config"], *more)
    is_name = field in ("initializer", "normalizer_fn") and isinstance(value, str)
    return _named(value, known) if is_name else value


def _named(name: str, known: Mapping[str, Any]) -> Any:
    if name in known:
        return known[name]
    if hasattr(initializers, name):
        return getattr(initializers, name)
    raise ValueError(
        f"{name!r} is not known.{did_you_mean(name, known)} Pass it in custom_objects={{{name!r}: ...}}."
    )
