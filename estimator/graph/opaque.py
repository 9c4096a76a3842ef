"""Ops that are not here, kept as a file describes them: they can be written again, and fed, but not run.

The .meta files of TensorFlow say of every op of their graph what it takes and gives (``stripped_op_list``). That is
enough for its nodes to be read: an Estimator's graph has iterators, whose elements whoever restores it feeds.

Source
------
tensorflow/core/framework/op_def.proto of TensorFlow 2.15
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from estimator.core.dtypes import as_dtype
from estimator.core.shapes import Dims
from estimator.formats import messages
from estimator.graph.attr_values import get_attr
from estimator.graph.op import OPS, Arg, AttrDef, OpDef, ShapeScope

Message: TypeAlias = Any  # a class made at run time


def opaque_ops(described: Iterable[Message]) -> dict[str, OpDef]:
    """Declarations of those of the described ops that are not here, by their names.

    Parameters
    ----------
    described : iterable of OpDef message
        Those that take or give references are left out: what they do with variables nobody here can say.
    """
    return {
        proto.name: _declared(proto)
        for proto in described
        if (proto.name not in OPS or OPS.get(proto.name).local)
        and not any(arg.is_ref for arg in (*proto.input_arg, *proto.output_arg))
    }


def _declared(proto: Message) -> OpDef:
    inputs, outputs = (tuple(map(_arg, args)) for args in (proto.input_arg, proto.output_arg))
    attrs = {attr.name: _attr(proto.name, attr) for attr in proto.attr}

    def unknown(s: ShapeScope) -> list[Dims]:
        return [None for arg in outputs for _ in range(arg.size(s.attrs))]

    return OpDef(proto.name, inputs, outputs, attrs, unknown, differentiable=False, opaque=proto)


def _arg(proto: Message) -> Arg:
    return Arg(
        proto.name,
        as_dtype(proto.type) if proto.type else None,
        proto.type_attr or None,
        proto.number_attr or None,
        proto.type_list_attr or None,
    )


def _attr(op_name: str, proto: Message) -> AttrDef:
    if not proto.HasField("default_value"):
        return AttrDef(proto.name, proto.type)
    holder = messages.NodeDef(name=op_name)
    holder.attr[proto.name].CopyFrom(proto.default_value)
    return AttrDef(proto.name, proto.type, get_attr(holder, proto.name, proto.type), required=False)


def definition_of(op_type: str, opaque: Mapping[str, OpDef]) -> OpDef:
    """The declaration of an op as files have it: one that is ours alone is not meant.

    Raises
    ------
    ValueError
        If the op is neither here nor among the opaque ones.
    """
    return opaque[op_type] if op_type in opaque else OPS.get(op_type)
