"""Variables that come apart in several processes: written with what only this process has, its batch or its draws.

Only the chief's are saved, so whoever trains on from a checkpoint goes on with what one process has seen.
"""

from __future__ import annotations

from collections.abc import Sequence

from estimator.core import log
from estimator.graph.graph import Graph
from estimator.graph.handles import handle_op, is_handle, variable_of
from estimator.graph.tensor import Operation
from estimator.runtime.order import prune
from estimator.variables.variable import Variable, global_variables

_OWN = ("Placeholder", "IteratorGetNext")  # besides what is random, comes from outside, or from a queue


def warn_of_variables_apart(graph: Graph, train_op: Operation) -> None:
    """Name the saved variables that a training step changes differently in each process."""
    names = variables_apart(graph, prune([train_op], frozenset()))
    if names:
        log.warning(
            "%s change in each process by its own part of the data, and the chief's alone are saved: %s. Give a "
            "variable aggregation=tf.VariableAggregation.MEAN (or SUM), and what is assigned to it is averaged "
            "(or summed) over all processes; gradients are where an optimizer applies them.",
            f"{len(names)} variables" if len(names) > 1 else "A variable",
            ", ".join(names[:5]) + (", ..." if len(names) > 5 else ""),
        )


def variables_apart(graph: Graph, operations: Sequence[Operation]) -> list[str]:
    """The names of the saved variables that these operations write with values that only this process has."""
    saved = {variable_of(variable.handle): variable.op.name for variable in _variables(graph)}
    own: set[Operation] = set()  # what gives values that differ from process to process
    found: dict[str, None] = {}
    for op in operations:  # by creation: inputs come first
        is_own = _is_own(op) or any(tensor.op in own for tensor in op.inputs if not is_handle(tensor))
        if not is_own or op.definition.exchanges:
            continue
        own.add(op)
        for place in op.definition.written_places:
            name = saved.get(variable_of(op.inputs[place]))
            if name is not None and handle_op(op.inputs[place]) is not None:
                found[name] = None
    return list(found)


def _variables(graph: Graph) -> list[Variable]:
    with graph.as_default():
        return list(global_variables())


def _is_own(op: Operation) -> bool:
    return op.type in _OWN or op.effect in ("random", "outside") or op.definition.waits
