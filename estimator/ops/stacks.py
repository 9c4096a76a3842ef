"""Stacks of graphs that TensorFlow 1 has differentiated: what a loop has computed, for the loop of its gradient.

They live as long as a run. The handle's value is a Python list.

Source: TensorFlow 2.15, core/ops/data_flow_ops.cc; core/kernels/stack.cc
"""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import DType
from estimator.core.errors import InvalidArgumentError
from estimator.graph import rules
from estimator.graph.op import op

_TRAITS: dict[str, Any] = {"effect": "read", "framed": True, "differentiable": False}


@op(
    "StackV2",
    "max_size: int32 -> handle: resource",
    attrs={"elem_type": DType, "stack_name": ""},
    shape=rules.scalar,
    **_TRAITS,
)
def stack_v2(xp: Any, max_size: Any) -> Any:
    """A new, empty stack; how much it may hold is a wish that TensorFlow leaves unheard, too.

    Source  TF op StackV2, data_flow_ops.cc
    """
    return []


@op(
    "StackPushV2",
    "handle: resource, elem: T -> output: T",
    attrs={"swap_memory": False},
    shape=lambda s: s.shapes[1],
    **_TRAITS,
)
def stack_push_v2(xp: Any, handle: Any, elem: Any) -> Any:
    """Put a value on the stack; gives the value.

    Source  TF op StackPushV2, data_flow_ops.cc
    """
    handle.append(elem)
    return elem


@op("StackPopV2", "handle: resource -> elem: elem_type", shape=rules.unknown, **_TRAITS)
def stack_pop_v2(xp: Any, handle: Any) -> Any:
    """Take the value that was put on the stack last.

    Raises  InvalidArgumentError if there is none.
    Source  TF op StackPopV2, data_flow_ops.cc
    """
    if not handle:
        raise InvalidArgumentError("Stack is empty when calling Pop().")
    return handle.pop()


@op("StackCloseV2", "handle: resource", shape=rules.no_output, **_TRAITS)
def stack_close_v2(xp: Any, handle: Any) -> None:
    """Forget all values.

    Source  TF op StackCloseV2, data_flow_ops.cc
    """
    handle.clear()
