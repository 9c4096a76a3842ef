"""What of a graph is written: the nodes of a GraphDef as plain values, before they become a message or text.

A graph is written as TensorFlow would have it, so that TensorFlow can run it:

* every attribute stands there, also one that has its default;
* an op that TensorFlow does not have (``OpDef.local``: iterators) becomes a Placeholder for each of its outputs, or
  nothing if it has none; what waited for it waits for what it waited for;
* what several processes exchange becomes an IdentityN (``OpDef.written_as``), as which one process alone would run it;
* a constant that takes more than 16 MiB becomes a Placeholder, but in a SavedModel, where it stays; one value repeated
  takes some bytes. A graph whose other constants still pass protobuf's limit of 2 GiB is an error before anything is
  written;
* an input is written ``node`` for output 0 and ``node:k`` for output k, counted across all output arguments; control
  inputs, ``^node``, come after the data inputs;
* inside a function an input is written ``argument``, or ``node:output:k`` for the k-th tensor of the output argument
  of that name.

Source
------
tensorflow/core/framework/{graph,node_def,attr_value}.proto of TensorFlow 2.15
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from estimator.core.dtypes import as_dtype
from estimator.core.errors import InvalidArgumentError
from estimator.core.named_tuple import NamedTuple
from estimator.formats.tensors import leading_values
from estimator.graph.tensor import Operation, Owner, Tensor

LARGEST_CONSTANT = 16 << 20  # bytes
LARGEST_GRAPH = (2 << 30) - 1  # bytes: no reader of protobuf messages takes more

# TensorFlow is to run the nodes of their functions in place, as it does its own: where it calls these, its sessions
# lose what they have rewritten for one run when they come to another. The rounds of a loop overlap then, and nothing
# waits for a branch as a whole, so those that write or check are called.
_LOWERED = frozenset(f"{state}{kind}" for kind in ("If", "Case", "While") for state in ("", "Stateless"))


class Attr(NamedTuple):
    """One attribute.

    `kind` is TensorFlow's word for it: ``int``, ``type``, ``list(shape)``... The value is as Operation.attrs
    has it; that of kind ``tensor`` is a pair (array, dtype).
    """

    kind: str
    value: Any  # one type for each kind


class WrittenNode(NamedTuple):
    """One NodeDef, with its names; `attrs` are sorted by name."""

    name: str
    op: str
    input: tuple[str, ...] = ()
    attrs: dict[str, Attr] = {}
    device: str = ""


class WrittenNames:
    """Under which names the tensors and operations of a graph stand in files.

    Parameters
    ----------
    graph : Graph
    arguments : mapping
        For a function: the tensors that stand for its arguments, to the names of these.
    largest_constant : int
        How many bytes a constant may take; a larger one becomes a Placeholder.
    """

    def __init__(
        self,
        graph: Owner,
        arguments: Mapping[Tensor, str] | None = None,
        largest_constant: int = LARGEST_CONSTANT,
    ) -> None:
        self._graph = graph
        self.largest_constant = largest_constant
        self._arguments = arguments or {}
        self._in_function = arguments is not None

    @functools.cached_property
    def _placeholders(self) -> dict[Tensor, str]:
        """The names of those that stand for the outputs of local ops."""
        operations = self._graph.get_operations()
        taken = {op.name for op in operations}
        found: dict[Tensor, str] = {}
        for op in operations:
            if op.definition.is_left_out:
                found |= zip(op.outputs, _placeholder_names(op, taken), strict=True)
        return found

    def of_tensor(self, tensor: Tensor) -> tuple[str, int]:
        """The name of the node and the number of the output."""
        if tensor.op.definition.is_left_out:
            return self._placeholders[tensor], 0
        return tensor.op.name, tensor.value_index

    def tensor_name(self, tensor: Tensor) -> str:
        """``"node:0"``, as collections have it."""
        name, index = self.of_tensor(tensor)
        return f"{name}:{index}"

    def input_name(self, tensor: Tensor) -> str:
        """``"node"`` or ``"node:1"``, as an input of a node has it."""
        name, index = self.of_tensor(tensor)
        if not self._in_function:
            return f"{name}:{index}" if index else name
        if tensor in self._arguments:
            return self._arguments[tensor]
        return f"{name}:output:0" if self.is_placeholder(tensor.op) else f"{name}:{output_name(tensor)}"

    def is_placeholder(self, op: Operation) -> bool:
        """Whether Placeholders stand for what the operation gives: it is ours alone, or too large a constant."""
        return op.definition.is_left_out or (op.type == "Const" and _size(op) > self.largest_constant)

    def is_argument(self, op: Operation) -> bool:
        """Whether the operation is the placeholder of a function's argument, which is not a node of it."""
        return any(tensor in self._arguments for tensor in op.outputs)

    def inputs(self, op: Operation) -> tuple[str, ...]:
        """The data inputs, then the control inputs."""
        names = map(self.input_name, op.inputs)
        if not op.control_inputs:
            return tuple(names)
        waited_for = [control for control in _written_controls(op) if not self.is_argument(control)]
        return (*names, *dict.fromkeys(f"^{control.name}" for control in waited_for))


def output_name(tensor: Tensor) -> str:
    """``"output:k"``: the k-th tensor of an output argument of its operation."""
    op = tensor.op
    if op.definition.written_as is not None:
        return f"output:{tensor.value_index}"
    names = [f"{arg.name}:{index}" for arg in op.definition.outputs for index in range(arg.size(op.attrs))]
    return names[tensor.value_index]


def _placeholder_names(op: Operation, taken: set[str]) -> Iterator[str]:
    """One name for each output of a local op; another operation may happen to bear it already."""
    if len(op.outputs) == 1:
        yield op.name
        return
    for index in range(len(op.outputs)):
        stem = f"{op.name}/component_{index}"
        yield next(name for name in (stem, *(f"{stem}_{k}" for k in range(1, 99))) if name not in taken)


def _written_controls(op: Operation) -> Iterator[Operation]:
    """The control inputs; in place of a local op those of its own."""
    for control in op.control_inputs:
        if control.definition.is_left_out:
            yield from _written_controls(control)
        else:
            yield control


def written_nodes(
    graph: Owner, names: WrittenNames | None = None, add_shapes: bool = False
) -> list[WrittenNode]:
    """The nodes of a graph in the order of their creation.

    Parameters
    ----------
    graph : Graph
    names : WrittenNames, optional
        Of the same graph, if the caller has it already.
    add_shapes : bool
        Write the static shapes of the outputs as the attribute ``_output_shapes``.

    Raises
    ------
    InvalidArgumentError
        If the graph's constants take more than protobuf can read again.
    """
    found = names or WrittenNames(graph)
    check_size(graph, found.largest_constant)
    operations = [op for op in graph.get_operations() if not found.is_argument(op)]
    return [node for op in operations for node in _nodes_of(op, found, add_shapes)]


def check_size(graph: Owner, largest_constant: int = LARGEST_CONSTANT) -> None:
    """Refuse a graph that no file can hold, before anything is written; larger constants do not stand in it.

    Raises
    ------
    InvalidArgumentError
        If the graph's constants take more than protobuf can read again.
    """
    bodies = [function for function in graph.library.values() if hasattr(function, "get_operations")]
    graphs: dict[Any, None] = dict.fromkeys([graph, *bodies])
    constants = [op for owner in graphs for op in owner.get_operations() if op.type == "Const"]
    sizes = {f"{op.graph.path}{op.name}": size for op in constants if (size := _size(op)) <= largest_constant}
    total = sum(sizes.values())
    if total > LARGEST_GRAPH:
        largest = sorted(sizes, key=lambda name: -sizes[name])[:3]
        shown = ", ".join(f"{name!r} ({sizes[name]:,} bytes)" for name in largest)
        raise InvalidArgumentError(
            f"the graph has {len(sizes)} constants of {total:,} bytes together, but a file of a graph can hold no more "
            f"than {LARGEST_GRAPH:,}. The largest are {shown}. Feed such data by an input_fn, or load it "
            "into a variable by Scaffold(init_fn=...)."
        )


def _size(constant: Operation) -> int:
    """The bytes that the values of a Const take in a file."""
    values = leading_values(constant.attrs["value"])
    return sum(map(len, values.tolist())) if values.dtype == object else values.nbytes


def _nodes_of(op: Operation, names: WrittenNames, add_shapes: bool) -> Iterator[WrittenNode]:
    if names.is_placeholder(op):
        for tensor in op.outputs:
            yield _placeholder(tensor, names.of_tensor(tensor)[0], add_shapes)
        return
    yield written_node(op, names, add_shapes)


def written_node(op: Operation, names: WrittenNames, add_shapes: bool = False) -> WrittenNode:
    """An operation as it is, also one that stands otherwise in files."""
    if op.definition.written_as is not None:
        return _identities(op, names, add_shapes)
    dtype = op.attrs.get("dtype")
    attrs = {key: written_attr(kind, op.attrs[key], dtype) for key, kind in op.definition.attr_kinds}
    if op.colocated:
        attrs["_class"] = Attr("list(string)", list(op.colocation_groups()))
    if op.gradient_name:
        attrs["_gradient_op_type"] = Attr("string", op.gradient_name)
    if op.type in _LOWERED and op.effect in ("pure", "read", "random"):
        attrs["_lower_using_switch_merge"] = Attr("bool", True)
    if add_shapes:
        attrs["_output_shapes"] = Attr("list(shape)", [tensor.dims for tensor in op.outputs])
    if any(key.startswith("_") for key in attrs):
        attrs = dict(sorted(attrs.items()))
    return WrittenNode(op.name, op.type, names.inputs(op), attrs, op.device)


def _identities(op: Operation, names: WrittenNames, add_shapes: bool) -> WrittenNode:
    """What stands in a file for an exchange between processes: what one process alone makes of it."""
    attrs = {"T": Attr("list(type)", [tensor.dtype for tensor in op.outputs])}
    attrs[f"_{op.type}"] = Attr("bool", True)  # for people; TensorFlow passes over it
    if add_shapes:
        attrs["_output_shapes"] = Attr("list(shape)", [tensor.dims for tensor in op.outputs])
    return WrittenNode(op.name, "IdentityN", names.inputs(op), dict(sorted(attrs.items())), op.device)


def written_attr(kind: str, value: Any, dtype: Any = None) -> Attr:
    """An attribute of that kind; of a tensor the type is said if the array does not tell it."""
    return Attr(kind, (value, dtype or as_dtype(value.dtype)) if kind == "tensor" else value)


def _placeholder(tensor: Tensor, name: str, add_shapes: bool) -> WrittenNode:
    attrs = {"_output_shapes": Attr("list(shape)", [tensor.dims])} if add_shapes else {}
    attrs |= {"dtype": Attr("type", tensor.dtype), "shape": Attr("shape", tensor.dims)}
    return WrittenNode(name, "Placeholder", (), attrs)
