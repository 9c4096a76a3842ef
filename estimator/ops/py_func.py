"""Ops that call a function of Python's, which stands in the graph's resources under the op's token.

A function gets copies, which it may keep, as numpy arrays; of rank 0 as numpy's scalars, text as bytes. What it gives
must have the types that the operation states. A file has the token, and no function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from estimator.core.dtypes import DType, string
from estimator.core.eager_array import EagerArray
from estimator.core.errors import InvalidArgumentError, NotFoundError
from estimator.core.shapes import Dims
from estimator.graph.constant import convert_numbers, to_array
from estimator.graph.op import OpRun, ShapeScope, op
from estimator.graph.python_function import PythonFunction

Array = np.ndarray[Any, Any]
CALL = "input: Tin[] -> output: Tout[]"


def _unknown_shapes(s: ShapeScope) -> list[Dims]:
    return [None] * len(s.attrs["Tout"])


def _results(
    run: OpRun,
    token: str | bytes,
    arguments: Sequence[Any],
    dtypes: Sequence[DType],
    as_stated: Callable[[Any, DType], Array],
) -> list[Array]:
    """What the function gives for these arguments, in the types stated.

    Raises
    ------
    NotFoundError
        If the graph comes from a file.
    InvalidArgumentError
        If the function gives another number of values, or other types: all of them are named.
    """
    name = token.decode() if isinstance(token, bytes) else token
    try:
        function: PythonFunction = run.resource(name)
    except KeyError:
        raise NotFoundError(
            f"it calls the Python function {name!r}, and a file holds no Python functions: build the graph by the "
            "program that has it, or feed what the operation gives"
        ) from None
    values = function(arguments)
    if len(values) != len(dtypes):
        raise InvalidArgumentError(
            f"{function.described} returned {len(values)} values, but Tout states {len(dtypes)}: "
            f"({', '.join(dtype.name for dtype in dtypes)})"
        )
    arrays: list[Array] = []
    problems: list[str] = []
    for place, (value, dtype) in enumerate(zip(values, dtypes, strict=True)):
        try:
            arrays.append(as_stated(value, dtype))
        except (TypeError, ValueError) as error:
            problems.append(f"value {place}: {str(error).rstrip('.')}")
    if problems:
        raise InvalidArgumentError(f"{function.described}: {'; '.join(problems)}")
    return arrays


def _plain(value: Array) -> Any:
    """A copy of an input; of rank 0 a scalar."""
    return np.array(value)[()]


def _exact(value: Any, dtype: DType) -> Array:
    """A copy of a value that has the type already.

    Raises
    ------
    TypeError
        If it has another, as a Python float (float64) has for float32.
    """
    array = to_array(value, string if dtype is string else None) if _is_text(value) else np.array(value)
    if array.dtype == dtype.np:
        return np.array(array, order="C")
    found = "text or an object" if array.dtype == object else array.dtype.name
    wanted = "give text" if dtype is string else f"np.asarray(value, np.{dtype.np.name}) makes it that"
    raise TypeError(f"{found}, but Tout states {dtype.name}: {wanted}, or state what it is")


def _is_text(value: Any) -> bool:
    return np.asarray(value).dtype.kind in "SUO"


@op(
    "PyFunc",
    CALL,
    attrs={"token": str},
    shape=_unknown_shapes,
    effect="outside",
    host=True,
    differentiable=False,
)
def py_func(xp: Any, input: list[Any], token: str, Tout: list[DType], *, run: OpRun) -> Any:
    """What the Python function behind the token gives for numpy arrays.

    Raises  InvalidArgumentError if it gives other types than Tout, or another number of values.
    Source  TF op PyFunc, script_ops.cc
    """
    return _results(run, token, [_plain(value) for value in input], Tout, _exact)


@op("PyFuncStateless", CALL, attrs={"token": str}, shape=_unknown_shapes, host=True, differentiable=False)
def py_func_stateless(xp: Any, input: list[Any], token: str, Tout: list[DType], *, run: OpRun) -> Any:
    """As PyFunc, for a function that gives the same for the same and does nothing else.

    Source  TF op PyFuncStateless, script_ops.cc
    """
    return py_func(xp, input, token, Tout, run=run)


def _converted(value: Any, dtype: DType) -> Array:
    """A copy of a value, in the type stated if its numbers stay what they are.

    Raises
    ------
    TypeError
        If a number would become another one, or if it is no number.
    """
    array = np.asarray(value)
    if dtype is string or array.dtype.kind not in "biufc":
        return _exact(value, dtype)
    return np.array(convert_numbers(array, dtype))


@op(
    "EagerPyFunc",
    CALL,
    attrs={"token": str, "is_async": False},
    shape=_unknown_shapes,
    effect="outside",
    host=True,
)
def eager_py_func(xp: Any, input: list[Any], token: str, Tout: list[DType], *, run: OpRun) -> Any:
    """What the Python function behind the token gives for arrays that have a method numpy().

    There is no gradient: what the function does is not recorded.

    Raises  InvalidArgumentError if it gives what does not fit Tout, or another number of values.
    Source  TF op EagerPyFunc, script_ops.cc
    """
    return _results(run, token, [np.array(value).view(EagerArray) for value in input], Tout, _converted)
