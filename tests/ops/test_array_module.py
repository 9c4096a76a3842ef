"""One kernel text for every array library: a kernel reaches arrays through its `xp`, never through numpy."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import pytest

from tests.architecture.sources import Source, package

# Types: they compute nothing, and arrays of every library are asked for them.
TYPES = frozenset(("ndarray", "generic"))


def numpy_offenders(sources: Iterable[Source]) -> list[str]:
    """A line for every use of numpy in a function of the ops that takes `xp`; host ops are run by numpy alone."""
    return [
        f"{source.path}:{node.lineno} {function.name} uses np.{node.attr}; a kernel calls xp.{node.attr}"
        for source in sources
        if source.floor == "ops"
        for function in ast.walk(source.tree)
        if isinstance(function, ast.FunctionDef) and _takes_xp(function) and not _is_host(function)
        for node in _numpy_uses(function)
    ]


def _takes_xp(function: ast.FunctionDef) -> bool:
    return bool(function.args.args) and function.args.args[0].arg == "xp"


def _is_host(function: ast.FunctionDef) -> bool:
    calls = [each for each in function.decorator_list if isinstance(each, ast.Call)]
    return any(key.arg == "host" for call in calls for key in call.keywords)


def _numpy_uses(function: ast.FunctionDef) -> Iterator[ast.Attribute]:
    for statement in function.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np":
                if node.attr not in TYPES:
                    yield node


def test_no_kernel_calls_numpy() -> None:
    found = numpy_offenders(package())
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@op('Neg', 'x: T -> y: T')\ndef neg(xp, x):\n    return np.negative(x)", 1),
        ("def shared(xp, x):\n    return xp.add(np.sign(x), np.zeros(3))", 2),
        ("@op('Neg', 'x: T -> y: T')\ndef neg(xp, x):\n    return xp.negative(x)", 0),
        ("@op('Neg', 'x: T -> y: T', host=True)\ndef neg(xp, x):\n    return np.negative(x)", 0),
        ("def sizes(shape):\n    return np.ravel(shape)", 0),
    ],
)
def test_numpy_in_a_kernel_is_named(text: str, found: int) -> None:
    offenders = numpy_offenders([Source("estimator/ops/x.py", text)])
    assert len(offenders) == found
    assert all(line.startswith("estimator/ops/x.py:") for line in offenders)
