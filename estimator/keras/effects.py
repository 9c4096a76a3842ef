"""Statements that write variables, in the order in which they are written.

TensorFlow 2 runs the body of an optimizer's step line by line, so that a variable is read after an assignment to it as
it has become. A graph has no order but that of its edges: here it gets those that the order of the lines means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from estimator.functions.grouping import group
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.handles import handles_of, variable_of, written_variables
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation

_VARIABLES = (GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES)


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


@contextmanager
def reading_what_is_written() -> Iterator[None]:
    """A block in which a variable that is assigned to and then read is read as it has become.

    Others keep the order of a run, in which reads come first.
    """
    graph = get_default_graph()
    before = graph.version
    yield
    beginnings = initializers(graph)
    made = [op for op in graph.get_operations()[before:] if op not in beginnings]
    written: set[str | None] = set()
    read_again: set[str | None] = set()
    for operation in made:
        read_again |= written & {variable_of(handle) for handle in handles_of(operation)}
        written |= written_variables(operation)
    if read_again:
        give_order([op for op in made if read_again & {variable_of(handle) for handle in handles_of(op)}])


def initializers(graph: Graph) -> set[Operation]:
    """The operations that give the graph's variables their initial values."""
    return {variable.initializer for key in _VARIABLES for variable in graph.get_collection(key)}


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
