"""The operations of a graph with what each holds and costs, and which of them a profile counts.

Source
------
what tf.profiler.profile counts, TF 2.15, observed
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from estimator.core import log
from estimator.core.frozen import frozen
from estimator.graph.graph import Graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Operation
from estimator.profiling.flops import float_ops, has_count

TRAINABLE = "_trainable_variables"  # a type beside their own
_VARIABLES = ("VarHandleOp", "VariableV2", "Variable")


@frozen
class Counted:
    """An operation: how many values it holds, and how many floating point operations a run of it takes."""

    name: str
    type: str
    device: str
    sizes: tuple[int, ...]  # of a variable or placeholder
    parameters: int
    float_ops: int
    is_counted: bool


def counted(graph: Graph, types: Iterable[str]) -> list[Counted]:
    """All operations of a graph, in its order.

    Parameters
    ----------
    graph : Graph
    types : iterable of str
        Regular expressions: operations count whose type, or ``_trainable_variables`` for those variables, is one.
    """
    trainable = {variable.op.name for variable in graph.get_collection(GraphKeys.TRAINABLE_VARIABLES)}
    found, of_unknown_size = [], 0
    for op in graph.get_operations():
        number = float_ops(op)
        of_unknown_size += number is None and has_count(op.type)
        named = [op.type, TRAINABLE] if op.name in trainable else [op.type]
        is_counted = any(matches(name, types) for name in named)
        found.append(Counted(op.name, op.type, op.device, *_parameters(op), number or 0, is_counted))
    if of_unknown_size:
        log.info(
            "%d operations have sizes that only a run tells: their float_ops are not counted.",
            of_unknown_size,
        )
    return found


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether the whole name is what one of some regular expressions describes."""
    return any(re.fullmatch(pattern, name) for pattern in patterns)


def _parameters(op: Operation) -> tuple[tuple[int, ...], int]:
    """The sizes of a variable, or of a placeholder where they are known, and how many values that are."""
    is_variable = op.type in _VARIABLES
    dims = op.attrs["shape"] if is_variable else op.outputs[0].dims if op.type == "Placeholder" else None
    sizes = tuple(size for size in dims or () if size is not None)
    return (sizes, math.prod(sizes)) if dims is not None and len(sizes) == len(dims) else ((), 0)
