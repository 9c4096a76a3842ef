"""What of a run may wait for other runs, and is therefore done first, without holding them up.

A run that takes from an empty queue waits for one that gives to it. Both may be long, may draw random numbers and may
write variables, which is done under the session's lock. So a run is cut in two: what waits, and what that needs, runs
first and takes the lock for one operation at a time; the rest is a program like any other, to which the values that
the first part has found are given, and which is planned for their shapes.

What is a function of other tensors alone is not handed over, but computed where it is needed: a plan wants to know
constants.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from estimator.core.named_tuple import NamedTuple
from estimator.graph.handles import HANDLE_OPS, is_array
from estimator.graph.tensor import Operation, Tensor


class FirstPart(NamedTuple):
    """What is done first.

    Attributes
    ----------
    operations : list of Operation
    done : set of Operation
        Those of them that the rest must not do again.
    handed : tuple of Tensor
        What the rest takes of them.
    """

    operations: list[Operation]
    done: Set[Operation]
    handed: tuple[Tensor, ...]


def may_wait(op: Operation) -> bool:
    """Whether an operation, or one in its bodies, may wait for another run."""
    return op.definition.waits or (
        bool(op.definition.function_attrs)
        and any(may_wait(inner) for body in op.bodies for inner in body.get_operations())
    )


def changes_state(op: Operation) -> bool:
    """Whether an operation may write variables or advance random counters: it is done under the session's lock."""
    return op.effect in ("random", "outside", "write")


def first_part(
    operations: Sequence[Operation], given: frozenset[Tensor], fetched: Iterable[Tensor]
) -> FirstPart | None:
    """What of some operations, in order of creation, is to be done first; None if nothing of them waits.

    The whole of a program with TensorFlow 1's control flow is, if anything in it waits: what comes out of its
    branches may be dead.
    """
    waiting = [op for op in operations if may_wait(op)]
    if not waiting:
        return None
    if any(op.definition.framed for op in operations):
        first = list(operations)
        done = set(first)
    else:
        first = _needed(waiting, operations, given)
        done = {op for op in first if op.effect != "pure" and op.type not in HANDLE_OPS}
    others = [op for op in operations if op not in done]
    wanted = {*fetched, *(tensor for op in others for tensor in op.inputs)}
    handed = [tensor for op in first if op in done for tensor in op.outputs]
    return FirstPart(
        first,
        done,
        tuple(tensor for tensor in handed if tensor in wanted and tensor not in given and is_array(tensor)),
    )


def _needed(
    targets: Sequence[Operation], operations: Sequence[Operation], given: frozenset[Tensor]
) -> list[Operation]:
    """The targets and what they need, of these operations and in their order."""
    needed: set[Operation] = set()
    members, stack = set(operations), list(targets)
    while stack:
        op = stack.pop()
        if op not in needed and op in members:
            needed.add(op)
            stack += [tensor.op for tensor in op.inputs if tensor not in given]
            stack += op.control_inputs
    return [op for op in operations if op in needed]
