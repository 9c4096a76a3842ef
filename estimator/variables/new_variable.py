"""What a new variable needs: arguments that make sense, a graph, an initial value, a shape, a handle."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from estimator.core.dtypes import DType, as_dtype
from estimator.core.shapes import Dims, as_dims, compatible, is_static, show
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.tensor import Tensor


def owner_of(name: str) -> Graph:
    """The graph that a variable made now belongs to: a body of control flow has its variables outside."""
    graph: Graph = get_default_graph().outermost
    if graph.is_function:
        where = getattr(graph, "name", "a function")
        raise ValueError(
            f"variable {name!r} cannot be made inside {where}: make it in model_fn, outside of that function."
        )
    return graph


def initial_tensor(graph: Graph, full_name: str, initial_value: Any, dtype: Any, scope: str) -> Tensor:
    wanted = None if dtype is None else as_dtype(dtype)
    with graph.name_scope(f"{full_name}/{scope}" if scope else f"{full_name}/"):
        value = initial_value() if callable(initial_value) else initial_value
        return graph.convert(value, wanted, name="initial_value")


def check_arguments(name: Any, collections: Any, constraint: Any) -> None:
    if name is not None and not isinstance(name, str):
        raise TypeError(f"the name of a variable is a text, given: {name!r}.")
    if collections is not None and (
        isinstance(collections, (str, bytes)) or not isinstance(collections, Collection)
    ):
        raise ValueError(
            f"collections of variable {name} must be a list, tuple or set of names, given: {collections!r}."
        )
    if constraint is not None and not callable(constraint):
        raise ValueError(f"constraint of variable {name} must be None or a function, given: {constraint!r}.")


def dims_of(name: str, value: Tensor, shape: Any, validate: bool) -> Dims:
    """The shape of a new variable: as stated, else that of its initial value, or nothing for one that may change."""
    if shape is not None:
        dims = as_dims(shape)
        _check_dims(name, dims, value)
        return dims
    if not validate:
        return None
    if value.dims is None or not is_static(value.dims):
        raise ValueError(
            f"variable {name!r} must have a fully known shape, but its initial value {value} has "
            f"{show(value.dims)}. Give validate_shape=False, or what is known of it as shape=."
        )
    return value.dims


def _check_dims(name: str, dims: Dims, value: Tensor) -> None:
    if not compatible(dims, value.dims):
        raise ValueError(
            f"variable {name!r} has shape {show(dims)}, but its initial value {value} has {show(value.dims)}."
        )


def add_handle(graph: Graph, full_name: str, dtype: DType, dims: Dims) -> Tensor:
    attrs = {"dtype": dtype, "shape": dims, "shared_name": full_name, "name": f"{full_name}/"}
    handle: Tensor = graph.apply("VarHandleOp", (), attrs)
    return handle
