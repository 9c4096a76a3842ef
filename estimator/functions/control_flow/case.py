"""A choice among several functions, by the first condition that holds or by a number.

Source
------
tf.case, tf.switch_case, TF 1.15 control_flow_ops.py; the latter's operation is that of TF 2.15 cond_v2.py
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from estimator.core.dtypes import int32
from estimator.core.keywords import near_keywords_of_functions
from estimator.functions.arguments import function_scope
from estimator.functions.control_flow.choice import Branch, choose
from estimator.functions.control_flow.cond import cond
from estimator.functions.control_flow.structures import converted
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.tensor import Operation, Tensor


def case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """What the function beside the first condition that holds gives; only that function runs.

    Parameters
    ----------
    pred_fn_pairs : list of (Tensor of bool, callable), or dict of them
        The pairs of a dict stand in the order of the tensors' names.
    default : callable, optional
        What runs if no condition holds; without it, that is an error of the run.
    exclusive : bool
        Whether it is an error of the run if more than one condition holds.
    strict : bool
        As of :func:`cond`.
    name : str

    Returns
    -------
    object
        The structure that the first function gives.

    Raises
    ------
    TypeError
        If the pairs are no such list or dict, a condition is no tensor, or a function cannot be called.
    ValueError
        If there is no pair.
    """
    pairs = _pairs(pred_fn_pairs)
    if default is not None and not callable(default):
        raise TypeError(f"the default of case() must be a function without arguments, given: {default!r}.")
    graph = get_default_graph()
    conditions = [pred for pred, _ in pairs]
    with graph.name_scope(name):
        chosen = default if default is not None else partial(_checked, conditions, pairs.pop()[1])
        for pred, function in reversed(pairs):
            chosen = partial(cond, pred, function, chosen, strict=strict)
        with graph.control_dependencies([_at_most_one(conditions)] if exclusive else []):
            return chosen()


def switch_case(
    branch_index: Tensor,
    branch_fns: Any,
    default: Callable[[], Any] | None = None,
    name: str = "switch_case",
) -> Any:
    """What the function of that number gives; only that function runs.

    Parameters
    ----------
    branch_index : Tensor of int32, scalar
    branch_fns : list of callables, list of (int, callable), or dict of int to callable
        Of the numbers from 0 on; a list of callables alone stands in their order.
    default : callable, optional
        What runs for any other number; without it, the function of the greatest.
    name : str

    Returns
    -------
    object
        The structure that the first function gives.

    Raises
    ------
    TypeError
        If the index is no scalar tensor of int32, the functions are no such list or dict, or cannot be called, or if
        they give containers of different types.
    ValueError
        If there is no function, their numbers are not those from 0 on, one gives nothing or None, or they differ in the
        structure or the types of what they give.
    """
    functions = _numbered(branch_fns)
    if default is not None and not callable(default):
        raise TypeError(
            f"the default of switch_case() must be a function without arguments, given: {default!r}."
        )
    if not isinstance(branch_index, Tensor) or branch_index.dtype is not int32 or branch_index.dims:
        raise TypeError(f"branch_index must be a scalar tensor of int32, given: {branch_index!r}.")
    branches = [
        Branch(function, f"branch_fns[{number}]", f"branch{number}")
        for number, function in enumerate(functions)
    ]
    if default is not None:
        branches.append(Branch(default, "the default", f"branch{len(branches)}"))
    with get_default_graph().name_scope(name), function_scope(None, "indexed_case") as (graph, scope):
        return choose(graph, "Case", branch_index, branches, scope, strict=True)


def _numbered(given: Any) -> list[Callable[[], Any]]:
    """The functions in the order of their numbers."""
    if not isinstance(given, (list, tuple, Mapping)):
        raise TypeError(f"branch_fns must be a list of functions, or a dict; given: {given!r}.")
    if not given:
        raise ValueError("switch_case() needs at least one function.")
    pairs = list(given.items() if isinstance(given, Mapping) else given)
    if all(map(callable, pairs)):
        return pairs
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2 or type(pair[0]) is not int or not callable(pair[1]):
            raise TypeError(
                f"branch_fns must be functions, or pairs (number, function) throughout; given: {pair!r}."
            )
    numbers = sorted(number for number, _ in pairs)
    if numbers != list(range(len(pairs))):
        raise ValueError(f"the numbers of branch_fns must be those from 0 on, given: {numbers}.")
    return [function for _, function in sorted(pairs, key=lambda pair: pair[0])]


def _pairs(given: Any) -> list[tuple[Tensor, Callable[[], Any]]]:
    if isinstance(given, Mapping):
        given = sorted(given.items(), key=lambda pair: getattr(pair[0], "name", ""))
    if not isinstance(given, (list, tuple)):
        raise TypeError(
            f"pred_fn_pairs must be a list of (condition, function), or a dict; given: {given!r}."
        )
    for pair in given:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"each of pred_fn_pairs must be a tuple (condition, function), given: {pair!r}.")
        if not isinstance(pair[0], Tensor):
            raise TypeError(f"a condition of case() must be a tensor of bool, given: {pair[0]!r}.")
        if not callable(pair[1]):
            raise TypeError(f"beside {pair[0]} must be a function without arguments, given: {pair[1]!r}.")
    if not given:
        raise ValueError("case() needs at least one pair of a condition and a function.")
    return list(given)


def _checked(preds: Sequence[Tensor], function: Callable[[], Any]) -> Any:
    """What the function of the last condition gives; it is an error if that does not hold."""
    graph = get_default_graph()
    message = f"none of the conditions of case() holds ({_names(preds)}), and it has no default:"
    with graph.control_dependencies([b.Assert(preds[-1], [message, *preds])]):
        return converted(graph, function(), preds[-1])


def _at_most_one(preds: Sequence[Tensor]) -> Operation:
    count = b.Sum(b.Cast(b.Pack(list(preds)), DstT="int32"), 0)
    message = f"exclusive=True, but more than one of the conditions of case() holds ({_names(preds)}):"
    result: Operation = b.Assert(b.Less(count, 2), [message, *preds], summarize=len(preds))
    return result


def _names(preds: Sequence[Tensor]) -> str:
    return ", ".join(pred.name for pred in preds)


near_keywords_of_functions(__name__)
