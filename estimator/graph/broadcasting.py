"""Gradients of element-wise ops whose inputs were repeated to one shape.

An input of shape [4] that was added to one of shape [batch, 4] gets the sum of its copies'
gradients. The static shapes mostly say which axes that concerns, and mostly it is none; where they
leave it open, the graph finds out with BroadcastGradientArgs when it runs.

Source: tensorflow/python/ops/math_grad.py; the static reasoning is our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core.shapes import Dims
from estimator.graph import rules
from estimator.graph.tensor import Operation, Tensor

_SAME_SHAPE = (rules.like_first, rules.all_alike)


def fit_gradients(b: Any, op: Operation, *grads: Tensor | None) -> list[Tensor | None]:
    """The gradients of `op`'s inputs, each summed over the axes along which its input was repeated.

    Parameters
    ----------
    b : module
        The builder.
    op : Operation
        An element-wise op with one gradient for each of its inputs.
    *grads : Tensor or None
        The gradients in the shape of the output; None for inputs that have none.
    """
    fitted: list[Tensor | None] = []
    for index, grad in enumerate(grads):
        others = [other for place, other in enumerate(op.inputs) if place != index]
        fitted.append(None if grad is None else fit_gradient(b, grad, op.inputs[index], others))
    return fitted


def fit_gradient(b: Any, grad: Tensor, x: Tensor, others: Sequence[Tensor]) -> Tensor:
    """`grad` summed over the axes along which `x` was repeated to meet `others`."""
    if all(shape_source(x) is shape_source(other) for other in others):
        return grad
    axes = repeated_axes(x.dims, [other.dims for other in others])
    if axes is None:
        return _fit_when_run(b, grad, x, others)
    if not axes:
        return grad
    added = max(len(other.dims or ()) for other in others) - len(x.dims or ())
    if axes[-1] < added:
        total: Tensor = b.Sum(grad, axes)
        return total
    kept: Tensor = b.Sum(grad, axes, keep_dims=True)
    return b.Reshape(kept, b.Shape(x)) if added > 0 else kept


def _fit_when_run(b: Any, grad: Tensor, x: Tensor, others: Sequence[Tensor]) -> Tensor:
    size = b.Shape(x)
    opposite = others[0] if len(others) == 1 else grad
    axes, _ = b.BroadcastGradientArgs(size, b.Shape(opposite))
    return b.Reshape(b.Sum(grad, axes), size)


def repeated_axes(dims: Dims, others: Sequence[Dims]) -> list[int] | None:
    """The axes of the common shape along which a tensor of shape `dims` is repeated; None if that is not known.

    Example
    -------
    >>> repeated_axes((1, 4), [(None, 4)]), repeated_axes((4,), [(None, 4)]), repeated_axes((None, 4), [(1, 4)])
    ([0], [0], [])
    >>> repeated_axes((None, 4), [(None, 4)]) is None
    True
    """
    known = [other for other in others if other is not None]
    if dims is None or len(known) < len(others):
        return None
    rank = max(len(shape) for shape in [dims, *known])
    axes = []
    for axis in range(-rank, 0):
        own = dims[axis] if len(dims) >= -axis else 1
        opposite = {other[axis] if len(other) >= -axis else 1 for other in known}
        if own is None and opposite != {1}:
            return None
        if len(dims) < -axis or (own == 1 and opposite != {1}):
            axes.append(axis + rank)
    return axes


def shape_source(tensor: Tensor, levels: int = 4) -> Tensor:
    """A tensor further up that certainly has the same shape: two tensors with one source need no broadcasting.

    Operands of broadcasting ops are followed over at most so many `levels`, since their number doubles with each.
    """
    while tensor.op.inputs:
        rule = tensor.op.definition.shape
        if rule in _SAME_SHAPE:
            tensor = tensor.op.inputs[0]
        elif rule is rules.broadcasting and levels:
            sources = {
                shape_source(operand, levels - 1) for operand in tensor.op.inputs if operand.dims != ()
            }
            if len(sources) != 1:
                break
            tensor = sources.pop()
        else:
            break
    return tensor
