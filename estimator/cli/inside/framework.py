"""Of tensors, variables and shapes, what TensorFlow asks itself.

Source: tensorflow/python/framework/ops.py and tensor_shape.py, tensorflow/python/ops/resource_variable_ops.py
"""

from __future__ import annotations

import itertools
from typing import Any

from estimator.core.dtypes import DTypeLike, int32
from estimator.core.shapes import TensorShape
from estimator.core.unavailable import unavailable
from estimator.functions.arrays import shape
from estimator.graph.tensor import Tensor
from estimator.variables.variable import Variable

_uids = itertools.count()

# For isinstance, which is False of everything.
EagerTensor = unavailable("tensorflow.python.framework.ops.EagerTensor", "all tensors are of graphs")


def uid() -> int:
    """A number that it has not given before."""
    return next(_uids)


def is_resource_variable(var: Any) -> bool:
    """Whether it is a variable: all are of resources."""
    return isinstance(var, Variable)


def unknown_shape(rank: int | None = None) -> TensorShape:
    """A shape of which no size is known, and the rank only if it is given."""
    return TensorShape(None if rank is None else [None] * rank)


def shape_internal(
    input: Any, name: str | None = None, optimize: bool = True, out_type: DTypeLike = int32
) -> Tensor:
    """The shape of a tensor as a tensor, as ``tf.shape`` gives it.

    Parameters
    ----------
    optimize : bool
        Whether a shape that is known is a constant: here the plan of a run knows it in any case.
    """
    return shape(input, name=name, out_type=out_type)
