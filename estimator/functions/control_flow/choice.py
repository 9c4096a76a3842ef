"""A choice among functions without arguments, as one operation: what tf.cond and tf.switch_case share.

Source
------
TF 2.15 cond_v2.py: the operations If and Case, what their functions are called, and the Identity of each result
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from estimator.core.named_tuple import NamedTuple
from estimator.functions.control_flow.structures import converted, demand_same_structure, filled, tensors_in
from estimator.graph import build as b
from estimator.graph.branches import keep_for_gradient, make_choice
from estimator.graph.function import FunctionGraph, all_or_no_functions, tracing
from estimator.graph.graph import Graph
from estimator.graph.tensor import Tensor


class Branch(NamedTuple):
    """One of the functions.

    Attributes
    ----------
    function : callable
        Takes nothing.
    called : str
        How an error calls it: ``"true_fn"``.
    name : str
        How its graph is called behind the scope of the choice: ``"true"``.
    """

    function: Callable[[], Any]
    called: str
    name: str


def choose(
    graph: Graph, kind: str, chooser: Tensor, branches: Sequence[Branch], scope: str, strict: bool
) -> Any:
    """What one of the functions gives; only that one runs.

    Parameters
    ----------
    graph : Graph
    kind : str
        By what it is chosen, ``"If"`` or ``"Case"``: see :func:`~estimator.graph.branches.make_choice`.
    chooser : Tensor
        Stands for operations that a function gives, too.
    branches : sequence of Branch
    scope : str
        The scope, which the operation is named by.
    strict : bool
        Whether a list or tuple of one value stays one; else the value itself is given.

    Raises
    ------
    TypeError
        If the functions give containers of different types.
    ValueError
        If one gives nothing or None, or if they differ in structure or dtypes.
    """
    with all_or_no_functions(graph):
        stem = scope[:-1].replace("/", "_")
        bodies = [_traced(branch, chooser, strict, f"{stem}_{branch.name}") for branch in branches]
        first = bodies[0]
        for branch, body in zip(branches[1:], bodies[1:], strict=True):
            _demand_alike(branches[0], first, branch, body)
        count = len(first.results)
        keep_for_gradient(bodies)
        outputs = make_choice(graph, kind, chooser, bodies, scope)[:count]
        return filled(first.structure, [b.Identity(output) for output in outputs])


def _traced(branch: Branch, chooser: Tensor, strict: bool, name: str) -> FunctionGraph:
    with tracing(name) as body:
        result = branch.function()
        if not strict and isinstance(result, (list, tuple)) and len(result) == 1:
            result = result[0]
        if result is None:
            raise ValueError(
                f"what {branch.called} gives must be a value, not None: return a tensor, or the operation to be run."
            )
        body.structure = converted(body, result, chooser)
        body.results = tensors_in(body.structure)
        if not body.results:
            raise ValueError(f"what {branch.called} gives must be at least one value, given: {result!r}.")
    return body


def _demand_alike(first: Branch, first_body: FunctionGraph, other: Branch, other_body: FunctionGraph) -> None:
    names = f"what {first.called} gives", f"what {other.called} gives"
    demand_same_structure(first_body.structure, other_body.structure, names)
    for left, right in zip(first_body.results, other_body.results, strict=True):
        if left.dtype is not right.dtype:
            raise ValueError(
                f"{first.called} and {other.called} must give the same types: {left} is {left.dtype.name}, "
                f"{right} is {right.dtype.name}; use tf.cast."
            )
