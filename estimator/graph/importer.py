"""A GraphDef message, ours or TensorFlow's, into a graph.

:func:`from_graph_def` adds the nodes in any order, under their own names or below a prefix; variables that
are references become resources (:mod:`estimator.graph.references`). The functions that the nodes call
become graphs (:class:`~estimator.graph.function.FunctionGraph`), under their own names or, where the graph has
them already, others; those that nobody calls are kept as they were read.

Attributes that an op's declaration does not mention are skipped: those with a leading ``_`` are
notes (``_class``, ``_output_shapes``), the others have come with later TensorFlow versions, which
write them with their defaults.

A loop of TensorFlow 1 is a circle of nodes: from a Merge at its head through its operations and a NextIteration back to
the Merge. That is made with what enters the loop alone, and gets the other input when all is there.

Source
------
tensorflow/core/framework/{graph,node_def,attr_value,function}.proto of TensorFlow 2.15
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from estimator.core.errors import DataLossError, InvalidArgumentError, UnimplementedError
from estimator.core.registry import did_you_mean
from estimator.core.shapes import Dims
from estimator.formats import messages
from estimator.formats.tensors import dims_from_proto
from estimator.graph.attr_values import get_attr
from estimator.graph.function import FunctionGraph, all_or_no_functions
from estimator.graph.function_def import (
    argument_specs,
    called_functions,
    in_order,
    noted_variables,
    plain_nodes,
)
from estimator.graph.graph import Graph
from estimator.graph.op import OPS, OpDef
from estimator.graph.op_messages import grouped_inputs
from estimator.graph.opaque import definition_of, opaque_ops
from estimator.graph.references import split_input, without_references
from estimator.graph.tensor import Operation, Tensor

Message: TypeAlias = Any  # a class made at run time

_LAST_WITHOUT_SCALARS = 21  # version of graphs, TF 2.15 array_ops.cc, shape function of Placeholder


def from_graph_def(
    graph_def: Message,
    graph: Graph,
    name: str = "",
    input_map: Mapping[str, Any] | None = None,
    described: Iterable[Message] = (),
) -> list[Operation]:
    """Add the nodes of a GraphDef to a graph.

    Parameters
    ----------
    graph_def : GraphDef
        Its nodes may stand in any order.
    graph : Graph
    name : str
        Put before all names, with a slash; empty for none. A name that the graph has already gets ``_1``, ``_2``...
    input_map : mapping, optional
        Tensor name in the GraphDef (``"x:0"``; ``"x"`` means the same) to the tensor of the graph
        that takes its place.
    described : iterable of OpDef message
        What is known of ops that may not be here: nodes of these are kept, but cannot be run.

    Returns
    -------
    list of Operation
        In the order of the nodes.

    Raises
    ------
    UnimplementedError
        If it holds ops that are not known here and not described; all their types are listed. Nothing has been added
        then.
    DataLossError
        If it contradicts itself: an input that is not a node, a circle, an attribute that is missing.
    ValueError
        If a shape does not fit, or the `input_map` names what is not there.
    """
    _check_names(graph_def.node)
    _check_input_map(graph_def.node, input_map or {})
    renamed = _new_names(graph_def.node, graph, name)
    meant = _with_meant_shapes(graph_def.node, graph_def.versions.producer)
    nodes = without_references(_under_new_names(meant, renamed), name)
    called = called_functions(nodes, graph_def.library)
    opaque = opaque_ops(described)
    inner = [node for function in called for node in function.node_def]
    _check_ops([node for node in (*nodes, *inner) if node.op not in opaque])
    replaced = {_renamed_input(key, renamed): value for key, value in (input_map or {}).items()}
    with graph.name_scope(None), all_or_no_functions(graph):
        functions = _add_functions(called, graph, opaque)
        _put_in_order(graph_def.library.function, functions, graph)
        reader = _Reader(graph, functions, name, replaced, opaque)
        reader.add_all(nodes)
    return [reader.made[renamed.get(node.name, node.name)] for node in graph_def.node]


def _check_ops(nodes: Sequence[Message]) -> None:
    """Refuse ops that are not known here."""
    types = {node.op: node.name for node in reversed(nodes)}
    unknown = sorted(op for op in types if op not in OPS or OPS.get(op).local)
    if unknown:
        listed = "\n".join(f"  {op:<24} for example {types[op]!r}" for op in unknown)
        raise UnimplementedError(f"this graph has {len(unknown)} ops that are not known here:\n{listed}")


def _with_meant_shapes(nodes: Sequence[Message], producer: int) -> Sequence[Message]:
    """The nodes; of files from before TensorFlow 1.1 with the shapes of placeholders that were meant.

    There a placeholder of unknown shape was written as one of no dimensions.
    """
    if producer > _LAST_WITHOUT_SCALARS:
        return nodes
    meant = []
    for node in nodes:
        if node.op == "Placeholder" and "shape" in node.attr and not node.attr["shape"].shape.dim:
            copy = messages.NodeDef()
            copy.CopyFrom(node)
            copy.attr["shape"].shape.unknown_rank = True
            node = copy
        meant.append(node)
    return meant


def _add_functions(
    called: Sequence[Message], graph: Graph, opaque: Mapping[str, OpDef]
) -> dict[str, FunctionGraph]:
    """Graphs of these FunctionDefs, each of which stands behind those that it calls, by their names there."""
    made: dict[str, FunctionGraph] = {}
    for function in called:
        body = made[function.signature.name] = FunctionGraph(function.signature.name, graph)
        arguments = {
            arg.name: body.add_argument(dtype, dims, f"{arg.name}/")
            for arg, (dtype, dims) in zip(function.signature.input_arg, argument_specs(function), strict=True)
        }
        body.variables = {arguments[name]: kind for name, kind in noted_variables(function).items()}
        nodes, results = plain_nodes(function, opaque)
        reader = _Reader(body, made, "", arguments, opaque)
        reader.add_all(nodes)
        body.results = [reader.tensor(function.signature.name, result) for result in results]
    return made


def _put_in_order(listed: Sequence[Message], functions: Mapping[str, FunctionGraph], graph: Graph) -> None:
    """Let the library have the order of the file, with those among them that nobody calls."""
    for function in listed:
        name = function.signature.name
        entry = functions[name].name if name in functions else name
        graph.library[entry] = graph.library.pop(entry, function)


def _check_names(nodes: Iterable[Message]) -> None:
    seen: set[str] = set()
    for node in nodes:
        if node.name in seen:
            raise DataLossError(f"the GraphDef has two nodes of the name {node.name!r}.")
        seen.add(node.name)


def _check_input_map(nodes: Iterable[Message], input_map: Mapping[str, Any]) -> None:
    """Refuse a key that is neither a node nor an input of one: what it maps would change nothing."""
    known: dict[str, None] = {}
    for node in nodes:
        known |= dict.fromkeys([node.name, *(split_input(text)[0] for text in node.input)])
    missing = [key for key in input_map if split_input(key)[0] not in known]
    if missing:
        nearest = did_you_mean(split_input(missing[0])[0], list(known))
        raise ValueError(f"Attempted to map inputs that were not found in graph_def: {missing}.{nearest}")


def _new_names(nodes: Iterable[Message], graph: Graph, prefix: str) -> dict[str, str]:
    """New names, unique in the graph and in the GraphDef, for the nodes whose names the graph has already."""
    taken = {op.name for op in graph.get_operations()}
    names = [node.name for node in nodes]
    own = set(names)
    renamed: dict[str, str] = {}
    for name in names:
        if _full_name(prefix, name) in taken:
            candidates = (f"{name}_{number}" for number in itertools.count(1))
            renamed[name] = next(
                new for new in candidates if new not in own and _full_name(prefix, new) not in taken
            )
            own.add(renamed[name])
    return renamed


def _under_new_names(nodes: Iterable[Message], renamed: Mapping[str, str]) -> list[Message]:
    """The nodes with those names instead of theirs, also where they are inputs; the same nodes if there are none."""
    if not renamed:
        return list(nodes)
    copies = []
    for node in nodes:
        copy = messages.NodeDef()
        copy.CopyFrom(node)
        copy.name = renamed.get(node.name, node.name)
        copy.input[:] = [_renamed_input(text, renamed) for text in node.input]
        copies.append(copy)
    return copies


def _renamed_input(text: str, renamed: Mapping[str, str]) -> str:
    name, index = split_input(text)
    new = renamed.get(name)
    return text if new is None else f"^{new}" if index is None else f"{new}:{index}"


def _full_name(prefix: str, name: str) -> str:
    return f"{prefix.rstrip('/')}/{name}" if prefix else name


class _Reader:
    """Adds nodes to a graph; `made` are the operations by their names in the GraphDef."""

    def __init__(
        self,
        graph: Graph,
        functions: Mapping[str, FunctionGraph],
        prefix: str,
        input_map: Mapping[str, Any],
        opaque: Mapping[str, OpDef],
    ) -> None:
        self._graph = graph
        self._opaque = opaque
        self._functions = functions
        self._prefix = prefix
        self._replaced = {split_input(key): graph.convert(value) for key, value in input_map.items()}
        self._ends: set[str] = set()  # the nodes that hand on to the next round of a loop
        self._frames: dict[str, str] = {}  # the names of loops here, by those in the GraphDef
        self.made: dict[str, Operation] = {}

    def add_all(self, nodes: Sequence[Message]) -> None:
        """Make the operations of these nodes, which may stand in any order."""
        by_name = {node.name: node for node in nodes}
        self._ends = {node.name for node in nodes if node.op == "NextIteration"}
        for node in in_order(by_name, self._waits_for, "node"):
            self._add(node)
        for node in nodes:
            for place in self._ways_back(node):
                self.made[node.name].update_input(place, self.tensor(node.name, node.input[place]))

    def _waits_for(self, node: Message) -> list[str]:
        """The names of the nodes that must be made before this one."""
        back = self._ways_back(node)
        parts = [split_input(text) for place, text in enumerate(node.input) if place not in back]
        return [part[0] for part in parts if part not in self._replaced]

    def _ways_back(self, node: Message) -> list[int]:
        """Which inputs of a Merge come from the end of a loop's round."""
        if node.op != "Merge":
            return []
        parts = [split_input(text) for text in node.input]
        back = [index is not None and name in self._ends for name, index in parts]
        is_head = not all(is_back or index is None for is_back, (_, index) in zip(back, parts, strict=True))
        return [place for place, is_back in enumerate(back) if is_back and is_head]

    def _add(self, node: Message) -> None:
        definition = definition_of(node.op, self._opaque)
        attrs, tensors = self._attrs(node, definition), self._inputs(node)
        controls = [self.made[text[1:]] for text in node.input if text.startswith("^")]
        full_name = _full_name(self._prefix, node.name)
        try:
            with self._graph.control_dependencies(controls):
                self._graph.apply(
                    definition, grouped_inputs(node, definition, tensors), {**attrs, "name": f"{full_name}/"}
                )
        except TypeError as error:
            if any(split_input(text) in self._replaced for text in node.input):
                raise InvalidArgumentError(
                    f"input_map gives the node {node.name!r} ({node.op}) what it does not take: {error}"
                ) from error
            raise DataLossError(f"the node {node.name!r} ({node.op}) contradicts itself: {error}") from error
        operation = self.made[node.name] = self._graph.get_operation_by_name(full_name)
        operation.device = node.device
        operation.gradient_name = (
            node.attr["_gradient_op_type"].s.decode() if "_gradient_op_type" in node.attr else ""
        )
        operation.colocated = self._colocated(node)
        self._take_noted_shapes(node, operation)

    def _colocated(self, node: Message) -> tuple[str, ...]:
        """With which operations the node is to be: by their names here, and without itself."""
        said = node.attr["_class"].list.s if "_class" in node.attr else ()
        names = [text.decode().removeprefix("loc:@") for text in said]
        return tuple(_full_name(self._prefix, name) for name in names if name != node.name)

    def _attrs(self, node: Message, definition: OpDef) -> dict[str, Any]:
        """The attributes that the node has, with the names that functions and loops have here."""
        attrs = {
            key: get_attr(node, key, attr.kind) for key, attr in definition.attrs.items() if key in node.attr
        }
        for key in definition.function_attrs:
            attrs[key] = self._known_here(attrs[key])
        if "frame_name" in attrs:
            attrs["frame_name"] = self._frame_name(attrs["frame_name"])
        return attrs

    def _known_here(self, functions: Any) -> Any:
        """A function that an attribute names, or a list of them, by the names that they have here."""
        if isinstance(functions, list):
            return [self._known_here(function) for function in functions]
        return functions._replace(name=self._functions[functions.name].name)

    def _take_noted_shapes(self, node: Message, operation: Operation) -> None:
        """Where only the writer of the file knew the shapes, take those that it has noted."""
        if operation.definition.opaque is not None:
            for tensor, dims in zip(operation.outputs, _noted_shapes(node), strict=False):
                tensor.loosen_shape(dims)
        if self._ways_back(node):  # the rounds of a loop may change the shape with which it begins
            operation.outputs[0].loosen_shape(next(_noted_shapes(node), None))

    def _frame_name(self, name: str) -> str:
        """The new name of a loop, below the prefix: two loops of the graph that have one name would be one."""
        if name not in self._frames:
            taken = {op.attrs["frame_name"] for op in self._graph.get_operations() if op.type == "Enter"}
            wanted = _full_name(self._prefix, name)
            candidates = (f"{wanted}_{number}" for number in itertools.count(1))
            self._frames[name] = next(
                new for new in itertools.chain([wanted], candidates) if new not in taken
            )
        return self._frames[name]

    def _inputs(self, node: Message) -> list[Tensor]:
        """The data inputs; at the head of a loop what enters it stands for what comes back, too."""
        back = self._ways_back(node)
        data = [text for text in node.input if not text.startswith("^")]
        entering = next((text for place, text in enumerate(data) if place not in back), "")
        return [
            self.tensor(node.name, entering if place in back else text) for place, text in enumerate(data)
        ]

    def tensor(self, user: str, text: str) -> Tensor:
        """The tensor that ``"node:index"`` means where `user` takes it."""
        name, index = split_input(text)
        if (name, index) in self._replaced:
            return self._replaced[name, index]
        outputs = self.made[name].outputs
        if index is None or index >= len(outputs):
            raise DataLossError(f"{user!r} takes {text!r}, but {name!r} has {len(outputs)} outputs.")
        return outputs[index]


def _noted_shapes(node: Message) -> Iterator[Dims]:
    """The shapes of the outputs, as the writer of a file has noted them; nothing where it has not."""
    return map(
        dims_from_proto, node.attr["_output_shapes"].list.shape if "_output_shapes" in node.attr else ()
    )
