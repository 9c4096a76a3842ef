"""Graphs to and from TensorFlow's GraphDef message.

:func:`to_graph_def` gives the message of what :mod:`estimator.graph.written` says of a graph. :func:`from_graph_def` adds
the nodes of a message, ours or TensorFlow's, to a graph: in any order, under their own names or below a prefix.

Attributes that an op's declaration does not mention are skipped: those with a leading ``_`` are notes (``_class``,
``_output_shapes``), the others have come with later TensorFlow versions, which write them with their defaults.

Source
------
tensorflow/core/framework/{graph,node_def,attr_value,function}.proto of TensorFlow 2.15
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from estimator.core.dtypes import DType, as_dtype
from estimator.core.errors import DataLossError, InvalidArgumentError, UnimplementedError
from estimator.formats import messages
from estimator.formats.tensors import array_from_proto, array_to_proto, dims_from_proto, dims_to_proto
from estimator.graph.graph import Graph
from estimator.graph.op import OPS, OpDef
from estimator.graph.tensor import Operation, Tensor
from estimator.graph.written import PRODUCER, Attr, WrittenNode, library_functions, written_nodes

Message: TypeAlias = Any  # a class made at run time

_FIELDS = {
    "string": "s",
    "int": "i",
    "float": "f",
    "bool": "b",
    "type": "type",
    "shape": "shape",
    "tensor": "tensor",
    "func": "func",
}
# Variables as references, and what writes them: to become resource variables when they are read (a later version).
_REF_OPS = frozenset(
    "Variable VariableV2 TemporaryVariable Assign AssignAdd AssignSub RefSwitch RefMerge".split()
)


# -- out ---------------------------------------------------------------------------------------------------------------


def to_graph_def(graph: Graph, add_shapes: bool = False) -> Message:
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
        _set_attr(proto.attr[key], attr)


def _set_attr(proto: Message, attr: Attr) -> None:
    kind, value = attr
    if kind.startswith("list("):
        proto.list.SetInParent()  # an empty list is a list too
        field = getattr(proto.list, _FIELDS[kind[5:-1]])
        field.extend(_to_proto(kind[5:-1], item) for item in value)
    elif kind in ("shape", "tensor", "func"):
        getattr(proto, _FIELDS[kind]).CopyFrom(_to_proto(kind, value))
    else:
        setattr(proto, _FIELDS[kind], _to_proto(kind, value))


def _to_proto(kind: str, value: Any) -> Any:
    """One attribute value as its field of AttrValue takes it."""
    if kind == "type":
        return value.as_datatype_enum
    if kind == "string":
        return value.encode("utf-8") if isinstance(value, str) else value
    if kind == "shape":
        return dims_to_proto(value)
    if kind == "tensor":
        return array_to_proto(*value)
    if kind == "func":
        return messages.NameAttrList(name=value)
    return value


# -- in ----------------------------------------------------------------------------------------------------------------


def from_graph_def(
    graph_def: Message, graph: Graph, name: str = "", input_map: Mapping[str, Any] | None = None
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
        Tensor name in the GraphDef (``"x:0"``; ``"x"`` means the same) to the tensor of the graph that takes its place.

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
    by_name = {node.name: node for node in graph_def.node}
    _check_ops(graph_def)
    _check_names(graph_def, graph, name)
    reader = _Reader(graph, name, input_map or {})
    with graph.name_scope(None), graph.control_dependencies(None):
        for node in _in_order(by_name, reader.waits_for):
            reader.add(node)
    for function in graph_def.library.function:
        graph.library[function.signature.name] = function
    return [reader.made[node.name] for node in graph_def.node]


def _check_ops(graph_def: Message) -> None:
    """Refuse what cannot be read yet: here is the place for opaque nodes and for the rewriting of references."""
    types = {node.op: node.name for node in reversed(graph_def.node)}
    references = sorted(op for op in types if op in _REF_OPS or (op not in OPS and f"Resource{op}" in OPS))
    if references:
        raise UnimplementedError(
            f"this graph keeps its variables as references ({', '.join(references)}; for example {types[references[0]]!r}), "
            "which are not read yet; only resource variables (VarHandleOp) are."
        )
    unknown = sorted(op for op in types if op not in OPS or OPS.get(op).local)
    if unknown:
        listed = "\n".join(f"  {op:<24} for example {types[op]!r}" for op in unknown)
        raise UnimplementedError(f"this graph has {len(unknown)} ops that are not known here:\n{listed}")


def _check_names(graph_def: Message, graph: Graph, prefix: str) -> None:
    taken = {op.name for op in graph.get_operations()}
    seen: set[str] = set()
    for node in graph_def.node:
        full = _full_name(prefix, node.name)
        if full in taken:
            raise ValueError(f"the graph has an operation {full!r} already; import below another name=.")
        if node.name in seen:
            raise DataLossError(f"the GraphDef has two nodes of the name {node.name!r}.")
        seen.add(node.name)


def _full_name(prefix: str, name: str) -> str:
    return f"{prefix.rstrip('/')}/{name}" if prefix else name


def _input_parts(text: str) -> tuple[str, int | None]:
    """``"x"`` and ``"x:0"`` are output 0 of x, ``"^x"`` is x itself (no number)."""
    if text.startswith("^"):
        return text[1:], None
    name, colon, index = text.rpartition(":")
    return (name, int(index)) if colon and index.isdigit() else (text, 0)


class _Reader:
    """Adds nodes to a graph; `made` are the operations by their names in the GraphDef."""

    def __init__(self, graph: Graph, prefix: str, input_map: Mapping[str, Any]) -> None:
        self._graph = graph
        self._prefix = prefix
        self._replaced = {_input_parts(key): graph.convert(value) for key, value in input_map.items()}
        self.made: dict[str, Operation] = {}

    def waits_for(self, node: Message) -> list[str]:
        """The names of the nodes that must be made before this one."""
        parts = [_input_parts(text) for text in node.input]
        return [part[0] for part in parts if part not in self._replaced]

    def add(self, node: Message) -> None:
        """Make the operation of a node."""
        definition = OPS.get(node.op)
        attrs = {
            key: _from_proto(node, key, attr.kind)
            for key, attr in definition.attrs.items()
            if key in node.attr
        }
        parts = [_input_parts(text) for text in node.input]
        tensors = [self._tensor(node, *part) for part in parts if part[1] is not None]
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


def _from_proto(node: Message, key: str, kind: str) -> Any:
    """An attribute's value as Operation.attrs has it."""
    proto, source = node.attr[key], f"attribute {key!r} of node {node.name!r}"
    is_list = kind.startswith("list(")
    field = "list" if is_list else _FIELDS[kind]
    if proto.WhichOneof("value") != field:
        raise DataLossError(f"{source} should be a {kind}, but it is a {proto.WhichOneof('value')}.")
    if is_list:
        one = kind[5:-1]
        return [_value_from_proto(one, item, source) for item in getattr(proto.list, _FIELDS[one])]
    return _value_from_proto(kind, getattr(proto, field), source)


def _value_from_proto(kind: str, value: Any, source: str) -> Any:
    if kind == "type":
        return _known_type(value, source)
    if kind == "string":
        return _text(value)
    if kind == "shape":
        return dims_from_proto(value)
    if kind == "tensor":
        return array_from_proto(value, source)
    if kind == "func":
        return value.name
    return value


def _known_type(number: int, source: str) -> DType:
    try:
        return as_dtype(number)
    except TypeError as error:
        raise InvalidArgumentError(
            f"{source} is the type number {number}, which is not known here."
        ) from error


def _text(value: bytes) -> str | bytes:
    """Text where it is text: names, formats, modes."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value


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
