"""Every declared op as a function that adds it to the graph: ``build.MatMul(x, w, transpose_b=True, name="scores")``.

Inputs come by position or by name, attributes by name; Python values become constants. The names
are TensorFlow's op types; ``build.pyi`` beside this file lists them for editors and type checkers
and is written from the declarations by ``make stub`` (a test checks that it is current).
"""

from __future__ import annotations

import typing as _typing  # not its names: Any is an op
from collections.abc import Callable
from functools import partial

from estimator.graph.graph import graph_of
from estimator.graph.op import OPS


def _add(op_type: str, *args: _typing.Any, **kwargs: _typing.Any) -> _typing.Any:
    return graph_of([*args, *kwargs.values()]).apply(op_type, args, kwargs)


def __getattr__(name: str) -> Callable[..., _typing.Any]:
    if name.startswith("_"):
        raise AttributeError(name)
    try:
        definition = OPS.get(name)
    except ValueError as error:
        raise AttributeError(str(error)) from None
    function = partial(_add, definition.name)
    globals()[name] = function
    return function


def __dir__() -> list[str]:
    return list(OPS)
