"""Variables: handles, reads and writes.

The value of a resource tensor at run time is a storage (runtime.store.Storage) with ``value`` (the
live array) and ``initialized``. A kernel with ``updates`` returns the new values of those inputs,
and the executor copies them *into* the storages, so that storage never moves and every executor can
continue on the same store.
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DType, int32
from estimator.core.errors import OutOfRangeError
from estimator.core.shapes import Dims, TensorShape, merge
from estimator.graph import rules
from estimator.graph.op import ShapeScope, op


@op(
    "VarHandleOp",
    "-> resource: resource",
    attrs={"container": "", "shared_name": "", "dtype": DType, "shape": TensorShape},
    shape=rules.scalar,
    effect="read",
    differentiable=False,
)
def var_handle_op(xp: Any, *, run: Any) -> Any:
    """The handle of the variable named `shared_name`, or after the operation where that is empty.

    Source  TF op VarHandleOp, resource_variable_ops.cc
    """
    return run.storage()


def handle_dims(s: ShapeScope) -> Dims:
    """The shape of the variable behind the first input, which the graph knows from its handle."""
    return s.variable_dims(0)


@op(
    "ReadVariableOp",
    "resource: resource -> value: dtype",
    shape=handle_dims,
    effect="read",
    slices=True,
)
def read_variable_op(xp: Any, resource: Any) -> Any:
    """The value of a variable, as it is when this operation runs.

    Source  TF op ReadVariableOp, resource_variable_ops.cc
    """
    return xp.array(resource.value)


@read_variable_op.gradient
def read_variable_op_gradient(b: Any, op: Any, dy: Any) -> Any:
    return dy  # gradients of a variable meet at its handle


@op(
    "VarIsInitializedOp",
    "resource: resource -> is_initialized: bool",
    shape=rules.scalar,
    effect="read",
    differentiable=False,
)
def var_is_initialized_op(xp: Any, resource: Any) -> Any:
    """Whether the variable has a value.

    Source  TF op VarIsInitializedOp, resource_variable_ops.cc
    """
    return xp.array(resource.initialized)


def _rank(s: ShapeScope) -> Dims:
    dims = s.variable_dims(0)
    return (None if dims is None else len(dims),)


@op(
    "VariableShape",
    "input: resource -> output: out_type",
    attrs={"out_type": int32},
    shape=_rank,
    effect="read",
    differentiable=False,
)
def variable_shape(xp: Any, input: Any, out_type: DType) -> Any:
    """The shape of a variable, as it is when this operation runs.

    Source  TF op VariableShape, resource_variable_ops.cc
    """
    return xp.array(input.value.shape, out_type.np)


def _fits(s: ShapeScope) -> list[Dims]:
    merge(handle_dims(s), s.shapes[1])
    return []


@op(
    "AssignVariableOp",
    "resource: resource, value: dtype",
    attrs={"validate_shape": False},
    shape=_fits,
    effect="write",
    updates=("resource",),
    recorded=True,
)
def assign_variable_op(xp: Any, resource: Any, value: Any) -> Any:
    """Replace the value of a variable.

    Source  TF op AssignVariableOp, resource_variable_ops.cc
    """
    return value


@op(
    "AssignAddVariableOp",
    "resource: resource, value: dtype",
    shape=_fits,
    effect="write",
    updates=("resource",),
    recorded=True,
)
def assign_add_variable_op(xp: Any, resource: Any, value: Any) -> Any:
    """Add to a variable.

    Source  TF op AssignAddVariableOp, resource_variable_ops.cc
    """
    return xp.add(resource.value, value)


@op(
    "AssignSubVariableOp",
    "resource: resource, value: dtype",
    shape=_fits,
    effect="write",
    updates=("resource",),
    recorded=True,
)
def assign_sub_variable_op(xp: Any, resource: Any, value: Any) -> Any:
    """Subtract from a variable.

    Source  TF op AssignSubVariableOp, resource_variable_ops.cc
    """
    return xp.subtract(resource.value, value)


@op(
    "ResourceCountUpTo",
    "resource: resource -> output: T",
    attrs={"limit": int},
    shape=rules.scalar,
    effect="write",
    writes_rows=("resource",),
    differentiable=False,
)
def resource_count_up_to(xp: Any, resource: Any, limit: int) -> Any:
    """The value of a variable, which is one more afterwards; beyond the limit it does not go.

    Raises  OutOfRangeError if it is at the limit.
    Source  TF op ResourceCountUpTo, state_ops.cc
    """
    if resource >= limit:
        raise OutOfRangeError(f"Reached limit of {limit}.")
    before = xp.array(resource)
    resource += 1
    return before


@op(
    "DisableCopyOnRead",
    "resource: resource",
    shape=rules.no_output,
    effect="read",
    differentiable=False,
)
def disable_copy_on_read(xp: Any, resource: Any) -> None:
    """Nothing: a note for TensorFlow's memory, which its savers leave.

    Source  TF op DisableCopyOnRead, resource_variable_ops.cc
    """
    return None
