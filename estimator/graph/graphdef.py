"""A graph as TensorFlow's GraphDef message: what :mod:`estimator.graph.written` says of it.

Its functions stand in the library of the message, each a FunctionDef: a signature, nodes, and which of their outputs
are the results. The way back is :mod:`estimator.graph.importer`.

Source
------
tensorflow/core/framework/{graph,node_def,attr_value,function}.proto of TensorFlow 2.15
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeAlias

from estimator.core.dtypes import DType
from estimator.core.interface import GRAPH_DEF_VERSION
from estimator.core.shapes import Dims
from estimator.formats import messages
from estimator.formats.tensors import dims_to_proto
from estimator.graph.attr_values import set_attr
from estimator.graph.handles import handle_op, is_handle
from estimator.graph.tensor import Operation, Owner, Tensor
from estimator.graph.written import (
    LARGEST_CONSTANT,
    Attr,
    WrittenNames,
    WrittenNode,
    written_node,
    written_nodes,
)

Message: TypeAlias = Any  # a class made at run time


class Function(Owner, Protocol):
    """A graph that is called; see :class:`estimator.graph.function.FunctionGraph`."""

    name: str
    results: list[Tensor]
    variables: dict[Tensor, tuple[DType, Dims]]

    @property
    def inputs(self) -> list[Tensor]:
        """What a call gives."""

    @property
    def always_run(self) -> list[Operation]:
        """What runs at every call, whether its results are asked for or not."""


def to_graph_def(graph: Owner, add_shapes: bool = False) -> Message:
    """The graph as a GraphDef: every attribute explicit, only ops that TensorFlow has.

    Parameters
    ----------
    graph : Graph
    add_shapes : bool
        Write the static shapes of the outputs as the attribute ``_output_shapes``.
    """
    nodes = written_nodes(graph, add_shapes=add_shapes)
    return fill_graph_def(messages.GraphDef(), nodes, library_functions(graph))


def fill_graph_def(result: Message, nodes: Iterable[WrittenNode], functions: Sequence[Message]) -> Message:
    """Put the nodes and functions into a GraphDef, which may be a field of another message: a copy would cost."""
    for node in nodes:
        _fill(result.node.add(), node)
    if functions:
        result.library.function.extend(functions)
    result.versions.producer = GRAPH_DEF_VERSION
    return result


def node_def_of(op: Operation) -> Message:
    """The NodeDef of one operation."""
    result = messages.NodeDef()
    _fill(result, written_node(op, WrittenNames(op.graph)))
    return result


def _fill(proto: Message, node: WrittenNode) -> None:
    proto.name, proto.op = node.name, node.op
    if node.device:
        proto.device = node.device
    proto.input.extend(node.input)
    for key, attr in node.attrs.items():
        set_attr(proto.attr[key], attr)


# -- functions ---------------------------------------------------------------------------------------------------------


def library_functions(graph: Owner, largest_constant: int = LARGEST_CONSTANT) -> list[Message]:
    """The FunctionDef messages of the graph's library: bodies that graphs are made of, and others as they were read."""
    return [
        function if hasattr(function, "SerializeToString") else function_def_of(function, largest_constant)
        for function in graph.library.values()
    ]


def function_def_of(function: Function, largest_constant: int = LARGEST_CONSTANT) -> Message:
    """The FunctionDef of a function."""
    given = {tensor.op for tensor in function.inputs}
    taken = {op.name for op in function.get_operations() if op not in given}
    arguments = {tensor: _free_name(tensor.op.name, taken) for tensor in function.inputs}
    outputs = [_free_name(tensor.op.name, taken) for tensor in function.results]
    names = WrittenNames(function, arguments, largest_constant)
    result = messages.FunctionDef()
    result.signature.name = function.name
    result.signature.is_stateful = any(op.effect != "pure" for op in function.get_operations())
    for position, (tensor, name) in enumerate(arguments.items()):
        argument = result.signature.input_arg.add(name=name, type=tensor.dtype.as_datatype_enum)
        for dtype, dims in _variables_of(function, tensor):  # without it TensorFlow finds no gradients
            argument.handle_data.add(dtype=dtype.as_datatype_enum, shape=dims_to_proto(dims))
        shapes = Attr("list(shape)", [tensor.dims])
        set_attr(result.arg_attr[position].attr["_output_shapes"], shapes)
    for tensor, name in zip(function.results, outputs, strict=True):
        result.signature.output_arg.add(name=name, type=tensor.dtype.as_datatype_enum)
        result.ret[name] = names.input_name(tensor)
    for op in function.always_run:
        result.signature.control_output.append(op.name)
        result.control_ret[op.name] = op.name
    for node in written_nodes(function, names):
        _fill(result.node_def.add(), node)
    return result


def _variables_of(function: Function, tensor: Tensor) -> list[tuple[DType, Dims]]:
    """The type and shape of the variable behind an argument that is a handle, if they are known."""
    if tensor in function.variables:
        return [function.variables[tensor]]
    variable = handle_op(tensor) if is_handle(tensor) else None
    return [] if variable is None else [(variable.attrs["dtype"], variable.attrs["shape"])]


def _free_name(name: str, taken: set[str]) -> str:
    """`name` as TensorFlow allows it for arguments, in its first form that is not taken; it is from now on."""
    stem = re.sub("[^a-z0-9_]", "_", name.lower())
    stem = stem if stem[:1].isalpha() else f"arg_{stem}"
    free, count = stem, 0
    while free in taken:
        count += 1
        free = f"{stem}_{count}"
    taken.add(free)
    return free
