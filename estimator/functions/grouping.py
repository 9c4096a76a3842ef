"""Order in the graph: operations that stand for several, and values that wait for others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from estimator.core import nest
from estimator.core.keywords import near_keywords_of_functions
from estimator.graph import build as b
from estimator.graph.graph import get_default_graph
from estimator.graph.slices import IndexedSlices
from estimator.graph.sparse import SparseTensor
from estimator.graph.tensor import Operation, Tensor


def no_op(name: str | None = None) -> Operation:
    """An operation that does nothing."""
    result: Operation = b.NoOp(name=name)
    return result


def group(*inputs: Any, name: str = "group_deps") -> Operation:
    """An operation that runs when all of `inputs` have run; None among them is left out."""
    graph = get_default_graph()
    elements = [element for element in nest.flatten(list(inputs)) if element is not None]
    with graph.control_dependencies(elements):
        return no_op(name)


def with_dependencies(
    dependencies: Sequence[Any], output_tensor: Any, name: str = "control_dependency"
) -> Tensor:
    """The tensor, which is there only when the dependencies have run."""
    tensor = get_default_graph().convert(output_tensor)
    with tensor.graph.at_work().control_dependencies(dependencies):
        result: Tensor = b.Identity(tensor, name=name)
    return result


def tuple(
    tensors: Sequence[Any], name: str | None = None, control_inputs: Sequence[Any] | None = None
) -> list[Any]:
    """The same tensors, each available only when all of them (and `control_inputs`) are.

    IndexedSlices stay such, and a SparseTensor one; so does None.

    Raises
    ------
    ValueError
        If there is no tensor among them.
    """
    graph = get_default_graph()
    waits = [tensor for tensor in tensors if tensor is not None]
    if not waits:
        raise ValueError(f"tensors must have at least one Tensor, given: {tensors!r}.")
    with graph.name_scope(name or "tuple"):
        with graph.control_dependencies([group(*waits, *(control_inputs or ()))]):
            return [None if tensor is None else _held(tensor) for tensor in tensors]


def _held(value: Any) -> Any:
    """The value under the current control dependencies."""
    if isinstance(value, IndexedSlices):
        return value.with_values(_held(value.values))
    if isinstance(value, SparseTensor):
        with get_default_graph().name_scope("control_dependency"):
            return value.mapped(b.Identity)
    return b.Identity(value, name="control_dependency")


near_keywords_of_functions(__name__)
