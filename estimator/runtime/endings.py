"""The end of an input in one of several processes: the others, which wait for its gradients, are told."""

from __future__ import annotations

import math

from estimator.core.errors import InvalidArgumentError, OutOfRangeError
from estimator.core.shapes import is_static
from estimator.distribution.collective import current
from estimator.distribution.exchange import summed_as, take_part_without
from estimator.graph.tensor import Operation
from estimator.runtime.program import Program


def tell_others(program: Program, error: OutOfRangeError) -> None:
    """Take part in the first exchange of a run with zeros, unless the run has got that far.

    Raises
    ------
    InvalidArgumentError
        If only the run tells how much would be exchanged.
    """
    first = next(place for place, op in enumerate(program.order) if op.exchanges)
    if error.op in program.order[first:]:  # the others have ended, or all do at the same place
        return
    size, dtype = _first_message(program.order[first])
    take_part_without(size, dtype)


def _first_message(op: Operation) -> tuple[int, str]:
    """How many numbers an exchange begins with, and of which type."""
    if op.type == "CollectiveRows":  # how many rows there are, of each table in each process
        return current().size * int(op.attrs["N"]), "float64"
    shapes = [tensor.dims for tensor in op.inputs]
    if op.type != "CollectiveSum" or not all(map(is_static, shapes)):
        why = (
            "has gradients of unknown shapes"
            if op.type == "CollectiveSum"
            else "exchanges gradients in a body"
        )
        raise InvalidArgumentError(
            f"the input has ended, but {op.describe()} {why}, so the other processes cannot be told: give all "
            "processes as many batches, with dataset.repeat() or steps.",
            op,
        )
    return sum(map(math.prod, shapes)), summed_as(op.inputs[0].dtype.np).name  # type: ignore[arg-type]
