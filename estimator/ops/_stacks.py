"""What ops of stacks of matrices share: shape rules, the gradient of what was one stack for several, half precision."""

from __future__ import annotations

from typing import Any

import numpy as np

from estimator.core.errors import InvalidArgumentError
from estimator.core.shapes import Dims, show
from estimator.graph import rules
from estimator.graph.broadcasting import repeated_axes
from estimator.graph.op import ShapeScope


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


def stack_of_matrices(s: ShapeScope) -> Dims:
    """The shape of the first input, which has two dimensions or more."""
    dims = s.shapes[0]
    if dims is not None and len(dims) < 2:
        raise ValueError(f"the input must have at least 2 dimensions, given: {show(dims)}.")
    return dims


def stack_of_squares(s: ShapeScope) -> Dims:
    """The shape of the first input, whose matrices have as many rows as columns."""
    dims = stack_of_matrices(s)
    if dims is None:
        return None
    size = rules.same_size(dims[-2], dims[-1], "the rows and columns of the matrix")
    return (*dims[:-2], size, size)


def in_single_precision(function: Any, *arrays: Any) -> Any:
    """The function of arrays; LAPACK has none of half precision, and says in its own way where there is no solution.

    Raises
    ------
    InvalidArgumentError
        If it finds none.
    """
    dtype = arrays[0].dtype
    if dtype == np.float16:
        arrays = tuple(array.astype(np.float32) for array in arrays)
    try:
        result = function(*arrays)
    except np.linalg.LinAlgError as error:
        raise InvalidArgumentError(REASONS.get(str(error), f"{error}.")) from None
    if dtype != np.float16:
        return result
    return tuple(part.astype(dtype) for part in result) if isinstance(result, tuple) else result.astype(dtype)


REASONS = {
    "Singular matrix": "Input matrix is not invertible.",
    "Matrix is not positive definite": (
        "Cholesky decomposition was not successful. The input might not be valid: it must be symmetric and "
        "positive definite."
    ),
}
