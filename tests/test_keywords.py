"""Every public function and constructor answers a misspelt keyword with the nearest, before Python 3.13, too.

A module of functions says ``near_keywords_of_functions(__name__)`` at its end; a class is decorated.
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest

from estimator import tf

# what is called by position alone, or made by the package or by protobuf
_DECIDE_THEMSELVES = {
    "estimator.command_line.errors",
    "estimator.command_line.program",
    "estimator.core.dtypes",
    "estimator.core.errors",
    "estimator.core.log",
    "estimator.core.shapes",
    "estimator.formats.messages",
    "estimator.graph.tensor",
    "estimator.pipeline.iterator",
}
_MADE_BY_OTHERS = {"Checkpoint", "ExportOutput", "SessionRunContext", "SparseTensorSpec", "TestCase"}


def members(module: ModuleType, seen: set[str]) -> Iterator[Any]:
    """The public functions and classes of a facade and of those in it, each once."""
    for name in module.__all__:
        member = getattr(module, name)
        key = getattr(member, "__module__", None), getattr(member, "__qualname__", str(member))
        if str(key) in seen:
            continue
        seen.add(str(key))
        if isinstance(member, ModuleType):
            yield from members(member, seen)
        elif isinstance(member, (FunctionType, type)) and _is_asked(str(member.__module__)):
            yield member


def _is_asked(module: str) -> bool:
    return module.startswith("estimator.") and module not in _DECIDE_THEMSELVES


def is_not_made(member: Any) -> bool:
    """Whether nobody makes one by calling it: an abstract class, a protocol, an enumeration."""
    return (
        inspect.isabstract(member)
        or getattr(member, "_is_protocol", False)
        or isinstance(member, enum.EnumType)
    )


def keywords(function: Any) -> list[str]:
    """What it takes by name; nothing if it takes any."""
    parameters = inspect.signature(function).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return []
    return [
        parameter.name
        for parameter in parameters
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        and not parameter.name.startswith("_")
    ]


MEMBERS = {
    f"{member.__module__}.{member.__qualname__}": member
    for member in members(tf, set())
    if member.__name__ not in _MADE_BY_OTHERS and not is_not_made(member) and keywords(member)
}


@pytest.mark.parametrize("name", MEMBERS)
def test_a_misspelt_keyword_is_answered(name: str) -> None:
    longest = max(keywords(MEMBERS[name]), key=len)
    with pytest.raises(
        TypeError, match=rf"unexpected keyword argument '{longest}x'\. (Did you mean|It takes).*{longest}"
    ):
        MEMBERS[name](**{f"{longest}x": None})


@pytest.mark.parametrize(
    "name", ["functions.linalg.matmul", "runtime.session.Session", "checkpoint.saver.Saver"]
)
def test_the_functions_and_classes_are_found(name: str) -> None:
    assert f"estimator.{name}" in MEMBERS
    assert len(MEMBERS) > 400
