"""What TensorFlow's messages say of ops and operations, and an operation made of what they say.

Source
------
tensorflow/core/framework/{op_def,attr_value}.proto of TensorFlow 2.15
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from estimator.core.dtypes import DType
from estimator.core.errors import DataLossError
from estimator.formats import messages
from estimator.graph.attr_values import get_attr, set_attr, value_in_message
from estimator.graph.constant import normalise_attr
from estimator.graph.graphdef import node_def_of
from estimator.graph.op import OPS, Arg, OpDef
from estimator.graph.tensor import Operation, Owner, Tensor
from estimator.graph.type_limits import type_limits
from estimator.graph.written import WrittenNames, written_attr, written_node

Message: TypeAlias = Any  # a class made at run time


def op_def_of(definition: OpDef) -> Message:
    """The OpDef message of an op; of one that a file describes, what the file says."""
    if definition.opaque is not None:
        return definition.opaque
    result = messages.OpDef(name=definition.name, is_stateful=definition.effect != "pure")
    _describe(result.input_arg, definition.inputs)
    _describe(result.output_arg, definition.outputs)
    limits = type_limits().get(definition.name, {})
    for name, attr in definition.attrs.items():
        described = result.attr.add(name=name, type=attr.kind)
        if not attr.required:
            set_attr(
                described.default_value, written_attr(attr.kind, normalise_attr(attr.kind, attr.default))
            )
        if name in limits:
            numbers = sorted(dtype.as_datatype_enum for dtype in limits[name])
            described.allowed_values.list.type.extend(numbers)
    return result


def default_attrs(op_type: str) -> dict[str, Message]:
    """The attributes of an op that have a default, as AttrValue messages; none for an op that is not here."""
    if op_type not in OPS:
        return {}
    described = op_def_of(OPS.get(op_type)).attr
    return {attr.name: attr.default_value for attr in described if attr.HasField("default_value")}


def _describe(described: Any, args: Iterable[Arg]) -> None:
    for arg in args:
        described.add(
            name=arg.name,
            type=0 if arg.dtype is None else arg.dtype.as_datatype_enum,
            type_attr=arg.type_attr or "",
            number_attr=arg.number_attr or "",
            type_list_attr=arg.list_attr or "",
        )


def grouped_inputs(node: Message, definition: OpDef, tensors: Sequence[Tensor]) -> list[Any]:
    """The flat inputs of a node as the signature has them.

    Raises
    ------
    DataLossError
        If they are too few or too many.
    """
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


def create_op(
    graph: Owner, op_type: str, inputs: Sequence[Tensor], name: str | None, attrs: Mapping[str, Message]
) -> Operation:
    """A new operation of flat inputs and attributes as AttrValue messages; see :meth:`Graph.create_op`."""
    definition = OPS.get(op_type)
    node = messages.NodeDef(name=name or op_type, op=op_type)
    for key, value in attrs.items():
        node.attr[key].CopyFrom(value)
    given = {key: get_attr(node, key, definition.attrs[key].kind) for key in attrs if key in definition.attrs}
    before = graph.version
    graph.apply(definition, grouped_inputs(node, definition, inputs), {**given, "name": node.name})
    return next(op for op in reversed(graph.get_operations()) if op.index >= before and op.type == op_type)


class OperationMessages:
    """What the messages say of one operation."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation

    @property
    def node_def(self) -> Message:
        """Its NodeDef."""
        return node_def_of(self._operation)

    @property
    def op_def(self) -> Message:
        """The OpDef of its op."""
        return op_def_of(self._operation.definition)

    def attr(self, name: str) -> Any:
        """The value of an attribute as TensorFlow's Python gives it; see :meth:`Operation.get_attr`."""
        operation = self._operation
        attrs = written_node(operation, WrittenNames(operation.graph)).attrs
        if name not in attrs:
            known = ", ".join(sorted(attrs))
            raise ValueError(
                f"{operation.type} {operation.name!r} has no attribute {name!r}; it has: {known}."
            )
        kind, value = attrs[name]
        if kind.startswith("list("):
            return [_plain(kind[5:-1], item) for item in value]
        return _plain(kind, value)


def _plain(kind: str, value: Any) -> Any:
    return value if isinstance(value, DType) else value_in_message(kind, value)
