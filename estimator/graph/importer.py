"""TensorFlow's GraphDef message, ours or TensorFlow's, into a graph.

:func:`from_graph_def` adds the nodes in any order, under their own names or below a prefix; variables that
are references become resources (:mod:`estimator.graph.references`).

Attributes that an op's declaration does not mention are skipped: those with a leading ``_`` are
notes (``_class``, ``_output_shapes``), the others have come with later TensorFlow versions, which
write them with their defaults.

Source
------
tensorflow/core/framework/{graph,node_def,attr_value,function}.proto of TensorFlow 2.15
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from estimator.core.errors import DataLossError, UnimplementedError
from estimator.graph.attr_values import get_attr
from estimator.graph.op import OPS, OpDef
from estimator.graph.references import split_input, without_references
from estimator.graph.tensor import Operation, Owner, Tensor

Message: TypeAlias = Any  # a class made at run time


def from_graph_def(
    graph_def: Message, graph: Owner, name: str = "", input_map: Mapping[str, Any] | None = None
) -> list[Operation]:
    """Add the nodes of a GraphDef to a graph.

    Parameters
    ----------
    graph_def : GraphDef
        Its nodes may stand in any order.
    graph : Graph
    name : str
        Put before all names, with a slash; empty for none.
    input_map : mapping, optional
        Tensor name in the GraphDef (``"x:0"``; ``"x"`` means the same) to the tensor of the graph
        that takes its place.

    Returns
    -------
    list of Operation
        In the order of the nodes.

    Raises
    ------
    UnimplementedError
        If it holds ops that are not known here; all their types are listed. Nothing has been added then.
    DataLossError
        If it contradicts itself: an input that is no node, a circle, an attribute that is missing.
    ValueError
        If a name is taken, or a shape does not fit.
    """
    nodes = without_references(graph_def.node, name)
    by_name = {node.name: node for node in nodes}
    _check_ops(nodes)
    _check_names(nodes, graph, name)
    reader = _Reader(graph, name, input_map or {})
    with graph.name_scope(None), graph.control_dependencies(None):
        for node in _in_order(by_name, reader.waits_for):
            reader.add(node)
    for function in graph_def.library.function:
        graph.library[function.signature.name] = function
    return [reader.made[node.name] for node in graph_def.node]


def _check_ops(nodes: Sequence[Message]) -> None:
    """Refuse ops that are not known here: here is the place for opaque nodes."""
    types = {node.op: node.name for node in reversed(nodes)}
    unknown = sorted(op for op in types if op not in OPS or OPS.get(op).local)
    if unknown:
        listed = "\n".join(f"  {op:<24} for example {types[op]!r}" for op in unknown)
        raise UnimplementedError(f"this graph has {len(unknown)} ops that are not known here:\n{listed}")


def _check_names(nodes: Sequence[Message], graph: Owner, prefix: str) -> None:
    taken = {op.name for op in graph.get_operations()}
    seen: set[str] = set()
    for node in nodes:
        full = _full_name(prefix, node.name)
        if full in taken:
            raise ValueError(f"the graph has an operation {full!r} already; import below another name=.")
        if node.name in seen:
            raise DataLossError(f"the GraphDef has two nodes of the name {node.name!r}.")
        seen.add(node.name)


def _full_name(prefix: str, name: str) -> str:
    return f"{prefix.rstrip('/')}/{name}" if prefix else name


class _Reader:
    """Adds nodes to a graph; `made` are the operations by their names in the GraphDef."""

    def __init__(self, graph: Owner, prefix: str, input_map: Mapping[str, Any]) -> None:
        self._graph = graph
        self._prefix = prefix
        self._replaced = {split_input(key): graph.convert(value) for key, value in input_map.items()}
        self.made: dict[str, Operation] = {}

    def waits_for(self, node: Message) -> list[str]:
        """The names of the nodes that must be made before this one."""
        parts = [split_input(text) for text in node.input]
        return [part[0] for part in parts if part not in self._replaced]

    def add(self, node: Message) -> None:
        """Make the operation of a node."""
        definition = OPS.get(node.op)
        attrs = {
            key: get_attr(node, key, attr.kind) for key, attr in definition.attrs.items() if key in node.attr
        }
        parts = [split_input(text) for text in node.input]
        tensors = [self._tensor(node, each, index) for each, index in parts if index is not None]
        controls = [self.made[each] for each, index in parts if index is None]
        full_name = _full_name(self._prefix, node.name)
        try:
            with self._graph.control_dependencies(controls):
                self._graph.apply(
                    node.op, _grouped(node, definition, tensors), {**attrs, "name": f"{full_name}/"}
                )
        except TypeError as error:
            raise DataLossError(f"the node {node.name!r} ({node.op}) contradicts itself: {error}") from error
        operation = self.made[node.name] = self._graph.get_operation_by_name(full_name)
        operation.device = node.device

    def _tensor(self, node: Message, name: str, index: int) -> Tensor:
        if (name, index) in self._replaced:
            return self._replaced[name, index]
        outputs = self.made[name].outputs
        if index >= len(outputs):
            raise DataLossError(
                f"the node {node.name!r} takes {name}:{index}, but {name!r} has {len(outputs)} outputs."
            )
        return outputs[index]


def _grouped(node: Message, definition: OpDef, tensors: Sequence[Tensor]) -> list[Any]:
    """The flat inputs as the signature has them."""
    groups: list[Any] = []
    rest = list(tensors)
    for arg in definition.inputs:
        size = 1
        if arg.number_attr:
            size = node.attr[arg.number_attr].i if arg.number_attr in node.attr else len(rest)
        elif arg.list_attr:
            size = len(node.attr[arg.list_attr].list.type) if arg.list_attr in node.attr else len(rest)
        taken, rest = rest[:size], rest[size:]
        if len(taken) != size:
            raise DataLossError(
                f"the node {node.name!r} ({node.op}) has {len(tensors)} inputs, too few for {arg.name!r}."
            )
        groups.append(taken if arg.is_list else taken[0])
    if rest:
        raise DataLossError(f"the node {node.name!r} ({node.op}) has {len(rest)} inputs too many.")
    return groups


def _in_order(by_name: Mapping[str, Message], waits_for: Callable[[Message], list[str]]) -> list[Message]:
    """The nodes, each after its inputs, otherwise as they stand; without recursion, for graphs are deep."""
    ordered: list[Message] = []
    is_done: dict[str, bool] = {}  # False while its inputs are being visited
    for start in by_name:
        stack = [start]
        while stack:
            name = stack[-1]
            if is_done.get(name):
                stack.pop()
                continue
            waiting = [each for each in waits_for(by_name[name]) if not is_done.get(each)]
            _check_inputs(name, waiting, by_name, is_visited=name in is_done)
            is_done[name] = not waiting
            if waiting:
                stack += reversed(waiting)
            else:
                ordered.append(by_name[name])
                stack.pop()
    return ordered


def _check_inputs(
    name: str, waiting: Sequence[str], by_name: Mapping[str, Message], is_visited: bool
) -> None:
    for each in waiting:
        if each not in by_name:
            raise DataLossError(
                f"the node {name!r} takes {each!r}, but the GraphDef has no node of that name."
            )
    if is_visited and waiting:
        raise DataLossError(f"the node {name!r} depends on itself, by way of {waiting[0]!r}.")
