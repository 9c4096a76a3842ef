"""From a program with known shapes to one flat Python function over preallocated buffers.

Each operation becomes a few lines such as ``add(b1, v2, out=b1)``. Results go to buffers that are used again as soon
as nothing may look at them (:mod:`estimator.runtime.buffers`); variables are read where they lie. Runs of optimizer
updates over neighbours in an arena become one update over flat memory (:mod:`estimator.runtime.flat_updates`), and what
several operations do alike, as those of columns, may be one call (:mod:`estimator.runtime.siblings`). What an
emitter may write is the :class:`~estimator.runtime.writer.Writer`; which lines an operation becomes stands in
:mod:`estimator.runtime.dispatch`.

The work grows with the number of operations: each step below looks at an operation, its inputs and its outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from estimator.core.shapes import Dims
from estimator.graph.handles import is_array
from estimator.graph.tensor import Operation, Tensor
from estimator.runtime.code import Factory
from estimator.runtime.dispatch import write_operation
from estimator.runtime.facts import Facts
from estimator.runtime.flat_updates import Gradients, write_run
from estimator.runtime.hurry import unless_hurried
from estimator.runtime.program import Program, may_have_siblings
from estimator.runtime.store import VariableStore
from estimator.runtime.updates import find_update_runs
from estimator.runtime.writer import Writer


def make_plan(
    program: Program, shapes: Sequence[Dims], store: VariableStore, traced: bool = False
) -> Factory:
    """The plan of a program, where what it is given has these shapes; a traced one also gives its times.

    Raises
    ------
    FailedPreconditionError
        If a variable has no value yet: this very run may initialise it.
    NoTimeToPlan
        If it is given up.
    """
    p = Writer(program, Facts(program, shapes, unless_hurried), store)
    together = _written_together(p, program)
    for position, op in enumerate(unless_hurried(program.order)):
        p.buffers.position = p.code.owner = position
        write = together.get(op, partial(write_operation, p, op))
        if write is not None:
            write()
        p.buffers.release()
    factory = p.code.finish([_result(p, tensor, program.lends) for tensor in program.fetches], traced)
    factory.result_dims = [
        p.operands[tensor].dims if is_array(tensor) else p.facts.elements_of(tensor)
        for tensor in program.fetches
    ]
    return factory


def _written_together(p: Writer, program: Program) -> dict[Operation, Callable[[], None] | None]:
    """The operations that become one with others; the last of these to what writes all of them, the rest to None."""
    if any(op.definition.exchanges for op in program.order):
        from estimator.runtime import side_by_side  # one process alone exchanges nothing

        side_by_side.find_exchanged(p, program.order)
    runs = [Gradients(p, run) for run in find_update_runs(program.order, p.store, p.lifetimes)]
    for gradients in runs:  # all before the first line: what gives a gradient stands far before the run
        gradients.place(p)
    groups = [
        ([part.update for part in gradients.run.parts], partial(write_run, p, gradients))
        for gradients in runs
    ]
    if may_have_siblings(program.order):
        from estimator.runtime import joint_calls  # a model of one column has none

        for siblings in joint_calls.find_siblings(program.order, p.lifetimes):
            groups.append((siblings, partial(joint_calls.write_siblings, p, siblings)))
    found: dict[Operation, Callable[[], None] | None] = {}
    for members, write in groups:
        found |= dict.fromkeys(members[:-1]) | {members[-1]: write}
    return found


def _result(p: Writer, tensor: Tensor, is_lent: bool) -> str:
    operand = p.operands[tensor]
    # A copy: the next step writes over buffers and variables, and who has fetched the value keeps it. What is lent may
    # stay in a buffer of the plan's own, or be a constant; anything else may lie in what the step was given.
    if not is_array(tensor) or (is_lent and (operand.buffer is not None or operand.value is not None)):
        return operand.name
    return f"{operand.name}.copy()"
