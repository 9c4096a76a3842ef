"""The global step: one int64 variable that counts how many updates a training has made."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import int64
from estimator.core.shapes import show
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.keys import GraphKeys
from estimator.graph.tensor import Tensor
from estimator.variables.get_variable import get_variable
from estimator.variables.initializers import Zeros
from estimator.variables.variable import Variable


def create_global_step(graph: Graph | None = None) -> Variable:
    """Make the global step, starting at 0.

    Raises
    ------
    ValueError
        If the graph has one.
    """
    graph = graph or get_default_graph()
    if get_global_step(graph) is not None:
        raise ValueError('"global_step" already exists; use get_or_create_global_step().')
    with graph.as_default(), graph.name_scope(None):
        return get_variable(
            GraphKeys.GLOBAL_STEP,
            shape=[],
            dtype=int64,
            initializer=Zeros(),
            trainable=False,
            collections=[GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
        )


def get_global_step(graph: Graph | None = None) -> Variable | None:
    """The global step of the graph, or None.

    Raises
    ------
    TypeError
        If what the graph has is not an integer scalar.
    """
    graph = graph or get_default_graph()
    found = graph.get_collection(GraphKeys.GLOBAL_STEP)
    if len(found) > 1:
        raise TypeError(
            f"the graph has {len(found)} global steps: {[each.name for each in found]}; there can be one."
        )
    if not found:
        return None
    assert_global_step(found[0])
    step: Variable = found[0]
    return step


def get_or_create_global_step(graph: Graph | None = None) -> Variable:
    """The global step of the graph, made if there is none."""
    graph = graph or get_default_graph()
    return get_global_step(graph) or create_global_step(graph)


def assert_global_step(global_step_tensor: Any) -> None:
    """Check that it is an integer scalar.

    Raises
    ------
    TypeError
        If it is not.
    """
    if not isinstance(global_step_tensor, (Variable, Tensor)):
        raise TypeError(f'"global_step" must be a variable or a tensor, given: {global_step_tensor!r}.')
    if not global_step_tensor.dtype.is_integer:
        raise TypeError(
            f'"global_step" must be an integer, but {global_step_tensor.name} is '
            f"{global_step_tensor.dtype.name}."
        )
    if global_step_tensor.dims not in (None, ()):
        raise TypeError(
            f'"global_step" must be a scalar, but {global_step_tensor.name} '
            f"has the shape {show(global_step_tensor.dims)}."
        )


def global_step(sess: Any, global_step_tensor: Any) -> int:
    """Its value in a session."""
    return int(sess.run(global_step_tensor))
