"""A branch that is chosen while the graph is built, where what it depends on is known then.

Source
------
tf.contrib.framework.smart_cond, TF 1.15 smart_cond.py
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.control_flow.cond import cond
from estimator.graph.static import static_value
from estimator.graph.tensor import Tensor


def smart_cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """What one of two functions gives: called alone if `pred` is known, else a branch of :func:`cond`.

    Parameters
    ----------
    pred : bool, 0, 1, Tensor or variable of bool
    true_fn, false_fn : callable
    name : str, optional
        Of the branch.

    Raises
    ------
    TypeError
        If a function is none, or `pred` is no such value.

    Source
    ------
    tf.contrib.framework.smart_cond, TF 1.15 smart_cond.py
    """
    for argument, function in (("true_fn", true_fn), ("false_fn", false_fn)):
        if not callable(function):
            raise TypeError(f"smart_cond: {argument} must be a function, given: {function!r}.")
    known = smart_constant_value(pred)
    if known is None:
        return cond(pred, true_fn, false_fn, name=name)
    return true_fn() if known else false_fn()  # type: ignore[misc]  # both are callable


def smart_constant_value(pred: Any) -> bool | None:
    """The truth of a value that is known while the graph is built, else None.

    Parameters
    ----------
    pred : bool, 0, 1, Tensor or variable of bool

    Raises
    ------
    TypeError
        If it is another value.

    Source
    ------
    tf.contrib.framework.smart_constant_value, TF 1.15 smart_cond.py
    """
    if isinstance(pred, Tensor):
        value = static_value(pred)
        return None if value is None else bool(value)
    if hasattr(pred, "as_tensor"):  # a variable, whose value only a run knows
        return None
    if isinstance(pred, (int, float, np.generic)) and pred in (0, 1):
        return bool(pred)
    raise TypeError(f"smart_cond: pred must be a bool, 0, 1 or a tensor of bool, given: {pred!r}.")


near_keywords_of_functions(__name__)
