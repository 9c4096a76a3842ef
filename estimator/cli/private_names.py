"""What packages take from inside TensorFlow and what is not public there: decorators, inspection, the list of devices.

:mod:`estimator.cli.private_modules` has the table of what is taken from where.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from estimator.core.log import logger
from estimator.core.shapes import TensorShape
from estimator.files.gfile import GFile
from estimator.formats import messages
from estimator.variables.variable import Variable

F = TypeVar("F", bound=Callable[..., Any])


def list_local_devices(session_config: Any = None) -> list[Any]:  # messages have no static class
    """The devices of this machine that compute: its processor, as a DeviceAttributes.

    Source
    ------
    tensorflow/python/client/device_lib.py
    """
    return [messages.DeviceAttributes(name="/device:CPU:0", device_type="CPU")]


class TpuContext(NamedTuple):
    """Over how many parts of a TPU a graph is spread: there is none."""

    number_of_shards: int | None = None


def get_tpu_context() -> TpuContext:
    """What layers ask that sum over the parts of a TPU.

    Source
    ------
    tensorflow/python/tpu/tpu_function.py
    """
    return TpuContext()


def enabled() -> bool:
    """Whether this is TensorFlow 2: it is 1."""
    return False


def remove_undocumented(
    module_name: str, allowed_exception_list: Any = None, doc_string_modules: Any = None
) -> None:
    """Leaves a module as it is, with the names that its author meant to hide."""


def deprecated(date: str | None, instructions: str, warn_once: bool = True) -> Callable[[F], F]:
    """A decorator of functions that are going away: the first call is a warning, or with ``warn_once=False`` each.

    Source
    ------
    tensorflow/python/util/deprecation.py
    """

    def decorate(function: F) -> F:
        return _warning(function, date, instructions, lambda given: "is deprecated", warn_once)

    return decorate


def deprecated_args(
    date: str | None, instructions: str, *names: Any, warn_once: bool = True, **accepted: Any
) -> Callable[[F], F]:
    """A decorator of functions some of whose arguments are going away: a call that has one of them is a warning.

    Parameters
    ----------
    date : str, optional
        When they go.
    instructions : str
        What to do instead.
    *names : str, or (str, value)
        The arguments; of one with a value, that value is no reason to warn.
    warn_once : bool
        Whether to warn at the first such call only.
    **accepted
        Arguments with such values, too.

    Source
    ------
    tensorflow/python/util/deprecation.py
    """
    harmless = dict([name if isinstance(name, tuple) else (name, _NOTHING) for name in names], **accepted)

    def decorate(function: F) -> F:
        signature = inspect.signature(function)

        def stale(call: tuple[tuple[Any, ...], dict[str, Any]]) -> str:
            given = signature.bind_partial(*call[0], **call[1]).arguments
            old = [name for name in harmless if name in given and given[name] is not harmless[name]]
            return f"with {', '.join(old)} is deprecated" if old else ""

        return _warning(function, date, instructions, stale, warn_once)

    return decorate


_NOTHING = object()


def _warning(
    function: F,
    date: str | None,
    instructions: str,
    complaint: Callable[[tuple[tuple[Any, ...], dict[str, Any]]], str],
    warn_once: bool,
) -> F:
    seen: list[str] = []

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        text = complaint((args, kwargs))
        if text and not (seen and warn_once):
            seen.append(text)
            when = f"after {date}" if date else "in a future version"
            logger.warning(
                "%s (from %s) %s and will be removed %s. Instructions for updating: %s",
                function.__name__,
                function.__module__,
                text,
                when,
                instructions,
            )
        return function(*args, **kwargs)

    return call  # type: ignore[return-value]


def make_decorator(
    target: Callable[..., Any],
    decorator_func: F,
    decorator_name: str | None = None,
    decorator_doc: str = "",
    decorator_argspec: Any = None,
) -> F:
    """The function that a decorator gives, which looks like the one that it was given.

    Source
    ------
    tensorflow/python/util/tf_decorator.py
    """
    return functools.wraps(target)(decorator_func)  # type: ignore[return-value]


def is_resource_variable(var: Any) -> bool:
    """Whether it is a variable: all are of resources."""
    return isinstance(var, Variable)


def unknown_shape(rank: int | None = None) -> TensorShape:
    """A shape of which no size is known, and the rank only if it is given."""
    return TensorShape(None if rank is None else [None] * rank)


def read_file_to_string(filename: Any, binary_mode: bool = False) -> str | bytes:
    """What a file contains, as text or as bytes.

    Raises
    ------
    NotFoundError
        If there is no such file.
    """
    with GFile(filename, "rb" if binary_mode else "r") as file:
        content: str | bytes = file.read()
    return content


def write_string_to_file(filename: Any, file_content: str | bytes) -> None:
    """Make a file that contains this."""
    with GFile(filename, "wb" if isinstance(file_content, bytes) else "w") as file:
        file.write(file_content)


def fn_args(fn: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the arguments that a function takes by position, without those that a partial has bound.

    Source
    ------
    tensorflow/python/util/function_utils.py
    """
    if isinstance(fn, functools.partial):
        return tuple(name for name in fn_args(fn.func)[len(fn.args) :] if name not in fn.keywords)
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return tuple(name for name, one in inspect.signature(fn).parameters.items() if one.kind in kinds)


def has_kwargs(fn: Callable[..., Any]) -> bool:
    """Whether a function takes any keyword argument (``**kwargs``).

    Source
    ------
    tensorflow/python/util/function_utils.py
    """
    function = fn.func if isinstance(fn, functools.partial) else fn
    kinds = [one.kind for one in inspect.signature(function).parameters.values()]
    return inspect.Parameter.VAR_KEYWORD in kinds
