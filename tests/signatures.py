"""The parameters of a function, class or method as words, which TensorFlow (tests/interop/tf_signatures_of_functions.py) and
this package write alike; nothing is imported here that either of them lacks.
"""

from __future__ import annotations

import enum
import functools
import inspect
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

LEFT_OUT = (
    "compat",
    "contrib",
    "mock",
    "raw_ops",
    "v1",
)  # the same under another name, what TensorFlow 2 has no more, or Python's
_MARKS = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}


def parameters(dotted: str, tf: Any, inspected: Any = inspect) -> list[str] | None:
    """``["x", "axis=None", "*", "name='f'"]``; None if nobody knows, or if it only hands on what it is given.

    Raises
    ------
    AttributeError
        If there is no such name.
    """
    path, _, name = dotted.rpartition(".")
    owner = functools.reduce(getattr, path.split(".")[1:], tf)
    try:
        found = list(inspected.signature(getattr(owner, name)).parameters.values())
    except (TypeError, ValueError):
        return None
    if isinstance(owner, type) and isinstance(inspect.getattr_static(owner, name), FunctionType):
        found = found[1:]  # the object
    found = [
        parameter for parameter in found if not parameter.name.startswith("_") and parameter.name != "cls"
    ]
    kinds = {parameter.kind for parameter in found}
    return None if inspect.Parameter.VAR_POSITIONAL in kinds else list(_words(found))


def _words(found: list[inspect.Parameter]) -> Iterator[str]:
    is_positional = True
    for parameter in found:
        if parameter.kind is parameter.KEYWORD_ONLY and is_positional:
            is_positional = False
            yield "*"
        default = "" if parameter.default is parameter.empty else f"={_plain(parameter.default)}"
        yield f"{_MARKS.get(parameter.kind, '')}{parameter.name}{default}"


def _plain(value: Any) -> str:
    """A default: types and options by their names."""
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if type(value).__name__ == "DType":
        return f"tf.{value.name}"
    if isinstance(value, (list, tuple)):
        return f"({', '.join(map(_plain, value))})"
    is_known = value is None or isinstance(value, (bool, int, float, str))
    return repr(value) if is_known else getattr(value, "__name__", "object").lstrip("_")


def public_callables(tf: ModuleType) -> list[str]:
    """The dotted names of the functions and classes of a facade, and the methods that a class has of no other of them."""
    found: dict[str, Any] = {}
    waiting, known = [("tf", tf)], {id(tf)}
    while waiting:
        path, module = waiting.pop(0)
        for name in sorted(module.__all__):
            value = getattr(module, name)
            if id(value) in known or name in LEFT_OUT:
                continue
            known.add(id(value))
            if isinstance(value, ModuleType):
                waiting.append((f"{path}.{name}", value))
            elif callable(value):
                found[f"{path}.{name}"] = value
    kinds = {value for value in found.values() if isinstance(value, type)}
    methods = {
        path: _methods(value, kinds)
        for path, value in found.items()
        if isinstance(value, type)
        and not hasattr(value, "DESCRIPTOR")  # no messages, whose methods are protobuf's
    }
    return [
        dotted for path in found for dotted in (path, *(f"{path}.{name}" for name in methods.get(path, ())))
    ]


def _methods(kind: type, public: set[type]) -> list[str]:
    """What it has of itself or of bases that are not public."""
    bases = [
        base
        for base in kind.__mro__[1:]
        if base in public or base.__module__ in ("builtins", "unittest.case")
    ]
    inherited = {name for base in bases for name in dir(base)}
    return [
        name
        for name in dir(kind)
        if not name.startswith("_") and name not in inherited and _is_method(kind, name)
    ]


def _is_method(kind: type, name: str) -> bool:
    value = getattr(kind, name, None)  # missing ones are listed, too
    return callable(value) and not isinstance(value, type)
