"""Graphs of operations alone, without collections and savers: GraphDef into the default graph, and into a file.

Source
------
tf.import_graph_def and tf.train.write_graph, TensorFlow 1.15 and 2.15
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import estimator.ops  # noqa: F401  declares the ops
from estimator.core.files import local_path
from estimator.core.keywords import near_keywords_of_functions
from estimator.core.registry import did_you_mean
from estimator.formats import messages
from estimator.graph.graph import Graph, get_default_graph
from estimator.graph.importer import from_graph_def
from estimator.graph.tensor import Operation, Tensor
from estimator.graph.text import graph_text
from estimator.model_dir.storage import make_directory, write_atomically


def import_graph_def(
    graph_def: Any,
    input_map: Mapping[str, Any] | None = None,
    return_elements: Sequence[str] | None = None,
    name: str | None = None,
    op_dict: Any = None,
    producer_op_list: Any = None,
) -> list[Tensor | Operation] | None:
    """Add the operations of a GraphDef to the default graph; they wait for what a block around the call waits for.

    Parameters
    ----------
    graph_def : GraphDef
    input_map : mapping, optional
        Tensor name in it to the tensor that takes its place.
    return_elements : sequence of str, optional
        Names of tensors and operations to be returned.
    name : str, optional
        Put before all names, with a slash; by default ``import``, and nothing if it is empty. A name that the graph
        has already gets ``_1``, ``_2``...
    op_dict, producer_op_list : optional
        Accepted for old scripts.

    Returns
    -------
    list or None
        The `return_elements`.

    Raises
    ------
    UnimplementedError
        If it has ops that are not known here; all are listed.
    DataLossError
        If it contradicts itself.
    ValueError
        If one of those to be returned is not in it, or one of those in the `input_map`.
    TypeError
        If it is no GraphDef.
    """
    if not hasattr(graph_def, "SerializeToString"):
        raise TypeError(
            f"Argument `graph_def` must be a GraphDef proto, given: {graph_def!r} ({type(graph_def).__name__}). Of a "
            "file's bytes it is made by tf.GraphDef.FromString(data)."
        )
    graph = get_default_graph()
    message = messages.own("GraphDef", graph_def)
    prefix = "" if name == "" else prefix_for(graph, name or "import")
    operations = from_graph_def(message, graph, name=prefix, input_map=input_map)
    if return_elements is None:
        return None
    made = {node.name: operation for node, operation in zip(message.node, operations, strict=True)}
    return [_returned(element, made) for element in return_elements]


def _returned(element: str, made: Mapping[str, Operation]) -> Tensor | Operation:
    """What the name of an operation or a tensor in the GraphDef has become."""
    name, _, index = element.partition(":")
    if name not in made or (index and int(index) >= len(made[name].outputs)):
        raise ValueError(f"return_elements: the GraphDef has no {element!r}.{did_you_mean(name, made)}")
    return made[name].outputs[int(index)] if index else made[name]


def prefix_for(graph: Graph, name: str | None) -> str:
    """What is put before the names of an imported graph: a unique form of `name` below the current scope."""
    if not name:
        return graph.get_name_scope()
    with graph.name_scope(name.rstrip("/")) as scope:
        return scope.rstrip("/")


def write_graph(
    graph_or_graph_def: Any, logdir: str | os.PathLike[str], name: str, as_text: bool = True
) -> str:
    """Write a graph into a file and return its path.

    Parameters
    ----------
    graph_or_graph_def : Graph or GraphDef
    logdir : path
        The directory, which is made if it is not there.
    name : str
        The file's name, such as ``graph.pbtxt``.
    as_text : bool
        Write protobuf's text form.

    Raises
    ------
    OpError
        If it cannot be written.
    """
    given = graph_or_graph_def
    if as_text:
        text = (
            graph_text(given)
            if isinstance(given, Graph)
            else messages.to_text(messages.own("GraphDef", given))
        )
        data = text.encode()
    else:
        message = given.as_graph_def() if isinstance(given, Graph) else given
        data = messages.to_bytes(messages.own("GraphDef", message))
    directory = local_path(logdir)
    make_directory(directory)
    path = os.path.join(directory, name)
    write_atomically(path, data)
    return path


near_keywords_of_functions(__name__)
