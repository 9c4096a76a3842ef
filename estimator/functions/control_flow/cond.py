"""A branch: one of two functions runs, as a tensor says.

Source
------
tf.cond, TF 1.15 control_flow_ops.py; its operations are those of TF 2.15 cond_v2.py
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope
from estimator.functions.control_flow.choice import Branch, choose
from estimator.graph import build as b
from estimator.graph.graph import Graph
from estimator.graph.likes import TensorLike
from estimator.graph.tensor import Tensor


def cond(
    pred: TensorLike,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    strict: bool = False,
    name: str | None = None,
    fn1: Callable[[], Any] | None = None,
    fn2: Callable[[], Any] | None = None,
) -> Any:
    """What `true_fn` gives where `pred` holds, else what `false_fn` gives; only that one runs.

    What both use of the graph around them is computed in any case. What is made inside and changes variables or
    checks something runs with its branch, also if nothing there waits for it.

    Parameters
    ----------
    pred : Tensor of bool, scalar
    true_fn, false_fn : callable
        Take nothing; give tensors, Python values, SparseTensors, IndexedSlices or TensorArrays, nested alike and of the
        same types in both. An operation counts as `pred`, which is given once it has run.
    strict : bool
        Whether a list or tuple of one value stays one; else the value itself is given.
    name : str, optional
    fn1, fn2 : callable
        Older names of `true_fn` and `false_fn`.

    Returns
    -------
    object
        The structure that `true_fn` gives.

    Raises
    ------
    TypeError
        If `pred` is a Python bool or not of type bool, if a function is missing, given twice or none, or if the two
        give containers of other types.
    ValueError
        If `pred` is no scalar, if a function gives nothing or None, or if the two differ in structure or dtypes.

    Example
    -------
    >>> from estimator import tf
    >>> x = tf.constant(-2.0)
    >>> y = tf.cond(x < 0.0, lambda: -x, lambda: x)
    >>> print(tf.Session().run(y))
    2.0
    """
    true_fn = _function("true_fn", true_fn, "fn1", fn1)
    false_fn = _function("false_fn", false_fn, "fn2", fn2)
    if isinstance(pred, bool):
        raise TypeError(f"pred must be a tensor, not the Python bool {pred}: use `if` for it.")
    branches = [Branch(true_fn, "true_fn", "true"), Branch(false_fn, "false_fn", "false")]
    with function_scope(name, "cond", pred) as (graph, scope):
        return choose(graph, "If", scalar_condition(graph, pred, "pred"), branches, scope, strict)


def _function(name: str, function: Any, old_name: str, old: Any) -> Any:
    if function is not None and old is not None:
        raise TypeError(f"cond() takes {name} or its older name {old_name}, not both.")
    found = function if old is None else old
    if not callable(found):
        given = "nothing" if found is None else repr(found)
        raise TypeError(f"cond() needs {name}, a function without arguments; given: {given}.")
    return found


def scalar_condition(graph: Graph, value: Any, what: str) -> Tensor:
    """The tensor that says whether to do something; that it is a scalar is checked in the run if need be.

    Raises
    ------
    TypeError
        If it is not of type bool.
    ValueError
        If its static shape is not that of a scalar.
    """
    if value is None:
        raise TypeError(f"{what} must be a tensor of type bool, given: None.")
    tensor = graph.convert(value)
    if tensor.dtype.name != "bool":
        raise TypeError(f"{what} must be of type bool, given: {tensor}; compare it with something.")
    if tensor.dims:
        raise ValueError(
            f"{what} must be a scalar, given: {tensor}; tf.reduce_all or tf.reduce_any make one."
        )
    if tensor.dims is None:  # an If takes any vector that is not empty for true
        return b.EnsureShape(tensor, shape=())
    return tensor


near_keywords_of_functions(__name__)
