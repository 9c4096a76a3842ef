"""What the body of a loop computes alike in every round, so that it can be computed before the first one.

Only what is pure, waits for nothing and rests on the value of a loop variable that no round changes. What rests on
shapes alone is no work: plans know it. Nor are small integers taken out of the body: they may be shapes, of which a
plan knows more where they are put together.
"""

from __future__ import annotations

from enum import Enum

from estimator.graph.function import FunctionGraph
from estimator.graph.handles import is_array, is_handle
from estimator.graph.static import ONLY_SHAPES
from estimator.graph.tensor import Operation, Tensor


class _Kind(Enum):
    KNOWN = "a constant, or known from shapes"
    FIXED = "the same in every round"
    CHANGING = "different, or of an effect"


def invariants(step: FunctionGraph) -> list[Tensor]:
    """The tensors of a loop's body, its inputs not among them, that are the same in all rounds, and that others use."""
    if any(op.definition.framed for op in step.get_operations()):
        return []  # its operations do not stand in the order in which they run
    kinds = {
        argument: _Kind.FIXED if argument is result and not is_handle(argument) else _Kind.CHANGING
        for argument, result in zip(step.inputs, step.results, strict=True)
    }
    used: dict[Tensor, None] = {}  # in order
    for op in step.get_operations():
        if op.type == "Placeholder":
            continue
        kind = _kind(op, kinds)
        kinds.update(dict.fromkeys(op.outputs, kind))
        if kind is _Kind.CHANGING:
            used.update(dict.fromkeys(op.inputs))
    used.update(dict.fromkeys(step.results))
    fixed = dict.fromkeys(_viewed(tensor) for tensor in used if kinds[tensor] is _Kind.FIXED)
    return [tensor for tensor in fixed if tensor.op.type != "Placeholder" and not _may_be_shape(tensor)]


def _kind(op: Operation, kinds: dict[Tensor, _Kind]) -> _Kind:
    given = {kinds[tensor] for tensor in op.inputs}
    if op.effect != "pure" or op.control_inputs or _Kind.CHANGING in given:
        return _Kind.CHANGING
    is_of_shapes = op.type in ONLY_SHAPES and all(map(is_array, op.inputs))
    return _Kind.KNOWN if is_of_shapes or _Kind.FIXED not in given else _Kind.FIXED


def _viewed(tensor: Tensor) -> Tensor:
    """What a tensor is a view of, which costs nothing to make again."""
    while tensor.op.definition.view:
        tensor = tensor.op.inputs[0]
    return tensor


def _may_be_shape(tensor: Tensor) -> bool:
    return tensor.dtype.is_integer and (tensor.dims is None or len(tensor.dims) <= 1)
