"""Values that are, hold or stand for tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.graph.tensor import Owner, Tensor


def tensor_of(graph: Owner, value: Any, name: str) -> Any:
    """The tensor of `graph` that a value is, stands for or holds, packed under that name; else the value itself."""
    if not isinstance(value, Tensor) and hasattr(value, "as_tensor"):
        value = value.as_tensor()
    if isinstance(value, Tensor):
        return value if value.op.graph is graph else graph.capture(value)
    if isinstance(value, (list, tuple)) and any(_holds_tensor(item) for item in value):
        return _pack(graph, value, name)
    return value


def _holds_tensor(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_holds_tensor(item) for item in value)
    return isinstance(value, Tensor) or hasattr(value, "as_tensor")


def _pack(graph: Owner, values: Sequence[Any], name: str) -> Tensor:
    with graph.name_scope(name) as scope:
        items = [tensor_of(graph, item, str(place)) for place, item in enumerate(values)]
        dtype = next((item.dtype for item in items if isinstance(item, Tensor)), None)
        tensors = [graph.convert(item, dtype, str(place)) for place, item in enumerate(items)]
        result: Tensor = graph.apply("Pack", (tensors,), {"axis": 0, "name": scope})
    return result
