"""Functions of Python's as operations of the graph: they run when the graph does, with arrays.

::

    cleaned = tf.py_func(lambda text: clean(text.decode()), [text], tf.string)

They run on this machine, take the time that Python takes, and are not in the files of a graph: who reads a .meta file
must build the graph by the program.

Source: names and arguments of tf.py_func, tf.numpy_function and tf.py_function in TensorFlow 1.15.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.graph import build as b
from estimator.graph.graph import Graph, graph_of
from estimator.graph.likes import TensorLike
from estimator.graph.python_function import PythonFunction


def py_func(
    func: Callable[..., Any],
    inp: Sequence[TensorLike],
    Tout: Any,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """What a function of Python's gives for the values of tensors.

    Parameters
    ----------
    func : callable
        Takes an array for each input, numpy's scalar for one of rank 0, bytes for text. Gives an array, or a list of
        as many as `Tout` states, of exactly these types: a Python float is float64, a Python int int64.
    inp : list
        What it is called with.
    Tout : DType or list of DType
        The types of what it gives; an empty list for a function that gives nothing.
    stateful : bool
        False says that it does nothing but compute, the same for the same: it may then be called less often.

    Returns
    -------
    Tensor, list of Tensor or Operation
        As `Tout` is one type, a list, or empty. The shapes are not known; ``set_shape`` tells them. No gradient flows.

    Raises
    ------
    TypeError
        If `func` cannot be called or `inp` is no list.
    InvalidArgumentError
        When it runs, if the function gives other types or another number of values.
    OpError
        When it runs and the function fails; the cause is the function's own error, with its traceback.
    """
    return _call("PyFunc" if stateful else "PyFuncStateless", func, inp, Tout, name)


def numpy_function(
    func: Callable[..., Any] | None = None,
    inp: Sequence[TensorLike] | None = None,
    Tout: Any = None,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """The newer name of :func:`py_func`."""
    return py_func(func, inp, Tout, stateful, name)  # type: ignore[arg-type]  # None is refused there


def py_function(
    func: Callable[..., Any], inp: Sequence[TensorLike], Tout: Any, name: str | None = None
) -> Any:
    """What a function of Python's gives for the values of tensors, which it takes as eager tensors.

    These are numpy arrays that have the method ``numpy()``; TensorFlow's operations cannot be called on them. What the
    function gives becomes the types of `Tout`, if its numbers stay what they are.

    Parameters
    ----------
    func, inp, Tout, name
        As of :func:`py_func`.

    Raises
    ------
    GradientError
        If a gradient is asked for through it: what the function does is not recorded.
    """
    return _call("EagerPyFunc", func, inp, Tout, name)


def _call(
    op_type: str, func: Callable[..., Any], inp: Sequence[TensorLike], types: Any, name: str | None
) -> Any:
    if not callable(func):
        raise TypeError(f"func must be a function, given: {func!r}.")
    if not isinstance(inp, (list, tuple)):
        raise TypeError(f"inp must be a list of the function's arguments, given: {inp!r}; write inp=[{inp}].")
    if types is None:
        raise TypeError("Tout must be the type of what func gives, or a list of types; [] for nothing.")
    is_list = isinstance(types, (list, tuple))
    graph = graph_of(inp)
    with graph.as_default():
        token = _token(graph, func)
        results = getattr(b, op_type)(
            list(inp), token=token, Tout=list(types) if is_list else [types], name=name
        )
    return results if is_list else results[0]


def _token(graph: Graph, func: Callable[..., Any]) -> str:
    """The key under which the function stands in the graph's resources; the same program gives the same."""
    resources = graph.resources
    count = sum(isinstance(resource, PythonFunction) for resource in resources.values())
    name = getattr(func, "__qualname__", type(func).__qualname__)
    token = f"pyfunc_{count}_{name}"
    resources[token] = PythonFunction(func, _described(func, name))
    return token


def _described(func: Callable[..., Any], name: str) -> str:
    code = getattr(func, "__code__", None)
    return f"{name} ({code.co_filename}:{code.co_firstlineno})" if code else name


near_keywords_of_functions(__name__)
