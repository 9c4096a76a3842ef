"""A graph as TensorFlow's GraphDef message: what :mod:`estimator.graph.written` says of it.

The way back is :mod:`estimator.graph.importer`.

Source
------
tensorflow/core/framework/{graph,node_def,attr_value,function}.proto of TensorFlow 2.15
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from estimator.formats import messages
from estimator.graph.attr_values import set_attr
from estimator.graph.tensor import Owner
from estimator.graph.written import PRODUCER, WrittenNode, library_functions, written_nodes

Message: TypeAlias = Any  # a class made at run time


def to_graph_def(graph: Owner, add_shapes: bool = False) -> Message:
    """The graph as a GraphDef: every attribute explicit, only ops that TensorFlow has.

    Parameters
    ----------
    graph : Graph
    add_shapes : bool
        Write the static shapes of the outputs as the attribute ``_output_shapes``.
    """
    return graph_def_of(written_nodes(graph, add_shapes=add_shapes), library_functions(graph))


def graph_def_of(nodes: Iterable[WrittenNode], functions: Sequence[Message] = ()) -> Message:
    """The GraphDef of these nodes and functions."""
    result = messages.GraphDef()
    for node in nodes:
        _fill(result.node.add(), node)
    if functions:
        result.library.function.extend(functions)
    result.versions.producer = PRODUCER
    return result


def _fill(proto: Message, node: WrittenNode) -> None:
    proto.name, proto.op, proto.device = node.name, node.op, node.device
    proto.input.extend(node.inputs)
    for key, attr in node.attrs.items():
        set_attr(proto.attr[key], attr)
