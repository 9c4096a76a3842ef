"""The gradient of what was one stack of matrices for several."""

from __future__ import annotations

from typing import Any

from estimator.graph.broadcasting import repeated_axes


def fit_stack(b: Any, grad: Any, x: Any, other: Any) -> Any:
    """`grad` summed over the stack axes along which `x` was repeated."""
    axes: Any = None
    if x.dims is not None and other.dims is not None:
        axes = repeated_axes(x.dims[:-2], [other.dims[:-2]])
        if axes == []:
            return grad
    size = b.Shape(x)
    if axes is None:
        axes, _ = b.BroadcastGradientArgs(size[:-2], b.Shape(other)[:-2])
    return b.Reshape(b.Sum(grad, axes), size)
