"""Which results of a body are needed, where not all outputs of the operation that calls it are.

A loop may carry what only itself needs, above all the history that a gradient would read: in a run without that
gradient it is left out.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Set
from typing import TypeAlias

from estimator.graph.tensor import Operation, Tensor

Wanted: TypeAlias = tuple[bool, ...]  # one for each result of a body

LOOPS = frozenset(("While", "StatelessWhile"))


def wanted_results(op: Operation, used: Set[Tensor]) -> dict[str, Wanted]:
    """For each attribute of an operation that names a body, which of its results are needed.

    Parameters
    ----------
    op : Operation
    used : set of Tensor
        What somebody needs; the outputs of the operation among them.
    """
    outputs = tuple([tensor in used for tensor in op.outputs])
    if op.type in LOOPS:
        return {"cond": (True,), "body": _carried(op, outputs)}
    return dict.fromkeys(op.definition.function_attrs, outputs)


def _carried(op: Operation, outputs: Wanted) -> Wanted:
    """The loop variables that change, and that a wanted one, the condition or a write needs in some round."""
    test, step = op.body("cond"), op.body("body")
    asked = _needed([*(tensor.op for tensor in test.results), *test.always_run])
    carried = [wanted or tensor.op in asked for wanted, tensor in zip(outputs, test.inputs, strict=True)]
    grown = True
    while grown:
        results = [tensor.op for tensor, is_carried in zip(step.results, carried, strict=True) if is_carried]
        needed = _needed([*results, *step.always_run])
        now = [was or tensor.op in needed for was, tensor in zip(carried, step.inputs, strict=True)]
        grown, carried = now != carried, now
    unchanged = map(operator.is_, step.results, step.inputs)  # it stays what the loop was given
    return tuple([is_carried and not stays for is_carried, stays in zip(carried, unchanged, strict=True)])


def _needed(operations: Iterable[Operation]) -> set[Operation]:
    """These operations of a graph, and those that they depend on."""
    found: set[Operation] = set()
    stack = [*operations]
    while stack:
        op = stack.pop()
        if op not in found:
            found.add(op)
            stack += [*(tensor.op for tensor in op.inputs), *op.control_inputs]
    return found
