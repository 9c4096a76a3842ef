"""Statements that write variables, in the order in which they are written.

TensorFlow 2 runs the body of an optimizer's step line by line, so that a variable is read after an assignment to it as
it has become. A graph has no order but that of its edges: here it gets those that the order of the lines means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estimator.functions.grouping import group
from estimator.graph.graph import get_default_graph
from estimator.graph.handles import handles_of, variable_of, written_variables
from estimator.graph.tensor import Operation


def in_order(statements: Callable[[], Any]) -> Any:
    """What a function returns; where it returns nothing, an operation for all that it has written."""
    graph = get_default_graph()
    before = len(graph.get_operations())
    result = statements()
    if result is not None:
        return result
    made = graph.get_operations()[before:]
    give_order(made)
    return group(*(op for op in made if op.definition.effect == "write"))


def give_order(operations: list[Operation]) -> None:
    """Let reads follow the last write before them, and writes all that stands before them, variable by variable."""
    last_write: dict[str | None, Operation] = {}
    reads: dict[str | None, list[Operation]] = {}
    for operation in operations:
        written = written_variables(operation)
        for name in {variable_of(handle) for handle in handles_of(operation)}:
            earlier = [last_write[name]] if name in last_write else []
            if name in written:
                earlier += reads.pop(name, [])
                last_write[name] = operation
            else:
                reads.setdefault(name, []).append(operation)
            new = [op for op in earlier if op not in operation.control_inputs]
            operation.control_inputs = (*operation.control_inputs, *new)
