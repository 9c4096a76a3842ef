"""The global step: one int64 variable that counts how many updates a training has made."""

from __future__ import annotations

from typing import Any

from estimator.core.dtypes import int64
from estimator.core.keywords import near_keywords_of_functions
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
    existing = get_global_step(graph)
    if existing is not None:
        raise ValueError(f'"global_step" already exists: {existing.name}; use get_or_create_global_step().')
    with graph.as_default(), graph.name_scope(None):
        return get_variable(
            GraphKeys.GLOBAL_STEP,
            shape=[],
            dtype=int64,
            initializer=Zeros(),
            trainable=False,
            collections=[GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
        )


def get_global_step(graph: Graph | None = None) -> Any:
    """The global step of the graph, or None: what its collection GLOBAL_STEP lists, else what is called global_step.

    Returns
    -------
    Variable, Tensor or None
        A tensor only if that is what the collection holds, or bears the name.

    Raises
    ------
    TypeError
        If what the graph has is not an integer scalar, or the collection lists several.
    """
    graph = graph or get_default_graph()
    found = graph.get_collection(GraphKeys.GLOBAL_STEP)
    if len(found) > 1:
        raise TypeError(
            f"the graph has {len(found)} global steps: {[step.name for step in found]}; there can be one."
        )
    step = found[0] if found else _of_that_name(graph)
    if step is not None:
        assert_global_step(step)
    return step


def _of_that_name(graph: Graph) -> Any:
    """What scripts make with ``tf.Variable(0, name="global_step")``, which puts it into no collection of its own."""
    if GraphKeys.GLOBAL_STEP not in graph:
        return None
    outputs = graph.get_operation_by_name(GraphKeys.GLOBAL_STEP).outputs
    element = outputs[0] if outputs else None
    if element is None or element.op.type != "VarHandleOp":
        return element
    listed = [item for key in graph.get_all_collection_keys() for item in graph.get_collection(key)]
    known = (item for item in listed if isinstance(item, Variable) and item.handle is element)
    return next(known, None) or _unlisted(graph, element)


def _unlisted(graph: Graph, handle: Tensor) -> Variable:
    """The variable of a handle that stands in no collection."""
    initializer = graph.get_operation_by_name(f"{handle.op.name}/Assign")
    return Variable.of_handle(handle, initializer, None, trainable=False)


def get_or_create_global_step(graph: Graph | None = None) -> Any:
    """The global step of the graph, made if there is none.

    Raises
    ------
    TypeError
        If what the graph has is not an integer scalar.
    """
    graph = graph or get_default_graph()
    step = get_global_step(graph)
    return create_global_step(graph) if step is None else step


def assert_global_step(global_step_tensor: Any) -> None:
    """Check that it is an integer scalar.

    Raises
    ------
    TypeError
        If it is not.
    """
    if not isinstance(global_step_tensor, (Variable, Tensor)):
        raise TypeError(
            f'Existing "global_step" must be a Variable or Tensor, given: {global_step_tensor!r}.'
        )
    if not global_step_tensor.dtype.is_integer:
        raise TypeError(
            f'Existing "global_step" does not have integer type: {global_step_tensor.name} is '
            f"{global_step_tensor.dtype.name}. Make it with tf.train.get_or_create_global_step(), "
            "or give yours another name."
        )
    if global_step_tensor.dims not in (None, ()):
        raise TypeError(
            f'Existing "global_step" is not scalar: {global_step_tensor.name} '
            f"has the shape {show(global_step_tensor.dims)}. Make it with "
            "tf.train.get_or_create_global_step(), or give yours another name."
        )


def global_step(sess: Any, global_step_tensor: Any) -> int:
    """Its value in a session."""
    return int(sess.run(global_step_tensor))


near_keywords_of_functions(__name__)
